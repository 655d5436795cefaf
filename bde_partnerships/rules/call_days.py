"""Which days a list of calls is spread over. No Odoo here."""

from datetime import timedelta

import holidays

WORKING_DAYS = 5
# Schools close for two months at most: a list never looks further than this for its next week.
MAX_WEEKS = 530


def monday_of(day):
    """
    >>> from datetime import date
    >>> monday_of(date(2026, 11, 21))
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=day.weekday())


def open_days(monday, start, closed):
    """Days of a week on which the bureau calls: no week-end, holiday nor day before the start.

    :param closed: ``(first day, last day)`` of the school holidays
    """
    public = holidays.country_holidays("FR", years={monday.year, monday.year + 1})
    days = [monday + timedelta(days=number) for number in range(WORKING_DAYS)]
    return [
        day
        for day in days
        if day >= start
        and day not in public
        and not any(first <= day <= last for first, last in closed)
    ]


def spread(start, count, per_week, closed=()):
    """Days of ``count`` calls, ``per_week`` of them in each week that the school works.

    A week begun or cut short takes its share of the calls only, at least one.

    >>> from datetime import date
    >>> [str(day) for day in spread(date(2026, 11, 16), 4, 2)]
    ['2026-11-16', '2026-11-18', '2026-11-23', '2026-11-25']
    >>> autumn = [(date(2026, 10, 17), date(2026, 11, 1))]
    >>> [str(day) for day in spread(date(2026, 10, 15), 3, 5, autumn)]
    ['2026-10-15', '2026-10-16', '2026-11-02']

    :return: as many ``datetime.date`` as calls, in order
    """
    days, monday = [], monday_of(start)
    for _week in range(MAX_WEEKS):
        if len(days) >= count:
            return days[:count]
        working = open_days(monday, start, closed)
        if working:
            share = max(1, per_week * len(working) // WORKING_DAYS)
            days += [working[number * len(working) // share] for number in range(share)]
        monday += timedelta(days=7)
    raise ValueError("no open week")
