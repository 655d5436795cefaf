from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import outcomes
from .bde_outcome import SITUATIONS

# sums of `bde.alumni.report` that make the figures of a group
SUMS = ["asked_count:sum", "deceased_count:sum", "waiting_count:sum"]
SUMS += [f"{code}_count:sum" for code, _label in SITUATIONS]
# a number of a school and a year: years before and after do not exist
FIRST_YEAR = 1900


class BdeAlumniCohort(models.Model):
    """Where the leavers of a year are: one line a school and year in which somebody left.

    Counts with their denominators, beside those of three years together; the official figures
    stand next to them and are never added to them.
    """

    _name = "bde.alumni.cohort"
    _description = "Leavers of a year"
    _inherit = ["bde.owned"]
    _auto = False
    _order = "cohort desc, company_id"
    _rec_name = "cohort"

    cohort = fields.Integer(string="Left in", readonly=True, aggregator=None)
    leaver_count = fields.Integer(
        string="Leavers", readonly=True, help="On file and alive, those who left alone."
    )
    employed_count = fields.Integer(
        string="In our companies",
        compute="_compute_employed_count",
        help="Leavers whose last known employer is a company of your book.",
    )
    response = fields.Char(string="Answers", compute="_compute_texts")
    employment = fields.Char(
        string="In a job or apprenticeship",
        compute="_compute_texts",
        help="Of those who answered the last survey.",
    )
    survey_text = fields.Char(string="Last survey", compute="_compute_texts")
    page = fields.Json(compute="_compute_page")

    _depends = {
        "bde.alumnus": ["company_id", "cohort", "student_id", "has_left", "is_deceased", "active"]
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT alumnus.company_id * 1000 + alumnus.cohort - %(first)s AS id,
                   alumnus.company_id, alumnus.cohort,
                   COUNT(*) FILTER (WHERE NOT COALESCE(alumnus.is_deceased, FALSE))
                       AS leaver_count
              FROM bde_alumnus alumnus
             WHERE (alumnus.student_id IS NULL OR alumnus.has_left) AND alumnus.active
               AND alumnus.cohort BETWEEN %(first)s AND %(first)s + 999
          GROUP BY alumnus.company_id, alumnus.cohort
            """,
            first=FIRST_YEAR,
        )

    @api.depends_context("lang")
    @api.depends("cohort")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._("Leavers of %(cohort)s", cohort=one.cohort)

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    @api.model
    def _cohort_figures(self, companies, cohorts, by=()):
        """What surveys found of cohorts; one query whatever the number of schools and years.

        :param companies: schools
        :param cohorts: years in which they left
        :param by: stored fields of ``bde.alumni.report`` that split the figures further
        :return: {(company id, cohort, months, *values): :class:`~..rules.outcomes.Figures`}
        """
        rows = self.env["bde.alumni.report"]._read_group(
            [("company_id", "in", companies.ids), ("cohort", "in", list(cohorts))],
            ["company_id", "cohort", "months", *by],
            SUMS,
        )
        found = {}
        for company, cohort, months, *values in rows:
            groups, (asked, deceased, _waiting, *situations) = values[: len(by)], values[len(by) :]
            told = {
                code: count
                for (code, _label), count in zip(SITUATIONS, situations, strict=True)
                if count
            }
            found[(company.id, cohort, months, *groups)] = outcomes.Figures(
                asked, sum(told.values()), told, 0, deceased
            )
        return found

    @api.model
    def _last_months(self, figures, company, cohort):
        """The last horizon at which somebody of a cohort answered, 0 when nobody did."""
        return max(
            (
                months
                for months in outcomes.HORIZONS
                if figures.get((company.id, cohort, months), outcomes.NOBODY).answered
            ),
            default=0,
        )

    @api.depends_context("lang")
    def _compute_texts(self):
        text = self.env["bde.alumni.wave"]._rate_text
        figures = self._cohort_figures(self.company_id, set(self.mapped("cohort")))
        for one in self:
            months = self._last_months(figures, one.company_id, one.cohort)
            found = figures.get((one.company_id.id, one.cohort, months))
            one.response = one.employment = one.survey_text = False
            if found:
                one.response = text(found.response)
                one.employment = text(found.rate("job", "apprenticeship"))
                one.survey_text = self.env._("%(months)s months later", months=months)

    def _compute_employed_count(self):
        rows = self.env["bde.alumnus"]._read_group(
            self._employed_domain(), ["company_id", "cohort"], ["__count"]
        )
        counts = {(company.id, cohort): count for company, cohort, count in rows}
        for one in self:
            one.employed_count = counts.get((one.company_id.id, one.cohort), 0)

    def _employed_domain(self):
        return [
            ("company_id", "in", self.company_id.ids),
            ("cohort", "in", list(set(self.mapped("cohort")))),
            ("employer_id", "!=", False),
            ("is_deceased", "=", False),
        ]

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def _open(self, xmlid, **values):
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        return action | values

    def action_leavers(self):
        """Everybody who left that year."""
        self.ensure_one()
        return self._open(
            "bde_alumni.action_alumnus",
            name=self.display_name,
            domain=[("cohort", "=", self.cohort), ("company_id", "=", self.company_id.id)],
            context={},
        )

    def action_map(self):
        """The companies where they work, on the map."""
        self.ensure_one()
        employers = self.env["bde.alumnus"].search(self._employed_domain()).employer_id
        return self._open(
            "bde_alumni.action_leaver_employers",
            name=self.env._("Where the leavers of %(cohort)s work", cohort=self.cohort),
            domain=[("id", "in", employers.ids)],
        )

    def action_surveys(self):
        """The surveys of that year."""
        self.ensure_one()
        return self._open(
            "bde_alumni.action_wave",
            domain=[("cohort", "=", self.cohort), ("company_id", "=", self.company_id.id)],
            context={},
        )

    def action_report(self):
        """The same numbers, to be split at will."""
        self.ensure_one()
        return self._open(
            "bde_alumni.action_alumni_report",
            domain=[("cohort", "=", self.cohort), ("company_id", "=", self.company_id.id)],
        )

    def action_open_people(self, months, training_id=None, situation=None, relation_id=None):
        """The leavers behind a number of the page.

        :param int months: of the survey
        :param training_id: of the training, 0 for those without one; None: all
        :param str situation: None: all who answered
        :param relation_id: of the employer, 0 for those that are no company of the book; None: all
        """
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("cohort", "=", self.cohort),
            ("months", "=", int(months)),
            ("answered_count", "=", 1),
        ]
        if situation in dict(SITUATIONS):
            domain.append(("situation", "=", situation))
        for name, number in (("training_id", training_id), ("relation_id", relation_id)):
            if number is not None:
                domain.append((name, "=", int(number) or False))
        if relation_id is not None and not situation:
            domain.append(("situation", "in", ("job", "apprenticeship")))
        return self._open(
            "bde_alumni.action_alumni_report",
            name=self.display_name,
            domain=domain,
            context={},
            view_mode="list",
            views=[(False, "list")],
        )


class BdeRelation(models.Model):
    _inherit = "bde.relation"

    leaver_ids = fields.One2many(
        "bde.alumnus",
        "employer_id",
        string="Leavers who work here",
        domain=[("is_deceased", "=", False)],
        groups="bde_partnerships.group_secretary",
        help="As far as is known from their last answer.",
    )
