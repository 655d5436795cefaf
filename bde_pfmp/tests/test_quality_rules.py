import doctest
import unittest

from odoo.tests import BaseCase, tagged

from ..rules import quality
from ..rules.quality import Sheet, Terms

TERMS = Terms()


def load_tests(loader, tests, pattern):
    tests.addTests(doctest.DocTestSuite(quality))
    return tests


@tagged("post_install", "-at_install")
class TestQualityRules(BaseCase, unittest.TestCase):
    """Values worked out by hand; half-life 730 days, prior 3, minimum 3, step 5."""

    def test_examples_of_the_module(self):
        self.assertEqual(doctest.testmod(quality).failed, 0)

    def test_score_leaves_out_what_is_not_concerned(self):
        # (3 x 2 + 1 x 1) / 3 / 3 x 100: weights 2 and 1, values 4 and 2
        self.assertAlmostEqual(
            quality.score({"a": 4, "b": 2, "c": 0}, {"a": 2, "b": 1, "c": 5}), 700 / 9
        )
        self.assertIsNone(quality.score({"a": 0}, {"a": 1}))
        self.assertIsNone(quality.score({"a": 4}, {"a": 0}), "asked and not counted")

    def test_weight_halves_with_each_half_life(self):
        self.assertEqual(quality.weight(0, 730), 1)
        self.assertEqual(quality.weight(1460, 730), 0.25)
        self.assertEqual(quality.weight(-1, 730), 1, "a stay that ends tomorrow")

    def test_few_answers_stay_near_their_trade(self):
        """Mean of all 60; trade 43: (240 + 3 x 60) / (4 + 3) = 60; host with one answer of 100:
        (100 + 180) / 4 = 70, not 100."""
        sheets = [Sheet(2, "", "student", s, 0, "43") for s in (40, 40, 60)]
        sheets.append(Sheet(1, "", "student", 100, 0, "43"))
        overall, trades = quality.means(sheets, TERMS)
        self.assertEqual((overall, trades), (60, {"43": 60}))
        self.assertEqual(quality.shrunk(sheets[-1:], 60, TERMS), 70)

    def test_old_answers_weigh_less(self):
        """100 of today and 0 of one half-life ago, and nothing else: (100 + 3 x 66.67) / 4.5."""
        sheets = [Sheet(1, "", "student", 100, 0), Sheet(1, "", "student", 0, 730)]
        overall, _trades = quality.means(sheets, TERMS)
        self.assertAlmostEqual(overall, 100 / 1.5)
        self.assertAlmostEqual(quality.shrunk(sheets, overall, TERMS), 300 / 4.5)

    def test_two_trades_and_old_answers(self):
        """Half-life and both shrinkings at once; the same figures are asked of the SQL.

        Builder 1: three answers of 100 today. Builder 2: three of 40, a half-life ago (weight
        1.5). Baker: three of 20 today. All: (300 + 60 + 60) / (3 + 1.5 + 3) = 56. Builders:
        (360 + 3 x 56) / (4.5 + 3) = 70.4; bakers (60 + 168) / (3 + 3) = 38. Builder 1:
        (300 + 3 x 70.4) / 6 = 85.2; builder 2: (60 + 211.2) / 4.5 = 60.2667; baker:
        (60 + 114) / 6 = 29.
        """
        table = quality.table(
            [Sheet(1, "", "student", 100, 0, "43")] * 3
            + [Sheet(2, "", "student", 40, 730, "43")] * 3
            + [Sheet(3, "", "student", 20, 0, "10")] * 3,
            TERMS,
        )
        for host, index in ((1, 85.2), (2, 271.2 / 4.5), (3, 29)):
            self.assertAlmostEqual(table[host, ""].index, index, places=9)

    def test_trend_needs_three_answers_on_both_sides(self):
        def trend(recent, before):
            return quality.trend(
                [Sheet(1, "", "student", s, 10) for s in recent]
                + [Sheet(1, "", "student", s, 400) for s in before],
                TERMS,
            )

        self.assertEqual(trend([80, 80, 80], [70, 70, 70]), "up")
        self.assertEqual(trend([70, 70, 70], [75, 75, 75]), "down")
        self.assertEqual(trend([74, 74, 74], [70, 70, 70]), "steady")
        self.assertIsNone(trend([80, 80], [70, 70, 70]))
        self.assertIsNone(trend([80, 80, 80], [70, 70]))

    def test_below_three_nothing_is_shown(self):
        table = quality.table([Sheet(1, "A", "student", 50, 0)] * 2, TERMS)
        self.assertEqual(table[1, ""].count, 2)
        self.assertIsNone(table[1, ""].index)
        self.assertIsNone(table[1, "A"].index)
        self.assertIsNone(table[1, ""].trend)

    def test_a_part_never_tells_what_the_others_are(self):
        """Three pupils and one referent: the index of the pupils would give the referent's."""
        sheets = [Sheet(1, "A", "student", 50, 0)] * 3 + [Sheet(1, "B", "referent", 90, 0)]
        table = quality.table(sheets, TERMS)
        self.assertIsNotNone(table[1, ""].index)
        self.assertEqual(table[1, ""].views, {"student": (3, None), "referent": (1, None)})
        self.assertIsNone(table[1, "A"].index)
        self.assertIsNone(table[1, "B"].index)

    def test_parts_that_leave_enough_or_nothing_out_are_shown(self):
        sheets = [Sheet(1, "A", "student", 50, 0)] * 3 + [Sheet(1, "B", "referent", 90, 0)] * 3
        table = quality.table(sheets, TERMS)
        # mean 70; pupils (150 + 210) / 6, referents (270 + 210) / 6
        self.assertEqual(table[1, ""].views, {"student": (3, 60), "referent": (3, 80)})
        self.assertEqual((table[1, "A"].index, table[1, "B"].index), (60, 80))

    def test_a_site_counts_for_its_establishment_too(self):
        sheets = [Sheet(11, "A", "student", 50, 0, "43", 1, "43")] * 3
        sheets += [Sheet(1, "A", "student", 90, 0, "43")]
        table = quality.table(sheets, TERMS)
        self.assertEqual((table[1, ""].count, table[11, ""].count), (4, 3))
        self.assertIsNone(table[11, ""].index, "the one answer of the establishment is not told")
        self.assertNotIn((11, "A"), table)
        table = quality.table(sheets[:3], TERMS)
        self.assertIsNotNone(table[11, ""].index)
