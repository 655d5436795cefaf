from odoo import fields, models


class BdeRelation(models.Model):
    """Where the company is, and the outside services from its page at the school."""

    _inherit = "bde.relation"

    latitude = fields.Float(related="partner_id.partner_latitude", string="Latitude")
    longitude = fields.Float(related="partner_id.partner_longitude", string="Longitude")
    geo_state = fields.Selection(related="partner_id.bde_geo_state")
    sirene_missing_on = fields.Date(related="partner_id.sirene_missing_on")
    sirene_other_name = fields.Char(related="partner_id.sirene_other_name")

    def _bde_partner_here(self):
        """The company, in the name of the school whose page it is."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id)

    def action_bde_place(self, latitude, longitude):
        """Puts the point of the company by hand; see ``res.partner``."""
        return self._bde_partner_here().action_bde_place(latitude, longitude)

    def action_bde_geocode(self):
        """Looks up the address of the company now; see ``res.partner``."""
        return self._bde_partner_here().action_bde_geocode()

    def action_bde_refresh_listed(self):
        """Reads the chosen companies again in SIRENE; see ``res.partner``."""
        return self._bde_for_school("action_bde_refresh_listed")

    def action_bde_geocode_listed(self):
        """Looks up the addresses of the chosen companies; see ``res.partner``."""
        return self._bde_for_school("action_bde_geocode_listed")

    def _bde_for_school(self, name):
        """Runs an action of the companies in the name of the first school chosen."""
        partners = self.partner_id.with_company(self.company_id[:1] or self.env.company)
        return getattr(partners, name)()
