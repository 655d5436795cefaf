from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.purposes import PURPOSES


class BdeOptoutWizard(models.TransientModel):
    """Notes in two clicks that a company, or one person there, does not want to be asked."""

    _name = "bde.optout.wizard"
    _description = "They said no"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", string="Company", required=True, readonly=True, ondelete="cascade"
    )
    who = fields.Selection(
        [("company", "The whole company"), ("person", "One person")],
        required=True,
        default="company",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Person",
        ondelete="cascade",
        domain="[('parent_id', '=', partner_id), ('company_id', '=', company_id),"
        " ('email', '!=', False)]",
    )
    what = fields.Selection(
        [("all", "Every request"), *PURPOSES], string="No to", required=True, default="all"
    )
    where = fields.Selection(
        [("school", "My school only"), ("all", "All schools of the académie")],
        string="Requests from",
        required=True,
        default="school",
        help="As the company says. All schools see a no to all of them; yours is yours alone.",
    )
    source = fields.Selection(
        [("said", "They told us"), ("letter", "They wrote to us")],
        string="How do we know",
        required=True,
        default="said",
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "bde.relation" and not values.get("partner_id"):
            relation = self.env["bde.relation"].browse(self.env.context.get("active_id"))
            values |= {"partner_id": relation.partner_id.id, "company_id": relation.company_id.id}
        return values

    def action_record(self):
        """Records it; from now on every request of these schools stops."""
        self.ensure_one()
        if self.who == "person" and not self.contact_id.email:
            raise UserError(
                self.env._("Choose the person: somebody of this company with an e-mail address.")
            )
        # a contact of another school is none of the user's business
        self.contact_id.check_access("read")
        self.env["bde.optout"]._record(
            self.company_id,
            partner=self.partner_id if self.who == "company" else None,
            email=self.contact_id.email if self.who == "person" else None,
            purposes=() if self.what == "all" else (self.what,),
            everywhere=self.where == "all",
            source=self.source,
        )
        return {"type": "ir.actions.act_window_close"}


class BdeOptoutWithdraw(models.TransientModel):
    """Asks why a no is withdrawn; the reason stays with the line."""

    _name = "bde.optout.withdraw"
    _description = "Withdraw a no"

    optout_id = fields.Many2one("bde.optout", required=True, readonly=True, ondelete="cascade")
    name = fields.Char(related="optout_id.display_name", string="Who")
    what = fields.Char(related="optout_id.what")
    scope = fields.Char(related="optout_id.scope")
    reason = fields.Char(string="Why", required=True)

    def action_withdraw(self):
        """Withdraws the line, for the school that recorded it or the académie."""
        self.ensure_one()
        self.optout_id._withdraw(self.reason)
        return {"type": "ir.actions.act_window_close"}
