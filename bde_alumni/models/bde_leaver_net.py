from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules import safety_net
from .bde_leaver_plan import SECRETARY, SOLUTIONS

MONTHS = [("06", "June"), ("09", "September"), ("10", "October"), ("01", "January")]
SITUATIONS = [
    ("unknown", "Not known"),
    ("looking", "Looking"),
    ("waiting", "Waiting for an answer"),
    ("silent", "Not reached"),
]


class BdeLeaverDate(models.Model):
    """Day on which a round of the safety net begins, for all schools of an académie."""

    _name = "bde.leaver.date"
    _description = "Date of the safety net"
    _inherit = ["bde.owned"]
    _order = "cohort desc, date"
    _check_company_domain = models.check_company_domain_parent_of

    company_id = fields.Many2one(string="Académie")
    cohort = fields.Integer(
        string="Leavers of",
        required=True,
        default=lambda self: self.env.company._bde_today().year,
        help="2026 for those who leave at the end of 2025-2026.",
    )
    month = fields.Selection(MONTHS, string="Round", required=True)
    date = fields.Date(
        required=True, compute="_compute_date", store=True, readonly=False, precompute=True
    )

    _round_uniq = models.Constraint(
        "UNIQUE(company_id, cohort, month)", "This round has a date already."
    )

    @api.depends("cohort", "month")
    def _compute_date(self):
        for row in self:
            if row.cohort and row.month:
                row.date = safety_net.default_date(row.cohort, row.month)

    @api.constrains("date", "cohort", "month")
    def _check_date(self):
        for row in self:
            year = row.cohort + (row.month == "01")
            if row.date.year != year:
                raise ValidationError(
                    self.env._(
                        "This round of the leavers of %(cohort)s is in %(year)s.",
                        cohort=row.cohort,
                        year=year,
                    )
                )

    @api.model
    def _of(self, company, cohorts):
        """Days that the académie of a school says: {cohort: {month: date}}; one query."""
        # sudo: dates that the académie hands down
        rows = self.sudo().search(
            [("company_id", "parent_of", company.id), ("cohort", "in", list(cohorts))]
        )
        found = {}
        for row in rows:
            found.setdefault(row.cohort, {})[row.month] = row.date
        return found


class BdeLeaverRound(models.Model):
    """A round of the safety net: who of a cohort is without a solution at a date."""

    _name = "bde.leaver.round"
    _description = "Round of the safety net"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "date desc, id desc"
    _rec_name = "name"

    name = fields.Char(compute="_compute_name", search="_search_name")
    cohort = fields.Integer(
        string="Leavers of",
        required=True,
        index=True,
        default=lambda self: self.env.company._bde_today().year,
        help="2026 for those who leave at the end of 2025-2026.",
    )
    month = fields.Selection(MONTHS, string="Round", required=True)
    date = fields.Date(
        required=True, compute="_compute_date", store=True, readonly=False, precompute=True
    )
    state = fields.Selection(
        [("planned", "To begin"), ("running", "In progress"), ("over", "Over")],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
    )
    line_ids = fields.One2many("bde.leaver.net", "round_id", string="Leavers of the round")
    leaver_count = fields.Integer(
        string="Leavers", readonly=True, copy=False, help="Of the cohort, when the round began."
    )
    line_count = fields.Integer(string="Without a solution", compute="_compute_counts")
    open_count = fields.Integer(string="Still without", compute="_compute_counts")

    _round_uniq = models.Constraint(
        "UNIQUE(company_id, cohort, month)", "This round is there already."
    )

    @api.depends("cohort", "month")
    @api.depends_context("lang")
    def _compute_name(self):
        months = dict(self._fields["month"]._description_selection(self.env))
        for one in self:
            one.name = " · ".join(filter(None, (months.get(one.month), str(one.cohort))))

    def _search_name(self, operator, value):
        """By the year in it: months are words of a language."""
        if operator not in ("ilike", "=", "in", "like"):
            return NotImplemented
        texts = value if operator == "in" else [value]
        years = [int(word) for text in texts for word in str(text).split() if word.isdigit()]
        return [("cohort", "in", years)] if years else []

    @api.depends("cohort", "month")
    def _compute_date(self):
        for one in self:
            if one.cohort and one.month:
                said = self.env["bde.leaver.date"]._of(one.company_id, [one.cohort])
                one.date = said.get(one.cohort, {}).get(one.month) or safety_net.default_date(
                    one.cohort, one.month
                )

    @api.depends("line_ids.closed_on")
    def _compute_counts(self):
        found = {}
        for one, closed, count in self.env["bde.leaver.net"]._read_group(
            [("round_id", "in", self.ids)], ["round_id", "is_open"], ["__count"]
        ):
            found.setdefault(one.id, {})[closed] = count
        for one in self:
            counts = found.get(one.id, {})
            one.line_count = sum(counts.values())
            one.open_count = counts.get(True, 0)


class BdeLeaverNet(models.Model):
    """A leaver without a solution in a round: who acts, when next, how it ended."""

    _name = "bde.leaver.net"
    _description = "Leaver without a solution"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "is_open desc, next_on, name, id"
    _rec_name = "name"

    round_id = fields.Many2one(
        "bde.leaver.round", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="round_id.company_id", store=True, precompute=True, default=None
    )
    plan_id = fields.Many2one(
        "bde.leaver.plan", required=True, index=True, ondelete="cascade", check_company=True
    )
    name = fields.Char(related="plan_id.name", store=True, precompute=True)
    cohort = fields.Integer(related="round_id.cohort", store=True, precompute=True)
    training_id = fields.Many2one(
        related="plan_id.training_id", store=True, precompute=True, index="btree_not_null"
    )
    phone = fields.Char(related="plan_id.alumnus_id.phone", groups=SECRETARY)
    email = fields.Char(related="plan_id.alumnus_id.email", groups=SECRETARY)
    wish = fields.Selection(related="plan_id.wish")
    situation = fields.Selection(
        SITUATIONS, string="Situation at that date", required=True, default="unknown"
    )
    user_id = fields.Many2one(
        "res.users", string="Who acts", index="btree_not_null", ondelete="set null"
    )
    next_on = fields.Date(string="Next step on", index=True)
    note = fields.Text(string="What was done", help="Facts only. Nothing about health or family.")
    answered_on = fields.Date(
        string="Answered on", readonly=True, help="By the link that the school sent."
    )
    closed_on = fields.Date(readonly=True, copy=False)
    is_open = fields.Boolean(
        string="Still without", compute="_compute_is_open", store=True, index=True
    )
    solution = fields.Selection(SOLUTIONS, string="How it ended", readonly=True, copy=False)
    round_state = fields.Selection(related="round_id.state", store=True, precompute=True)

    _line_uniq = models.Constraint(
        "UNIQUE(round_id, plan_id)", "This leaver is in this round already."
    )

    def _bde_fixed(self):
        return super()._bde_fixed() | {"round_id", "plan_id"}

    @api.depends("closed_on")
    def _compute_is_open(self):
        for line in self:
            line.is_open = not line.closed_on

    @api.constrains("user_id")
    def _check_user(self):
        for line in self.filtered("user_id"):
            # sudo: roles of a colleague; teachers read nothing of who has left
            if line.company_id.id not in line.user_id.sudo()._bde_company_ids("secretary"):
                raise ValidationError(
                    self.env._(
                        "Who acts for a leaver is somebody of the bureau: teachers read nothing"
                        " of those who have left."
                    )
                )

    @api.constrains("plan_id", "round_id")
    def _check_cohort(self):
        if any(line.plan_id.cohort != line.round_id.cohort for line in self):
            raise UserError(self.env._("This leaver is of another session than the round."))
