"""Whom to remind today, and whom to tell when reminders do not help. No Odoo here."""

from datetime import date, timedelta
from typing import NamedTuple


class Rhythm(NamedTuple):
    """How often people of one role are reminded. Zero for an ``_after`` says: never."""

    first_days: int = 3  # from the message to the first reminder
    every_days: int = 3  # between two reminders
    max_count: int = 3
    referent_after: int = 2  # reminders without an answer
    manager_after: int = 3
    urgent_days: int = 7  # so near the deadline ...
    urgent_every: int = 2  # ... reminders come that often
    stop_days: int = 7  # after the deadline nobody is reminded any more


class Waiting(NamedTuple):
    """One signature that is waited for; days are those of the school."""

    last: date  # last message, reminder or call
    count: int = 0  # reminders so far
    required: bool = True  # otherwise he only acknowledges: one reminder, no escalation
    deadline: date | None = None


def gap(rhythm, waiting, today):
    """Days between the last contact and the next one, at least one.

    >>> far, near = date(2026, 12, 20), date(2026, 11, 25)
    >>> gap(Rhythm(), Waiting(date(2026, 11, 20), 0, True, far), date(2026, 11, 22))
    3
    >>> gap(Rhythm(), Waiting(date(2026, 11, 20), 0, True, near), date(2026, 11, 22))
    2
    """
    days = rhythm.first_days if waiting.count == 0 else rhythm.every_days
    if waiting.deadline and 0 <= (waiting.deadline - today).days <= rhythm.urgent_days:
        days = min(days, rhythm.urgent_every)
    return max(days, 1)


def is_over(rhythm, waiting, today):
    """Whether the deadline passed so long ago that reminders are no use."""
    return bool(waiting.deadline and today > waiting.deadline + timedelta(days=rhythm.stop_days))


def is_silent(rhythm, waiting, today):
    """Whether the person had the time to answer the last contact."""
    return (today - waiting.last).days >= gap(rhythm, waiting, today)


def is_due(rhythm, waiting, today):
    """Whether a reminder leaves today.

    >>> friday = date(2026, 11, 20)
    >>> is_due(Rhythm(), Waiting(date(2026, 11, 17)), friday)
    True
    >>> is_due(Rhythm(), Waiting(date(2026, 11, 18)), friday)
    False
    >>> is_due(Rhythm(), Waiting(date(2026, 11, 1), 3), friday)
    False
    >>> is_due(Rhythm(), Waiting(date(2026, 11, 1), 1, False), friday)
    False
    >>> is_due(Rhythm(), Waiting(date(2026, 11, 1), 1, True, date(2026, 11, 12)), friday)
    False
    """
    limit = rhythm.max_count if waiting.required else min(rhythm.max_count, 1)
    return (
        waiting.count < limit
        and not is_over(rhythm, waiting, today)
        and is_silent(rhythm, waiting, today)
    )


def to_tell(rhythm, waiting, today):
    """Who else should know today that this person does not answer.

    Never later than after the last reminder; the bureau also once the deadline is over.

    >>> friday, early = date(2026, 11, 20), date(2026, 11, 10)
    >>> to_tell(Rhythm(), Waiting(early, 1), friday)
    set()
    >>> to_tell(Rhythm(), Waiting(early, 2), friday)
    {'referent'}
    >>> sorted(to_tell(Rhythm(), Waiting(early, 3), friday))
    ['manager', 'referent']
    >>> to_tell(Rhythm(), Waiting(friday, 3), friday)
    set()
    >>> to_tell(Rhythm(), Waiting(early, 0, True, date(2026, 11, 12)), friday)
    {'manager'}
    """
    if not waiting.required or not is_silent(rhythm, waiting, today):
        return set()
    told = {"manager"} if is_over(rhythm, waiting, today) and rhythm.manager_after else set()
    for who, after in (("referent", rhythm.referent_after), ("manager", rhythm.manager_after)):
        if after and waiting.count and waiting.count >= min(after, rhythm.max_count):
            told.add(who)
    return told
