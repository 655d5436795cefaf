"""When people may be written to without being asked: on working days, in working hours."""

from .solicitation import FIRST_HOUR, LAST_HOUR, SATURDAY


def is_quiet(now, closed=(), public=()):
    """Whether nobody is written to now.

    :param datetime now: at the school
    :param closed: (first day, last day) of the holidays of the school
    :param public: public holidays, as dates

    >>> from datetime import date, datetime
    >>> is_quiet(datetime(2026, 11, 20, 9, 0))  # a Friday
    False
    >>> is_quiet(datetime(2026, 11, 20, 19, 0)), is_quiet(datetime(2026, 11, 20, 7, 59))
    (True, True)
    >>> is_quiet(datetime(2026, 11, 21, 9, 0))  # a Saturday
    True
    >>> is_quiet(datetime(2026, 11, 11, 9, 0), public=[date(2026, 11, 11)])
    True
    >>> is_quiet(datetime(2026, 10, 20, 9, 0), closed=[(date(2026, 10, 17), date(2026, 11, 1))])
    True
    """
    if now.weekday() >= SATURDAY or not FIRST_HOUR <= now.hour < LAST_HOUR:
        return True
    day = now.date()
    return day in public or any(first <= day <= last for first, last in closed)
