"""Where a day stands among the windows in which employers choose. No Odoo here."""

from datetime import date
from typing import NamedTuple


class Moment(NamedTuple):
    """What a company can do in SOLTéA on a day.

    ``state``: ``unknown`` (no date is published), ``before`` (opens on ``opens``), ``open``
    (until ``ends``, which may be unknown), ``between`` (over, opens again on ``opens``, which
    may be unknown) or ``over`` (for this year).
    ``window``: position of the window that counts for an answer of that day, None without one.
    ``is_last``: no other window of the year follows, for all that is known.
    """

    state: str
    window: int | None = None
    ends: date | None = None
    opens: date | None = None
    days_left: int | None = None
    is_last: bool = False
    ended: date | None = None


def moment(periods, today):
    """
    :param periods: (first day, last day) of each period of the year, in order; None where it is
        not published
    :rtype: Moment

    >>> first, second = (date(2025, 5, 26), date(2025, 6, 27)), (date(2025, 7, 14), None)
    >>> moment([first, second], date(2025, 5, 1)).opens
    datetime.date(2025, 5, 26)
    >>> moment([first, second], date(2025, 6, 27))
    ... # doctest: +NORMALIZE_WHITESPACE
    Moment(state='open', window=0, ends=datetime.date(2025, 6, 27),
           opens=datetime.date(2025, 7, 14), days_left=0, is_last=False, ended=None)
    >>> between = moment([first, second], date(2025, 7, 1))
    >>> between.state, between.window, between.opens
    ('between', 1, datetime.date(2025, 7, 14))
    >>> last = moment([first, second], date(2025, 8, 1))
    >>> last.state, last.ends, last.is_last
    ('open', None, True)
    >>> moment([first], date(2025, 7, 1)).state, moment([(None, None)], date(2025, 7, 1)).state
    ('over', 'unknown')
    >>> moment([first, (None, None)], date(2025, 7, 1)).state
    'between'
    """
    last_over = None
    for position, (start, end) in enumerate(periods):
        if not start or today < start:
            # dates that are not published yet come after those that are
            state = "before" if last_over is None else "between"
            if not start and last_over is None:
                state = "unknown"
            ended = None if last_over is None else periods[last_over][1]
            return Moment(state, window=position, opens=start, ended=ended)
        if not end or today <= end:
            following = periods[position + 1 :]
            return Moment(
                "open",
                window=position,
                ends=end,
                opens=following[0][0] if following else None,
                days_left=(end - today).days if end else None,
                is_last=not following,
            )
        last_over = position
    if last_over is None:
        return Moment("unknown")
    return Moment("over", window=last_over, ended=periods[last_over][1])
