"""What became of leavers, counted: definitions, rates with their denominators, confidence.

Nothing here reads a database. A leaver who objected or died is taken out of the leavers and
told apart; whoever could not be reached stays among them, so that a rate of answers never
flatters. Rates of situations are on those who answered, never on those who left. The official
figures (InserJeunes) count otherwise and are never added to these.
"""

from calendar import monthrange
from collections import Counter
from datetime import date
from math import sqrt
from typing import NamedTuple

# when leavers are asked: the horizons of the official figures
HORIZONS = (6, 12, 18, 24)
SITUATIONS = ("job", "apprenticeship", "study", "looking", "other")
# under this, rates say more of persons than of a training: nothing leaves the school
PUBLISHED_FROM = 20
# totals of so many years are what a small school may look at
YEARS = 3
# 97.5 % point of the normal distribution: an interval that holds in 95 cases of 100
Z95 = 1.959964


class Rate(NamedTuple):
    """A count with what it is counted on."""

    count: int
    total: int

    @property
    def percent(self):
        """Share in %, rounded half up; None on nobody."""
        return int(100 * self.count / self.total + 0.5) if self.total else None

    @property
    def interval(self):
        """(low, high) in % at 95 %, see :func:`wilson`; None on nobody."""
        if not self.total:
            return None
        low, high = wilson(self.count, self.total)
        return int(100 * low + 0.5), int(100 * high + 0.5)

    @property
    def may_be_published(self):
        """Whether the rate may leave the school."""
        return publishable(self.total)


class Figures(NamedTuple):
    """Leavers of a group at one horizon."""

    leavers: int  # of the survey, asked or tried, still alive
    answered: int
    situations: dict  # {situation: count}, of those who answered
    objected: int = 0  # no longer on file
    deceased: int = 0

    @property
    def response(self):
        """Rate of answers."""
        return Rate(self.answered, self.leavers)

    def rate(self, *situations):
        """Rate of one or several situations, on those who answered."""
        return Rate(sum(self.situations.get(one, 0) for one in situations), self.answered)

    def __add__(self, other):
        situations = Counter(self.situations)
        situations.update(other.situations)
        return Figures(
            self.leavers + other.leavers,
            self.answered + other.answered,
            dict(situations),
            self.objected + other.objected,
            self.deceased + other.deceased,
        )


NOBODY = Figures(0, 0, {})


def wilson(count, total, z=Z95):
    """Wilson's interval of a proportion, right for small groups too.

    :param int count: how many
    :param int total: of how many, not zero
    :return: (low, high) between 0 and 1

    >>> [round(bound, 3) for bound in wilson(5, 9)]
    [0.267, 0.811]
    """
    share, square = count / total, z * z
    centre = share + square / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    below = 1 + square / total
    return max(0.0, (centre - spread) / below), min(1.0, (centre + spread) / below)


def publishable(number):
    """Whether a figure on so many people may be published outside of the school."""
    return number >= PUBLISHED_FROM


def three_years(figures, cohort):
    """Total of a cohort and the two before it: small groups are looked at over three years.

    :param figures: {cohort: Figures}, of one horizon
    :rtype: Figures
    """
    years = range(cohort - YEARS + 1, cohort + 1)
    return sum((figures[year] for year in years if year in figures), start=NOBODY)


def asked_on(last_day, months):
    """Day on which leavers are asked, so many months after the last day of the school year.

    >>> asked_on(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    years, month = divmod(last_day.month - 1 + months, 12)
    year, month = last_day.year + years, month + 1
    return date(year, month, min(last_day.day, monthrange(year, month)[1]))
