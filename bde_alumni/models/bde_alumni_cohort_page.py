from odoo import api, models

from ..rules import inserjeunes_file, outcomes
from .bde_outcome import SITUATIONS

# employers drawn one by one in the flow; the others are one stream
MOST_EMPLOYERS = 8
WORKS = ("job", "apprenticeship")
# measures shown beside the counts; the others are in the list of official figures
RATES = ("rate_job_6", "rate_job_12", "rate_job_18", "rate_job_24")
SHARES = ("share_study", "share_job_6", "share_other")


class BdeAlumniCohort(models.Model):
    """What the page of a cohort shows: texts, counts and the flow, by horizon."""

    _inherit = "bde.alumni.cohort"

    @api.depends_context("lang")
    def _compute_page(self):
        for one in self:
            one.page = one._page_data()

    def _page_data(self):
        """Everything that the page says; a constant number of queries.

        :return: dict: ``horizons`` (6 to 24 months, those of a survey), ``months`` (shown first),
            ``official`` (None without), and what is told beside the counts
        """
        self.ensure_one()
        years = range(self.cohort - outcomes.YEARS + 1, self.cohort + 1)
        split = self._cohort_figures(self.company_id, years, ["training_id", "sex"])
        figures = self._summed(split, lambda training, sex: ())
        trainings = self._summed(split, lambda training, sex: (training,))
        sexes = self._summed(split, lambda training, sex: (sex,))
        flows = self._flows()
        waiting = self._waiting()
        gone = self.env["bde.alumni.count"]._gone(self.company_id, [self.cohort])
        objected, forgotten = gone.get((self.company_id.id, self.cohort), (0, 0))
        months = [one for one in outcomes.HORIZONS if (self.cohort, one) in figures]
        return {
            "cohort": self.cohort,
            "leavers": self.leaver_count,
            "objected": objected,
            "forgotten": forgotten,
            "three_label": self.env._(
                "Three years, %(first)s to %(last)s", first=years[0], last=years[-1]
            ),
            "note": self.env._(
                "Rates are on those who answered, never on all who left; between brackets, what is"
                " true in 95 cases of 100. Under %(count)s people there are counts alone, and"
                " nothing leaves the school.",
                count=outcomes.PUBLISHED_FROM,
            ),
            "months": self._last_months(
                {(self.company_id.id, *key): value for key, value in figures.items()},
                self.company_id,
                self.cohort,
            )
            or (months[-1] if months else 0),
            "situations": [{"code": code, "label": label} for code, label in self._situations()],
            "horizons": [
                self._horizon(one, figures, trainings, sexes, flows.get(one, []), waiting)
                for one in months
            ],
            "official": self._official(),
        }

    def _situations(self):
        return self.env["bde.outcome"]._fields["situation"]._description_selection(self.env)

    def _summed(self, split, key):
        """Figures that are split (by training, by sex), added up: {(cohort, months, *key(…))}.

        :param key: what is left of the groups of a figure, which it is given
        """
        found = {}
        for (_company, cohort, months, *groups), figures in split.items():
            where = (cohort, months, *key(*groups))
            found[where] = found.get(where, outcomes.NOBODY) + figures
        return found

    def _waiting(self):
        """{months: leavers who are still to be asked}."""
        rows = self.env["bde.alumni.report"]._read_group(
            [("company_id", "=", self.company_id.id), ("cohort", "=", self.cohort)],
            ["months"],
            ["waiting_count:sum"],
        )
        return dict(rows)

    # ------------------------------------------------------------
    # One horizon
    # ------------------------------------------------------------

    def _horizon(self, months, figures, trainings, sexes, flow, waiting):
        text = self.env["bde.alumni.wave"]._rate_text
        own, three = self._pair(figures, months)
        groups = self._groups(trainings, months, lambda one: one.display_name)
        labels = dict(self.env["bde.alumnus"]._fields["sex"]._description_selection(self.env))
        return {
            "months": months,
            "label": self.env._("%(months)s months later", months=months),
            "asked": own.leavers,
            "answered": own.answered,
            "deceased": own.deceased,
            "waiting": waiting.get(months, 0),
            "response": text(own.response),
            "three_response": text(three.response),
            "rows": [
                {
                    "code": code,
                    "label": label,
                    "count": own.situations.get(code, 0),
                    "text": text(own.rate(code)),
                    "three": text(three.rate(code)),
                    "width": own.rate(code).percent or 0,
                    "three_width": three.rate(code).percent or 0,
                }
                for code, label in self._situations()
            ],
            "trainings": [self._group_row(group.id, label, pair) for group, label, pair in groups],
            "sexes": [
                self._group_row(group, label, pair)
                for group, label, pair in self._groups(sexes, months, labels.get)
                if group
            ],
            "flow": flow,
        }

    def _pair(self, figures, months, *key):
        """(figures of the cohort, those of three years) at a horizon."""
        by_year = {
            cohort: found
            for (cohort, other, *rest), found in figures.items()
            if other == months and tuple(rest) == key
        }
        own = by_year.get(self.cohort, outcomes.NOBODY)
        return own, outcomes.three_years(by_year, self.cohort)

    def _groups(self, figures, months, label):
        """(group, its name, (own, three years)), the largest first."""
        values = {key[2] for key in figures if key[1] == months}
        found = [
            (value, label(value) if value else self.env._("None noted"), pair)
            for value in values
            for pair in [self._pair(figures, months, value)]
        ]
        return sorted(found, key=lambda one: (-one[2][0].leavers, -one[2][1].leavers, one[1]))

    def _group_row(self, key, label, pair):
        text = self.env["bde.alumni.wave"]._rate_text
        own, three = pair
        return {
            "key": key or 0,
            "label": label,
            "response": text(own.response),
            "answered": own.answered,
            "counts": [own.situations.get(code, 0) for code, _label in SITUATIONS],
            "work": text(own.rate(*WORKS)),
            "three_answered": three.answered,
            "three_work": text(three.rate(*WORKS)),
        }

    # ------------------------------------------------------------
    # Flow: training, situation, employer
    # ------------------------------------------------------------

    def _flows(self):
        """{months: streams of answers}; one query, and one for the names.

        A stream: ``training`` and its ``label``, ``situation``, ``employer`` (id of the relation,
        0 for what is no company of the book, None where there is no work) and ``employer_label``,
        ``count``.
        """
        rows = self.env["bde.alumni.report"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("cohort", "=", self.cohort),
                ("answered_count", "=", 1),
            ],
            ["months", "training_id", "situation", "relation_id"],
            ["__count"],
        )
        flows = {}
        for months, training, situation, relation, count in rows:
            flows.setdefault(months, []).append((training, situation, relation, count))
        return {months: self._streams(found) for months, found in flows.items()}

    def _streams(self, rows):
        sizes = {}
        for _training, situation, relation, count in rows:
            if relation and situation in WORKS:
                sizes[relation] = sizes.get(relation, 0) + count
        first = sorted(sizes, key=lambda one: (-sizes[one], one.partner_name or "", one.id))
        drawn = set(first[:MOST_EMPLOYERS])
        streams = {}
        for training, situation, relation, count in rows:
            key, label = None, None
            if situation in WORKS:
                key, label = self._stream_end(relation, drawn)
            where = (training.id or 0, situation, key)
            stream = streams.setdefault(
                where,
                {
                    "training": training.id or 0,
                    "label": training.display_name or self.env._("None noted"),
                    "situation": situation,
                    "employer": key,
                    "employer_label": label,
                    "count": 0,
                },
            )
            stream["count"] += count
        return list(streams.values())

    def _stream_end(self, relation, drawn):
        """(key, label) of where a stream of people at work ends; -1: the small ones together."""
        if not relation:
            return 0, self.env._("Employer not in your book")
        if relation in drawn:
            return relation.id, relation.partner_name or ""
        return -1, self.env._("Other employers")

    # ------------------------------------------------------------
    # Official figures
    # ------------------------------------------------------------

    def _official_lines(self):
        """Official figures that tell of this cohort: years that end with it, else that hold it,
        else the latest before.

        :rtype: bde.inserjeunes
        """
        lines = self.env["bde.inserjeunes"].search([("school_id", "=", self.company_id.id)])
        ends = {line.last_year for line in lines}
        for year in (self.cohort, self.cohort + 1):
            if year in ends:
                return lines.filtered(lambda one, year=year: one.last_year == year)
        before = max((year for year in ends if year < self.cohort), default=None)
        return lines.filtered(lambda one: one.last_year == before)

    def _official(self):
        """The official figures beside those of the school, or None when none is loaded."""
        lines = self._official_lines()
        if not lines:
            return None
        names = [
            name
            for name in (*RATES, *SHARES)
            if any(name in (line.measures or {}) for line in lines)
        ]
        trainings = self.env["bde.training"].search([("company_id", "=", self.company_id.id)])
        columns = lines._fields
        rows = [
            {
                "label": self._official_label(line, trainings),
                "kind": dict(columns["kind"]._description_selection(self.env))[line.kind],
                "diploma": line.diploma or "",
                "cells": [line[name] or "" for name in names],
                "is_school": not line.mefstat11,
            }
            for line in lines
        ]
        rows.sort(key=lambda one: (not one["is_school"], one["label"]))
        last = max(lines.mapped("last_year"))
        holds = last in (self.cohort, self.cohort + 1)
        return {
            "years": ", ".join(sorted(set(lines.mapped("year_label")))),
            "holds_cohort": holds,
            "remark": ""
            if holds
            else self.env._(
                "The years of %(cohort)s are not loaded: these are the latest before.",
                cohort=self.cohort,
            ),
            "groups": self._official_groups(names),
            "columns": [
                {
                    "label": self._official_columns()[name],
                    "help": f"{columns[name]._description_string(self.env)}"
                    f" – {columns[name]._description_help(self.env)}",
                }
                for name in names
            ],
            "rows": rows,
        }

    def _official_columns(self):
        """Short titles: what they are rates or parts of stands above them."""
        months = {f"rate_job_{n}": self.env._("%(n)s months", n=n) for n in (6, 12, 18, 24)}
        return months | {
            "share_study": self.env._("In training"),
            "share_job_6": self.env._("In a job, 6 months"),
            "share_other": self.env._("Other"),
        }

    def _official_groups(self, names):
        """What the measures are counted on, in words: the official definitions."""
        groups = (
            (
                RATES,
                self.env._("Rate of employment"),
                self.env._("in a job after so many months, of those alone who left education."),
            ),
            (
                SHARES,
                self.env._("Part"),
                self.env._("of all who were in the last year; the three add up to 100 %."),
            ),
        )
        return [
            {"label": label, "help": text, "size": len(set(members) & set(names))}
            for members, label, text in groups
            if set(members) & set(names)
        ]

    def _official_label(self, line, trainings):
        """The school's own name of the training that a line is about, else that of the file."""
        if not line.mefstat11:
            return self.env._("The whole school")
        known = trainings.filtered(
            lambda one: inserjeunes_file.is_of_training(
                (line.mefstat11, line.diploma), one.mef or "", one.cfd or "", one.diploma
            )
        )
        return known[:1].name or line.training or line.mefstat11
