from odoo import api, fields, models

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
    work on it until he leaves.
    """

    _name = "bde.leaver.plan"
    _description = "Plan of a final-year pupil"
    _inherit = ["bde.owned", "bde.yearly", "bde.kept", "mail.thread", "mail.activity.mixin"]
    _order = "school_year_id desc, name, id"
    _rec_names_search = ["name"]

    alumnus_id = fields.Many2one(
        "bde.alumnus",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        groups="bde_partnerships.group_secretary",
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
        "bde.schooling", index="btree_not_null", ondelete="set null", check_company=True
    )
    division_id = fields.Many2one(
        related="schooling_id.division_id", store=True, precompute=True, index="btree_not_null"
    )
    training_id = fields.Many2one(
        related="alumnus_id.training_id", store=True, precompute=True, index="btree_not_null"
    )
    cohort = fields.Integer(related="alumnus_id.cohort", store=True, precompute=True, index=True)
    has_left = fields.Boolean(related="alumnus_id.has_left", store=True, precompute=True)

    wish = fields.Selection(WISHES, required=True, default="unknown", tracking=True)
    wish_text = fields.Text(string="In his own words")
    training_label = fields.Char(string="Training wished", help="Diploma, school, town.")
    follower_id = fields.Many2one("res.users", string="Who acts", index="btree_not_null")

    workshop_count = fields.Integer(string="Workshops attended", readonly=True)
    workshop_hours = fields.Float(string="Hours of workshops", readonly=True)
    has_enough_workshops = fields.Boolean(
        compute="_compute_has_enough_workshops", store=True, help="Four at least."
    )
    interview_ids = fields.One2many("bde.leaver.interview", "plan_id", string="Interviews")

    solution = fields.Selection(SOLUTIONS, required=True, default="none", tracking=True)
    solution_text = fields.Char(string="Where", help="Company, school, town.")
    solution_on = fields.Date(string="Known on", readonly=True)
    solution_source = fields.Selection(SOURCES, string="Who said so")
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

    @api.depends("workshop_count")
    def _compute_has_enough_workshops(self):
        for plan in self:
            plan.has_enough_workshops = plan.workshop_count >= 4

    @api.depends("wish", "solution")
    def _compute_state(self):
        for plan in self:
            if plan.solution != "none":
                plan.state = "solved"
            else:
                plan.state = "to_do" if plan.wish == "unknown" else "running"


class BdeLeaverInterview(models.Model):
    """A talk with a final-year pupil about what comes next, and what was agreed."""

    _name = "bde.leaver.interview"
    _description = "Interview with a final-year pupil"
    _inherit = ["bde.owned"]
    _order = "date desc, id desc"

    plan_id = fields.Many2one(
        "bde.leaver.plan", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, default=None
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._bde_today())
    user_id = fields.Many2one("res.users", string="By", default=lambda self: self.env.user)
    partner_body = fields.Char(string="With", help="France Travail, Mission locale, a company…")
    agreed = fields.Text(string="What was agreed", required=True)
    next_on = fields.Date(string="Next time")
