from datetime import date

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import leaver_papers, safety_net


@tagged("post_install", "-at_install")
class TestSafetyNetRules(BaseCase):
    """What counts, and when; nothing here reads a database."""

    def test_a_workshop_lasts_one_to_two_hours(self):
        lengths = (0, 59, 60, 90, 120, 121)
        counted = [minutes for minutes in lengths if safety_net.is_workshop(minutes)]
        self.assertEqual(counted, [60, 90, 120])

    def test_rounds_of_a_session_in_order(self):
        days = [safety_net.default_date(2026, month) for month in safety_net.MONTHS]
        self.assertEqual(days, sorted(days))
        self.assertEqual([day.year for day in days], [2026, 2026, 2026, 2027])

    def test_the_last_round_that_has_begun_is_due(self):
        cases = {
            date(2026, 6, 7): None,
            date(2026, 6, 8): "06",
            date(2026, 9, 14): "06",
            date(2026, 9, 15): "09",
            date(2027, 3, 1): "01",
        }
        for day, month in cases.items():
            with self.subTest(day):
                self.assertEqual(safety_net.due_month(2026, day), month)

    def test_the_academy_says_another_day(self):
        said = {"06": date(2026, 6, 22)}
        self.assertIsNone(safety_net.due_month(2026, date(2026, 6, 8), said))
        self.assertEqual(safety_net.due_month(2026, date(2026, 6, 22), said), "06")

    def test_avenirpro_plus_lasts_four_months_from_september(self):
        self.assertEqual(safety_net.plus_window(2026), (date(2026, 9, 1), date(2026, 12, 31)))
        # agreed in June it begins in September, agreed in November it is shorter
        self.assertEqual(safety_net.plus_dates(2026, date(2026, 6, 20))[0], date(2026, 9, 1))
        self.assertEqual(
            safety_net.plus_dates(2026, date(2026, 11, 2)), (date(2026, 11, 2), date(2026, 12, 31))
        )
        self.assertIsNone(safety_net.plus_dates(2026, date(2027, 1, 1)))

    def test_months_of_a_stay_as_a_cv_says_them(self):
        cases = {
            (date(2026, 11, 9), date(2026, 11, 27)): "novembre 2026",
            (date(2026, 5, 18), date(2026, 6, 12)): "mai – juin 2026",
            (date(2025, 12, 1), date(2026, 1, 16)): "décembre 2025 – janvier 2026",
        }
        for days, text in cases.items():
            with self.subTest(text):
                self.assertEqual(leaver_papers.months(*days), text)

    def test_tasks_stand_once(self):
        self.assertEqual(leaver_papers.once(["Poser", "Câbler", "poser"]), ["Poser", "Câbler"])
