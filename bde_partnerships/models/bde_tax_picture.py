from odoo import fields, models


class BdeTaxPicture(models.Model):
    """A photo of what was bought; it leaves the school once somebody looked at who is on it."""

    _name = "bde.tax.picture"
    _description = "Picture of what was bought"
    _inherit = ["bde.owned"]
    _order = "use_id, sequence, id"
    _rec_name = "caption"

    use_id = fields.Many2one(
        "bde.tax.use", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="use_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    image = fields.Image(string="Picture", required=True, max_width=1600, max_height=1600)
    caption = fields.Char(help="What is seen, for those who cannot see it too.")
    checked = fields.Boolean(
        string="No minor can be recognised",
        copy=False,
        help="I looked at this picture: no minor can be recognised on it. Without this statement "
        "it appears in no letter and on no page.",
    )
    checked_on = fields.Datetime(string="Stated on", readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users", string="Stated by", readonly=True, copy=False, ondelete="restrict"
    )
