"""What an amendment does to the terms of a stay. No import of Odoo: the module is tested alone."""

from datetime import timedelta

from . import terms as rules

# types that hold from a day on, with the value of a term that each changes
DATED = {"place": "place", "tutor": "tutor", "hours": "schedule"}
# types by which the last or the first day moves
MOVING = ("postponement", "prolongation", "end")
# what of a convention each type changes: its class is read in the table of changes
PATHS = {
    "break": "period.date_end",
    "postponement": "period.date_start",
    "place": "host.site",
    "tutor": "tutor.name",
    "hours": "period.weekly_minutes",
    "prolongation": "period.date_end",
    "end": "period.date_end",
}


def amended(terms, change_type, source=None, **asked):
    """The terms of a stay once this amendment is agreed to.

    :param terms: list of :class:`terms.Term`
    :param source: kept with the days that the amendment changes
    :param asked: ``date_effect`` and ``value`` for the dated types, ``first`` and ``last``
        (of the break, or new days of the stay), ``off`` (pairs of days without presence in
        what a prolongation or a postponement adds)
    """
    start, end = terms[0].first, terms[-1].last
    if change_type == "break":
        return rules.pause(terms, [(asked["first"], asked["last"])], source)
    if change_type in DATED:
        values = {DATED[change_type]: asked["value"], "source": source}
        return rules.change(terms, asked["date_effect"], **values)
    first = asked["first"] if change_type == "postponement" else start
    moved = rules.refit(terms, first, asked["last"], source)
    new_days = [
        (max(one, bound), min(other, limit))
        for one, other in asked.get("off") or ()
        for bound, limit in ((first, start - rules.DAY), (end + rules.DAY, asked["last"]))
    ]
    return rules.pause(moved, [span for span in new_days if span[0] <= span[1]], source)


def effect_day(change_type, start, end, **asked):
    """The day from which an amendment holds, for the types that do not ask for it."""
    if change_type == "break":
        return asked.get("first")
    if change_type == "postponement":
        first = asked.get("first")
        return min(first, start) if first and start else first
    if change_type == "prolongation":
        return end + timedelta(days=1) if end else None
    if change_type == "end":
        last = asked.get("last")
        return last + timedelta(days=1) if last else None
    return asked.get("date_effect")
