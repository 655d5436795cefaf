"""Who leaves for a period, who stays at school and why; which days an empty chair costs nothing.

A pupil leaves when all have signed his convention (D124-4 C. éduc.). The head may hold one that
would leave, and release one whose convention bears the signatures of the company and of the
pupil's side. No import of Odoo here: the module is tested alone.
"""

from datetime import timedelta

from odoo.addons.bde_partnerships.rules import turns

SIGNED = ("signed", "running", "ended", "attested", "closed")
IN_SIGNATURE = ("to_sign", "partly_signed")
OVER = ("ended", "attested", "closed")
# what is said of a pupil -> part of the list in which he stands
GROUPS = {
    "ready": "leaves",
    "released": "leaves",
    "held": "missing",
    "unsigned": "missing",
    "no_convention": "missing",
    "interrupted": "no_place",
    "no_host": "no_place",
}
LEAVES = tuple(outcome for outcome, group in GROUPS.items() if group == "leaves")
COMPANY = ("host",)
PUPIL_SIDE = ("student", "guardian")
LONGEST_BREAK = 100  # days: the summer


def outcome(state, has_host, decision=None, covered=False):
    """What becomes of a pupil on the day of the departure.

    >>> outcome("signed", True), outcome("signed", True, "hold")
    ('ready', 'held')
    >>> outcome("partly_signed", True, "release", covered=True)
    'released'
    >>> outcome("partly_signed", True, "release"), outcome("to_place", False, "release")
    ('unsigned', 'no_host')

    :param str state: of the placement
    :param str decision: of the head, ``release`` or ``hold``
    :param bool covered: the company and the pupil's side have signed
    """
    if state in SIGNED:
        return "held" if decision == "hold" else "ready"
    if state in IN_SIGNATURE:
        if decision == "hold":
            return "held"
        return "released" if decision == "release" and covered else "unsigned"
    if state == "interrupted":
        return "interrupted"
    return "no_convention" if has_host else "no_host"


def covers(rows):
    """Whether the company and the pupil's side have both signed, each of them entirely.

    >>> host, mother = ("host", 10, True, "signed", None), ("guardian", 10, True, "signed", "g")
    >>> covers([host, mother, ("head", 90, True, "waiting", None)]), covers([host])
    (True, False)

    :param rows: (role, sequence, required, state, alternative) of the signatures of a version
    """
    return all(
        any(_required(row) for row in part) and turns.complete([row[1:] for row in part])
        for part in ([row for row in rows if row[0] in roles] for roles in (COMPANY, PUPIL_SIDE))
    )


def lacking(rows):
    """Positions of the signatures that are still needed, whosever turn it is.

    >>> lacking([("guardian", 1, True, "signed", "g"), ("guardian", 1, True, "to_sign", "g"),
    ...          ("student", 1, False, "to_sign", None), ("head", 9, True, "waiting", None)])
    [3]

    :param rows: as for :func:`covers`
    """
    given = turns.settled([row[1:] for row in rows])
    return [
        position
        for position, row in enumerate(rows)
        if _required(row) and row[3] not in turns.DONE and row[4] not in given
    ]


def _required(row):
    return bool(row[2])


def next_school_day(today, is_off):
    """First day with class after today: what is looked at on the eve, on Friday the Monday.

    >>> from datetime import date
    >>> next_school_day(date(2026, 10, 16), lambda day: day == date(2026, 10, 19))
    datetime.date(2026, 10, 20)

    :param is_off: says of a date whether there is no class (public or school holidays)
    """
    for offset in range(1, LONGEST_BREAK):
        day = today + timedelta(days=offset)
        if day.weekday() < 5 and not is_off(day):
            return day
    return today + timedelta(days=LONGEST_BREAK)


def days_away(calendar, is_off):
    """Days on which the school keeps a chair and a bed free: ``(away, absent)`` sets of dates.

    Only days on which the school serves meals count: from Monday to Friday, out of public and
    school holidays. A day that the pupil missed entirely is told apart: he was not with the
    host, and the rules on absences of the school decide.

    :param dict calendar: {date: (planned minutes, missed minutes)}
    :param is_off: as for :func:`next_school_day`
    """
    away, absent = set(), set()
    for day, (planned, missed) in calendar.items():
        if planned and day.weekday() < 5 and not is_off(day):
            (absent if missed >= planned else away).add(day)
    return away, absent


def months(days):
    """{first day of the month: number of days}, in order.

    >>> from datetime import date
    >>> months([date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)])
    {datetime.date(2026, 11, 1): 1, datetime.date(2026, 12, 1): 2}
    """
    counts = {}
    for day in sorted(days):
        month = day.replace(day=1)
        counts[month] = counts.get(month, 0) + 1
    return counts
