"""Rates of leavers, worked out by hand."""

import doctest
from datetime import date

from odoo.tests import BaseCase, tagged

from ..rules import outcomes
from ..rules.outcomes import Figures, Rate


@tagged("post_install", "-at_install")
class TestOutcomesRules(BaseCase):
    def test_examples_of_the_docstrings(self):
        self.assertEqual(doctest.testmod(outcomes).failed, 0)

    def test_interval(self):
        # Wilson, z = 1.959964: known values for 5 of 9, none and all of 10, 14 of 31
        for count, total, low, high in (
            (5, 9, 27, 81),
            (0, 10, 0, 28),
            (10, 10, 72, 100),
            (14, 31, 29, 62),
        ):
            self.assertEqual(Rate(count, total).interval, (low, high), (count, total))
        self.assertIsNone(Rate(0, 0).interval)

    def test_share(self):
        self.assertEqual(Rate(5, 9).percent, 56)
        self.assertEqual(Rate(1, 8).percent, 13, "half up, as everybody rounds")
        self.assertIsNone(Rate(0, 0).percent)

    def test_nothing_under_twenty_is_published(self):
        self.assertFalse(outcomes.publishable(19))
        self.assertTrue(outcomes.publishable(20))
        self.assertFalse(Rate(19, 19).may_be_published)

    def test_rates_are_on_those_who_answered(self):
        found = Figures(5, 3, {"job": 2, "study": 1}, objected=3, deceased=2)
        self.assertEqual(found.response, Rate(3, 5), "the dead and those who objected are out")
        self.assertEqual(found.rate("job"), Rate(2, 3))
        self.assertEqual(found.rate("job", "apprenticeship", "study"), Rate(3, 3))
        self.assertEqual(found.rate("looking"), Rate(0, 3))

    def test_three_years(self):
        years = {
            2021: Figures(50, 40, {"job": 40}),
            2022: Figures(10, 6, {"job": 2, "looking": 4}, objected=1),
            2024: Figures(9, 5, {"job": 3, "study": 2}, deceased=1),
        }
        total = outcomes.three_years(years, 2024)
        self.assertEqual(
            total, Figures(19, 11, {"job": 5, "looking": 4, "study": 2}, 1, 1), "not 2021"
        )
        self.assertEqual(outcomes.three_years({}, 2024).response, Rate(0, 0))

    def test_day(self):
        for last, months, expected in (
            (date(2026, 8, 31), 6, date(2027, 2, 28)),
            (date(2027, 8, 31), 6, date(2028, 2, 29)),
            (date(2026, 8, 31), 12, date(2027, 8, 31)),
            (date(2026, 7, 4), 18, date(2028, 1, 4)),
            (date(2026, 12, 1), 24, date(2028, 12, 1)),
        ):
            self.assertEqual(outcomes.asked_on(last, months), expected)
