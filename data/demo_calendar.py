"""Dates of the demonstration, from the day it is built. No Odoo here.

Two periods are over, one runs, one begins next Monday, one is being prepared. Those that are over
or in preparation avoid the school holidays that are known, as a school would; the school year is
widened when it would not hold them all (in September something must be over already).
"""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(weeks=1)
FRIDAY = timedelta(days=4)
# How far to look for weeks without holidays before taking any weeks.
HORIZON = 26


@dataclass(frozen=True)
class Calendar:
    """``(first day, last day)`` of the school year and of each period."""

    year: tuple
    first_past: tuple
    second_past: tuple
    running: tuple
    leaving: tuple
    prepared: tuple


def build(today, holidays=()):
    """The calendar of a demonstration.

    :param datetime.date today: the day it is built
    :param holidays: (first day, last day) of the school holidays, in any order
    :rtype: Calendar
    """
    monday = today - timedelta(days=today.weekday())
    running = (monday - WEEK, monday + 2 * WEEK + FRIDAY)
    year = _school_year(today)
    leaving = _span(monday + WEEK, 3)
    second_past = _past(monday - 2 * WEEK, year[0], holidays)
    first_past = _past(second_past[0] - WEEK, year[0], holidays)
    prepared = _after(monday + 5 * WEEK, 4, holidays)
    year = (
        min(year[0], first_past[0].replace(day=1)),
        max(year[1], _end_of_month(prepared[1] + WEEK)),
    )
    return Calendar(year, first_past, second_past, running, leaving, prepared)


def _school_year(today):
    start = date(today.year if today.month >= 9 else today.year - 1, 9, 1)
    return start, date(start.year + 1, 8, 31)


def _end_of_month(day):
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)


def _free(start, weeks, holidays):
    end = start + (weeks - 1) * WEEK + FRIDAY
    return not any(first <= end and start <= last for first, last in holidays)


def _span(start, weeks):
    return start, start + (weeks - 1) * WEEK + FRIDAY


def _past(monday, year_start, holidays):
    """Three weeks before a Monday; two when that keeps them inside the school year."""
    span = _before(monday, 3, holidays)
    shorter = _before(monday, 2, holidays)
    return shorter if span[0] < year_start <= shorter[0] else span


def _before(monday, weeks, holidays):
    """The latest free weeks that end before a Monday."""
    latest = monday - weeks * WEEK
    for back in range(HORIZON):
        if _free(latest - back * WEEK, weeks, holidays):
            return _span(latest - back * WEEK, weeks)
    return _span(latest, weeks)


def _after(monday, weeks, holidays):
    """The first free weeks from a Monday on."""
    for later in range(HORIZON):
        if _free(monday + later * WEEK, weeks, holidays):
            return _span(monday + later * WEEK, weeks)
    return _span(monday, weeks)
