from odoo import fields, models


class BdePortraitConsent(models.Model):
    """What one person said of one picture, or of the text, of a portrait.

    Written by verbs alone. For a minor there is a row of each holder of parental authority beside
    his own.
    """

    _name = "bde.portrait.consent"
    _description = "Consent to a portrait"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "portrait_id, by, id"
    _rec_name = "name"

    portrait_id = fields.Many2one(
        "bde.portrait", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="portrait_id.company_id", store=True, precompute=True, default=None
    )
    picture_id = fields.Many2one(
        "bde.portrait.picture",
        string="Picture",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: title and text.",
    )
    by = fields.Selection(
        [("self", "The person"), ("guardian", "Holder of parental authority")],
        required=True,
        readonly=True,
        default="self",
    )
    guardian_id = fields.Many2one(
        "bde.guardian", index="btree_not_null", ondelete="set null", check_company=True
    )
    name = fields.Char(string="Who", required=True, readonly=True)
    on_page = fields.Boolean(string="Public page", readonly=True)
    in_letters = fields.Boolean(string="Letters of the tax", readonly=True)
    in_class = fields.Boolean(string="In class", readonly=True)
    until = fields.Date(readonly=True)
    given_on = fields.Datetime(readonly=True)
    withdrawn_on = fields.Datetime(readonly=True)
