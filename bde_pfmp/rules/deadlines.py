"""Key dates of a period: who must have done what, so many days before the departure.

The offsets are those that vocational schools use; a school changes the dates it wants.
"""

from datetime import timedelta

# code, what it is counted from, days
STEPS = (
    ("referent", "departure", -42),
    ("host", "departure", -35),
    ("hosting", "departure", -21),
    ("convention", "departure", -18),
    ("signed", "departure", -11),
    ("complete", "departure", 0),
    ("attestation", "end", 5),
)


def departure(date_start, holidays=()):
    """Last school day before the period: where "J - 35" is counted from."""
    day = date_start - timedelta(days=1)
    while day.weekday() > 4 or day in holidays:
        day -= timedelta(days=1)
    return day


def key_dates(date_start, date_end, holidays=()):
    """{code: date} of the steps of a period."""
    anchors = {"departure": departure(date_start, holidays), "end": date_end}
    return {code: anchors[anchor] + timedelta(days=days) for code, anchor, days in STEPS}
