"""Counting what was really done: the days of presence less the absences.

A day of the calendar is missed whole, by halves, or for some minutes. A day whose minutes are
all missed is a whole day, whatever the words; a half counts 0.5; hours missed beside take no
day away, only minutes (D124-6 and D124-9 C. éduc. count presence). Every absence is taken out,
whatever its reason.

No import of Odoo here: the module is tested alone.
"""

from datetime import timedelta
from typing import NamedTuple

from . import schedule as hours

NOON = 12 * 60
LUNCH_OVER = 13 * 60 + 30
PARTS = ("day", "morning", "afternoon", "hours", "total")


class Missed(NamedTuple):
    """One absence.

    :param part: ``day`` (each day of presence from first to last), ``morning``, ``afternoon``,
        ``hours`` (``minutes`` of the first day), or ``total``: a number of days and minutes
        somewhere between first and last, of which nobody said the dates
    """

    first: object
    last: object
    part: str = "day"
    minutes: int = 0
    days: float = 0
    reason: str = ""


class Day(NamedTuple):
    """One day of presence: minutes planned, minutes missed, why (None when nothing was)."""

    planned: int
    absent: int
    reason: str | None


class Done(NamedTuple):
    """Days and minutes of presence."""

    days: float
    minutes: int


def halves(slots):
    """Minutes of the first and of the second half of a day.

    The longest pause parts them. A day in one go belongs to its side of noon; one that runs
    over noon is parted in its middle.

    >>> halves([["08:00", "12:00"], ["13:00", "16:00"]])
    (240, 180)
    >>> halves([["08:00", "12:30"]])
    (270, 0)
    >>> halves([["06:00", "13:50"]])
    (235, 235)
    """
    spans = hours.spans(slots)
    total = sum(end - start for start, end in spans)
    if len(spans) > 1:
        pauses = [after[0] - before[1] for before, after in zip(spans, spans[1:], strict=False)]
        cut = pauses.index(max(pauses)) + 1
        morning = sum(end - start for start, end in spans[:cut])
    elif not spans or spans[0][1] <= LUNCH_OVER:
        morning = total
    elif spans[0][0] >= NOON:
        morning = 0
    else:
        morning = total // 2
    return morning, total - morning


def minutes_missed(missed, day, slots):
    """Minutes of one day that an absence takes; a total has no day."""
    if missed.part == "total" or not missed.first <= day <= missed.last:
        return 0
    if missed.part == "hours":
        return missed.minutes
    morning, afternoon = halves(slots)
    return {"morning": morning, "afternoon": afternoon}.get(missed.part, morning + afternoon)


def calendar(slots_by_date, absences=()):
    """Each day of presence with what was missed of it.

    :param dict slots_by_date: slots of each date of presence
    :param absences: list of :class:`Missed`; days that are not in the calendar count nothing
    :rtype: dict of :class:`Day`
    """
    result = {}
    for day, slots in sorted(slots_by_date.items()):
        planned, absent, reason = hours.day_minutes(slots), 0, None
        for missed in absences:
            minutes = minutes_missed(missed, day, slots)
            if minutes:
                absent, reason = absent + minutes, reason or missed.reason
        result[day] = Day(planned, min(absent, planned), reason)
    return result


def missed_days(slots_by_date, absences):
    """What was missed: halves are 0.5 day, a day whose minutes are all missed is one.

    Minutes of totals are theirs and the mean of the calendar for each of their days.

    :return: (days, minutes beside these days, minutes in all)
    """
    days, beside, minutes = 0, 0, 0
    for day, one in calendar(slots_by_date, absences).items():
        minutes += one.absent
        if one.absent and one.absent >= one.planned:
            days += 1
            continue
        for missed in absences:
            if missed.first <= day <= missed.last:
                days += 0.5 if missed.part in ("morning", "afternoon") else 0
                beside += missed.minutes if missed.part == "hours" else 0
    planned = sum(hours.day_minutes(slots) for slots in slots_by_date.values())
    for missed in absences:
        if missed.part == "total":
            days += missed.days
            beside += missed.minutes
            minutes += missed.minutes
            if slots_by_date:
                minutes += missed.days * planned / len(slots_by_date)
    return days, beside, round(minutes)


def done(slots_by_date, absences=(), upto=None):
    """What was really done, up to a day or over the whole stay; never below nothing.

    Totals without dates count once the stay is over, or when no day is given.

    >>> from datetime import date
    >>> week = {date(2026, 11, day): [["08:00", "12:00"], ["13:00", "16:00"]] for day in (2, 3)}
    >>> done(week, [Missed(date(2026, 11, 3), date(2026, 11, 3), "afternoon")])
    Done(days=1.5, minutes=660)
    """
    if upto is not None and slots_by_date and upto < max(slots_by_date):
        slots_by_date = {day: slots for day, slots in slots_by_date.items() if day <= upto}
        absences = [missed for missed in absences if missed.part != "total"]
    planned = sum(hours.day_minutes(slots) for slots in slots_by_date.values())
    days, _beside, minutes = missed_days(slots_by_date, absences)
    return Done(max(len(slots_by_date) - days, 0), max(planned - minutes, 0))


def fault(slots_by_date, others, new):
    """Why an absence cannot be taken: code and the day or figure it is about, else None.

    :param dict slots_by_date: the calendar
    :param others: absences that stand already
    :param Missed new: the one to take
    :return: None, or a pair: ``order``, ``outside`` (first or last day not in the stay),
        ``no_presence``, ``one_day`` (only whole days last), ``minutes`` (none, or more than the
        day has), ``twice``, ``figure`` (days of a total), ``too_much`` (more than the stay)
    """
    if new.last < new.first:
        return "order", new.first
    if not slots_by_date:
        return "no_presence", new.first
    if new.part == "total":
        return _fault_of_total(slots_by_date, others, new)
    start, end = min(slots_by_date), max(slots_by_date)
    if new.first < start or new.last > end:
        return "outside", new.first if new.first < start else new.last
    if new.part != "day" and new.first != new.last:
        return "one_day", new.first
    touched = {day: slots for day, slots in slots_by_date.items() if new.first <= day <= new.last}
    if not touched:
        return "no_presence", new.first
    for day, slots in sorted(touched.items()):
        planned = hours.day_minutes(slots)
        mine = minutes_missed(new, day, slots)
        if not 0 < mine <= planned:
            return ("minutes" if new.part == "hours" else "no_presence"), day
        if mine + sum(minutes_missed(other, day, slots) for other in others) > planned or any(
            other.part == new.part and other.part != "hours" and other.first <= day <= other.last
            for other in others
        ):
            return "twice", day
    return _fault_of_sum(slots_by_date, others, new)


def _fault_of_total(slots_by_date, others, new):
    if new.days < 0 or new.minutes < 0 or not (new.days or new.minutes):
        return "figure", new.days
    return _fault_of_sum(slots_by_date, others, new)


def _fault_of_sum(slots_by_date, others, new):
    planned = sum(hours.day_minutes(slots) for slots in slots_by_date.values())
    days, _beside, minutes = missed_days(slots_by_date, [*others, new])
    if days > len(slots_by_date) or minutes > planned:
        return "too_much", len(slots_by_date)
    return None


def week_days(slots_by_date, monday):
    """Days of presence of a civil week, in order."""
    end = monday + timedelta(days=6)
    return [day for day in sorted(slots_by_date) if monday <= day <= end]
