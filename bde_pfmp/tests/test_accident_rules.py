"""The delay to declare an accident: 48 hours without Sundays and public holidays."""

from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..rules.accident import declare_until


@tagged("post_install", "-at_install")
class TestAccidentRules(BaseCase):
    def test_delay(self):
        armistice = date(2026, 11, 11)  # a Wednesday
        christmas = {date(2026, 12, 25)}  # a Friday
        easter = {date(2027, 3, 29)}  # Easter Monday
        new_year = {date(2027, 1, 1)}  # a Friday
        for known, holidays, until in (
            # Tuesday -> Thursday
            (datetime(2026, 11, 17, 16, 30), (), datetime(2026, 11, 19, 16, 30)),
            # Thursday evening -> Saturday evening: Saturdays count
            (datetime(2026, 11, 19, 18, 0), (), datetime(2026, 11, 21, 18, 0)),
            # Friday -> Monday: Sunday is left out
            (datetime(2026, 11, 20, 10, 0), (), datetime(2026, 11, 23, 10, 0)),
            # Saturday 9:00: 15 h, then Monday 24 h, then 9 h of Tuesday
            (datetime(2026, 11, 21, 9, 0), (), datetime(2026, 11, 24, 9, 0)),
            # on a Sunday the delay begins on Monday at midnight
            (datetime(2026, 11, 22, 14, 0), (), datetime(2026, 11, 25, 0, 0)),
            # 11 November in between: Tuesday -> Friday
            (datetime(2026, 11, 10, 8, 15), {armistice}, datetime(2026, 11, 13, 8, 15)),
            # Christmas Day on a Friday, then a Sunday: Thursday 12 h, Saturday 24 h, Monday 12 h
            (datetime(2026, 12, 24, 12, 0), christmas, datetime(2026, 12, 28, 12, 0)),
            # Saturday before Easter: Sunday and Monday are left out
            (datetime(2027, 3, 27, 11, 0), easter, datetime(2027, 3, 31, 11, 0)),
            # New Year's Eve, Thursday 20:00: 4 h, Saturday 24 h, Monday 20 h
            (datetime(2026, 12, 31, 20, 0), new_year, datetime(2027, 1, 4, 20, 0)),
            # exactly two days before a Sunday
            (datetime(2026, 11, 20, 0, 0), (), datetime(2026, 11, 22, 0, 0)),
        ):
            with self.subTest(known=known):
                self.assertEqual(declare_until(known, holidays), until)
