"""Public holidays of the place of a school. No import of Odoo here."""

from functools import lru_cache

import holidays

# departments with days of their own -> subdivision of the ``holidays`` package
_SUBDIVISIONS = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}


@lru_cache(maxsize=256)
def _of_year(year, subdivision):
    return dict(holidays.France(years=year, subdiv=subdivision, language="fr"))


def public_holidays(date_start, date_end, department=None):
    """Public holidays between two dates, both included: {date: French name}.

    :param department: code of the department, for Alsace-Moselle and the overseas days
    """
    if not date_start or not date_end or date_end < date_start:
        return {}
    subdivision = _SUBDIVISIONS.get(department or "")
    found = {}
    for year in range(date_start.year, date_end.year + 1):
        for day, name in _of_year(year, subdivision).items():
            if date_start <= day <= date_end:
                found[day] = name
    return dict(sorted(found.items()))
