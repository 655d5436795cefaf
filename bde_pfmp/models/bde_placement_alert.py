from datetime import date
from typing import NamedTuple

from babel.dates import get_day_names
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, format_date, get_lang

from ..rules import schedule as hours
from ..rules import weeks

REFERENT_LIMIT = 16  # D124-3 C. éduc.
TUTOR_LIMIT = 3  # R124-13 C. éduc.
# a convention that will not run counts for no limit
DEAD_STATES = ("refused", "cancelled")
LEVELS = {"block": "danger", "warn": "warning", "info": "info"}


class Alert(NamedTuple):
    """What the law or good sense says about a placement."""

    severity: str  # block, warn or info
    text: str
    article: str = ""
    working: str = ""


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
        parts = (
            self._overlap_alerts(),
            self._referent_alerts(),
            self._tutor_alerts(),
            self._duration_alerts(),
        )
        for part in parts:
            for placement, alerts in part.items():
                result[placement] += alerts
        return result

    # ------------------------------------------------------------------
    # Hours
    # ------------------------------------------------------------------

    def _schedule_alerts(self, schedule=None):
        """Alerts of the weekly hours of one placement.

        :param schedule: other hours to judge, for instance those a host typed
        """
        self.ensure_one()
        start, end = self.date_start, self.date_end
        try:
            plan = hours.normalize(self.schedule if schedule is None else schedule)
        except hours.ScheduleError:
            return []  # refused when saved
        if hours.is_empty(plan) or not start or not end:
            return []
        findings = hours.check(
            plan,
            start,
            end,
            # sudo: who may see the placement is told what his age forbids, not the date
            self.student_id.sudo().birth_date or None,
            self.company_id._bde_public_holidays(start, end),
        )
        alerts = [
            Alert(finding.severity, self._finding_text(finding), finding.article, finding.working)
            for finding in findings
            if finding.code != "holiday"
        ]
        # holidays are told once, with their dates
        off = [finding for finding in findings if finding.code == "holiday"]
        if off:
            dates = ", ".join(format_date(self.env, finding.date) for finding in off)
            alerts.append(Alert("info", self._finding_text(off[0]), off[0].article, dates))
        return alerts

    @api.model
    def _finding_text(self, finding):
        """Sentence of a finding of :mod:`rules.schedule`."""
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
    # Limits counted over placements
    # ------------------------------------------------------------------

    def _dated(self):
        return self.filtered(lambda placement: placement.date_start and placement.date_end)

    def _counted_domain(self, others=()):
        """Placements that run at the same time as these and count for a limit."""
        return [
            ("date_start", "<=", max(self.mapped("date_end"))),
            ("date_end", ">=", min(self.mapped("date_start"))),
            ("state", "not in", DEAD_STATES),
            *others,
        ]

    def _overlap_alerts(self):
        """Another placement of the same pupil on the same days."""
        dated = self._dated()
        if not dated:
            return {}
        others = self.search(
            dated._counted_domain([("student_id", "in", dated.student_id.ids)])
        ).grouped("student_id")
        result = {}
        for placement in dated:
            for other in others.get(placement.student_id, self.browse()):
                same = other.id == (placement._origin.id or placement.id)
                if same or not weeks.most_at_once(
                    placement.date_start, placement.date_end, [(other.date_start, other.date_end)]
                ):
                    continue
                text = self.env._(
                    "%(pupil)s is also in %(period)s from %(start)s to %(end)s.",
                    pupil=placement.student_name,
                    period=other.period_id.name,
                    start=format_date(self.env, other.date_start),
                    end=format_date(self.env, other.date_end),
                )
                result.setdefault(placement, []).append(Alert("warn", text))
        return result

    def _referent_alerts(self):
        """More than sixteen pupils at once for a referent teacher (D124-3)."""
        dated = self._dated().filtered("referent_id")
        if not dated:
            return {}
        # sudo: a teacher may not read the pupils of a colleague, only how many they are
        rows = self.sudo()._read_group(
            dated._counted_domain([("referent_id", "in", dated.referent_id.ids)]),
            ["referent_id", "date_start:day", "date_end:day"],
            ["__count"],
        )
        spans = {}
        for referent, start, end, number in rows:
            spans.setdefault(referent.id, []).extend([(_day(start), _day(end))] * number)
        result = {}
        for placement in dated:
            at_once = weeks.most_at_once(
                placement.date_start,
                placement.date_end,
                spans.get(placement.referent_id.id, []),
            )
            if at_once > REFERENT_LIMIT:
                text = self.env._(
                    "%(teacher)s follows %(number)s pupils at the same time, %(limit)s at most.",
                    teacher=placement.referent_id.name,
                    number=at_once,
                    limit=REFERENT_LIMIT,
                )
                result[placement] = [Alert("warn", text, "D124-3 C. éduc.")]
        return result

    def _tutor_alerts(self):
        """More than three trainees at once for a tutor (R124-13), over all schools."""
        dated = self._dated().filtered("tutor_id")
        if not dated:
            return {}
        # sudo: the law counts per tutor over all schools; only a number is shown, no school
        rows = self.sudo()._read_group(
            dated._counted_domain(
                [("host_id", "in", dated.host_id.ids), ("tutor_id", "!=", False)]
            ),
            ["host_id", "tutor_id", "date_start:day", "date_end:day"],
            ["__count"],
        )
        spans = {}
        for host, tutor, start, end, number in rows:
            key = (host.id, _person(tutor))
            spans.setdefault(key, []).extend([(_day(start), _day(end))] * number)
        result = {}
        for placement in dated:
            key = (placement.host_id.id, _person(placement.tutor_id.sudo()))
            at_once = weeks.most_at_once(
                placement.date_start, placement.date_end, spans.get(key, [])
            )
            if at_once > TUTOR_LIMIT:
                text = self.env._(
                    "%(tutor)s follows %(number)s trainees at the same time, %(limit)s at most.",
                    tutor=placement.tutor_id.sudo().name,
                    number=at_once,
                    limit=TUTOR_LIMIT,
                )
                result[placement] = [Alert("warn", text, "R124-13 C. éduc.")]
        return result

    def _duration_alerts(self):
        """Six months with one host, gratification beyond two, in one school year."""
        dated = self._dated().filtered("host_id")
        if not dated:
            return {}
        rows = self._read_group(
            [
                ("student_id", "in", dated.student_id.ids),
                ("host_id", "in", dated.host_id.ids),
                ("school_year_id", "in", dated.school_year_id.ids),
                ("state", "not in", DEAD_STATES),
                ("id", "not in", dated._origin.ids),
            ],
            ["student_id", "host_id", "school_year_id"],
            ["total_hours:sum"],
        )
        elsewhere = {tuple(record.id for record in row[:3]): row[3] for row in rows}
        result = {}
        own = {}
        for placement in dated:
            own.setdefault(placement._host_key(), []).append(placement)
        for key, placements in own.items():
            parts = [placement.total_hours for placement in placements]
            before = elsewhere.get(key, 0)
            total = round((sum(parts) + before) * 60)
            alert = self._duration_alert(total, before)
            for placement in placements if alert else ():
                result[placement] = [alert]
        return result

    def _host_key(self):
        return (
            self.student_id._origin.id,
            self.host_id._origin.id,
            self.school_year_id._origin.id,
        )

    @api.model
    def _duration_alert(self, minutes, before):
        working = hours.format_minutes(minutes)
        if before:
            working = self.env._(
                "%(total)s in all, of which %(before)s in other periods",
                total=working,
                before=hours.format_minutes(round(before * 60)),
            )
        if minutes > weeks.MAXIMUM_MINUTES:
            text = self.env._("More than six months (924 h) with this host in the school year.")
            return Alert("block", text, "L124-5, D124-6 C. éduc.", working)
        if minutes > weeks.GRATIFICATION_MINUTES:
            text = self.env._(
                "More than two months (308 h) with this host in the school year: the host owes a "
                "gratification from the first hour."
            )
            return Alert("warn", text, "L124-6, D124-8 C. éduc.", working)
        return None


def _day(value):
    """A date of ``_read_group``, which may come with a time."""
    return value if type(value) is date else value.date()


def _person(partner):
    """A contact as it is compared between schools: his name without case and blanks."""
    return " ".join((partner.name or "").casefold().split())
