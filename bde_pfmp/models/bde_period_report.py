from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

from .bde_attestation_follow import DUE

STYLE = "bde_pfmp/static/src/css/period_report.css"
# states of a stay that took place, whole or in part
DONE = ("running", "ended", "attested", "closed", "interrupted")


def _days(number):
    """Days and half days as they are written in French."""
    return f"{number:g}".replace(".", ",")


class BdePeriod(models.Model):
    """The report of a period: a class on one page."""

    _inherit = "bde.period"

    def action_report(self):
        """The report of these periods, one page a class, as a PDF."""
        if not self.placement_ids:
            raise UserError(self.env._("This period has no pupil yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/period-report?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    def _report_pdf(self):
        """PDF of the report, of the pupils that the user may read.

        :rtype: bytes
        """
        pages = []
        for period in self:
            placements = self.env["bde.placement"].search(
                [("period_id", "=", period.id)], order="student_name, date_start"
            )
            by_class = placements.grouped("division_id")
            for division in placements.division_id.sorted("name"):
                pages.append(by_class[division]._report_page(period, division))
        if not pages:
            raise UserError(self.env._("This period has no pupil yet."))
        lang = (self.env.lang or "fr_FR").partition("_")[0]
        html = self.env["ir.qweb"]._render(
            "bde_pfmp.period_report",
            {
                "pages": pages,
                "lang": lang,
                "css": stylesheet(STYLE),
                "title": " · ".join(self.mapped("name")),
            },
            minimal_qcontext=True,
        )
        return self.env["bde.document.version"]._render_html(f"<!DOCTYPE html>\n{html}")


class BdePlacement(models.Model):
    """What the report of a period says of the stays of a class: counts, never an opinion."""

    _inherit = "bde.placement"

    def _report_page(self, period, division):
        """Values of one page."""
        today = period.company_id._bde_today()
        return {
            "school": period.company_id.name,
            "period": period.name,
            "division": division.label or division.name or "",
            "dates": self.env._(
                "%(start)s to %(end)s",
                start=format_date(self.env, period.date_start),
                end=format_date(self.env, period.date_end),
            ),
            "due": self.env._(
                "The état liquidatif of the allowance is due on %(day)s, two months after the end"
                " of the period.",
                day=format_date(self.env, period.date_end + DUE),
            ),
            "printed": format_date(self.env, today),
            "figures": self._report_figures(),
            "titles": [title for title, _texts in self._report_columns()],
            "rows": self._report_rows(),
            "small": len(self) > 18,
        }

    def _report_rows(self):
        """One line a pupil: name, company, cells in the order of the columns, still to do."""
        columns = [texts for _title, texts in self._report_columns()]
        return [
            {
                "pupil": placement.student_name,
                "host": placement.host_id.name or self.env._("no company"),
                "cells": [texts.get(placement, "") for texts in columns],
            }
            for placement in self
        ]

    def _pupils(self, placements):
        """Pupils of stays, each once: a chain of stays is one pupil."""
        return len(placements.schooling_id)

    def _report_figures(self):
        """Figures at the head of the page: list of (label, text); parts add theirs."""
        went = self.filtered(lambda one: one.state in DONE)
        planned = sum(went.mapped("presence_days"))
        done = sum(self._days_were_done(went).values())
        attested = went.filtered("attested_on")
        return [
            (self.env._("Pupils"), str(self._pupils(self))),
            (
                self.env._("Went"),
                self.env._(
                    "%(count)s of %(all)s", count=self._pupils(went), all=self._pupils(self)
                ),
            ),
            (
                self.env._("Days done"),
                self.env._("%(done)s of %(planned)s", done=_days(done), planned=planned),
            ),
            (
                self.env._("Stays interrupted"),
                str(len(self.filtered(lambda one: one.state == "interrupted"))),
            ),
            (
                self.env._("Attestations"),
                self.env._("%(count)s of %(all)s", count=len(attested), all=len(went)),
            ),
            (
                self.env._("Stays closed"),
                self.env._(
                    "%(count)s of %(all)s",
                    count=len(went.filtered(lambda one: one.state == "closed")),
                    all=len(went),
                ),
            ),
            *self._report_figures_followed(went),
        ]

    def _report_figures_followed(self, went):
        """Visits, evaluations, opinions and incidents: numbers alone."""
        visited = went.filtered(lambda one: one.visit_status == "enough")
        evaluated = self._report_counts(
            "bde.evaluation", [("state", "=", "submitted"), ("view", "=", "tutor")]
        )
        on_host = self._report_counts("bde.rating", [("view", "!=", "tutor")])
        on_school = self._report_counts("bde.rating", [("view", "=", "tutor")])
        incidents = self._report_counts("bde.incident", [])
        return [
            (
                self.env._("Followed enough"),
                self.env._("%(count)s of %(all)s", count=len(visited), all=len(went)),
            ),
            (
                self.env._("Evaluated by the tutor"),
                self.env._("%(count)s of %(all)s", count=len(evaluated), all=len(went)),
            ),
            (self.env._("Opinions on the site"), str(sum(on_host.values()))),
            (self.env._("Tutors' opinions on the school"), str(sum(on_school.values()))),
            (self.env._("Accidents and incidents"), str(sum(incidents.values()))),
        ]

    def _report_counts(self, model, domain):
        """How many records of a model each of these stays has: {placement: number}."""
        # sudo: numbers alone, of stays that the user reads
        rows = (
            self.env[model]
            .sudo()
            ._read_group([("placement_id", "in", self.ids), *domain], ["placement_id"], ["__count"])
        )
        return {placement.with_env(self.env): number for placement, number in rows}

    def _days_were_done(self, placements):
        """Days that were done, as the host attested or the school counted: {placement: days}."""
        # sudo: numbers of stays that the user reads
        return {one: one.sudo().convention_id.effective_days for one in placements}

    def _report_columns(self):
        """Columns of the page: list of (title, {placement: text}); constant queries.

        Parts of the follow-up add theirs.
        """
        went = self.filtered(lambda one: one.state in DONE)
        days = self._days_were_done(went)
        evaluated = self._report_counts(
            "bde.evaluation", [("state", "=", "submitted"), ("view", "=", "tutor")]
        )
        yes, no = self.env._("yes"), self.env._("no")
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            (
                self.env._("Days done"),
                {one: f"{_days(days[one])} / {one.presence_days}" for one in went},
            ),
            (
                self.env._("Absent"),
                {
                    one: _days(one.presence_days - days[one])
                    for one in went
                    if days[one] < one.presence_days
                },
            ),
            (self.env._("Visits"), {one: str(one.visit_count) for one in went}),
            (self.env._("Evaluation"), {one: yes if one in evaluated else no for one in went}),
            (
                self.env._("Attestation"),
                {
                    one: format_date(self.env, one.attested_on) if one.attested_on else no
                    for one in went
                },
            ),
            (self.env._("Allowance"), self._report_allowances()),
            (self.env._("State"), {one: states[one.state] for one in self}),
        ]

    def _report_allowances(self):
        """Amount of the State's allowance, where it is known and the user may read it."""
        Allowance = self.env["bde.allowance"]
        if not Allowance.has_access("read"):
            return {}
        found = Allowance.search([("placement_id", "in", self.ids), ("rate_known", "=", True)])
        return {
            one.placement_id: formatLang(self.env, one.amount, currency_obj=one.currency_id)
            for one in found
        }
