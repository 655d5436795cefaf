from odoo import fields, models


class BdeFormerSiret(models.Model):
    """A SIRET that an employer had: it moved, or was taken over."""

    _name = "bde.former.siret"
    _description = "Former SIRET of a company"
    _inherit = ["bde.unsigned"]
    _order = "date_to desc, id desc"
    _rec_name = "siret"

    partner_id = fields.Many2one(
        "res.partner", string="Company", required=True, index=True, ondelete="cascade"
    )
    siret = fields.Char(string="SIRET", required=True, index=True)
    date_to = fields.Date(string="Until")
