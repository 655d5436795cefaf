"""Which letter of the end of a stay is due on a day. No Odoo here.

The day before the end, then three and ten days after it; a day on which no letter could leave
(server stopped, quiet hours) is caught up with until the next one.
"""

# days after the last day: (first, last, kind)
WINDOWS = ((-1, 2, "end"), (3, 9, "end_3"), (10, 30, "end_10"))


def kind_on(date_end, today):
    """``end``, ``end_3``, ``end_10``, or None.

    >>> from datetime import date
    >>> [kind_on(date(2026, 12, 4), date(2026, 12, day)) for day in (2, 3, 7, 14)]
    [None, 'end', 'end_3', 'end_10']
    """
    days = (today - date_end).days
    return next((kind for first, last, kind in WINDOWS if first <= days <= last), None)


def span(today):
    """The last days of the stays for which something may be due: (earliest, latest)."""
    from datetime import timedelta  # noqa: PLC0415

    return today - timedelta(days=WINDOWS[-1][1]), today - timedelta(days=WINDOWS[0][0])
