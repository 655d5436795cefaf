"""Dated rules, quotas, waiting periods and ages, without the ORM; values worked out by hand."""

import csv
from datetime import date

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import legal, working_time

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@tagged("post_install", "-at_install")
class TestRuleFile(BaseCase):
    def test_every_line_can_be_read(self):
        with legal.SOURCE.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.DictReader(stream))
        self.assertEqual(len(legal.RULES), len(lines))
        self.assertEqual(len({line["id"] for line in lines}), len(lines))
        for rule in legal.RULES:
            self.assertIn(rule.severity, legal.SEVERITIES, rule)
            self.assertTrue(rule.article and rule.value, rule)
        self.assertTrue(working_time.ALL_CODES <= {rule.code for rule in legal.RULES})

    def test_what_forbids_at_which_age(self):
        """L3162-1, L3164-1, L3163-1: one rule of each kind at each age, to the birthday."""
        day = date(2026, 11, 9)
        for age, expected in (
            (15, {"day_max": 480, "week_max": 2100, "daily_rest": 840, "night": (1200, 360)}),
            (16, {"day_max": 480, "week_max": 2100, "daily_rest": 720, "night": (1320, 360)}),
            (17, {"day_max": 480, "week_max": 2100, "daily_rest": 720, "night": (1320, 360)}),
            (18, {"day_max": 600, "week_max": 2880, "daily_rest": 660, "night": (1260, 360)}),
        ):
            found = {
                code: legal.rule_of(legal.RULES, code, age, day, "pfmp").value for code in expected
            }
            self.assertEqual(found, expected, age)

    def test_only_some_are_set_aside(self):
        overridable = {rule.code for rule in legal.RULES if rule.overridable}
        self.assertTrue({"sunday", "weekly_rest"} <= overridable)
        # no derogation for pupils, says the national model
        self.assertFalse({"break", "night", "works_age", "age_min", "six_months"} & overridable)
        self.assertFalse([r for r in legal.RULES if r.overridable and r.severity != "block"])

    def test_rules_of_their_date(self):
        old = legal.Rule("day_max", "old", 420, "block", until=date(2026, 8, 31))
        new = legal.Rule("day_max", "new", 480, "block", since=date(2026, 9, 1))
        plan = {"mon": [["08:00", "12:00"], ["13:00", "16:30"]]}  # 7 h 30
        rules = (old, new)
        self.assertEqual(
            [f.article for f in working_time.check(
                plan, date(2026, 8, 31), date(2026, 8, 31), date(2010, 1, 1), rules=rules)],
            ["old"],
        )  # fmt: skip
        self.assertEqual(
            working_time.check(plan, date(2026, 9, 7), date(2026, 9, 7), None, rules=rules), []
        )

    def test_stays(self):
        """Seven hours a day before 16 in a stay of observation; PFMP have eight."""
        plan = {"mon": [["08:00", "12:00"], ["13:00", "16:30"]]}
        args = (plan, date(2026, 11, 9), date(2026, 11, 13), date(2011, 6, 1))
        self.assertEqual(working_time.check(*args, stay="pfmp"), [])
        [found] = working_time.check(*args, stay="observation")
        self.assertEqual((found.code, found.severity), ("day_max", "warn"))
        # nine hours: what blocks speaks for both
        args = ({"mon": [["08:00", "12:00"], ["13:00", "18:00"]]}, *args[1:])
        found = [f.severity for f in working_time.check(*args, stay="observation")
                 if f.code == "day_max"]  # fmt: skip
        self.assertEqual(found, ["block"])


@tagged("post_install", "-at_install")
class TestCounting(BaseCase):
    def test_quota(self):
        """R124-10: 15 % rounded up from 20 employees, three below."""
        for employees, expected in (
            (0, 3), (19, 3), (20, 3), (21, 4), (26, 4), (27, 5), (40, 6), (41, 7), (100, 15),
        ):  # fmt: skip
            self.assertEqual(legal.quota(employees, 15, 20, 3), expected, employees)
        # 20 to 49 employees: 3 to ceil(7.35) = 8
        self.assertEqual(legal.quota_range("12", (15, 20, 3)), (3, 8))
        self.assertEqual(legal.quota_range("11", (15, 20, 3)), (3, 3))
        self.assertIsNone(legal.quota_range("NN", (15, 20, 3)))
        self.assertIsNone(legal.quota_range(False, (15, 20, 3)))

    def test_civil_week(self):
        """Who leaves on Tuesday and who comes on Thursday of one week count together."""
        spans = [(date(2026, 11, 2), date(2026, 11, 10)), (date(2026, 11, 12), date(2026, 11, 27))]
        found = legal.most_in_a_week(date(2026, 11, 2), date(2026, 11, 27), spans)
        self.assertEqual(found, (2, date(2026, 11, 9)))
        self.assertEqual(legal.most_in_a_week(date(2026, 11, 2), date(2026, 11, 6), spans)[0], 1)

    def test_waiting_period(self):
        """L124-11: 26 days, a third is 8.67, nine days to wait from 28 November."""
        free = legal.free_again(date(2026, 11, 2), date(2026, 11, 27), 3)
        self.assertEqual(free, date(2026, 12, 7))
        # 27 days: exactly nine
        self.assertEqual(
            legal.free_again(date(2026, 11, 2), date(2026, 11, 28), 3), date(2026, 12, 8)
        )


@tagged("post_install", "-at_install")
class TestBirthdays(BaseCase):
    """Ages of 15, 16 and 18, 29 February, and the change of the hour."""

    evening = {"fri": [["17:00", "21:00"]]}

    def dates(self, birth, plan=None, start=date(2026, 3, 2), end=date(2026, 3, 27), **more):
        found = working_time.check(plan or self.evening, start, end, birth, **more)
        return [(one.code, one.date) for one in found]

    def test_sixteen(self):
        """20 to 21 h is night until the day before 16 (L3163-1): Fridays 6, 13, 20, 27 March."""
        self.assertEqual(self.dates(date(2010, 3, 7)), [("night", date(2026, 3, 6))])
        self.assertEqual(self.dates(date(2010, 3, 6)), [])
        self.assertEqual(
            self.dates(date(2010, 3, 13), start=date(2026, 3, 9)), [], "16 on the Friday itself"
        )

    def test_eighteen(self):
        """Nine hours on a Friday: forbidden until 17, ten allowed from the day of 18."""
        nine = {"fri": [["08:00", "12:00"], ["13:00", "18:00"]]}
        codes = [code for code, _day in self.dates(date(2008, 3, 7), nine)]
        self.assertEqual(codes, ["break", "day_max"])
        self.assertEqual(self.dates(date(2008, 3, 6), nine), [], "18 on the first Friday")

    def test_leap_day(self):
        """Born on 29 February 2008: 18 on 1 March 2026, minor on 28 February."""
        nine = {"sat": [["08:00", "12:00"], ["13:00", "18:00"]], "sun": [["09:00", "12:00"]]}
        birth = date(2008, 2, 29)
        found = self.dates(birth, nine, date(2026, 2, 23), date(2026, 2, 28))
        self.assertEqual(
            found,
            [(code, date(2026, 2, 28)) for code in ("break", "day_max")],
        )
        self.assertEqual(self.dates(birth, nine, date(2026, 3, 1), date(2026, 3, 7)), [])

    def test_ages_change_twice(self):
        """15 until the 4th, 16 from the 5th: the rest of 14 h, then of 12 h (L3164-1)."""
        plan = {"tue": [["14:00", "19:30"]], "wed": [["08:00", "11:00"]]}  # 12 h 30 of rest
        [(code, day), *rest] = [
            item for item in self.dates(date(2010, 3, 5), plan) if item[0] == "daily_rest"
        ]
        self.assertEqual((code, day, rest), ("daily_rest", date(2026, 3, 4), []))
        self.assertNotIn("daily_rest", [c for c, _ in self.dates(date(2010, 3, 4), plan)])

    def test_change_of_the_hour(self):
        """22:00 to 10:00 is 12 h of rest, but 11 h in the night of 28 to 29 March 2026."""
        plan = {"sat": [["18:00", "22:00"]], "sun": [["10:00", "14:00"]]}
        birth, week = date(2009, 1, 1), (date(2026, 3, 23), date(2026, 3, 29))
        codes = [code for code, _day in self.dates(birth, plan, *week, tz="Europe/Paris")]
        self.assertIn("daily_rest", codes)
        codes = [code for code, _day in self.dates(birth, plan, *week, tz="Indian/Reunion")]
        self.assertNotIn("daily_rest", codes)
        # in October the clock goes back: 22:00 to 9:00 makes 12 h
        plan = {"sat": [["18:00", "22:00"]], "sun": [["09:00", "13:00"]]}
        week = (date(2026, 10, 19), date(2026, 10, 25))
        codes = [code for code, _day in self.dates(birth, plan, *week, tz="Europe/Paris")]
        self.assertNotIn("daily_rest", codes)
