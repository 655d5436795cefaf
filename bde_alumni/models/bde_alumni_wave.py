from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules import outcomes

WAVE_STATES = [("planned", "Planned"), ("running", "Running"), ("over", "Finished")]
# a survey shows in the list so long before, is still begun so long after its day, and ends then
AHEAD_DAYS = 30
LATE_DAYS = 60
RUN_DAYS = 90
REOPENED_DAYS = 30


class BdeAlumniWave(models.Model):
    """Asking the leavers of one year what has become of them, 6, 12, 18 or 24 months later."""

    _name = "bde.alumni.wave"
    _description = "Survey of leavers"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "date desc, id desc"
    _rec_name = "cohort"

    cohort = fields.Integer(string="Left in", required=True, readonly=True, aggregator=None)
    months = fields.Integer(
        string="Months after leaving", required=True, readonly=True, default=6, aggregator=None
    )
    date = fields.Date(
        string="First asked on",
        required=True,
        help="Counted from the last day of the school year.",
    )
    ends_on = fields.Date(
        string="Answers until",
        compute="_compute_ends_on",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    state = fields.Selection(
        WAVE_STATES, required=True, readonly=True, default="planned", index=True
    )
    ask_ids = fields.One2many(
        "bde.alumni.wave.line", "wave_id", string="Leavers asked", readonly=True
    )

    _cohort_months_uniq = models.Constraint(
        "UNIQUE(company_id, cohort, months)", "This survey exists already."
    )
    _months_check = models.Constraint(
        "CHECK(months IN (6, 12, 18, 24))", "Leavers are asked after 6, 12, 18 or 24 months."
    )

    _ends_check = models.Constraint("CHECK(ends_on >= date)", "A survey ends after it began.")

    @api.depends("date")
    def _compute_ends_on(self):
        for wave in self:
            wave.ends_on = wave.date and wave.date + timedelta(days=RUN_DAYS)

    @api.depends_context("lang")
    @api.depends("cohort", "months")
    def _compute_display_name(self):
        for wave in self:
            wave.display_name = self.env._(
                "Leavers of %(cohort)s, %(months)s months later",
                cohort=wave.cohort,
                months=wave.months,
            )

    def write(self, vals):
        if "date" in vals and any(wave.state != "planned" for wave in self):
            raise UserError(self.env._("Leavers were asked already: its day stays."))
        return super().write(vals)

    # ------------------------------------------------------------
    # Making
    # ------------------------------------------------------------

    @api.model
    def _day_of(self, company, cohort, months):
        """Day on which the leavers of a year are asked, from the last day of that year."""
        Year = self.env["bde.school.year"]
        year = Year._search_current(company, date(cohort, 6, 1))
        return outcomes.asked_on(year.date_end or date(cohort, 8, 31), months)

    @api.model
    def _leavers_domain(self, company, cohort):
        """Those who left a school that year: who stays for another year is not among them."""
        return Domain(
            [("company_id", "=", company.id), ("cohort", "=", cohort), ("is_deceased", "=", False)]
        ) & (Domain("student_id", "=", False) | Domain("has_left", "=", True))

    @api.model
    def _plan(self, company, today):
        """Makes the surveys of these weeks that a school does not have yet.

        :return: the new waves, in sudo
        """
        # sudo: written by the job
        Wave = self.sudo()
        known = Wave._read_group([("company_id", "=", company.id)], ["cohort", "months"])
        cohorts = self.env["bde.alumnus"].sudo()._read_group(
            [("company_id", "=", company.id), ("cohort", ">=", today.year - 3)], ["cohort"]
        )  # fmt: skip
        days = {
            (cohort, months): self._day_of(company, cohort, months)
            for (cohort,) in cohorts
            for months in outcomes.HORIZONS
            if (cohort, months) not in known
        }
        return Wave.create(
            [
                {"company_id": company.id, "cohort": cohort, "months": months, "date": day}
                for (cohort, months), day in days.items()
                if -LATE_DAYS <= (day - today).days <= AHEAD_DAYS
            ]
        )

    @api.model
    def _cron_waves(self):
        """Plans, begins and ends the surveys of all schools; adds leavers who were typed since."""
        # sudo: a job; schools that have alumni
        groups = self.env["bde.alumnus"].sudo()._read_group([], ["company_id"])
        companies = self.env["res.company"].union(*(company for (company,) in groups))
        companies._bde_each(self._follow_school)

    @api.model
    def _follow_school(self, company):
        today = company._bde_today()
        self._plan(company, today)
        # sudo: as above
        waves = self.sudo().search(
            [("company_id", "=", company.id), ("state", "!=", "over"), ("date", "<=", today)]
        )
        ended = waves.filtered(lambda one: one.ends_on < today)
        ended.state = "over"
        (waves - ended)._begin()

    def _begin(self):
        """Begins these surveys (in sudo): all their leavers have a line, once."""
        Line = self.env["bde.alumni.wave.line"]
        for wave in self:
            known = Line._read_group([("wave_id", "=", wave.id)], ["alumnus_id"])
            leavers = self.env["bde.alumnus"].search(
                self._leavers_domain(wave.company_id, wave.cohort)
                & Domain("id", "not in", [alumnus.id for (alumnus,) in known])
            )
            Line.create(
                [
                    {
                        "wave_id": wave.id,
                        "alumnus_id": leaver.id,
                        "state": "refused" if leaver.no_more_on else "to_send",
                    }
                    for leaver in leavers
                ]
            )
        self.filtered(lambda wave: wave.state == "planned").state = "running"

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def _check_bureau(self):
        self.check_access("read")
        for company in self.company_id:
            company._bde_check_user_is("secretary")

    def action_begin(self):
        """Begins before its day, or once more after its end."""
        self._check_bureau()
        # sudo: states and lines are written by verbs; the right was checked
        waves = self.sudo()
        for wave in waves:
            today = wave.company_id._bde_today()
            if wave.date > today:
                wave.date = today
            if wave.ends_on < today:
                wave.ends_on = today + timedelta(days=REOPENED_DAYS)
        waves._begin()
        waves.state = "running"
        self.env.ref("bde_alumni.cron_alumni_letters")._trigger()
        return True

    def action_close(self):
        """Ends: nobody is asked any more, the page takes no answer any more."""
        self._check_bureau()
        # sudo: states are written by verbs; the right was checked
        self.sudo().state = "over"
        return True

    def _open_lines(self, name, domain=(), context=None):
        self.ensure_one()
        self._check_bureau()
        action = self.env["ir.actions.actions"]._for_xml_id("bde_alumni.action_wave_line")
        return action | {
            "name": name,
            "domain": [("wave_id", "=", self.id), *domain],
            "context": context or {},
        }

    def action_lines(self):
        """All leavers of the survey, or those who answered (``bde_answered`` of the context)."""
        context = {"search_default_answered": 1} if self.env.context.get("bde_answered") else {}
        return self._open_lines(self.display_name, context=context)

    def action_to_call(self):
        """Those who are called now."""
        action = self.env["ir.actions.actions"]._for_xml_id("bde_alumni.action_wave_call")
        domain = Domain("wave_id", "=", self.id) & self.env["bde.alumni.wave.line"]._to_call_domain(
            self.company_id._bde_today()
        )
        self._check_bureau()
        return action | {"domain": list(domain), "context": {}}

    def action_no_contact(self):
        """Those of whom the school has neither a mail nor a telephone that works."""
        name = self.env._("No way to reach them")
        return self._open_lines(name, [("state", "=", "unreachable")])

    def action_not_told(self):
        """Those who were never told of the follow-up: the law wants it before anything is asked."""
        name = self.env._("Not told of the follow-up yet")
        domain = [("state", "=", "to_send"), ("alumnus_id.informed_on", "=", False)]
        return self._open_lines(name, domain)
