from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Addresses of the outside services, for Odoo's administrator."""

    _inherit = "res.config.settings"

    bde_recherche_entreprises_url = fields.Char(
        string="Directory of companies",
        config_parameter="bde.recherche_entreprises_url",
        help="API Recherche d'entreprises. Empty: companies are typed by hand.",
    )
    bde_ban_url = fields.Char(
        string="Directory of addresses",
        config_parameter="bde.ban_url",
        help="Geocoding of the Géoplateforme. Empty: points are placed by hand.",
    )
    bde_map_tiles_url = fields.Char(
        string="Tiles of the map",
        config_parameter="bde.map_tiles_url",
        help="Address with {z}, {x} and {y}. Empty: points and names of towns on a plain ground.",
    )
    bde_map_tiles_attribution = fields.Char(
        string="Credit of the tiles", config_parameter="bde.map_tiles_attribution"
    )
