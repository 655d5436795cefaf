"""How often a stay is looked at, and when. Pure functions, no Odoo.

Sources: L124-1 C. éduc. (the school checks several times that a stay goes as agreed); article 18
of the model convention (the referent calls the tutor in the first part of the stay, then follows
it; one meeting at least of teacher, pupil and tutor); the practice of schools for the dates.
"""

# "several times": two contacts at least
CONTACTS = 2
# a stay of little more than a week has a call and a visit, a longer one a contact between them too
SHORT_DAYS = 8
# one contact in the middle for so many days of presence, more for longer stays
MIDDLE_DAYS = 25
# the visit that looks back: three days of presence before the last one
BEFORE_END = 3

# how each kind is made, unless somebody says otherwise
CHANNELS = {
    "call": "phone",
    "midpoint": "phone",
    "visit": "onsite",
    "video": "video",
    "final": "onsite",
}
MEETING_CHANNELS = ("onsite", "video")


def plan(days):
    """Contacts to make during a stay.

    >>> from datetime import date
    >>> three = [date(2026, 11, day) for day in (2, 3, 4)]
    >>> [(kind, day.day) for kind, day in plan(three)]
    [('call', 3), ('visit', 4)]

    :param days: dates of presence, sorted
    :return: list of (kind, date), in the order of dates
    """
    if not days:
        return []
    last = len(days) - 1
    call = ("call", days[min(1, last)])
    if last <= 1:
        return [("visit", days[0])]
    if len(days) <= SHORT_DAYS:
        # never on the day of the call
        return [call, ("visit", days[max(2, len(days) // 2)])]
    final = ("final", days[last - BEFORE_END])
    middles = max(1, len(days) // MIDDLE_DAYS)
    step = len(days) / (middles + 1)
    return [
        call,
        *(("midpoint", days[round(step * rank)]) for rank in range(1, middles + 1)),
        final,
    ]


def is_meeting(channel, with_tutor, with_student):
    """Whether a contact is the meeting of three: face to face, or by video."""
    return bool(with_tutor and with_student and channel in MEETING_CHANNELS)


def status(done, planned):
    """Where the follow-up of a stay stands.

    :param int done: contacts made
    :param int planned: contacts still planned
    :return: none, planned, started or enough
    """
    if done >= CONTACTS:
        return "enough"
    if done:
        return "started"
    return "planned" if planned else "none"
