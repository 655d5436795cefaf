"""What a convention says of the time of a placement, counted from its dates and weekly hours.

No import of Odoo here: the module is tested alone.
"""

import json
from functools import lru_cache

from . import legal, weeks
from . import schedule as hours


def night_days(schedule, birth_date, day):
    """Keys of the days with presence at night, as the law means it at the age of the pupil.

    Without a birth date the pupil is taken for a minor of 16, as in the checks of the hours.

    :param day: date at which the age is taken
    """
    age = legal.age_on(birth_date, day) if birth_date else 16
    rule = legal.rule_of(legal.RULES, "night", age, day)
    evening, morning = rule.value
    # a night has two ends on the day itself, and the morning after it
    nights = ((0, morning), (evening, hours.DAY_MINUTES + morning))
    return [
        key
        for key in hours.DAYS
        if any(
            start < close and opening < end
            for start, end in hours.spans((schedule or {}).get(key))
            for opening, close in nights
        )
    ]


def period_content(schedule, date_start, date_end, holidays=(), birth_date=None):
    """The part ``period`` of a content: dates, counts and what is out of the ordinary.

    :param schedule: weekly hours
    :param holidays: public holidays over the dates, on which nobody is present
    :returns: JSON-able dict; minutes throughout
    """
    text = json.dumps(schedule, sort_keys=True)
    values = dict(_counts(text, date_start, date_end, tuple(sorted(holidays))))
    plan = hours.normalize(schedule)
    return values | {
        "legal": dict(values["legal"]),
        "skipped": list(values["skipped"]),
        "night": night_days(plan, birth_date, date_start),
    }


@lru_cache(maxsize=256)
def _counts(schedule, date_start, date_end, holidays):
    """What all pupils of the same dates and hours share: a class has it in common.

    :param str schedule: weekly hours as JSON
    :param tuple holidays: public holidays over the dates
    :returns: items of the content; what is mutable in them is copied by the caller
    """
    plan = hours.normalize(json.loads(schedule))
    presence = weeks.presence(plan, date_start, date_end, holidays)
    months, days, minutes = weeks.legal_duration(presence["minutes"])
    return (
        ("date_start", date_start.isoformat()),
        ("date_end", date_end.isoformat()),
        ("weeks", len(presence["weeks"])),
        ("days", presence["days"]),
        ("minutes", presence["minutes"]),
        ("weekly_minutes", hours.week_minutes(plan)),
        ("legal", (("months", months), ("days", days), ("minutes", minutes))),
        ("working", weeks.working_line(presence["weeks"])),
        ("skipped", tuple(day.isoformat() for day in presence["skipped"])),
        ("sunday", bool(plan["sun"])),
    )
