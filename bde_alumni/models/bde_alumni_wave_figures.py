from odoo import api, fields, models
from odoo.fields import Domain

from ..rules import outcomes
from .bde_outcome import SITUATIONS


class BdeAlumniWave(models.Model):
    """Counters of a survey, and what it found: counts with their denominators.

    A leaver is counted once asked, or tried; who is still to be asked is told apart. Read in
    the school alone: figures that leave it are those of ``bde.alumni.figure``.
    """

    _inherit = "bde.alumni.wave"

    leaver_count = fields.Integer(string="Leavers", compute="_compute_counts")
    asked_count = fields.Integer(
        string="Asked", compute="_compute_counts", help="Or tried, without a way to reach them."
    )
    answered_count = fields.Integer(string="Have answered", compute="_compute_counts")
    partial_count = fields.Integer(string="In part", compute="_compute_counts")
    unreachable_count = fields.Integer(string="Out of reach", compute="_compute_counts")
    not_told_count = fields.Integer(string="Not told yet", compute="_compute_counts")
    waiting_count = fields.Integer(string="Still to be asked", compute="_compute_counts")
    to_call_count = fields.Integer(string="To call", compute="_compute_counts")
    response = fields.Char(string="Answers", compute="_compute_counts")
    figures = fields.Html(compute="_compute_figures", sanitize=False)

    @api.depends_context("lang")
    @api.depends("ask_ids.state")
    def _compute_counts(self):
        Line = self.env["bde.alumni.wave.line"]
        alive = Domain([("wave_id", "in", self.ids), ("alumnus_id.is_deceased", "=", False)])
        states = {}
        for wave, state, count in Line._read_group(alive, ["wave_id", "state"], ["__count"]):
            states.setdefault(wave.id, {})[state] = count
        to_call = self._count_lines(
            alive & Line._to_call_domain(self.env.company._bde_today()), Line
        )
        not_told = self._count_lines(
            alive & Domain([("state", "=", "to_send"), ("alumnus_id.informed_on", "=", False)]),
            Line,
        )
        for wave in self:
            found = states.get(wave.id, {})
            wave.leaver_count = sum(found.values())
            wave.asked_count = wave.leaver_count - found.get("to_send", 0)
            wave.partial_count = found.get("partial", 0)
            wave.answered_count = found.get("answered", 0) + wave.partial_count
            wave.unreachable_count = found.get("unreachable", 0)
            wave.to_call_count = to_call.get(wave.id, 0)
            wave.not_told_count = not_told.get(wave.id, 0)
            wave.waiting_count = found.get("to_send", 0) - wave.not_told_count
            wave.response = bool(wave.asked_count) and self._rate_text(
                outcomes.Rate(wave.answered_count, wave.asked_count)
            )

    @api.model
    def _count_lines(self, domain, Line):
        rows = Line._read_group(domain, ["wave_id"], ["__count"])
        return {wave.id: count for wave, count in rows}

    @api.model
    def _rate_text(self, rate):
        """``5 of 9``; with its share and interval from twenty on, where they mean something."""
        values = {"count": rate.count, "total": rate.total}
        if not rate.may_be_published:
            return self.env._("%(count)s of %(total)s", **values)
        low, high = rate.interval
        return self.env._(
            "%(count)s of %(total)s – %(percent)s %% (%(low)s to %(high)s %%)",
            **values,
            percent=rate.percent,
            low=low,
            high=high,
        )

    # ------------------------------------------------------------
    # What it found
    # ------------------------------------------------------------

    def _figures(self, domain=()):
        """Figures of each survey; constant queries, whatever the number of surveys.

        :param domain: of the lines that are counted, all by default
        :return: {wave id: :class:`~..rules.outcomes.Figures`}
        """
        grouped = self._figures_by(None, domain)
        objected = self._objected() if not domain else {}
        return {
            wave.id: grouped.get((wave.id, None), outcomes.NOBODY)._replace(
                objected=objected.get((wave.company_id.id, wave.cohort), 0)
            )
            for wave in self
        }

    def _figures_by(self, name, domain=()):
        """Figures of these surveys, by the value of a stored field of the lines.

        :param name: ``training_id``; None: no group
        :return: {(wave id, value): Figures}
        """
        Line = self.env["bde.alumni.wave.line"]
        base = Domain([("wave_id", "in", self.ids), ("state", "!=", "to_send")]) & Domain(domain)
        by = ["wave_id", "situation", *([name] if name else [])]
        found = {}
        for dead in (False, True):
            rows = Line._read_group(
                base & Domain("alumnus_id.is_deceased", "=", dead), by, ["__count"]
            )
            for wave, situation, *values, count in rows:
                key = wave.id, values[0] if values else None
                if dead:
                    part = outcomes.NOBODY._replace(deceased=count)
                else:
                    told = {situation: count} if situation else {}
                    part = outcomes.Figures(count, sum(told.values()), told)
                found[key] = found.get(key, outcomes.NOBODY) + part
        return found

    def _objected(self):
        """{(company id, cohort): leavers who objected}: no longer on file, told all the same."""
        rows = self.env["bde.alumni.count"]._read_group(
            [
                ("company_id", "in", self.company_id.ids),
                ("cohort", "in", list(set(self.mapped("cohort")))),
            ],
            ["company_id", "cohort"],
            ["objected_count:sum"],
        )
        return {(company.id, cohort): count for company, cohort, count in rows}

    def _three_years(self):
        """Total of this survey and of the two before it at the same horizon."""
        self.ensure_one()
        waves = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("months", "=", self.months),
                ("cohort", "<=", self.cohort),
                ("cohort", ">", self.cohort - outcomes.YEARS),
            ]
        )
        figures = waves._figures()
        return outcomes.three_years({wave.cohort: figures[wave.id] for wave in waves}, self.cohort)

    @api.depends_context("lang")
    @api.depends("ask_ids.situation")
    def _compute_figures(self):
        for wave in self:
            wave.figures = self.env["ir.qweb"]._render(
                "bde_alumni.wave_figures", wave._figure_values(), minimal_qcontext=True
            )

    def _figure_values(self):
        """What the table of the form shows."""
        self.ensure_one()
        own, three = self._figures()[self.id], self._three_years()
        labels = self.env["bde.outcome"]._fields["situation"]._description_selection(self.env)
        groups = [
            (training.display_name or self.env._("No training"), figures)
            for (_wave, training), figures in self._figures_by("training_id").items()
        ]
        groups.sort(key=lambda one: (-one[1].leavers, one[0]))
        for sex, label in self.env["bde.alumnus"]._fields["sex"]._description_selection(self.env):
            figures = self._figures([("alumnus_id.sex", "=", sex)])[self.id]
            if figures.leavers:
                groups.append((label, figures))
        return {
            "summary": self._figure_summary(own),
            "answers": (self._rate_text(own.response), self._rate_text(three.response)),
            "rows": [
                (label, self._rate_text(own.rate(code)), self._rate_text(three.rate(code)))
                for code, label in labels
            ],
            "situations": [label for _code, label in labels],
            "groups": [
                (
                    label,
                    self._rate_text(figures.response),
                    [figures.situations.get(code, 0) for code, _l in SITUATIONS],
                )
                for label, figures in groups
            ],
            "note": self.env._(
                "Rates are on those who answered, never on all who left; between brackets, what"
                " is true in 95 cases of 100. Under %(count)s people there are counts alone, and"
                " nothing leaves the school. The official figures (InserJeunes) count otherwise:"
                " they are never added to these.",
                count=outcomes.PUBLISHED_FROM,
            ),
        }

    def _figure_summary(self, own):
        """Who was asked, who is not counted and why."""
        parts = [
            self.env._(
                "%(leavers)s leavers asked, %(answered)s answered.",
                leavers=own.leavers,
                answered=own.answered,
            )
        ]
        if own.objected:
            parts.append(
                self.env._(
                    "%(count)s objected to the follow-up: no longer on file, not counted.",
                    count=own.objected,
                )
            )
        if own.deceased:
            parts.append(self.env._("%(count)s died: not counted.", count=own.deceased))
        return " ".join(parts)
