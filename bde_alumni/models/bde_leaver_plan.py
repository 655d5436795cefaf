from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..rules import safety_net

SECRETARY = "bde_partnerships.group_secretary"
WISHES = [
    ("study", "Further studies"),
    ("apprenticeship", "Apprenticeship"),
    ("job", "A job"),
    ("avenirpro_plus", "AvenirPro+ at the school"),
    ("abroad", "Abroad"),
    ("unknown", "Does not know yet"),
]
SOLUTIONS = [
    ("none", "None yet"),
    ("study", "Further studies"),
    ("apprenticeship", "Apprenticeship"),
    ("job", "A job"),
    ("avenirpro_plus", "AvenirPro+ at the school"),
    ("mission_locale", "Followed by the Mission locale"),
    ("france_travail", "Followed by France Travail"),
    ("moved", "Moved away"),
    ("other", "Other"),
]
SOURCES = [
    ("pupil", "The pupil"),
    ("guardian", "A guardian"),
    ("staff", "The school"),
    ("survey", "A survey"),
]


class BdeLeaverPlan(models.Model):
    """What a pupil of a final year wants to do next, and what is done for it.

    One a pupil and school year, made with his record among the alumni. Teachers of his class
    work on it until he leaves; the bureau goes on until he has a solution.
    """

    _name = "bde.leaver.plan"
    _description = "Plan of a final-year pupil"
    _inherit = ["bde.owned", "bde.yearly", "bde.kept", "mail.thread", "mail.activity.mixin"]
    _order = "cohort desc, name, id"
    _rec_names_search = ["name"]
    _bde_of_pupils = True

    alumnus_id = fields.Many2one(
        "bde.alumnus",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        groups=SECRETARY,
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    name = fields.Char(related="alumnus_id.name", store=True, precompute=True, index="trigram")
    student_id = fields.Many2one(
        "bde.student",
        string="Pupil",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    schooling_id = fields.Many2one(
        "bde.schooling",
        compute="_compute_schooling_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    division_id = fields.Many2one(
        related="schooling_id.division_id", store=True, precompute=True, index="btree_not_null"
    )
    training_id = fields.Many2one(
        related="alumnus_id.training_id", store=True, precompute=True, index="btree_not_null"
    )
    cohort = fields.Integer(
        string="Leaves in", compute="_compute_cohort", store=True, precompute=True, index=True
    )
    has_left = fields.Boolean(related="alumnus_id.has_left", store=True, precompute=True)
    is_adult = fields.Boolean(related="alumnus_id.is_adult")

    wish = fields.Selection(WISHES, required=True, default="unknown", tracking=True)
    wish_text = fields.Text(string="In his own words")
    training_label = fields.Char(string="Training wished", help="Diploma, school, town.")
    follower_id = fields.Many2one(
        "res.users",
        string="Who acts",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        help="The colleague who helps this pupil to find a solution.",
    )

    registration_ids = fields.One2many(
        "event.registration", "bde_plan_id", string="Workshops and meetings", groups=SECRETARY
    )
    workshop_count = fields.Integer(
        string="Workshops attended", compute="_compute_workshops", store=True, aggregator="avg"
    )
    workshop_hours = fields.Float(
        string="Hours of workshops", compute="_compute_workshops", store=True
    )
    has_enough_workshops = fields.Boolean(
        string="Four workshops",
        compute="_compute_workshops",
        store=True,
        help="Four at least, of one to two hours: AvenirPro, order of 28 November 2025.",
    )
    workshop_text = fields.Text(
        string="Workshops and meetings, one by one", compute="_compute_workshop_text"
    )
    interview_ids = fields.One2many("bde.leaver.interview", "plan_id", string="Interviews")
    next_interview_on = fields.Date(
        string="Next interview", compute="_compute_next_interview_on", store=True, index=True
    )

    cv_about = fields.Text(string="A few lines about oneself", help="At the head of the CV.")
    cv_languages = fields.Char(
        string="Languages", help="One after the other: English (A2), Portuguese."
    )
    cv_more = fields.Text(string="Also on the CV", help="Driving licence, first aid, sport…")

    solution = fields.Selection(SOLUTIONS, required=True, default="none", tracking=True)
    solution_text = fields.Char(string="Where", help="Company, school, town.")
    solution_on = fields.Date(string="Known on", readonly=True, copy=False)
    solution_source = fields.Selection(SOURCES, string="Who said so")
    plus_from = fields.Date(string="AvenirPro+ from")
    plus_to = fields.Date(string="AvenirPro+ until")
    state = fields.Selection(
        [("to_do", "To begin"), ("running", "In progress"), ("solved", "Has a solution")],
        compute="_compute_state",
        store=True,
        index=True,
    )

    _alumnus_year_uniq = models.Constraint(
        "UNIQUE(alumnus_id, school_year_id)", "This pupil has a plan for this year already."
    )
    _company_cohort_idx = models.Index("(company_id, cohort, state)")

    def _bde_fixed(self):
        return super()._bde_fixed() | {"alumnus_id", "student_id", "school_year_id"}

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("school_year_id.date_end")
    def _compute_cohort(self):
        for plan in self:
            plan.cohort = plan.school_year_id.date_end.year if plan.school_year_id else 0

    @api.depends("student_id.schooling_id", "school_year_id")
    def _compute_schooling_id(self):
        """The pupil's last schooling of that year; it stays when he comes back for another one."""
        for plan in self:
            schooling = plan.student_id.schooling_id
            if schooling.school_year_id == plan.school_year_id:
                plan.schooling_id = schooling
            else:
                plan.schooling_id = plan.schooling_id

    @api.depends("registration_ids.state", "registration_ids.event_id.bde_minutes",
                 "registration_ids.event_id.bde_counts")  # fmt: skip
    def _compute_workshops(self):
        for plan in self:
            came = plan.registration_ids.filtered(
                lambda one: one.state == "done" and one.event_id.bde_counts
            )
            plan.workshop_count = len(came)
            plan.workshop_hours = sum(came.event_id.mapped("bde_minutes")) / 60
            plan.has_enough_workshops = len(came) >= safety_net.ENOUGH

    @api.depends_context("lang")
    @api.depends("registration_ids.state")
    def _compute_workshop_text(self):
        """For teachers too, who read no list of who was invited."""
        words = {
            "open": self.env._("invited"),
            "done": self.env._("came"),
            "cancel": self.env._("did not come"),
            "draft": self.env._("invited"),
        }
        for plan in self:
            # sudo: the days of one pupil, whose plan the user reads
            rows = plan.sudo().registration_ids.sorted(lambda one: one.event_id.date_begin)
            plan.workshop_text = "\n".join(
                " · ".join(
                    (
                        format_date(self.env, row.event_id.date_begin.date()),
                        row.event_id.name,
                        words[row.state],
                    )
                )
                for row in rows
            )

    @api.depends("interview_ids.date", "interview_ids.next_on")
    def _compute_next_interview_on(self):
        for plan in self:
            last = plan.interview_ids.sorted(lambda one: (one.date, one._origin.id or 0))[-1:]
            plan.next_interview_on = last.next_on

    @api.depends("wish", "solution")
    def _compute_state(self):
        for plan in self:
            if plan.solution != "none":
                plan.state = "solved"
            else:
                plan.state = "to_do" if plan.wish == "unknown" else "running"

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("follower_id")
    def _check_follower(self):
        for plan in self.filtered("follower_id"):
            # sudo: roles of a colleague
            if plan.company_id.id not in plan.follower_id.sudo()._bde_company_ids("staff"):
                raise ValidationError(
                    self.env._("Who acts for a pupil is a colleague of the school.")
                )

    @api.constrains("plus_from", "plus_to")
    def _check_plus(self):
        for plan in self.filtered(lambda one: one.plus_from and one.plus_to):
            first, last = safety_net.plus_window(plan.cohort)
            if not first <= plan.plus_from <= plan.plus_to <= last:
                raise ValidationError(
                    self.env._(
                        "AvenirPro+ of the leavers of %(year)s lies between %(first)s and"
                        " %(last)s: four months at most from 1 September.",
                        year=plan.cohort,
                        first=format_date(self.env, first),
                        last=format_date(self.env, last),
                    )
                )
