"""Weekly hours of a placement: reading and counting them.

A schedule is JSON: ``{"mon": [["08:00", "12:00"], ["13:00", "17:00"]], ..., "sun": []}``.
Everything is counted in whole minutes. A slot that ends at or before it starts runs past
midnight, which is only accepted from the afternoon (12:00 or later) to the early morning
(06:00 at most): anything else is a typing error.

No import of Odoo here: the module is tested alone and may serve an import or a script.
"""

import re
from datetime import timedelta

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
    return [[format_time(start), format_time(clock(end))] for start, end in spans]


def _real_end(start, end, day):
    """End in minutes counted from the midnight that opens the day."""
    if end > start:
        return end
    if start >= 12 * 60 and 0 < end <= 6 * 60:
        return end + DAY_MINUTES
    if start >= 12 * 60 and end == 0:
        return DAY_MINUTES
    raise ScheduleError("order", day, f"{format_minutes(start)}-{format_minutes(end)}")


def clock(minutes):
    """Minutes since midnight as a clock shows them: what runs past midnight begins again."""
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
