from odoo import fields, models

from ..rules import portraits


class BdePortraitConsent(models.Model):
    """What one person said of one picture, or of the text, of a portrait.

    Written by verbs alone. For a minor there is a row of each holder of parental authority beside
    his own. What was read stays with the answer, as a proof.
    """

    _name = "bde.portrait.consent"
    _description = "Consent to a portrait"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "portrait_id, id"
    _rec_name = "name"

    portrait_id = fields.Many2one(
        "bde.portrait",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="portrait_id.company_id", store=True, precompute=True, default=None
    )
    picture_id = fields.Many2one(
        "bde.portrait.picture",
        readonly=True,
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
        "bde.guardian",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    name = fields.Char(string="Who", required=True, readonly=True)
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("given", "Agrees"),
            ("refused", "Says no"),
            ("withdrawn", "Took it back"),
            ("replaced", "Of an older text"),
        ],
        required=True,
        readonly=True,
        default="asked",
    )
    on_page = fields.Boolean(string="Public page", readonly=True)
    in_letters = fields.Boolean(string="Letters of the tax", readonly=True)
    in_class = fields.Boolean(string="In class", readonly=True)
    until = fields.Date(readonly=True)
    given_on = fields.Datetime(string="Answered on", readonly=True)
    ended_on = fields.Datetime(string="Taken back on", readonly=True)
    told_on = fields.Datetime(
        string="Written to on", readonly=True, help="A holder of authority, by his own link."
    )
    channel = fields.Selection(
        [("link", "By the link"), ("desk", "At the bureau")], string="Said", readonly=True
    )
    text = fields.Text(string="What was read", readonly=True)

    def _said(self):
        """As ``rules/portraits.py`` wants it.

        :rtype: dict
        """
        flags = {"page": self.on_page, "letters": self.in_letters, "class": self.in_class}
        return {
            "state": self.state,
            "uses": {use for use in portraits.USES if flags[use]},
            "until": self.until,
        }
