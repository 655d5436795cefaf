from odoo import api, fields, models


class BdeEmployerLead(models.TransientModel):
    """The académie names the school that leads with companies."""

    _name = "bde.employer.lead"
    _description = "Lead school of companies"

    partner_ids = fields.Many2many("res.partner", string="Companies", required=True)
    company_id = fields.Many2one(
        "res.company", string="Académie", required=True, default=lambda self: self.env.company
    )
    school_id = fields.Many2one(
        "res.company",
        string="Lead school",
        domain="[('parent_id', '=', company_id), ('bde_kind', '=', 'school')]",
        help="Empty: no school leads any more.",
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "school_id" in fields and values.get("partner_ids"):
            ids = self._fields["partner_ids"].convert_to_cache(values["partner_ids"], self)
            leads = self.env["res.partner"].browse(ids).bde_lead_school_id
            values.setdefault("school_id", leads.id if len(leads) == 1 else False)
        return values

    def action_apply(self):
        """Names the school; see ``res.partner._bde_name_lead_school``."""
        self.ensure_one()
        self.partner_ids._bde_name_lead_school(self.school_id, self.company_id)
        return {"type": "ir.actions.act_window_close"}
