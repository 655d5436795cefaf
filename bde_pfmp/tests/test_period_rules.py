"""Public holidays, key dates and the sharing of pupils, without the ORM."""

from datetime import date

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules.deadlines import departure, key_dates
from ..rules.public_holidays import public_holidays
from ..rules.share import share


@tagged("post_install", "-at_install")
class TestPeriodRules(BaseCase):
    def test_public_holidays(self):
        found = public_holidays(date(2026, 5, 1), date(2026, 5, 25))
        self.assertEqual(
            list(found),
            [date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25)],
        )
        self.assertEqual(found[date(2026, 5, 14)], "Ascension")
        self.assertEqual(public_holidays(None, date(2026, 5, 25)), {})
        self.assertEqual(public_holidays(date(2026, 5, 2), date(2026, 5, 1)), {})

    def test_over_new_year(self):
        found = public_holidays(date(2026, 12, 20), date(2027, 1, 2))
        self.assertEqual(list(found), [date(2026, 12, 25), date(2027, 1, 1)])

    def test_places_with_days_of_their_own(self):
        good_friday, boxing_day = date(2026, 4, 3), date(2026, 12, 26)
        for department in ("57", "67", "68"):
            self.assertIn(good_friday, public_holidays(good_friday, boxing_day, department))
            self.assertIn(boxing_day, public_holidays(good_friday, boxing_day, department))
        self.assertNotIn(good_friday, public_holidays(good_friday, boxing_day, "33"))
        # abolition of slavery at La Réunion
        self.assertIn(
            date(2026, 12, 20), public_holidays(date(2026, 12, 1), date(2026, 12, 31), "974")
        )

    def test_departure(self):
        """The last school day before Monday 9 March 2026 is Friday the 6th."""
        self.assertEqual(departure(date(2026, 3, 9)), date(2026, 3, 6))
        # after Easter Monday and a Good Friday off, Thursday is the last
        off = {date(2026, 4, 3), date(2026, 4, 6)}
        self.assertEqual(departure(date(2026, 4, 7), off), date(2026, 4, 2))

    def test_key_dates(self):
        dates = key_dates(date(2026, 3, 9), date(2026, 3, 27))
        self.assertEqual(dates["host"], date(2026, 1, 30))
        self.assertEqual(dates["hosting"], date(2026, 2, 13))
        self.assertEqual(dates["signed"], date(2026, 2, 23))
        self.assertEqual(dates["complete"], date(2026, 3, 6))
        self.assertEqual(dates["attestation"], date(2026, 4, 1))

    def test_share(self):
        self.assertEqual(share(24, {"a": 6, "b": 3, "c": 3}), {"a": 12, "b": 6, "c": 6})
        # 10 pupils for 4 h, 3 h, 2 h: 4.44, 3.33, 2.22, the last one to the largest remainder
        self.assertEqual(share(10, {"a": 4, "b": 3, "c": 2}), {"a": 5, "b": 3, "c": 2})
        self.assertEqual(share(0, {"a": 4}), {"a": 0})
        self.assertEqual(share(2, {"a": 0, "b": 0}), {"a": 1, "b": 1})

    def test_share_within_sixteen(self):
        self.assertEqual(share(30, {"a": 20, "b": 1}), {"a": 16, "b": 14})
        self.assertEqual(share(10, {"a": 5, "b": 5}, taken={"a": 15}), {"a": 1, "b": 9})
        self.assertEqual(share(40, {"a": 5, "b": 5}), {"a": 16, "b": 16})
        self.assertEqual(share(3, {}), {})
