from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE, IN_SIGNATURE

TO_MAKE = ("agreed", *EDITABLE, "refused", "cancelled")


class BdeBatchWizard(models.TransientModel):
    """What can be done at once to a class, a period or a school: so many of each, one button."""

    _name = "bde.batch.wizard"
    _description = "Mass work on conventions"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    period_ids = fields.Many2many(
        "bde.period",
        string="Periods",
        domain="[('company_id', '=', company_id), ('state', '!=', 'closed')]",
        help="Empty: all periods that are not closed.",
    )
    division_ids = fields.Many2many(
        "bde.division",
        string="Classes",
        domain="[('company_id', '=', company_id)]",
        help="Empty: all classes.",
    )
    make_count = fields.Integer(compute="_compute_counts")
    send_count = fields.Integer(compute="_compute_counts")
    remind_count = fields.Integer(compute="_compute_counts")
    file_count = fields.Integer(compute="_compute_counts")

    @api.model
    def _open_for(self, period_ids=(), division_ids=()):
        """Opens the wizard on periods or classes.

        :return: an action
        """
        records = self.env["bde.period"].browse(period_ids) or self.env["bde.division"].browse(
            division_ids
        )
        company = records.company_id[:1] or self.env.company
        wizard = self.create(
            {
                "company_id": company.id,
                "period_ids": [Command.set(period_ids)],
                "division_ids": [Command.set(division_ids)],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mass work"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _placements(self):
        """Placements of the chosen periods and classes, that the user may read."""
        domain = Domain("company_id", "=", self.company_id.id)
        if self.period_ids:
            domain &= Domain("period_id", "in", self.period_ids.ids)
        else:
            domain &= Domain("period_id.state", "!=", "closed")
        if self.division_ids:
            domain &= Domain("division_id", "in", self.division_ids.ids)
        return self.env["bde.placement"].search(domain)

    @api.depends("company_id", "period_ids", "division_ids")
    def _compute_counts(self):
        for wizard in self:
            placements = wizard._placements()
            for name, verb in (
                ("make_count", "make"),
                ("send_count", "send"),
                ("remind_count", "remind"),
                ("file_count", "pdf"),
            ):
                wizard[name] = len(wizard._records(verb, placements))

    def _records(self, verb, placements):
        """What a verb is done to, among these placements."""
        if verb == "make":
            return placements.filtered(lambda p: p.state in TO_MAKE)
        conventions = placements.convention_id
        if verb == "send":
            return conventions.filtered(lambda c: c.state in EDITABLE)
        if verb == "remind":
            return conventions.filtered(lambda c: c.state in IN_SIGNATURE)
        return conventions.filtered(lambda c: c.version_id and c.state != "cancelled")

    def action_start(self):
        """Starts what the button says (``verb`` in context) and opens it."""
        self.ensure_one()
        verb = self.env.context.get("verb")
        if verb not in ("make", "send", "remind", "print", "zip", "pdf"):
            raise UserError(self.env._("Choose what to do."))
        records = self._records(verb, self._placements())
        if not records:
            raise UserError(self.env._("There is nothing left to do here."))
        names = [*self.period_ids.mapped("name"), *self.division_ids.mapped("name")]
        return records._start_batch(verb, ", ".join(names) or None)
