from odoo import api, fields, models


class BdeRelation(models.Model):
    """What one school knows and thinks of an employer."""

    _name = "bde.relation"
    _description = "Relation of a school with a company"
    _inherit = ["bde.owned", "mail.thread", "mail.activity.mixin"]
    _order = "partner_name, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Company", required=True, index=True, ondelete="restrict"
    )
    partner_name = fields.Char(related="partner_id.name", store=True, string="Name")
    status = fields.Selection(
        [
            ("prospect", "To discover"),
            ("known", "Known"),
            ("partner", "Partner"),
            ("paused", "Do not call for now"),
            ("stopped", "No longer"),
        ],
        required=True,
        default="known",
        tracking=True,
    )
    notes = fields.Html(help="Facts only: the person concerned may read what is written here.")
    insurance_company = fields.Char(string="Insurer")
    insurance_policy = fields.Char(string="Policy")

    _company_partner_uniq = models.Constraint(
        "UNIQUE(company_id, partner_id)", "The school already follows this company."
    )

    @api.model
    def _bde_ensure(self, employers, company):
        """Relations of a school with these employers, made when missing."""
        # sudo: called by checked verbs for their own school
        Relation = self.sudo()
        found = Relation.search(
            [("company_id", "=", company.id), ("partner_id", "in", employers.ids)]
        )
        missing = employers - found.partner_id
        found |= Relation.create(
            [{"company_id": company.id, "partner_id": partner.id} for partner in missing]
        )
        return found.with_env(self.env)
