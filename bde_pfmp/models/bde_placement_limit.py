from datetime import datetime, timedelta

from odoo import api, models
from odoo.tools import format_date

from ..rules import legal, weeks
from ..rules import schedule as hours
from .bde_placement_alert import Alert

# a convention that will not run counts for no limit
DEAD_STATES = ("refused", "cancelled")
# a third of the longest stay with a host: no stay that ended before is waited for
LONGEST_WAIT = timedelta(days=92)


class BdePlacement(models.Model):
    """Limits that are counted over placements: of the pupil, the referent, the tutor, the host.

    What the law counts per company or tutor is counted over all schools, as numbers only.
    """

    _inherit = "bde.placement"

    def _dated(self):
        return self.filtered(lambda placement: placement.date_start and placement.date_end)

    def _counted_domain(self, others=(), before=timedelta()):
        """Placements that run at the same time as these and count for a limit.

        :param before: time before the first day in which they count too
        """
        return [
            ("date_start", "<=", max(self.mapped("date_end"))),
            ("date_end", ">=", min(self.mapped("date_start")) - before),
            ("state", "not in", DEAD_STATES),
            *others,
        ]

    def _others_domain(self, others=(), before=timedelta()):
        """:meth:`_counted_domain` without these placements, which count as they are here."""
        return [*self._counted_domain(others, before), ("id", "not in", self._origin.ids)]

    def _limit_spans(self):
        """(first day, last day, tutor) of the parts of one stay on which the pupil is there."""
        return [(self.date_start, self.date_end, self.tutor_id)]

    @api.model
    def _amended_spans(self, stays):
        """:meth:`_limit_spans` of those of these stays whose terms changed: {id: spans}."""
        return {}

    def _limit_alerts(self):
        """The limits, as a list of {placement: [Alert]}; constant queries."""
        return [
            self._referent_alerts(),
            *self._host_alerts(),
            self._duration_alerts(),
            self._closed_alerts(),
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
                result.setdefault(placement, []).append(Alert("warn", text, code="overlap"))
        return result

    def _most_at_once(self, known, key, spans):
        """Most stays of a person at once over the days of this one.

        :param dict known: answers for the placements of a batch, most of which share their days
        """
        question = (key, self.date_start, self.date_end)
        if question not in known:
            known[question] = weeks.most_at_once(self.date_start, self.date_end, spans.get(key, ()))
        return known[question]

    # ------------------------------------------------------------------
    # Referent teacher
    # ------------------------------------------------------------------

    def _referent_alerts(self):
        """More than sixteen pupils at once for a referent teacher (D124-3)."""
        dated = self._dated().filtered("referent_id")
        if not dated:
            return {}
        # sudo: a teacher may not read the pupils of a colleague, only how many they are
        rows = self.sudo()._read_group(
            dated._others_domain([("referent_id", "in", dated.referent_id.ids)]),
            ["referent_id", "date_start:day", "date_end:day"],
            ["id:recordset"],
        )
        amended = self._amended_spans(stays for *_keys, stays in rows)
        spans = {}
        for referent, start, end, stays in rows:
            for stay in stays:
                days = amended.get(stay.id, ((_day(start), _day(end), None),))
                spans.setdefault(referent.id, []).extend(span[:2] for span in days)
        for placement in dated:
            own = spans.setdefault(placement.referent_id._origin.id, [])
            own.extend(span[:2] for span in placement._limit_spans())
        result, most = {}, {}
        for placement in dated:
            rule = placement._rule("referent_max")
            if not rule:
                continue
            at_once = placement._most_at_once(most, placement.referent_id._origin.id, spans)
            if at_once > rule.value:
                text = self.env._(
                    "%(teacher)s follows %(number)s pupils at the same time, %(limit)s at most.",
                    teacher=placement.referent_id.name,
                    number=at_once,
                    limit=rule.value,
                )
                result[placement] = [self._rule_alert(rule, text)]
        return result

    # ------------------------------------------------------------------
    # Host and tutor, over all schools
    # ------------------------------------------------------------------

    def _host_alerts(self):
        """Too many trainees of a tutor or of a host, or too soon after the one before."""
        dated = self._dated().filtered("host_id")
        if not dated:
            return []
        # sudo: companies of one legal entity count together, whoever reads them
        hosts = dated.host_id.sudo()
        sirens = [siren for siren in hosts.mapped("bde_siren") if siren]
        # sudo: the law counts over all schools; numbers and days are shown, no school, no pupil
        rows = self.sudo()._read_group(
            dated._others_domain(
                ["|", ("host_id", "in", hosts.ids), ("host_id.bde_siren", "in", sirens)],
                before=LONGEST_WAIT,
            ),
            ["host_id", "tutor_id", "student_id", "date_start:day", "date_end:day"],
            ["id:recordset"],
        )
        amended = self._amended_spans(stays for *_keys, stays in rows)
        by_host, by_tutor = {}, {}
        for host, tutor, student, start, end, stays in rows:
            for stay in stays:
                spans = amended.get(stay.id, ((_day(start), _day(end), tutor),))
                self._count_stay(by_host, by_tutor, host, student.id, stay, spans)
        for placement in dated:
            host, student = placement.host_id._origin.sudo(), placement.student_id._origin.id
            spans = placement._limit_spans()
            self._count_stay(by_host, by_tutor, host, student, placement, spans)
        return [
            dated._tutor_alerts(by_tutor),
            dated._quota_alerts(by_host),
            dated._waiting_alerts(by_tutor),
        ]

    @api.model
    def _count_stay(self, by_host, by_tutor, host, student_id, stay, spans):
        """Adds the days of a stay to those of its host and of its tutors.

        :param spans: (first day, last day, tutor) of each part of the stay
        """
        for start, end, tutor in spans:
            by_host.setdefault(_entity(host), []).append((start, end))
            if tutor:
                key = (host.id, _person(tutor.sudo()))  # sudo: a name to compare, not shown
                by_tutor.setdefault(key, []).append((start, end, student_id, stay))

    def _tutor_key(self):
        return self.host_id._origin.id, _person(self.tutor_id.sudo())

    def _tutor_alerts(self, by_tutor):
        """More than three trainees at once for a tutor (R124-13)."""
        result, most = {}, {}
        spans = {key: [stay[:2] for stay in stays] for key, stays in by_tutor.items()}
        for placement in self.filtered("tutor_id"):
            rule = placement._rule("tutor_max")
            at_once = placement._most_at_once(most, placement._tutor_key(), spans)
            if rule and at_once > rule.value:
                text = self.env._(
                    "%(tutor)s follows %(number)s trainees at the same time, %(limit)s at most.",
                    tutor=placement.tutor_id.sudo().name,
                    number=at_once,
                    limit=rule.value,
                )
                result[placement] = [self._rule_alert(rule, text)]
        return result

    def _quota_alerts(self, by_host):
        """More trainees in a civil week than the host may take (R124-10), known ones only."""
        result, most = {}, {}
        for placement in self:
            rule = placement._rule("host_quota")
            host = placement.host_id.sudo()
            days = (placement.date_start, placement.date_end)
            question = (_entity(host), *days)
            if question not in most:
                most[question] = legal.most_in_a_week(*days, by_host.get(question[0], ()))
            number, monday = most[question]
            if not rule or number <= rule.value[2]:
                continue
            # the headcount of the legal entity when it is known, else that of the place
            employer = host.parent_id if host.parent_id.bde_level == "entity" else host
            band = employer.headcount or host.headcount
            least, largest = legal.quota_range(band, rule.value) or (rule.value[2], 0)
            if number <= least:
                continue
            sure = largest and number > largest
            result[placement] = [
                self._rule_alert(rule, self._quota_text(number, monday), self._quota_working(
                    host, band, least, largest))._replace(
                    severity=rule.severity if sure else "info")
            ]  # fmt: skip
        return result

    @api.model
    def _quota_text(self, number, monday):
        return self.env._(
            "The host takes %(number)s trainees in the week of %(week)s, as far as schools know.",
            number=number,
            week=format_date(self.env, monday),
        )

    @api.model
    def _quota_working(self, host, band, least, most):
        if not most:
            return self.env._(
                "Headcount not known: %(least)s trainees under 20 employees", least=least
            )
        labels = dict(host._fields["headcount"]._description_selection(self.env))
        limit = str(least) if least == most else f"{least}–{most}"
        return self.env._(
            "%(band)s employees: %(limit)s trainees at most", band=labels[band], limit=limit
        )

    def _waiting_alerts(self, by_tutor):
        """Too soon after another trainee on what may be the same post (L124-11).

        The post is not known: the tutor stands for it. A trainee who broke off his stay
        himself makes nobody wait.
        """
        result = {}
        for placement in self.filtered("tutor_id"):
            rule = placement._rule("waiting_period")
            if not rule:
                continue
            waits = [
                (legal.free_again(start, end, rule.value), end)
                for start, end, student, stay in by_tutor.get(placement._tutor_key(), ())
                if end < placement.date_start
                and student != placement.student_id._origin.id
                and not stay._broken_off_by_trainee()
            ]
            free, end = max(waits, default=(placement.date_start, None))
            if free > placement.date_start:
                text = self.env._(
                    "The trainee before with this tutor left on %(end)s: on the same post the next "
                    "one begins on %(free)s at the earliest.",
                    end=format_date(self.env, end),
                    free=format_date(self.env, free),
                )
                result[placement] = [self._rule_alert(rule, text)]
        return result

    def _broken_off_by_trainee(self):
        """Whether the trainee himself ended the stay before its time."""
        self.ensure_one()
        return False

    def _closed_alerts(self):
        """The company is closed, says SIRENE, before the first day."""
        result = {}
        for placement in self._dated().filtered("host_id.closed_on"):
            rule = placement._rule("host_closed")
            closed = placement.host_id.closed_on
            if rule and closed <= placement.date_start:
                text = self.env._(
                    "The company is closed since %(date)s.", date=format_date(self.env, closed)
                )
                result[placement] = [self._rule_alert(rule, text)]
        return result

    # ------------------------------------------------------------------
    # Time with one host in a year
    # ------------------------------------------------------------------

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
            for placement in placements:
                if alert := placement._duration_alert(total, before):
                    result[placement] = [alert]
        return result

    def _host_key(self):
        return (
            self.student_id._origin.id,
            self.host_id._origin.id,
            self.school_year_id._origin.id,
        )

    def _duration_alert(self, minutes, before):
        """The alert of so many minutes with the host, of which so many hours elsewhere."""
        texts = {
            "six_months": self.env._(
                "More than six months (924 h) with this host in the school year."
            ),
            "gratification": self.env._(
                "More than two months (308 h) with this host in the school year: the host owes a "
                "gratification from the first hour."
            ),
        }
        for code, text in texts.items():
            rule = self._rule(code)
            if rule and minutes > rule.value * weeks.DAY_MINUTES:
                return self._rule_alert(rule, text, self._duration_working(minutes, before))
        return None

    @api.model
    def _duration_working(self, minutes, before):
        total = hours.format_minutes(minutes)
        if not before:
            return total
        return self.env._(
            "%(total)s in all, of which %(before)s in other periods",
            total=total,
            before=hours.format_minutes(round(before * 60)),
        )


def _day(value):
    """A date of ``_read_group``, which may come with a time."""
    return value.date() if isinstance(value, datetime) else value


def _person(partner):
    """A contact as it is compared between schools: his name without case and blanks."""
    return " ".join((partner.name or "").casefold().split())


def _entity(host):
    """What the law calls the host: the legal entity when its number is known."""
    return host.bde_siren or host._origin.id
