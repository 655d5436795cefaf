from odoo import fields, models


class ResPartner(models.Model):
    """The legal category that SIRENE gives: public bodies and non-profits are told by it."""

    _inherit = "res.partner"

    bde_legal_category = fields.Char(
        string="Legal category",
        size=4,
        copy=False,
        help="Nature juridique of SIRENE, four digits: 5710 is an SAS, 7210 a commune, 9220 a "
        "declared association.",
    )
