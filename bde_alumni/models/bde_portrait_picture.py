from odoo import fields, models


class BdePortraitPicture(models.Model):
    """A photo of a portrait: shown where, and until when, its person agreed."""

    _name = "bde.portrait.picture"
    _description = "Picture of a portrait"
    _inherit = ["bde.owned"]
    _order = "portrait_id, sequence, id"
    _rec_name = "caption"

    portrait_id = fields.Many2one(
        "bde.portrait", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="portrait_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    image = fields.Image(string="Picture", required=True, max_width=1600, max_height=1600)
    caption = fields.Char(help="What is seen, also for those who cannot see it.")
