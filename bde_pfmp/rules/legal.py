"""Rules of law as dated rows, and what follows from them by counting.

The rows stand in ``data/bde.rule.csv``: the database loads them into ``bde.rule``, this module
reads the same file for who works without a database. There is no second copy of a limit.

No import of Odoo here: the module is tested alone.
"""

import csv
import json
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "data" / "bde.rule.csv"
OLDEST = date(2008, 5, 1)  # entry into force of the recodified Code du travail
SEVERITIES = ("block", "warn", "info")

# Bands of SIRENE: fewest and most employees
HEADCOUNTS = {
    "00": (0, 0), "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19), "12": (20, 49),
    "21": (50, 99), "22": (100, 199), "31": (200, 249), "32": (250, 499), "41": (500, 999),
    "42": (1000, 1999), "51": (2000, 4999), "52": (5000, 9999), "53": (10000, 10000),
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One line of law: a limit for an age bracket and some stays, from a date on.

    ``value`` is in minutes for what is about hours, else a number of what the rule counts
    (days, persons, years) or several of them (``break``: longest run and pause; ``night``: two
    clock minutes; ``host_quota``: per cent, from how many employees, number below). The age is
    in completed years on the day looked at.
    """

    code: str
    article: str
    value: object
    severity: str  # "block", "warn" or "info": data, a later rule may soften or harden it
    age_from: int = 0
    age_to: int = 200  # excluded
    since: date = OLDEST
    until: date | None = None
    stays: tuple = ()  # kinds of stay, all when empty
    overridable: bool = False  # by the head, who names the legal ground

    def applies(self, age, day, stay=None):
        """Whether the rule binds somebody of that age on that day.

        :param stay: kind of the stay; None looks at the rules of every stay only
        """
        return (
            self.age_from <= age < self.age_to
            and self.since <= day
            and (not self.until or day <= self.until)
            and (not self.stays or stay in self.stays)
        )


def frozen(value):
    """A value of JSON as a rule keeps it: lists become tuples, so that a rule is a key.

    >>> frozen([270, 30])
    (270, 30)
    """
    return tuple(frozen(part) for part in value) if isinstance(value, list) else value


def read_rules(lines):
    """Rules from the lines of the data file.

    :param lines: mappings of texts, one a rule
    :rtype: tuple of :class:`Rule`
    """
    return tuple(
        Rule(
            code=line["code"],
            article=line["article"],
            value=frozen(json.loads(line["value"])),
            severity=line["severity"],
            age_from=int(line["age_from"]),
            age_to=int(line["age_to"]),
            since=date.fromisoformat(line["date_from"]),
            until=date.fromisoformat(line["date_to"]) if line.get("date_to") else None,
            stays=tuple(filter(None, line["stays"].split(","))),
            overridable=line["overridable"] == "1",
        )
        for line in lines
    )


def _read_source():
    with SOURCE.open(encoding="utf-8", newline="") as stream:
        return read_rules(csv.DictReader(stream))


RULES = _read_source()


def age_on(birth_date, day):
    """Completed years; somebody born on 29 February is a year older on 1 March of common years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def rule_of(rules, code, age, day, stay=None):
    """The rule of a code that binds on a day, the most precise one, or None."""
    found = [rule for rule in rules if rule.code == code and rule.applies(age, day, stay)]
    return max(found, key=lambda rule: bool(rule.stays), default=None)


# ------------------------------------------------------------------
# Counting
# ------------------------------------------------------------------


def quota(employees, share, threshold, below):
    """Most trainees of a host at once, by civil week (R124-10 C. éduc.).

    >>> quota(20, 15, 20, 3), quota(27, 15, 20, 3), quota(19, 15, 20, 3)
    (3, 5, 3)

    :param employees: the larger of the last day of the month before and of the year's mean
    :param share: per cent of the employees, rounded up, from ``threshold`` employees on
    :param below: number of trainees under that threshold
    """
    if employees < threshold:
        return below
    return ceil(employees * share / 100)


def quota_range(headcount, value):
    """(quota of the smallest, of the largest company of a band of SIRENE), None when unknown."""
    band = HEADCOUNTS.get(headcount)
    return band and tuple(quota(employees, *value) for employees in band)


def most_in_a_week(date_start, date_end, spans):
    """(number, Monday) of the civil week between two dates that holds most of these stays.

    :param spans: (first day, last day) pairs; who is there one day of a week counts in it
    """
    monday = date_start - timedelta(days=date_start.weekday())
    best = (0, monday)
    while monday <= date_end:
        sunday = monday + timedelta(days=6)
        number = sum(first <= sunday and last >= monday for first, last in spans)
        if number > best[0]:
            best = (number, monday)
        monday += timedelta(days=7)
    return best


def free_again(date_start, date_end, part):
    """First day on which the same post may take another trainee (L124-11 C. éduc.).

    The wait is a third of the stay before, rounded up to whole days.

    >>> free_again(date(2026, 11, 2), date(2026, 11, 27), 3)  # 26 days, 9 to wait
    datetime.date(2026, 12, 7)
    """
    days = (date_end - date_start).days + 1
    return date_end + timedelta(days=ceil(days / part) + 1)
