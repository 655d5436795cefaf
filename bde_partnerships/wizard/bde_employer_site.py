from odoo import fields, models


class BdeEmployerSite(models.TransientModel):
    """Adds another place of an establishment, without a SIRET of its own."""

    _name = "bde.employer.site"
    _description = "Add a site"

    partner_id = fields.Many2one(
        "res.partner", string="Establishment", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    name = fields.Char(string="Name of the site", required=True)
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char(string="Town")
    phone = fields.Char()

    def action_add(self):
        """Makes the site and opens its page at the school; see ``res.partner._bde_add_site``."""
        self.ensure_one()
        names = ("name", "street", "street2", "zip", "city", "phone")
        site = self.partner_id._bde_add_site({name: self[name] for name in names}, self.company_id)
        return self.env["bde.relation"]._bde_ensure(site, self.company_id)._bde_open()
