"""Weekly hours of a placement: reading, counting and checking them.

A schedule is JSON: ``{"mon": [["08:00", "12:00"], ["13:00", "17:00"]], ..., "sun": []}``.
Everything is counted in whole minutes. A slot that ends at or before it starts runs past
midnight, which is only accepted from the afternoon (12:00 or later) to the early morning
(06:00 at most): anything else is a typing error.

No import of Odoo here: the module is tested alone and may serve an import or a script.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
MAX_SLOTS = 4

_TIME = re.compile(r"(\d{1,2})(?:\s*[hH:](?:\s*(\d{2})(?!\s*[hH:]|\d))?|(\d{2}))?(?!\d)")
# what may stand between two times: "8h-12h / 13h-17h", "de 8h à 12h et de 13h à 17h"
_GLUE = re.compile(r"(?:\s|[-–—/,;&+']|\b(?:de|d|du|à|a|au|et|puis|to|and|from)\b)*", re.I)
_REST = {"", "-", "–", "—", "repos", "rest", "off", "néant", "x", "/"}


class ScheduleError(ValueError):
    """A schedule that cannot be read.

    :param code: ``time``, ``incomplete``, ``order``, ``overlap``, ``slots`` or ``shape``
    :param day: key of the day (``mon``...), or None when the whole is wrong
    :param value: what was given, to be shown back
    """

    def __init__(self, code, day=None, value=""):
        super().__init__(f"{code}: {day or ''} {value}".strip())
        self.code = code
        self.day = day
        self.value = value


# ------------------------------------------------------------------
# Reading and writing
# ------------------------------------------------------------------


def parse_time(text):
    """Minutes since midnight of ``8``, ``8h30``, ``08:30``, ``0830``; 24:00 closes the day."""
    match = _TIME.fullmatch(str(text).strip())
    if not match:
        raise ScheduleError("time", value=text)
    hours, minutes = int(match[1]), int(match[2] or match[3] or 0)
    if minutes > 59 or hours * 60 + minutes > DAY_MINUTES:
        raise ScheduleError("time", value=text)
    return hours * 60 + minutes


def format_time(minutes):
    """``08:30``, the form kept in the JSON."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def format_minutes(minutes):
    """``8h30`` or ``35h``, as the French write a time or a duration."""
    return f"{minutes // 60}h{minutes % 60:02d}" if minutes % 60 else f"{minutes // 60}h"


def parse_day(text):
    """Slots of one day from a text: ``8h-12h / 13h-17h`` gives ``[["08:00", "12:00"], ...]``."""
    text = (text or "").strip()
    if text.lower() in _REST:
        return []
    times, position = [], 0
    for match in _TIME.finditer(text):
        if not _GLUE.fullmatch(text[position : match.start()]):
            raise ScheduleError("time", value=text)
        times.append(parse_time(match[0]))
        position = match.end()
    if not times or not _GLUE.fullmatch(text[position:]):
        raise ScheduleError("time", value=text)
    if len(times) % 2:
        raise ScheduleError("incomplete", value=text)
    pairs = zip(times[::2], times[1::2], strict=True)
    return _normal_slots([[format_time(start), format_time(end)] for start, end in pairs], None)


def format_day(slots):
    """``8h-12h / 13h-17h``, the inverse of :func:`parse_day`; empty for a day of rest."""
    return " / ".join(
        f"{format_minutes(parse_time(start))}-{format_minutes(parse_time(end))}"
        for start, end in slots or []
    )


def normalize(schedule):
    """The schedule with its seven days, sorted slots and two-digit times.

    :raise ScheduleError: what is wrong, with the day
    """
    if not schedule:
        return {day: [] for day in DAYS}
    if not isinstance(schedule, dict) or set(schedule) - set(DAYS):
        raise ScheduleError("shape", value=schedule)
    return {day: _normal_slots(schedule.get(day) or [], day) for day in DAYS}


def _normal_slots(slots, day):
    if not isinstance(slots, (list, tuple)) or len(slots) > MAX_SLOTS:
        raise ScheduleError("slots", day, slots)
    spans = []
    for slot in slots:
        if not isinstance(slot, (list, tuple)) or len(slot) != 2:
            raise ScheduleError("shape", day, slot)
        if not slot[0] and not slot[1]:
            continue
        if not slot[0] or not slot[1]:
            raise ScheduleError("incomplete", day, slot[0] or slot[1])
        try:
            start, end = parse_time(slot[0]), parse_time(slot[1])
        except ScheduleError as error:
            raise ScheduleError(error.code, day, error.value) from error
        spans.append((start, _real_end(start, end, day)))
    spans.sort()
    for (_start, end), (following, _end) in zip(spans, spans[1:], strict=False):
        if following < end:
            raise ScheduleError("overlap", day, format_minutes(following))
    if spans and spans[-1][1] - spans[0][0] > DAY_MINUTES:
        raise ScheduleError("overlap", day)
    return [[format_time(start), format_time(_clock(end))] for start, end in spans]


def _real_end(start, end, day):
    """End in minutes counted from the midnight that opens the day."""
    if end > start:
        return end
    if start >= 12 * 60 and 0 < end <= 6 * 60:
        return end + DAY_MINUTES
    if start >= 12 * 60 and end == 0:
        return DAY_MINUTES
    raise ScheduleError("order", day, f"{format_minutes(start)}-{format_minutes(end)}")


def _clock(minutes):
    return minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES


def from_inputs(values, slots=2):
    """Schedule and errors from the boxes of a form named ``<day>_<slot>_from`` and ``_to``.

    Nothing is lost on error: the caller shows the typed texts again.

    :param values: mapping of the posted texts
    :returns: (schedule or None, {name of the first wrong box: error code})
    """
    schedule, errors = {}, {}
    for day in DAYS:
        pairs = []
        for index in range(slots):
            name = f"{day}_{index}"
            pair = [(values.get(f"{name}_{side}") or "").strip() for side in ("from", "to")]
            if not any(pair):
                continue
            try:
                _normal_slots([pair], day)
            except ScheduleError as error:
                wrong_end = error.code == "order" or bool(pair[0]) and error.value == pair[1]
                missing_end = error.code == "incomplete" and not pair[1]
                errors[f"{name}_{'to' if wrong_end or missing_end else 'from'}"] = error.code
                continue
            pairs.append(pair)
        try:
            schedule[day] = _normal_slots(pairs, day)
        except ScheduleError as error:
            errors[f"{day}_1_from"] = error.code
    return (None if errors else schedule), errors


# ------------------------------------------------------------------
# Counting
# ------------------------------------------------------------------


def spans(slots):
    """Slots of a day as (start, end) in minutes; the end passes 24 h when the slot does."""
    result = []
    for start, end in slots or []:
        start, end = parse_time(start), parse_time(end)
        result.append((start, end if end > start else end + DAY_MINUTES))
    return result


def day_minutes(slots):
    """Minutes of presence of one day."""
    return sum(end - start for start, end in spans(slots))


def week_minutes(schedule):
    """Minutes of presence of a full week."""
    return sum(day_minutes((schedule or {}).get(day)) for day in DAYS)


def is_empty(schedule):
    """True when no day has any hour."""
    return not any((schedule or {}).get(day) for day in DAYS)


def day_of(moment):
    """Key of the day of a date: ``mon`` for a Monday."""
    return DAYS[moment.weekday()]


def dated(schedule, date_start, date_end, holidays=()):
    """The days of presence between two dates, both included: {date: slots}.

    Public holidays are not worked: the national model of the convention gives them to pupils.
    """
    result, current = {}, date_start
    while current <= date_end:
        slots = (schedule or {}).get(day_of(current))
        if slots and current not in holidays:
            result[current] = slots
        current += timedelta(days=1)
    return result


# ------------------------------------------------------------------
# Checking
# ------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """One line of law: a limit for an age bracket, from a date on.

    ``value`` is in minutes, except for ``weekly_rest`` (days) and ``night`` (a pair of
    clock minutes). The age is in completed years on the day looked at.
    """

    code: str
    article: str
    value: object
    severity: str  # "block" or "warn": data, a later rule may soften or harden it
    age_from: int = 0
    age_to: int = 200  # excluded
    since: date = date(2008, 5, 1)  # entry into force of the recodified Code du travail
    until: date | None = None

    def applies(self, age, day):
        """Whether the rule binds somebody of that age on that day."""
        return (
            self.age_from <= age < self.age_to
            and self.since <= day
            and (not self.until or day <= self.until)
        )


RULES = (
    Rule("day_max", "L3162-1 C. trav.", 8 * 60, "block", age_to=18),
    Rule("day_max", "L3121-18 C. trav.", 10 * 60, "block", age_from=18),
    Rule("week_max", "L3162-1 C. trav.", 35 * 60, "block", age_to=18),
    Rule("week_max", "L3121-20 C. trav.", 48 * 60, "block", age_from=18),
    Rule("week_legal", "L3121-27 C. trav.", 35 * 60, "warn", age_from=18),
    Rule("break", "L3162-3 C. trav.", (270, 30), "block", age_to=18),
    Rule("break", "L3121-16 C. trav.", (360, 20), "warn", age_from=18),
    Rule("daily_rest", "L3164-1 C. trav.", 14 * 60, "block", age_to=16),
    Rule("daily_rest", "L3164-1 C. trav.", 12 * 60, "block", age_from=16, age_to=18),
    Rule("daily_rest", "L3131-1 C. trav.", 11 * 60, "block", age_from=18),
    Rule("night", "L3163-1 C. trav.", (20 * 60, 6 * 60), "block", age_to=16),
    Rule("night", "L3163-1 C. trav.", (22 * 60, 6 * 60), "block", age_from=16, age_to=18),
    # adults work at night only when the head names them (article 9 of the convention)
    Rule("night", "L3122-20 C. trav.", (21 * 60, 6 * 60), "warn", age_from=18),
    Rule("sunday", "L3164-2 C. trav.", 1, "warn", age_to=18),
    Rule("weekly_rest", "L3164-2 C. trav.", 2, "block", age_to=18),
    Rule("weekly_rest", "L3132-1 C. trav.", 1, "block", age_from=18),
    Rule("holiday", "L3164-6 C. trav.", 0, "info", age_to=18),
)


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


def age_on(birth_date, day):
    """Completed years; somebody born on 29 February is a year older on 1 March of common years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def check(schedule, date_start, date_end, birth_date=None, holidays=(), rules=RULES):
    """Findings of a schedule kept from one date to another, each once, at its first day.

    The age is taken on each day, for a pupil turns 16 or 18 during a period. Without a birth
    date the pupil is judged as a minor of 16: the careful reading.

    :returns: list of :class:`Finding` in the order of the dates
    """
    if is_empty(schedule) or not date_start or not date_end or date_end < date_start:
        return []
    calendar = dated(schedule, date_start, date_end, holidays)
    found = {}
    checks = (_check_day, _check_break, _check_night, _check_rest, _check_week, _check_weekly_rest)
    current = date_start
    while current <= date_end:
        age = age_on(birth_date, current) if birth_date else 16
        active = {rule.code: rule for rule in rules if rule.applies(age, current)}
        planned = (schedule or {}).get(day_of(current))
        for one in checks if current in calendar else ():
            for rule_code, day, args, working in one(current, calendar, schedule, active):
                _keep(found, active[rule_code], day, current, args, working)
        if planned and current in holidays and "holiday" in active:
            rule = active["holiday"]
            key = ("holiday", current)
            found[key] = Finding("holiday", rule.article, rule.severity, day_of(current), current)
        current += timedelta(days=1)
    return sorted(found.values(), key=lambda finding: (finding.date, finding.code))


def _keep(found, rule, day, current, args, working):
    # the same fault on the next Monday is the same finding, unless the pupil's bracket changed
    key = (rule.code, rule.article, day)
    if key not in found:
        found[key] = Finding(rule.code, rule.article, rule.severity, day, current, args, working)


def _check_day(current, calendar, schedule, active):
    slots = calendar[current]
    minutes = day_minutes(slots)
    rule = active.get("day_max")
    if rule and minutes > rule.value:
        working = f"{format_day(slots)} = {format_minutes(minutes)}"
        yield "day_max", day_of(current), {"found": minutes, "limit": rule.value}, working


def _check_break(current, calendar, schedule, active):
    rule = active.get("break")
    if not rule:
        return
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
        working = (
            f"{format_minutes(start)}-{format_minutes(_clock(end))} = {format_minutes(worked)}"
        )
        args = {"found": worked, "limit": longest, "pause": pause}
        yield "break", day_of(current), args, working


def _check_night(current, calendar, schedule, active):
    rule = active.get("night")
    if not rule:
        return
    evening, morning = rule.value
    for start, end in spans(calendar[current]):
        # a night has two ends on the day itself, and the morning after it
        nights = ((0, morning), (evening, DAY_MINUTES + morning))
        inside = sum(max(0, min(end, close) - max(start, opening)) for opening, close in nights)
        if inside:
            working = f"{format_minutes(start)}-{format_minutes(_clock(end))}"
            args = {"found": inside, "from": evening, "to": morning}
            yield "night", day_of(current), args, working
            return


def _check_rest(current, calendar, schedule, active):
    rule = active.get("daily_rest")
    before = current - timedelta(days=1)
    if not rule or before not in calendar:
        return
    last_end = spans(calendar[before])[-1][1]
    first_start = spans(calendar[current])[0][0]
    rest = DAY_MINUTES - last_end + first_start
    if rest < rule.value:
        working = (
            f"{format_minutes(_clock(last_end))} → {format_minutes(first_start)}"
            f" = {format_minutes(max(rest, 0))}"
        )
        yield "daily_rest", day_of(current), {"found": rest, "limit": rule.value}, working


def _check_week(current, calendar, schedule, active):
    # a week is judged once, on its last day of presence
    monday = current - timedelta(days=current.weekday())
    week = [
        day for day in (monday + timedelta(days=index) for index in range(7)) if day in calendar
    ]
    if current != week[-1]:
        return
    parts = [day_minutes(calendar[day]) for day in week]
    total = sum(parts)
    working = " + ".join(format_minutes(part) for part in parts) + f" = {format_minutes(total)}"
    for code in ("week_max", "week_legal"):
        rule = active.get(code)
        if rule and total > rule.value:
            yield code, None, {"found": total, "limit": rule.value}, working
            return


def _check_weekly_rest(current, calendar, schedule, active):
    free = [not schedule.get(day) for day in DAYS]
    if "sunday" in active and current.weekday() == 6:
        yield "sunday", "sun", {}, format_day(calendar[current])
    rule = active.get("weekly_rest")
    if not rule:
        return
    if rule.value == 1:
        enough = any(free)
    elif free[6]:
        enough = free[5] or free[0]
    else:
        enough = any(free[index] and free[(index + 1) % 7] for index in range(7))
    if not enough:
        yield "weekly_rest", None, {"found": sum(free), "limit": rule.value}, ""
