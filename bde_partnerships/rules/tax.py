"""Rules of the solde of the taxe d'apprentissage: windows, who owes it, how much. No Odoo here."""

KINDS = [
    ("opening", "Schools check their data"),
    ("period1", "Employers choose, period 1"),
    ("transfer1", "Transfer 1"),
    ("period2", "Employers choose, period 2"),
    ("transfer2", "Transfer 2"),
    ("period3", "Employers choose, period 3"),
    ("transfer3", "Transfer 3"),
    ("rest", "What nobody allotted"),
]
SEQUENCE = {kind: 10 * position for position, (kind, _label) in enumerate(KINDS, start=1)}
PERIODS = ("period1", "period2", "period3")


def window_state(today, date_from, date_to, is_period):
    """Where a window stands at a date: unknown, coming, open or over.

    A period that has begun and whose end is not published is open; a transfer or an opening
    without an end is one day.

    >>> from datetime import date
    >>> begin, end = date(2025, 5, 26), date(2025, 6, 27)
    >>> window_state(date(2025, 6, 27), begin, end, True)
    'open'
    >>> window_state(date(2025, 6, 28), begin, end, True)
    'over'
    >>> window_state(date(2025, 7, 12), date(2025, 7, 11), None, False)
    'over'
    >>> window_state(date(2025, 7, 12), date(2025, 7, 11), None, True)
    'open'
    >>> window_state(begin, None, None, True)
    'unknown'
    """
    if not date_from:
        return "unknown"
    if today < date_from:
        return "coming"
    if not date_to and is_period:
        return "open"
    return "open" if today <= (date_to or date_from) else "over"
