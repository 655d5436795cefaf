from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeMergePropose(models.TransientModel):
    """Tells the académie that two entries of the directory are one company."""

    _name = "bde.merge.propose"
    _description = "Propose a merge"

    first_id = fields.Many2one("res.partner", string="This company", required=True, readonly=True)
    second_id = fields.Many2one(
        "res.partner",
        string="Is the same as",
        domain="[('bde_employer', '=', True), ('id', '!=', first_id)]",
    )
    kept = fields.Selection(
        [("first", "This company"), ("second", "The other one")],
        string="Which one to keep",
        required=True,
        default="first",
        help="The one whose SIRET, name and address are right.",
    )
    reason = fields.Char(string="Why they are one company")
    first_details = fields.Char(compute="_compute_details")
    second_details = fields.Char(compute="_compute_details")
    warning = fields.Char(compute="_compute_warning")
    warning_level = fields.Char(compute="_compute_warning")

    @api.depends("first_id", "second_id")
    def _compute_details(self):
        for wizard in self:
            wizard.first_details = wizard.first_id._bde_merge_details()
            wizard.second_details = wizard.second_id._bde_merge_details()

    @api.depends("first_id", "second_id", "kept")
    def _compute_warning(self):
        for wizard in self:
            wizard.warning, wizard.warning_level = "", "ok"
            if wizard.second_id:
                keep, drop = wizard._keep_and_drop()
                advice, wizard.warning = keep._bde_merge_advice(drop)
                wizard.warning_level = advice.level

    def _keep_and_drop(self):
        pair = (self.first_id, self.second_id)
        return pair if self.kept == "first" else pair[::-1]

    def action_propose(self):
        """Proposes the merge and says what comes next."""
        self.ensure_one()
        if not self.second_id:
            raise UserError(self.env._("Choose the company that it is the same as."))
        self.env["bde.merge"]._propose(*self._keep_and_drop(), self.env.company, self.reason)
        academy = self.env.company.bde_kind == "academy"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Noted among the merges to decide.")
                if academy
                else self.env._("Proposed to the académie: you will be told what it decides."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class BdeMergeRefuse(models.TransientModel):
    """Asks why a merge is refused; the school that proposed it reads the answer."""

    _name = "bde.merge.refuse"
    _description = "Refuse a merge"

    merge_ids = fields.Many2many("bde.merge", readonly=True)
    answer = fields.Char(string="Why they are not merged", required=True)

    def action_apply(self):
        """Refuses with this answer."""
        self.merge_ids.action_refuse(self.answer)
        return {"type": "ir.actions.act_window_close"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _bde_merge_details(self):
        """SIRET and address on one line, to tell two companies of one name apart."""
        number = self._bde_merge_value("company_registry") if self else ""
        address = self._bde_merge_value("street") if self else ""
        return " · ".join(filter(None, (number, address)))

    def action_bde_propose_merge(self):
        """Opens the dialog that tells the académie that this company stands twice.

        ``default_second_id`` in the context names the other one.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose a merge"),
            "res_model": "bde.merge.propose",
            "view_mode": "form",
            "target": "new",
            "context": dict(self.env.context, default_first_id=self.id),
        }


class BdeRelation(models.Model):
    _inherit = "bde.relation"

    def action_propose_merge(self):
        """Opens the dialog that tells the académie that this company stands twice."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_bde_propose_merge()
