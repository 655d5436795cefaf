from datetime import date

from odoo import api, fields, models

# who leaves a final year before this day of June has not sat the exams
EXAMS = (6, 1)
# a school loads its pupils of the new year some weeks after the holidays
FOLLOWED_DAYS = 400


class BdeAlumnus(models.Model):
    """Class, training and departure follow the pupil's file as long as there is one."""

    _inherit = "bde.alumnus"

    stays_on = fields.Boolean(
        string="Still a pupil",
        readonly=True,
        help="Went on at this school, in a class that is not a final year.",
    )

    @api.model
    def _cron_follow_leavers(self):
        """Keeps alumni in line with their pupil's file, school after school."""
        groups = self._read_group([("has_left", "=", False)], ["company_id"])
        followed = self._read_group([("student_id", "!=", False)], ["company_id"])
        companies = self.env["res.company"].union(*(one for (one,) in groups + followed))
        companies._bde_each(self._follow_school)

    @api.model
    def _follow_school(self, company):
        self._followed(company)._follow_leavers()
        self._without_file(company)._leave_by_cohort()

    @api.model
    def _followed(self, company):
        """Alumni of a school whose file may still change."""
        since = fields.Date.subtract(company._bde_today(), days=FOLLOWED_DAYS)
        return self.search(
            [
                ("company_id", "=", company.id),
                ("student_id", "!=", False),
                "|",
                ("has_left", "=", False),
                ("left_on", ">=", since),
            ]
        )

    @api.model
    def _without_file(self, company):
        """Who was typed in before he left, or whose file is gone."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("student_id", "=", False),
                ("has_left", "=", False),
                ("cohort", "<=", company._bde_today().year),
            ]
        )

    def _leave_by_cohort(self):
        """Marks as gone those whose last year is over; one write a year (in sudo)."""
        for (company, cohort, day), group in self.grouped(
            lambda one: (one.company_id, one.cohort, one.left_on)
        ).items():
            # nobody says the day: that of the certificates of the year
            last_day = day or date(cohort, 6, 30)
            if last_day < company._bde_today():
                group.write({"has_left": True, "left_on": last_day, "stays_on": False})

    def _follow_leavers(self):
        """Writes what changed; one write for all that changed alike."""
        # sudo: departures are kept fields, and follow files that the caller may not read
        alumni = self.sudo()
        final = alumni.student_id.schooling_id._in_final_year()
        changed = {}
        for alumnus in alumni:
            values = alumnus._leaving_values(final)
            news = {
                name: value
                for name, value in values.items()
                if alumnus._fields[name].convert_to_write(alumnus[name], alumnus) != value
            }
            if news:
                key = tuple(sorted(news.items()))
                changed[key] = changed.get(key, alumni.browse()) | alumnus
        for news, group in changed.items():
            group.write(dict(news))

    def _leaving_values(self, final):
        """What the pupil's file says of class and departure.

        :param final: schoolings that are a final year
        """
        self.ensure_one()
        schooling = self.student_id.schooling_id
        if not schooling:
            return {}
        year, today = schooling.school_year_id, self.company_id._bde_today()
        last_day = schooling.date_end or year.date_end
        left = last_day < today
        in_final = schooling in final
        exams = date(year.date_end.year, *EXAMS)
        early = bool(schooling.date_end) and (not in_final or schooling.date_end < exams)
        return {
            # the school puts a date of birth right there; at 18 it decides
            "birth_date": self.student_id.birth_date,
            "person_key": self.student_id.person_key,
            "cohort": year.date_end.year,
            "training_id": schooling.training_id.id or self.training_id.id,
            "division_name": schooling.division_id.name or self.division_name,
            "kind": "apprentice" if schooling.status == "AP" else self._kind_of_pupil(),
            "has_left": left,
            "left_on": last_day if left else False,
            "left_before_end": left and early,
            "stays_on": not left and not in_final,
        }

    def _kind_of_pupil(self):
        return "adult" if self.kind == "adult" else "pupil"

    @api.model_create_multi
    def create(self, vals_list):
        """Who is typed, or read from a list, with a year that is over has left."""
        alumni = super().create(vals_list)
        # sudo: departure is a kept field
        typed = alumni.sudo().filtered(lambda one: not one.student_id and not one.has_left)
        typed._leave_by_cohort()
        with_file = alumni.filtered("student_id")
        if with_file:
            with_file._follow_leavers()
        return alumni
