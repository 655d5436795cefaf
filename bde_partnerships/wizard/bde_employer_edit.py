from odoo import api, fields, models

from ..models.res_partner import HEADCOUNTS
from ..models.res_partner_employer import SHARED_FIELDS


class BdeEmployerEdit(models.TransientModel):
    """Changes what all schools share of a company, with a line of history."""

    _name = "bde.employer.edit"
    _description = "Change a company"

    relation_id = fields.Many2one("bde.relation", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="relation_id.partner_id")
    sirene_on = fields.Datetime(related="relation_id.partner_id.sirene_on")
    company_registry = fields.Char(string="SIRET")
    name = fields.Char(required=True)
    naf_code = fields.Char(string="NAF")
    headcount = fields.Selection(HEADCOUNTS)
    activity = fields.Char(string="What they do")
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char(string="Town")
    phone = fields.Char()
    email = fields.Char(string="E-mail")
    website = fields.Char()
    closed_on = fields.Date(string="Closed on")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        partner = self.env["bde.relation"].browse(values.get("relation_id")).partner_id
        for name in (*SHARED_FIELDS, "company_registry"):
            if name in fields and partner:
                values[name] = partner[name]
        return values

    def action_apply(self):
        """Writes what changed; see ``res.partner._bde_change_employer``."""
        self.ensure_one()
        partner = self.partner_id
        vals = {
            name: self[name]
            for name in (*SHARED_FIELDS, "company_registry")
            if (self[name] or False) != (partner[name] or False)
        }
        partner._bde_change_employer(vals, self.relation_id.company_id)
        return {"type": "ir.actions.act_window_close"}
