from odoo import api, fields, models
from odoo.exceptions import ValidationError

# An offer stays 60 days at most: an old one makes people call for nothing.
DAYS_SHOWN = 60

KINDS = [
    ("job", "Job"),
    ("apprenticeship", "Apprenticeship"),
    ("study", "Studies"),
    ("placement", "Work placement"),
]
STATES = [
    ("proposed", "To read"),
    ("published", "Published"),
    ("expired", "Expired"),
    ("filled", "Filled"),
    ("refused", "Refused"),
]
SOURCES = [("staff", "The bureau"), ("company", "A company"), ("alumnus", "An alumnus")]
REASONS = [
    ("off_topic", "Not for our trainings"),
    ("incomplete", "Too little is said"),
    ("unlawful", "Not lawful: paid by the worker, discriminating, undeclared"),
    ("twice", "Proposed already"),
    ("doubt", "We could not check who proposes it"),
]


class BdeJobOffer(models.Model):
    """A job, an apprenticeship or a place to study, for those who leave the school.

    Proposed by the bureau, by an alumnus from his page, or by a company from the page of the
    school; alumni see it once the bureau has read and published it, until it expires.
    """

    _name = "bde.job.offer"
    _description = "Offer for leavers"
    _inherit = ["bde.owned", "bde.kept", "mail.thread", "mail.activity.mixin"]
    _order = "state_rank, expires_on, id desc"
    _rec_name = "title"
    _rec_names_search = ["title", "employer_name", "city"]

    kind = fields.Selection(KINDS, string="Type of offer", required=True, default="job")
    title = fields.Char(required=True, help="The trade, as somebody would look for it.")
    text = fields.Text(string="Description")
    relation_id = fields.Many2one(
        "bde.relation",
        string="Company of your school",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    employer_text = fields.Char(
        string="Company as typed", help="As long as it is not one of your companies."
    )
    employer_name = fields.Char(string="Employer", compute="_compute_employer_name", store=True)
    training_ids = fields.Many2many(
        "bde.training", string="For the trainings", check_company=True, help="Empty: for all."
    )
    city = fields.Char(string="Town")
    contact_text = fields.Char(
        string="How to apply", help="Alumni read it: a person, a phone number, an e-mail address."
    )
    url = fields.Char(string="Page of the offer")
    expires_on = fields.Date(
        string="Shown until",
        required=True,
        default=lambda self: fields.Date.add(self.env.company._bde_today(), days=DAYS_SHOWN),
        help="Sixty days at most; it may be prolonged.",
    )
    state = fields.Selection(
        STATES, required=True, default="proposed", readonly=True, copy=False, tracking=True
    )
    state_rank = fields.Integer(
        compute="_compute_state_rank", store=True, precompute=True, aggregator=None
    )
    source = fields.Selection(
        SOURCES, string="Proposed by", required=True, default="staff", readonly=True, copy=False
    )
    alumnus_id = fields.Many2one(
        "bde.alumnus",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Who proposes it.",
    )
    proposer_name = fields.Char(string="Person who proposes it", readonly=True, copy=False)
    proposer_email = fields.Char(string="E-mail of that person", readonly=True, copy=False)
    proposer_phone = fields.Char(string="Phone of that person", readonly=True, copy=False)
    siret = fields.Char(
        string="SIRET as typed", readonly=True, copy=False, help="Not checked with SIRENE."
    )
    origin = fields.Char(readonly=True, copy=False, index="btree_not_null", groups=fields.NO_ACCESS)
    refusal_reason = fields.Selection(REASONS, string="Reason", readonly=True, copy=False)
    moderated_by_id = fields.Many2one(
        "res.users", string="Read by", readonly=True, copy=False, ondelete="set null"
    )
    published_on = fields.Date(string="Published on", readonly=True, copy=False)
    tell_alumni = fields.Boolean(
        string="Tell alumni by mail",
        help="Those of these trainings who agreed to the school's news: one line in their mail.",
    )

    _company_state_idx = models.Index("(company_id, state, expires_on)")

    @api.depends("relation_id.partner_name", "employer_text")
    def _compute_employer_name(self):
        for offer in self:
            offer.employer_name = offer.relation_id.partner_name or offer.employer_text

    @api.depends("state")
    def _compute_state_rank(self):
        """To read first, then what alumni see."""
        ranks = {state: rank for rank, (state, _label) in enumerate(STATES)}
        for offer in self:
            offer.state_rank = ranks[offer.state]

    @api.constrains("url")
    def _check_url(self):
        """It becomes a link on pages of alumni."""
        for offer in self:
            if offer.url and not offer.url.lower().startswith(("https://", "http://")):
                raise ValidationError(
                    self.env._(
                        "The page of the offer begins with https://, for instance"
                        " https://www.francetravail.fr."
                    )
                )

    @api.constrains("expires_on", "state")
    def _check_expires_on(self):
        waiting = self.filtered(lambda one: one.state in ("proposed", "published"))
        for company, offers in waiting.grouped("company_id").items():
            last = fields.Date.add(company._bde_today(), days=DAYS_SHOWN)
            if any(one.expires_on > last for one in offers):
                raise ValidationError(
                    self.env._(
                        "An offer is shown for %(days)s days at most: until %(date)s.",
                        days=DAYS_SHOWN,
                        date=fields.Date.to_string(last),
                    )
                )
