"""Weeks, days and hours of a period, counted without the ORM."""

from datetime import date

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import weeks

WEEK = {
    day: [["08:00", "12:00"], ["13:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
}
ALL_SAINTS, ARMISTICE = date(2026, 11, 1), date(2026, 11, 11)


@tagged("post_install", "-at_install")
class TestWeeks(BaseCase):
    def test_count_weeks(self):
        for start, end, expected in (
            (date(2026, 11, 9), date(2026, 11, 27), 3),
            (date(2026, 11, 13), date(2026, 11, 16), 2),  # Friday to Monday
            (date(2026, 11, 14), date(2026, 11, 15), 0),  # a week-end
            (date(2026, 11, 9), date(2026, 11, 9), 1),
            (date(2026, 11, 10), date(2026, 11, 9), 0),
        ):
            with self.subTest(start=start, end=end):
                self.assertEqual(weeks.count_weeks(start, end), expected)

    def test_week_of_holidays_does_not_count(self):
        self.assertEqual(weeks.count_weeks(ARMISTICE, ARMISTICE, {ARMISTICE}), 0)
        self.assertEqual(
            len(weeks.working_days(date(2026, 11, 9), date(2026, 11, 15), {ARMISTICE})), 4
        )

    def test_presence(self):
        result = weeks.presence(
            WEEK, date(2026, 11, 9), date(2026, 11, 27), {ALL_SAINTS, ARMISTICE}
        )
        # 14 days of 7 h: 15 weekdays less Armistice
        self.assertEqual((result["days"], result["minutes"]), (14, 98 * 60))
        self.assertEqual(result["skipped"], [ARMISTICE])
        self.assertEqual(weeks.working_line(result["weeks"]), "1 × 28h + 2 × 35h = 98h")
        self.assertEqual(weeks.presence(None, None, None)["minutes"], 0)
        self.assertEqual(weeks.working_line([]), "")

    def test_legal_duration(self):
        """D124-6: 22 days of seven hours are a month."""
        self.assertEqual(weeks.legal_duration(98 * 60), (0, 14, 0))
        self.assertEqual(weeks.legal_duration(154 * 60), (1, 0, 0))
        self.assertEqual(weeks.legal_duration(160 * 60 + 30), (1, 0, 390))
        self.assertEqual(weeks.legal_days(99 * 60), 14)
        self.assertEqual(weeks.GRATIFICATION_MINUTES, 308 * 60)
        self.assertEqual(weeks.MAXIMUM_MINUTES, 924 * 60)
