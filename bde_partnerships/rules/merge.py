"""May two companies be one? What their SIRETs say. No Odoo here.

A SIRET is a SIREN (nine digits, the legal entity) and five digits of the establishment. An
establishment that moves gets a new SIRET of the same SIREN and the old one is closed.
"""

from typing import NamedTuple

STOP, WARN, NOTE, OK = "stop", "warn", "note", "ok"


class Company(NamedTuple):
    """What is looked at of a company."""

    id: int = 0
    parent_id: int = 0
    siret: str = ""
    level: str = "establishment"
    closed: bool = False

    @property
    def siren(self):
        return self.siret[:9]


class Advice(NamedTuple):
    """``level``: stop, warn (a reason is asked), note or ok; ``code``: why."""

    level: str
    code: str


def advise(keep, drop):
    """What to think of a merge of ``drop`` into ``keep``.

    :param Company keep:
    :param Company drop:
    :rtype: Advice
    """
    if keep.id and keep.id == drop.id:
        return Advice(STOP, "same")
    if drop.id in (0, None) or keep.id in (0, None):
        return Advice(STOP, "missing")
    if keep.parent_id == drop.id or drop.parent_id == keep.id:
        return Advice(STOP, "below")
    if (keep.level == "entity") != (drop.level == "entity"):
        return Advice(STOP, "levels")
    if keep.siret and drop.siret and keep.siret != drop.siret:
        return _advise_two_numbers(keep, drop)
    if keep.closed and not drop.closed:
        return Advice(NOTE, "kept_closed")
    return Advice(OK, "")


def _advise_two_numbers(keep, drop):
    one_closed = keep.closed or drop.closed
    if keep.siren == drop.siren:
        if not one_closed:
            return Advice(STOP, "establishments")
        return Advice(NOTE, "kept_closed" if keep.closed and not drop.closed else "moved")
    if not one_closed:
        return Advice(WARN, "two_companies")
    return Advice(NOTE, "kept_closed" if keep.closed and not drop.closed else "taken_over")


# The more careful status of two: a warning wins, then what is known to be true.
CAREFUL = ("avoid", "watch", "revive", "strong", "active", "prospect")


def careful_status(first, second):
    """The more careful of two statuses of a relation.

    >>> careful_status("strong", "watch")
    'watch'
    >>> careful_status("prospect", "active")
    'active'
    """
    return min(first, second, key=CAREFUL.index)
