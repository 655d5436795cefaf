import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import alumni_figures, outcomes
from .bde_outcome import SITUATIONS

COUNTS = ["leaver_count", "asked_count", "answered_count"]
COUNTS += [f"{code}_count" for code, _label in SITUATIONS]


class BdeAlumniFigure(models.Model):
    """What became of the leavers of a school, for its académie: no name, nothing that is small.

    The académie reads no record of a school; these lines are counted by a job, from the
    definitions of ``bde.alumni.report``. Outcomes of fewer than twenty answers, and numbers of
    one to four people, are not stored at all, see ``rules/alumni_figures.py``.
    """

    _name = "bde.alumni.figure"
    _description = "Insertion of leavers by school"
    _inherit = ["bde.academy.figure"]
    _order = "cohort desc, months, school_id"

    cohort = fields.Integer(string="Left in", required=True, readonly=True, aggregator=None)
    months = fields.Integer(
        string="Months after leaving", required=True, readonly=True, aggregator=None
    )
    leaver_count = fields.Integer(string="Leavers", readonly=True)
    asked_count = fields.Integer(string="Asked", readonly=True)
    answered_count = fields.Integer(string="Answered", readonly=True)
    job_count = fields.Integer(string="In a job", readonly=True)
    apprenticeship_count = fields.Integer(string="Apprentices", readonly=True)
    study_count = fields.Integer(string="Studying", readonly=True)
    looking_count = fields.Integer(string="Looking for a job", readonly=True)
    other_count = fields.Integer(string="Otherwise", readonly=True)
    answered_text = fields.Char(string="Answers", compute="_compute_texts")
    job_text = fields.Char(
        string="Jobs", compute="_compute_texts", help="In a job, of those who answered."
    )
    apprenticeship_text = fields.Char(
        string="Apprenticeships", compute="_compute_texts", help="Of those who answered."
    )
    study_text = fields.Char(
        string="Studies", compute="_compute_texts", help="Of those who answered."
    )
    looking_text = fields.Char(
        string="Look for a job", compute="_compute_texts", help="Of those who answered."
    )
    other_text = fields.Char(
        string="Others", compute="_compute_texts", help="Otherwise, of those who answered."
    )
    hidden = fields.Json(readonly=True)

    _school_cohort_uniq = models.UniqueIndex("(school_id, cohort, months)")
    _company_cohort_idx = models.Index("(company_id, cohort, months)")

    @api.depends("hidden", *COUNTS)
    def _compute_texts(self):
        """``45 % (27)``; a dash where nothing is told, for a nought would read as nobody."""
        for figure in self:
            figure.answered_text = figure._rate_text("answered", figure.asked_count)
            for code, _label in SITUATIONS:
                figure[f"{code}_text"] = figure._rate_text(code, figure.answered_count)

    def _rate_text(self, name, total):
        self.ensure_one()
        count = self[f"{name}_count"]
        if name in (self.hidden or []) or not total:
            return "–"
        percent = alumni_figures.rate(count, total)
        return str(count) if percent is None else f"{percent}\u00a0% ({count})"

    @api.depends_context("lang")
    @api.depends("hidden")
    def _compute_remark(self):
        """What is kept back, in words: a nought would read as nobody."""
        labels = {
            "leaver": self.env._("leavers"),
            "asked": self.env._("asked"),
            "answered": self.env._("answers"),
            "job": self.env._("in a job"),
            "apprenticeship": self.env._("apprentices"),
            "study": self.env._("studying"),
            "looking": self.env._("looking"),
            "other": self.env._("otherwise"),
        }
        every = {code for code, _label in SITUATIONS}
        for figure in self:
            hidden = figure.hidden or []
            figure.remark = False
            if every <= set(hidden):
                figure.remark = self.env._(
                    "Fewer than %(count)s answers: what became of them is not told.",
                    count=outcomes.PUBLISHED_FROM,
                )
            elif hidden:
                figure.remark = self.env._(
                    "Too few people, not told: %(what)s.",
                    what=", ".join(labels[name] for name in hidden),
                )

    # ------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------

    @api.model
    def _refresh(self, domain=()):
        """Counts again: a constant number of statements for any number of schools and years.

        A cohort of which people were erased by rule stays as it was counted while they were on
        file: what is left of it would tell another story.

        :param domain: schools to count, of ``res.company``; all when empty
        """
        schools = self.env["res.company"].search(
            [("bde_kind", "=", "school"), ("parent_id", "!=", False), *domain]
        )
        if not schools:
            return
        # sudo: a job counts all schools, or the académie those checked by the caller
        Cohort = self.env["bde.alumni.cohort"].sudo()
        leavers = {
            (company.id, cohort): count
            for company, cohort, count in Cohort._read_group(
                [("company_id", "in", schools.ids)],
                ["company_id", "cohort"],
                ["leaver_count:sum"],
            )
        }
        figures = Cohort._cohort_figures(schools, {cohort for _school, cohort in leavers})
        kept = self._forgotten(schools)
        parents = {school.id: school.parent_id.id for school in schools}
        rows = []
        for (school, cohort, months), found in figures.items():
            if (school, cohort, months) not in kept:
                values = alumni_figures.publish(found, leavers.get((school, cohort), 0))
                values["hidden"] = json.dumps(values["hidden"])
                rows.append(
                    {
                        "company_id": parents[school],
                        "school_id": school,
                        "cohort": cohort,
                        "months": months,
                        **values,
                    }
                )
        self._store(schools, rows, kept)

    @api.model
    def _forgotten(self, schools):
        """Lines that are not counted again: people of these cohorts were erased by rule."""
        gone = {
            (company.id, cohort)
            for company, cohort, count in self.env["bde.alumni.count"]
            .sudo()
            ._read_group(
                [("company_id", "in", schools.ids)],
                ["company_id", "cohort"],
                ["forgotten_count:sum"],
            )
            if count
        }  # sudo: a count without a name, as above
        lines = self._read_group(
            [("school_id", "in", schools.ids)], ["school_id", "cohort", "months"]
        )
        return {
            (school.id, cohort, months)
            for school, cohort, months in lines
            if (school.id, cohort) in gone
        }

    @api.model
    def _store(self, schools, rows, kept):
        """Writes the lines of these schools, and takes away those that no survey stands behind."""
        self.flush_model()
        names = ["company_id", "school_id", "cohort", "months", *COUNTS, "hidden"]
        types = {name: "int4" for name in names} | {"hidden": "jsonb"}
        columns = [SQL("%s::%s[]", [row[name] for row in rows], SQL(types[name])) for name in names]
        keys = [(row["school_id"], row["cohort"], row["months"]) for row in rows]
        standing = [*keys, *kept]
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM bde_alumni_figure figure
                 WHERE figure.school_id = ANY(%s)
                   AND NOT EXISTS (
                       SELECT FROM unnest(%s::int[], %s::int[], %s::int[])
                                AS standing(school, cohort, months)
                        WHERE standing.school = figure.school_id
                          AND standing.cohort = figure.cohort
                          AND standing.months = figure.months)
                """,
                schools.ids,
                *([key[n] for key in standing] for n in range(3)),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO bde_alumni_figure (%(names)s, refreshed_on)
                SELECT new.*, NOW() AT TIME ZONE 'UTC' FROM unnest(%(columns)s) AS new(%(names)s)
                    ON CONFLICT (school_id, cohort, months) DO UPDATE SET %(updates)s
                """,
                names=SQL(", ").join(map(SQL.identifier, names)),
                columns=SQL(", ").join(columns),
                updates=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in (*names, "refreshed_on")
                ),
            )
        )
        self.invalidate_model()
