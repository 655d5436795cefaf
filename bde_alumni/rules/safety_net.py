"""Final year and safety net: what counts as a workshop, when rounds are, how long AvenirPro+ lasts.

Nothing here reads a database. AvenirPro: order (arrêté) of 28 November 2025, four workshops of
one to two hours at least. AvenirPro+: leavers of the last session without a solution, under
school status, from 1 September for four months at most.
"""

from datetime import date, timedelta

ENOUGH = 4
SHORTEST, LONGEST = 60, 120

# rounds of the leavers of a session, in order: June is that of the session itself
MONTHS = ("06", "09", "10", "01")
# days on which a round begins where the académie says nothing
_DEFAULT_DAYS = {"06": 8, "09": 15, "10": 12, "01": 12}

PLUS_MONTH, PLUS_MONTHS = 9, 4
# a session ends with the exams
LEAVE_MONTH = 6
# what the question by link is open for, in days; then staff call
ASK_DAYS = 21


def is_workshop(minutes):
    """Whether something that lasts so long counts as a workshop.

    >>> is_workshop(59), is_workshop(60), is_workshop(120), is_workshop(121)
    (False, True, True, False)
    """
    return SHORTEST <= minutes <= LONGEST


def default_date(cohort, month):
    """Day on which a round begins, unless the académie says another one.

    >>> default_date(2026, "06"), default_date(2026, "01")
    (datetime.date(2026, 6, 8), datetime.date(2027, 1, 12))
    """
    year = cohort + 1 if month == "01" else cohort
    return date(year, int(month), _DEFAULT_DAYS[month])


def due_month(cohort, today, dates=None):
    """Month of the last round of a cohort that has begun; None before the first.

    :param dict dates: {month: day of the académie}

    >>> due_month(2026, date(2026, 6, 7)), due_month(2026, date(2026, 11, 22))
    (None, '10')
    """
    found = None
    for month in MONTHS:
        if ((dates or {}).get(month) or default_date(cohort, month)) <= today:
            found = month
    return found


def plus_window(cohort):
    """First and last day of AvenirPro+ for the leavers of a session.

    >>> plus_window(2026)
    (datetime.date(2026, 9, 1), datetime.date(2026, 12, 31))
    """
    first = date(cohort, PLUS_MONTH, 1)
    after = PLUS_MONTH + PLUS_MONTHS
    end = date(cohort + (after - 1) // 12, (after - 1) % 12 + 1, 1)
    return first, end - timedelta(days=1)


def is_last_session(cohort, today):
    """Whether the leavers of a session have left, or are about to: from June of their year on.

    >>> is_last_session(2026, date(2026, 5, 31)), is_last_session(2026, date(2026, 6, 1))
    (False, True)
    """
    return today >= date(cohort, LEAVE_MONTH, 1)


def plus_dates(cohort, today):
    """Dates of an AvenirPro+ that is agreed today; None once its window is over.

    >>> plus_dates(2026, date(2026, 6, 20))
    (datetime.date(2026, 9, 1), datetime.date(2026, 12, 31))
    >>> plus_dates(2026, date(2026, 11, 2))
    (datetime.date(2026, 11, 2), datetime.date(2026, 12, 31))
    >>> plus_dates(2025, date(2026, 11, 2)) is None
    True
    """
    first, last = plus_window(cohort)
    return None if today > last else (max(first, today), last)
