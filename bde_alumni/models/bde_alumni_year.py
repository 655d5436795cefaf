from odoo import models

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet
from odoo.addons.bde_partnerships.rules import french

from ..rules import alumni_figures, outcomes

STYLE = "bde_alumni/static/src/css/alumni_year.css"
LABELS = {
    "job": "En emploi",
    "apprenticeship": "En apprentissage",
    "study": "En études",
    "looking": "En recherche d’emploi",
    "other": "Autre situation",
}
ROUNDS = {"06": "juin", "09": "septembre", "10": "octobre", "01": "janvier"}
OFFICIAL = {
    "rate_job_6": ("Taux d’emploi à 6 mois", "sur les seuls sortants"),
    "rate_job_12": ("Taux d’emploi à 12 mois", "sur les seuls sortants"),
    "rate_job_24": ("Taux d’emploi à 24 mois", "sur les seuls sortants"),
    "share_study": ("Part en formation", "sur tous les élèves de dernière année"),
    "share_job_6": ("Part en emploi à 6 mois", "sur tous les élèves de dernière année"),
}
# as many lines as leave the report on one page
MOST_TRAININGS, MOST_COHORTS = 6, 5
NONE = "–"
FEW = f"moins de {alumni_figures.FEWEST}"
# a number from which one of fewer than five people could be worked out
KEPT = "non communiqué"


class BdeAlumniCohort(models.Model):
    """The section of the year report for the board: one page a cohort, no name, nothing small.

    French as all papers of a school. What of the counts may be told is said by
    ``rules/alumni_figures.py``: the page leaves the school.
    """

    _inherit = "bde.alumni.cohort"

    def action_print_year(self):
        """Opens the pages of these cohorts as one PDF."""
        return {
            "type": "ir.actions.act_url",
            "url": "/bde/alumni/report?ids=" + ",".join(map(str, self.ids)),
            "target": "new",
        }

    def _year_pdf(self):
        """PDF of these cohorts, a page each.

        :raises AccessError: the user does not read one of them
        :rtype: bytes
        """
        self.check_access("read")
        html = self.env["bde.document.mixin"]._render_page(
            "bde_alumni.alumni_year",
            {
                "lang": "fr",
                "css": stylesheet(STYLE),
                "pages": [one._year_page() for one in self],
                "title": "Insertion des anciens élèves",
            },
        )
        return self.env["bde.document.version"]._render_html(html)

    def _year_page(self):
        """What the page of a cohort says: texts alone.

        :rtype: dict
        """
        self.ensure_one()
        years = range(self.cohort - outcomes.YEARS + 1, self.cohort + 1)
        split = self._cohort_figures(self.company_id, years, ["training_id"])
        figures = self._summed(split, lambda training: ())
        trainings = self._summed(split, lambda training: (training,))
        last = max(
            (key[1] for key, found in figures.items() if key[0] == self.cohort and found.answered),
            default=0,
        )
        return {
            **self.company_id._tax_letterhead(),
            "cohort": self.cohort,
            "day": french.day(self.company_id._bde_today().isoformat()),
            "leavers": self.leaver_count,
            "months": last,
            "years": f"{years[0]} à {years[-1]}",
            "columns": [months for months in outcomes.HORIZONS if (self.cohort, months) in figures],
            "rows": self._year_rows(figures, last),
            "trainings": self._year_trainings(trainings, last),
            "published_from": outcomes.PUBLISHED_FROM,
            "official": self._year_official(),
            "tutors": self._year_tutors(),
            "rounds": self._year_rounds(),
        }

    # ------------------------------------------------------------
    # What the school's own survey found
    # ------------------------------------------------------------

    def _year_rows(self, figures, last):
        """(label, a cell a horizon, the cell of three years)."""
        columns = [
            figures[self.cohort, months]
            for months in outcomes.HORIZONS
            if (self.cohort, months) in figures
        ]
        by_year = {cohort: found for (cohort, months), found in figures.items() if months == last}
        three = outcomes.three_years(by_year, self.cohort)
        sizes = [found.answered for found in by_year.values()]
        if not alumni_figures.total_may_be_told(sizes):
            three = outcomes.NOBODY
        columns = [*columns, three]
        rows = [("Ont répondu", *(_cell(one.response) for one in columns))]
        told = [alumni_figures.shown_situations(one) for one in columns]
        for code, label in LABELS.items():
            cells = [
                _cell(one.rate(code)) if code in may else NONE
                for one, may in zip(columns, told, strict=True)
            ]
            rows.append((label, *cells))
        return rows

    def _year_trainings(self, figures, last):
        """(training, answers, in a job or apprenticeship) of those that may be told."""
        found = {
            training: one
            for (cohort, months, training), one in figures.items()
            if cohort == self.cohort and months == last and one.answered
        }
        told = alumni_figures.told_groups({key: one.answered for key, one in found.items()})
        rows = []
        for training in sorted(told, key=lambda one: (-found[one].answered, one.name or "")):
            one = found[training]
            work = one.rate("job", "apprenticeship")
            rest = one.answered - work.count
            may = alumni_figures.shown(work.count) and alumni_figures.shown(rest)
            rows.append(
                (
                    training.name or "Formation non précisée",
                    _cell(one.response),
                    _cell(work) if may else NONE,
                )
            )
        return {"rows": rows[:MOST_TRAININGS], "left_out": len(found) - len(told)}

    # ------------------------------------------------------------
    # Beside it
    # ------------------------------------------------------------

    def _year_official(self):
        """The line of the whole school of each kind, or those of its trainings when there is
        none: never added to what stands above."""
        lines = self._official_lines()
        if not lines:
            return None
        whole = lines.filtered(lambda line: not line.mefstat11) or lines
        names = [name for name in OFFICIAL if any(name in (line.measures or {}) for line in whole)]
        trainings = self.env["bde.training"].search([("company_id", "=", self.company_id.id)])
        rows = [
            (
                "Établissement" if not line.mefstat11 else self._official_label(line, trainings),
                *(line[name] or "non publié" for name in names),
            )
            for line in whole.with_context(lang="fr_FR")
        ]
        return {
            "years": ", ".join(sorted(set(lines.mapped("year_label")))),
            "is_before": max(lines.mapped("last_year")) < self.cohort,
            "columns": [OFFICIAL[name] for name in names],
            "rows": rows[:MOST_TRAININGS],
        }

    def _year_tutors(self):
        """Yesterday's pupils who are tutors in the current school year, by cohort."""
        today = self.company_id._bde_today()
        year = self.env["bde.school.year"]._search_current(self.company_id, today)
        number = year.date_end.year if year.date_end else today.year
        found = self.env["bde.alumni.tutor"]._figures(self.company_id, number)[self.company_id]
        total, counts = found["count"], found["cohorts"]
        told = alumni_figures.told_counts(counts) if alumni_figures.shown(total) else ()
        return {
            "year": f"{number - 1}-{number}",
            "total": _told(total, alumni_figures.shown(total)),
            "cohorts": [
                (cohort, _told(counts[cohort], cohort in told))
                for cohort in sorted(counts, reverse=True)[:MOST_COHORTS]
            ],
        }

    def _year_rounds(self):
        """(round, leavers, without a solution then, still without) of the cohort's safety net."""
        rounds = self.env["bde.leaver.round"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("cohort", "=", self.cohort),
                ("state", "!=", "planned"),
            ],
            order="date",
        )
        return [
            (
                ROUNDS.get(one.month, one.month),
                str(one.leaver_count),
                *self._told_round(one),
            )
            for one in rounds
            if outcomes.publishable(one.leaver_count)
        ]

    def _told_round(self, one):
        counts = one.line_count, one.open_count
        may = alumni_figures.told_inside(one.leaver_count, *counts)
        return map(_told, counts, may)


def _told(count, may):
    """A number of people; instead of it why it does not stand there."""
    if may:
        return str(count)
    return KEPT if alumni_figures.shown(count) else FEW


def _cell(rate):
    """``48 % (12 sur 25)`` with its interval; a dash under twenty people."""
    if not rate.may_be_published or not alumni_figures.shown(rate.count):
        return NONE
    low, high = rate.interval
    # on two lines: see the style of the page
    return (
        f"{rate.percent}{french.NBSP}% ({rate.count} sur {rate.total})"
        f"\n[{low}–{high}{french.NBSP}%]"
    )
