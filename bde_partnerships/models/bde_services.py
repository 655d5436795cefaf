from odoo import api, models
from odoo.exceptions import AccessError

from ..rules import ban, recherche_entreprises

TILES_URL = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png"
    "&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
# The addresses that a new installation gets; an empty or missing one switches the service off.
DEFAULTS = {
    "bde.recherche_entreprises_url": recherche_entreprises.DEFAULT_URL,
    "bde.ban_url": ban.DEFAULT_URL,
    "bde.map_tiles_url": TILES_URL,
    "bde.map_tiles_attribution": "© IGN – Géoplateforme",
}
PROVIDER = "base_geolocalize.geo_provider"


class BdeServices(models.AbstractModel):
    """Addresses of the outside services, and what the map must know of them."""

    _name = "bde.services"
    _description = "Outside services"

    @api.model
    def _get(self, key):
        """Value of a server parameter; empty when the service is switched off.

        :rtype: str
        """
        # sudo: a parameter of the server, no role reads them
        return (self.env["ir.config_parameter"].sudo().get_param(key) or "").strip()

    @api.model
    def _set_defaults(self):
        """Writes the parameters that nobody set: at the first installation and at its upgrade."""
        Parameter = self.env["ir.config_parameter"].sudo()  # sudo: see _get
        known = set(Parameter.search([("key", "in", [*DEFAULTS, PROVIDER])]).mapped("key"))
        for key, value in DEFAULTS.items():
            if key not in known:
                Parameter.set_param(key, value)
        if PROVIDER not in known:
            provider = self.env.ref("bde_partnerships.geo_provider_ban")
            Parameter.set_param(PROVIDER, provider.id)

    @api.model
    def get_map_settings(self):
        """What the map draws beside the points: tiles, the user's school, what he may do.

        :return: dict ``tiles``, ``attribution``, ``school`` (``name``, ``latitude``,
            ``longitude`` or None), ``may_prospect``, ``may_ask_tax`` (a campaign is open)
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The map is for the staff of schools."))
        # sudo: the partner of the user's own school, whatever partners he may read
        school = self.env.company.sudo().partner_id
        placed = school.partner_latitude or school.partner_longitude
        campaign = "bde.campaign" in self.env
        return {
            "tiles": self._get("bde.map_tiles_url"),
            "attribution": self._get("bde.map_tiles_attribution"),
            "school": {
                "name": self.env.company.name,
                "latitude": school.partner_latitude,
                "longitude": school.partner_longitude,
            }
            if placed
            else None,
            "may_prospect": campaign and self.env["bde.campaign"].has_access("create"),
            "may_ask_tax": self._may_ask_tax(),
        }

    @api.model
    def _may_ask_tax(self):
        """Whether the user's school has an open campaign of the tax that he may add to."""
        if not self.env["bde.tax.target"].has_access("create"):
            return False
        own = [("company_id", "=", self.env.company.id), ("state", "!=", "closed")]
        return bool(self.env["bde.tax.campaign"].search_count(own, limit=1))
