from odoo import api, fields, models

from ..rules import quality
from .bde_question import VIEWS

COMMENT_MAX = 600


class BdeRating(models.Model):
    """What the pupil, the referent or the tutor answered about a stay.

    The pupil's is his right (L124-4 C. éduc.): it never counts in his marks. Written by
    ``placement._rate`` alone, so that no role changes what somebody else said; words are read by
    the bureau of the school alone, and no road leads from here to the company.
    """

    _name = "bde.rating"
    _description = "Rating of a stay"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "submitted_on desc, id desc"

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    view = fields.Selection(VIEWS, string="Asked of", required=True, readonly=True)
    person_ref = fields.Char(required=True, readonly=True, export_string_translation=False)
    source = fields.Selection(
        [("link", "By the link"), ("call", "By telephone"), ("staff", "In the application")],
        required=True,
        readonly=True,
        default="staff",
    )
    host_id = fields.Many2one(
        related="placement_id.host_id",
        string="Company",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    student_name = fields.Char(related="placement_id.student_name")
    division_id = fields.Many2one(related="placement_id.division_id")
    referent_id = fields.Many2one(related="placement_id.referent_id")
    training_code = fields.Char(readonly=True, help="As in the trainings that companies welcome.")
    training_name = fields.Char(string="Training", readonly=True)
    date = fields.Date(string="End of the stay", required=True, readonly=True)
    answers = fields.Json(string="Values", required=True, readonly=True)
    answers_html = fields.Html(string="Answers", compute="_compute_answers_html", sanitize=False)
    score = fields.Float(
        readonly=True,
        aggregator="avg",
        help="0 to 100: mean of the questions; see the formula of the index.",
    )
    has_score = fields.Boolean(readonly=True, help="Something that counts was answered.")
    comment = fields.Text(readonly=True)
    submitted_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    moderation = fields.Selection(
        [("none", "No words"), ("to_read", "To read"), ("shown", "Read"), ("hidden", "Hidden")],
        string="Words",
        required=True,
        readonly=True,
        default="none",
        index=True,
    )
    moderation_reason = fields.Selection(
        [
            ("insult", "Insult or attack on a person"),
            ("person", "Names somebody"),
            ("private", "Health or private life"),
            ("off_topic", "Not about the stay"),
            ("wrong", "About another stay: the answers do not count"),
        ],
        string="Why hidden",
        readonly=True,
    )
    moderated_by_id = fields.Many2one("res.users", string="Read by", readonly=True)
    moderated_on = fields.Datetime(string="Read on", readonly=True)
    is_counted = fields.Boolean(
        string="Counts in the index",
        compute="_compute_is_counted",
        store=True,
        precompute=True,
    )
    released_on = fields.Date(
        readonly=True,
        help="Day from which these answers are a part of what the company sees, in a group of "
        "three pupils at least.",
    )

    _once_uniq = models.UniqueIndex("(placement_id, view, person_ref)")
    _host_counted_idx = models.Index("(host_id) WHERE is_counted")
    _to_read_idx = models.Index("(company_id) WHERE moderation = 'to_read'")

    @api.depends("view", "has_score", "moderation_reason", "host_id")
    def _compute_is_counted(self):
        for rating in self:
            rating.is_counted = bool(
                rating.view in quality.VIEWS
                and rating.host_id
                and rating.moderation_reason != "wrong"
                and rating.has_score
            )

    @api.depends("view", "submitted_on")
    def _compute_display_name(self):
        labels = dict(self._fields["view"]._description_selection(self.env))
        for rating in self:
            rating.display_name = labels.get(rating.view)
