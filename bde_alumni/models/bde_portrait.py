from odoo import fields, models

STATES = [
    ("draft", "Being written"),
    ("to_approve", "To be approved"),
    ("approved", "Approved"),
    ("published", "Shown"),
    ("ended", "Over"),
]


class BdePortrait(models.Model):
    """The story of an alumnus, as he approved it: text and pictures, each for its uses."""

    _name = "bde.portrait"
    _description = "Portrait of an alumnus"
    _inherit = ["bde.owned", "bde.kept", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "title"

    alumnus_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    title = fields.Char(required=True, help="For instance: Gina, electrician in Dijon.")
    text = fields.Text(required=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", copy=False)
    until = fields.Date(string="Shown until")
    published_on = fields.Date(string="Shown since", readonly=True, copy=False)
    ended_on = fields.Date(string="Over since", readonly=True, copy=False)
    picture_ids = fields.One2many("bde.portrait.picture", "portrait_id", string="Pictures")
    consent_ids = fields.One2many("bde.portrait.consent", "portrait_id", readonly=True)
