from typing import NamedTuple

from babel.dates import get_day_names
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, format_date, get_lang

from ..rules import legal, working_time
from ..rules import schedule as hours

LEVELS = {"block": "danger", "warn": "warning", "info": "info"}


class Alert(NamedTuple):
    """What the law or good sense says about a placement."""

    severity: str  # block, warn or info
    text: str
    article: str = ""
    working: str = ""
    code: str = ""  # of the rule
    overridable: bool = False
    # what was found, whatever the language: what the head sets aside is this, and no more
    key: str = ""


class BdePlacement(models.Model):
    """What has to be seen before anybody signs: each with its article and its working."""

    _inherit = "bde.placement"

    alerts = fields.Html(compute="_compute_alerts", sanitize=False)
    alert_level = fields.Selection(
        [("block", "Against the law"), ("warn", "To look at"), ("info", "To know")],
        string="Alert",
        compute="_compute_alerts",
    )

    @api.depends(
        "student_id", "host_id", "tutor_id", "referent_id", "date_start", "date_end", "schedule"
    )
    def _compute_alerts(self):
        found = self._get_alerts()
        for placement in self:
            alerts = found[placement]
            placement.alerts = self._alerts_html(alerts)
            severities = {alert.severity for alert in alerts}
            placement.alert_level = next((level for level in LEVELS if level in severities), False)

    @api.model
    def _alerts_html(self, alerts):
        lines = [
            Markup(
                '<div class="o_bde_alert alert alert-%s py-2 mb-2" role="status">%s'
                '<div class="small opacity-75">%s</div></div>'
            )
            % (
                LEVELS[alert.severity],
                alert.text,
                " · ".join(part for part in (alert.working, alert.article) if part),
            )
            for alert in alerts
        ]
        return Markup("").join(lines) or False

    def _get_alerts(self):
        """{placement: [Alert]}; the number of queries does not grow with the placements."""
        result = {placement: placement._schedule_alerts() for placement in self}
        for part in self._alert_parts():
            for placement, alerts in part.items():
                result[placement] += alerts
        return result

    def _alert_parts(self):
        """What is said beside the hours: a list of {placement: [Alert]}; constant queries."""
        return [self._overlap_alerts(), self._age_alerts(), *self._limit_alerts()]

    # ------------------------------------------------------------------
    # Rules
    # ------------------------------------------------------------------

    def _age_on(self, day):
        """Age on a day; a pupil whose birth date is not known is read as a minor of 16."""
        # sudo: who may see the placement is told what his age forbids, not the date
        birth_date = self.student_id.sudo().birth_date
        return legal.age_on(birth_date, day) if birth_date else 16

    def _rule(self, code, day=None):
        """The rule of a code that binds this placement on a day, its first one by default."""
        self.ensure_one()
        day = day or self.date_start
        return self.env["bde.rule"]._rule_of(code, self._age_on(day), day, self.kind)

    @api.model
    def _rule_alert(self, rule, text, working=""):
        return Alert(
            rule.severity, text, rule.article, working, rule.code, rule.overridable, rule.code
        )

    # ------------------------------------------------------------------
    # Hours
    # ------------------------------------------------------------------

    def _schedule_findings(self, schedule=None):
        """What the hours of one placement break, day after day; no query of its own.

        :param schedule: other hours to judge, for instance those a host typed
        :rtype: list of :class:`..rules.working_time.Finding`
        """
        self.ensure_one()
        found = []
        for plan, start, end in self._schedule_parts(schedule):
            try:
                plan = hours.normalize(plan)
            except hours.ScheduleError:
                continue  # refused when saved
            if hours.is_empty(plan) or not start or not end:
                continue
            found += working_time.check(
                plan,
                start,
                end,
                # sudo: who may see the placement is told what his age forbids, not the date
                self.student_id.sudo().birth_date or None,
                self.company_id._bde_public_holidays(start, end),
                self._working_time_rules(),
                self.kind,
                self.company_id.bde_tz or "Europe/Paris",
            )
        return found

    def _schedule_parts(self, schedule=None):
        """(hours, first day, last day) of each part of the placement that has hours of its own."""
        plan = self.schedule if schedule is None else schedule
        return [(plan, self.date_start, self.date_end)]

    @api.model
    def _working_time_rules(self):
        rules = self.env["bde.rule"]._rules()
        return tuple(rule for rule in rules if rule.code in working_time.ALL_CODES)

    def _schedule_alerts(self, schedule=None):
        """Alerts of the weekly hours of one placement.

        :param schedule: other hours to judge, for instance those a host typed
        """
        findings = self._schedule_findings(schedule)
        alerts = [
            Alert(
                finding.severity,
                self._finding_text(finding),
                finding.article,
                finding.working,
                finding.code,
                finding.overridable,
                self._finding_key(finding),
            )
            for finding in findings
            if finding.code != "holiday"
        ]
        # holidays are told once, with their dates
        off = [finding for finding in findings if finding.code == "holiday"]
        if off:
            dates = ", ".join(format_date(self.env, finding.date) for finding in off)
            alerts.append(
                Alert("info", self._finding_text(off[0]), off[0].article, dates, "holiday")
            )
        return alerts

    @api.model
    def _finding_key(self, finding):
        """What was found, in the same words for every language and every date."""
        return f"{finding.code}/{finding.day or 'week'}/{finding.args.get('found', 0)}"

    @api.model
    def _finding_text(self, finding):
        """Sentence of a finding of :mod:`rules.working_time`."""
        args = finding.args
        locale = babel_locale_parse(get_lang(self.env).code)
        day = finding.day and get_day_names("wide", locale=locale)[hours.DAYS.index(finding.day)]
        limit = args.get("limit")
        clock = {name: hours.format_minutes(args[name]) for name in ("from", "to") if name in args}
        values = {
            "day": (day or "").capitalize(),
            "date": format_date(self.env, finding.date),
            "limit": hours.format_minutes(limit) if limit else "",
            "pause": args.get("pause", 0),
            "evening": clock.get("from", ""),
            "morning": clock.get("to", ""),
        }
        return self._finding_templates()[finding.code] % values

    @api.model
    def _finding_templates(self):
        return {
            "day_max": self.env._("%(day)s: more than %(limit)s in a day at this age."),
            "week_max": self.env._("More than %(limit)s in a week (from %(date)s)."),
            "week_legal": self.env._("More than the legal %(limit)s a week (from %(date)s)."),
            "break": self.env._(
                "%(day)s: more than %(limit)s without a break of %(pause)s minutes."
            ),
            "daily_rest": self.env._("%(day)s: less than %(limit)s of rest since the day before."),
            "night": self.env._("%(day)s: work between %(evening)s and %(morning)s is at night."),
            "sunday": self.env._(
                "Work on Sunday: for a minor it needs a legal ground of the trade, which the head "
                "checks."
            ),
            "weekly_rest": self.env._(
                "The weekly rest is too short: a minor has two days in a row, Sunday among them; "
                "an adult has one day."
            ),
            "holiday": self.env._(
                "Public holidays: a minor does not work, these days are not counted."
            ),
        }

    # ------------------------------------------------------------------
    # Age
    # ------------------------------------------------------------------

    def _age_alerts(self):
        """What the age on the first day forbids beside hours, with the birthdays that matter."""
        result = {}
        for placement in self.filtered("date_start"):
            alerts = [
                placement._rule_alert(rule, text % {"age": rule.value})
                for code, text in placement._age_templates().items()
                if (rule := placement._rule(code))
            ]
            if alerts:
                result[placement] = alerts
        return result

    def _age_templates(self):
        """{code: sentence} of the rules of age that concern this placement."""
        templates = {
            "age_min": self.env._("The pupil is under %(age)s on the first day."),
            "age_school": self.env._(
                "The pupil is under %(age)s on the first day: the stay is a part of his schooling, "
                "at no time a job."
            ),
        }
        if (self.safety_works or "").strip():
            templates["works_age"] = self.env._(
                "Regulated works are not for pupils under %(age)s: take them out."
            )
            templates["works_declared"] = self.env._(
                "Regulated works of a minor: the host and the school have declared them to the "
                "labour inspectorate, and a doctor has given his opinion this year."
            )
        return templates
