"""Hours of presence against the law: what a weekly schedule breaks, at which age, on which day.

The rules are rows of data (see :mod:`legal`); a finding names its article and shows its sum.
No import of Odoo here: the module is tested alone.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from . import legal
from .schedule import (
    DAY_MINUTES,
    DAYS,
    clock,
    dated,
    day_minutes,
    day_of,
    format_day,
    format_minutes,
    is_empty,
    spans,
)

# the checks of this module, each with the codes of the rules that it plays; the first rule that
# is broken speaks for the others of its line
CODES = (
    ("day_max",),
    ("break",),
    ("night",),
    ("daily_rest",),
    ("week_max", "week_legal"),
    ("sunday",),
    ("weekly_rest",),
)
ALL_CODES = {code for codes in CODES for code in codes} | {"holiday"}
RULES = tuple(rule for rule in legal.RULES if rule.code in ALL_CODES)


@dataclass(frozen=True)
class Finding:
    """What a rule says about a schedule.

    :param code: code of the rule
    :param article: text that it rests on
    :param severity: ``block``, ``warn`` or ``info``
    :param day: key of the weekday, None when it concerns the week
    :param date: first day on which it holds for this pupil
    :param args: ``found`` and ``limit`` in minutes (or days), for the message
    :param working: the sum, in figures, to show the reader how it was found
    """

    code: str
    article: str
    severity: str
    day: str | None
    date: date
    args: dict = field(default_factory=dict, compare=False)
    working: str = field(default="", compare=False)
    overridable: bool = field(default=False, compare=False)


def check(
    schedule, date_start, date_end, birth_date=None, holidays=(), rules=RULES, stay=None, tz=None
):
    """Findings of a schedule kept from one date to another, each once, at its first day.

    The age is taken on each day, for a pupil turns 16 or 18 during a period; the rules are
    those of each day. Without a birth date the pupil is judged as a minor of 16: the careful
    reading.

    :param stay: kind of the stay, for the rules that are made for some kinds
    :param str tz: time zone of the school: a rest over the change of the hour is counted in
        hours that pass, not by the clock
    :returns: list of :class:`Finding` in the order of the dates
    """
    if is_empty(schedule) or not date_start or not date_end or date_end < date_start:
        return []
    plan = tuple(tuple(map(tuple, schedule.get(day) or ())) for day in DAYS)
    ages = _ages(birth_date, date_start, date_end)
    off = tuple(sorted(day for day in holidays if date_start <= day <= date_end))
    return list(_check(plan, date_start, date_end, ages, off, rules, stay, tz))


def _ages(birth_date, date_start, date_end):
    """((first day, age), ...) over the dates: what a class shares, whatever the birthdays."""
    if not birth_date:
        return ((date_start, 16),)
    ages, current = [(date_start, legal.age_on(birth_date, date_start))], date_start
    while current < date_end:
        current += timedelta(days=1)
        age = legal.age_on(birth_date, current)
        if age != ages[-1][1]:
            ages.append((current, age))
    return tuple(ages)


@lru_cache(maxsize=1024)
def _check(plan, date_start, date_end, ages, holidays, rules, stay, tz):
    """Findings for all pupils of the same hours, dates and ages: most of a class."""
    schedule = dict(zip(DAYS, plan, strict=True))
    calendar = dated(schedule, date_start, date_end, holidays)
    found, active, shape = {}, {}, None
    for offset in range((date_end - date_start).days + 1):
        current = date_start + timedelta(days=offset)
        age = max(entry for entry in ages if entry[0] <= current)[1]
        changes = (age, *(rule.since <= current for rule in rules), *_ended(rules, current))
        if changes != shape:
            shape, active = changes, _active(rules, age, current, stay)
        for codes, one in zip(CODES, _CHECKS, strict=True) if current in calendar else ():
            for rule in (rule for code in codes for rule in active.get(code, ())):
                problems = list(one(rule, current, calendar, schedule, tz))
                for day, args, working in problems:
                    _keep(found, rule, day, current, args, working)
                if problems:
                    break
        if schedule[day_of(current)] and current in holidays:
            for rule in active.get("holiday", ())[:1]:
                key = ("holiday", current)
                found[key] = Finding(
                    "holiday", rule.article, rule.severity, day_of(current), current
                )
    return tuple(sorted(found.values(), key=lambda finding: (finding.date, finding.code)))


def _ended(rules, day):
    return [rule.until < day for rule in rules if rule.until]


def _active(rules, age, day, stay):
    """{code: rules} that bind on a day, what blocks first."""
    found = {}
    for rule in sorted(rules, key=lambda rule: legal.SEVERITIES.index(rule.severity)):
        if rule.applies(age, day, stay):
            found.setdefault(rule.code, []).append(rule)
    return found


def _keep(found, rule, day, current, args, working):
    # the same fault on the next Monday is the same finding, unless the pupil's bracket changed
    key = (rule.code, rule.article, day)
    if key not in found:
        found[key] = Finding(
            rule.code, rule.article, rule.severity, day, current, args, working, rule.overridable
        )


def _check_day(rule, current, calendar, _schedule, _tz):
    slots = calendar[current]
    minutes = day_minutes(slots)
    if minutes > rule.value:
        working = f"{format_day(slots)} = {format_minutes(minutes)}"
        yield day_of(current), {"found": minutes, "limit": rule.value}, working


def _check_break(rule, current, calendar, _schedule, _tz):
    longest, pause = rule.value
    day_spans = spans(calendar[current])
    run_start, run_end, worked = day_spans[0][0], day_spans[0][1], day_spans[0][1] - day_spans[0][0]
    runs = []
    for start, end in day_spans[1:]:
        if start - run_end >= pause:
            runs.append((run_start, run_end, worked))
            run_start, worked = start, 0
        run_end = end
        worked += end - start
    runs.append((run_start, run_end, worked))
    start, end, worked = max(runs, key=lambda run: run[2])
    if worked > longest:
        working = f"{format_minutes(start)}-{format_minutes(clock(end))} = {format_minutes(worked)}"
        yield day_of(current), {"found": worked, "limit": longest, "pause": pause}, working


def _check_night(rule, current, calendar, _schedule, _tz):
    evening, morning = rule.value
    for start, end in spans(calendar[current]):
        # a night has two ends on the day itself, and the morning after it
        nights = ((0, morning), (evening, DAY_MINUTES + morning))
        inside = sum(max(0, min(end, close) - max(start, opening)) for opening, close in nights)
        if inside:
            working = f"{format_minutes(start)}-{format_minutes(clock(end))}"
            yield day_of(current), {"found": inside, "from": evening, "to": morning}, working
            return


def _check_rest(rule, current, calendar, _schedule, tz):
    before = current - timedelta(days=1)
    if before not in calendar:
        return
    last_end = spans(calendar[before])[-1][1]
    first_start = spans(calendar[current])[0][0]
    rest = DAY_MINUTES - last_end + first_start
    if tz:
        rest -= _clock_jump(tz, before, last_end, current, first_start)
    if rest < rule.value:
        working = (
            f"{format_minutes(clock(last_end))} → {format_minutes(first_start)}"
            f" = {format_minutes(max(rest, 0))}"
        )
        yield day_of(current), {"found": rest, "limit": rule.value}, working


def _clock_jump(tz, day, minutes, next_day, next_minutes):
    """Minutes by which the clock was put forward between two moments (back: negative)."""

    def offset(start, count):
        moment = datetime.combine(start, time()) + timedelta(minutes=count)
        return moment.replace(tzinfo=ZoneInfo(tz)).utcoffset()

    return round((offset(next_day, next_minutes) - offset(day, minutes)).total_seconds() / 60)


def _check_week(rule, current, calendar, _schedule, _tz):
    # a week is judged once, on its last day of presence
    monday = current - timedelta(days=current.weekday())
    week = [
        day for day in (monday + timedelta(days=index) for index in range(7)) if day in calendar
    ]
    if current != week[-1]:
        return
    parts = [day_minutes(calendar[day]) for day in week]
    total = sum(parts)
    if total > rule.value:
        working = " + ".join(map(format_minutes, parts)) + f" = {format_minutes(total)}"
        yield None, {"found": total, "limit": rule.value}, working


def _check_sunday(_rule, current, calendar, _schedule, _tz):
    if current.weekday() == 6:
        yield "sun", {}, format_day(calendar[current])


def _check_weekly_rest(rule, _current, _calendar, schedule, _tz):
    free = [not schedule[day] for day in DAYS]
    if rule.value == 1:
        enough = any(free)
    elif free[6]:
        enough = free[5] or free[0]
    else:
        # the Sunday is the matter of a rule of its own, two days in a row are of this one
        enough = any(free[index] and free[(index + 1) % 7] for index in range(7))
    if not enough:
        yield None, {"found": sum(free), "limit": rule.value}, ""


# in the order of CODES
_CHECKS = (
    _check_day,
    _check_break,
    _check_night,
    _check_rest,
    _check_week,
    _check_sunday,
    _check_weekly_rest,
)
