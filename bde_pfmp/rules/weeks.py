"""Counting a period of training in a company: weeks, days, hours.

Law: a day is seven hours of presence, consecutive or not, a month is 22 such days
(D124-6 C. éduc.). Six months is the most in one host and school year (L124-5); over two
months, from the 309th hour, the host owes a gratification (L124-6).
"""

from datetime import timedelta

from . import schedule as hours

DAY_MINUTES = 7 * 60
MONTH_DAYS = 22
GRATIFICATION_MINUTES = 2 * MONTH_DAYS * DAY_MINUTES  # 308 h
MAXIMUM_MINUTES = 6 * MONTH_DAYS * DAY_MINUTES  # 924 h


def days_between(date_start, date_end):
    """Every date from one to the other, both included."""
    for offset in range((date_end - date_start).days + 1):
        yield date_start + timedelta(days=offset)


def monday_of(day):
    """The Monday of the civil week of that day."""
    return day - timedelta(days=day.weekday())


def working_days(date_start, date_end, holidays=(), weekdays=range(5)):
    """Days from Monday to Friday that are no public holiday."""
    return [
        day
        for day in days_between(date_start, date_end)
        if day.weekday() in weekdays and day not in holidays
    ]


def count_weeks(date_start, date_end, holidays=()):
    """Civil weeks that hold at least one working day of the period."""
    if not date_start or not date_end or date_end < date_start:
        return 0
    return len({monday_of(day) for day in working_days(date_start, date_end, holidays)})


def presence(schedule, date_start, date_end, holidays=()):
    """Hours of presence of a schedule over the dates, with the working.

    :returns: dict ``minutes``, ``days`` (dates of presence), ``weeks``: list of (Monday, days,
        minutes), and ``skipped``: public holidays on which the schedule has hours
    """
    if not (date_start and date_end and schedule):
        return counted({}, ())
    return counted(
        hours.dated(schedule, date_start, date_end, holidays),
        skipped_days(schedule, date_start, date_end, holidays),
    )


def skipped_days(schedule, date_start, date_end, holidays):
    """Public holidays between two dates on which the schedule has hours."""
    return {
        day for day in holidays if date_start <= day <= date_end and schedule.get(hours.day_of(day))
    }


def counted(calendar, skipped):
    """Sums of a calendar of presence, see :func:`presence`.

    :param dict calendar: slots of each date
    """
    by_week = {}
    for day, slots in sorted(calendar.items()):
        week = by_week.setdefault(monday_of(day), [0, 0])
        week[0] += 1
        week[1] += hours.day_minutes(slots)
    weeks = [(monday, count, minutes) for monday, (count, minutes) in sorted(by_week.items())]
    return {
        "minutes": sum(minutes for _monday, _count, minutes in weeks),
        "days": len(calendar),
        "weeks": weeks,
        "skipped": sorted(skipped),
    }


def legal_duration(minutes):
    """(months, days, minutes left) of a presence, by the count of D124-6."""
    days, rest = divmod(minutes, DAY_MINUTES)
    months, days = divmod(days, MONTH_DAYS)
    return months, days, rest


def legal_days(minutes):
    """Whole days of seven hours, the figure of the attestation (D124-9)."""
    return minutes // DAY_MINUTES


def group_weeks(weeks):
    """Weeks that are alike and follow each other, to write the working in one line.

    :param weeks: list of (Monday, days, minutes)
    :returns: list of (number of weeks, minutes of each)
    """
    groups = []
    for _monday, _days, minutes in weeks:
        if groups and groups[-1][1] == minutes:
            groups[-1] = (groups[-1][0] + 1, minutes)
        else:
            groups.append((1, minutes))
    return groups


def working_line(weeks):
    """``2 × 35h + 1 × 28h = 98h``: how a total of hours was found."""
    if not weeks:
        return ""
    parts = [f"{count} × {hours.format_minutes(minutes)}" for count, minutes in group_weeks(weeks)]
    total = sum(minutes for _monday, _days, minutes in weeks)
    return f"{' + '.join(parts)} = {hours.format_minutes(total)}"


def most_at_once(date_start, date_end, spans):
    """Most periods that run on one same day between two dates.

    :param spans: (first day, last day) pairs
    """
    steps = []
    for first, last in spans:
        if first <= date_end and last >= date_start:
            steps.append((max(first, date_start), 1))
            steps.append((min(last, date_end) + timedelta(days=1), -1))
    # who left the day before is gone when the next one comes: -1 sorts first
    most = present = 0
    for _day, step in sorted(steps):
        present += step
        most = max(most, present)
    return most
