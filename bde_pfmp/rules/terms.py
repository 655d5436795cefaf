"""Dated terms of a placement: what holds from which day to which day.

A stay is a list of :class:`Term`, in order, without hole and without overlap, from its first
day to its last. An amendment changes the list; hours, days and quotas are counted on it, each
day by the terms of its date.

No import of Odoo here: the module is tested alone.
"""

from datetime import timedelta
from typing import NamedTuple

from . import schedule as hours
from . import weeks

DAY = timedelta(days=1)
# what a term says besides its dates
VALUES = ("schedule", "tutor", "place")


class Term(NamedTuple):
    """What holds between two days, both included.

    :param tutor: whatever names the tutor, compared by equality
    :param absent: the pupil is not with the host on these days
    :param source: the amendment that said so, None for the convention itself
    """

    first: object
    last: object
    schedule: dict
    tutor: object = None
    place: str = ""
    absent: bool = False
    source: object = None


def refit(terms, first, last, source=None):
    """The stay on other dates: days that fall out are dropped, new ones continue its ends.

    What was dated keeps its dates. The days before the first term follow that one, the days
    after the last term the last days of presence; new days are the work of ``source``.
    """
    present = [term for term in terms if not term.absent] or terms
    result = []
    if first < terms[0].first:
        before = min(terms[0].first - DAY, last)
        result.append(present[0]._replace(first=first, last=before, absent=False, source=source))
    for term in terms:
        if term.first <= last and term.last >= first:
            result.append(term._replace(first=max(term.first, first), last=min(term.last, last)))
    if last > terms[-1].last:
        after = max(terms[-1].last + DAY, first)
        result.append(present[-1]._replace(first=after, last=last, absent=False, source=source))
    return _merged(result)


def change(terms, first, last=None, **values):
    """The stay with other values from one day on, to another or to the end."""
    last = last or terms[-1].last
    result = []
    for term in terms:
        if term.last < first or term.first > last:
            result.append(term)
            continue
        if term.first < first:
            result.append(term._replace(last=first - DAY))
        inside = term._replace(first=max(term.first, first), last=min(term.last, last))
        result.append(inside._replace(**values))
        if term.last > last:
            result.append(term._replace(first=last + DAY))
    return _merged(result)


def pause(terms, spans, source=None):
    """The stay without the pupil on the days of these (first, last) pairs."""
    for first, last in spans:
        first, last = max(first, terms[0].first), min(last, terms[-1].last)
        if first <= last:
            terms = change(terms, first, last, absent=True, source=source)
    return terms


def _merged(terms):
    """Terms that say the same and follow each other are one."""
    result = []
    for term in terms:
        if result and result[-1]._replace(first=term.first, last=term.last) == term:
            result[-1] = result[-1]._replace(last=term.last)
        else:
            result.append(term)
    return result


def same(one, other):
    """Whether two stays are the same day by day, whatever said so."""
    return _merged([t._replace(source=None) for t in one]) == _merged(
        [t._replace(source=None) for t in other]
    )


def on(terms, day):
    """The term of that day; before the stay its first one, after it its last one."""
    return next((term for term in terms if day <= term.last), terms[-1])


def is_plain(terms):
    """Whether one set of terms holds over the whole stay, with nobody absent."""
    return len(terms) == 1 and not terms[0].absent and terms[0].source is None


def presence(terms, holidays=()):
    """Hours of presence, as :func:`weeks.presence`, each day by the terms of its date."""
    skipped = set()
    for term in terms:
        if not term.absent and term.schedule:
            skipped |= weeks.skipped_days(term.schedule, term.first, term.last, holidays)
    return weeks.counted(dated(terms, holidays), skipped)


def dated(terms, holidays=()):
    """Slots of each day of presence, by the terms of its date: {date: slots}."""
    calendar = {}
    for term in terms:
        if not term.absent and term.schedule:
            calendar |= hours.dated(term.schedule, term.first, term.last, holidays)
    return calendar


def clip(terms, first, last):
    """The terms between two days; the nearest one when none is there."""
    inside = [
        term._replace(first=max(term.first, first), last=min(term.last, last))
        for term in terms
        if term.first <= last and term.last >= first
    ]
    return inside or [on(terms, first)._replace(first=first, last=last)]


def weekly_parts(terms):
    """(hours of a week, first day, last day) of the parts of a stay whose weeks are alike.

    A civil week in which the terms change has the hours of each of its days, so that limits of
    a week are judged on what is really done in it.
    """
    start, end = terms[0].first, terms[-1].last
    parts = []
    monday = weeks.monday_of(start)
    while monday <= end:
        plan = {}
        for offset, name in enumerate(hours.DAYS):
            term = on(terms, monday + offset * DAY)
            plan[name] = [] if term.absent else (term.schedule or {}).get(name) or []
        first, last = max(monday, start), min(monday + 6 * DAY, end)
        if parts and parts[-1][0] == plan:
            parts[-1] = (plan, parts[-1][1], last)
        else:
            parts.append((plan, first, last))
        monday += 7 * DAY
    return parts
