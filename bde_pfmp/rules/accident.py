"""The delay to declare an accident of a pupil in a company.

The duties of the employer are the school's (R412-4, I A CSS), but for one: an accident in the
company is declared by the company, which sends the school a copy at once (R412-4, I C). To the
CPAM, within 48 hours of knowing of it, Sundays and public holidays not counted (L441-2, R441-3).

No import of Odoo here: the module is tested alone.
"""

from datetime import datetime, time, timedelta

DELAY = timedelta(hours=48)
SUNDAY = 6


def _counts(day, holidays):
    return day.weekday() != SUNDAY and day not in holidays


def declare_until(known, holidays=()):
    """Last moment to declare, on the clocks of the place.

    Hours of Sundays and public holidays do not run; a delay that would end on the stroke of
    midnight before such a day ends there.

    :param datetime known: when the host heard of the accident, without a zone
    :param holidays: public holidays, two weeks after that moment at least

    >>> declare_until(datetime(2026, 11, 20, 10, 0))  # a Friday: Sunday does not count
    datetime.datetime(2026, 11, 23, 10, 0)
    >>> declare_until(datetime(2026, 11, 17, 16, 30))  # a Tuesday
    datetime.datetime(2026, 11, 19, 16, 30)
    """
    moment, left = known, DELAY
    while True:
        midnight = datetime.combine(moment.date() + timedelta(days=1), time())
        if _counts(moment.date(), holidays):
            if moment + left <= midnight:
                return moment + left
            left -= midnight - moment
        moment = midnight
