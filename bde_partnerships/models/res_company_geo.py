from odoo import fields, models

PLACERS = ("manager", "head")


class ResCompany(models.Model):
    """Where a school is: the centre of its maps and distances."""

    _inherit = "res.company"

    bde_latitude = fields.Float(
        related="partner_id.partner_latitude", related_sudo=True, string="Latitude"
    )
    bde_longitude = fields.Float(
        related="partner_id.partner_longitude", related_sudo=True, string="Longitude"
    )
    bde_geo_state = fields.Selection(related="partner_id.bde_geo_state", related_sudo=True)

    def action_bde_place(self, latitude, longitude):
        """Puts the point of the school by hand.

        :raise AccessError: neither its manager nor its head
        """
        self.ensure_one()
        self._bde_check_user_is(*PLACERS)
        # sudo: no role writes the partner of the school; the right was checked above
        self.sudo().partner_id._bde_put(latitude, longitude, self)
        return True

    def action_bde_geocode(self):
        """Looks up the address of the school now; see ``res.partner``."""
        self.ensure_one()
        self._bde_check_user_is(*PLACERS)
        # sudo: see action_bde_place
        return self.sudo().partner_id.action_bde_geocode()
