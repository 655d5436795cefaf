from odoo import api, fields, models

# what may be ticked, with the offer of a company (``bde.offer``) that it amounts to
OFFERS = {
    "tutor": "placements",
    "host": "placements",
    "speak": "forum",
    "jury": "jury",
    "mentor": "tutoring",
    "tax": "tax",
}
REMARK_MAX, EMPLOYER_MAX = 600, 120


class BdeWouldYou(models.Model):
    """What an alumnus answered in a year to “would you…”: one page, once a year."""

    _name = "bde.would.you"
    _description = "What an alumnus would do for the school"
    _inherit = ["bde.owned", "bde.kept", "mail.thread", "mail.activity.mixin"]
    _order = "year desc, alumnus_id, id"
    _rec_name = "alumnus_id"

    alumnus_id = fields.Many2one(
        "bde.alumnus",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    year = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="In which the school year ends: 2027 for 2026-2027.",
    )
    cohort = fields.Integer(related="alumnus_id.cohort", aggregator=None)
    training_id = fields.Many2one(related="alumnus_id.training_id")
    state = fields.Selection(
        [
            ("waiting", "No answer yet"),
            ("yes", "Would do something"),
            ("nothing", "Nothing this year"),
            ("no_more", "No for good"),
        ],
        required=True,
        default="waiting",
        readonly=True,
    )
    tutor = fields.Boolean(string="Be a tutor", readonly=True)
    host = fields.Boolean(string="Host a pupil", readonly=True)
    speak = fields.Boolean(string="Speak in class", readonly=True)
    jury = fields.Boolean(string="Sit in a jury", readonly=True)
    mentor = fields.Boolean(string="Be a mentor", readonly=True)
    tax = fields.Boolean(string="Taxe d'apprentissage", readonly=True)
    employer_text = fields.Char(string="His company, in his words", readonly=True)
    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Company of the school's book.",
    )
    remark = fields.Text(string="In his own words", readonly=True)
    noted = fields.Char(
        readonly=True, help="What was noted on the page of his company, in a talk, already."
    )
    answered_on = fields.Datetime(readonly=True)
    channel = fields.Selection(
        [("link", "By his link"), ("call", "By telephone"), ("desk", "At the bureau")],
        string="By",
        readonly=True,
    )

    said_text = fields.Char(string="Would", compute="_compute_said_text")

    _alumnus_year_uniq = models.Constraint(
        "UNIQUE(alumnus_id, year)", "This alumnus was asked this year already."
    )
    _company_year_idx = models.Index("(company_id, year, state)")

    @api.depends_context("lang")
    @api.depends(*OFFERS)
    def _compute_said_text(self):
        words = self._offer_words()
        for row in self:
            row.said_text = ", ".join(words[code] for code in OFFERS if row[code])

    @api.model
    def _offer_words(self):
        """{what may be ticked: its words for staff}"""
        return {code: self._fields[code]._description_string(self.env) for code in OFFERS}

    @api.depends("alumnus_id.name", "year")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.alumnus_id.name} ({row.year})"
