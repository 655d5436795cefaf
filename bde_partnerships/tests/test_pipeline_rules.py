import doctest
from datetime import date

from odoo.tests import BaseCase, tagged

from ..rules import call_days, offer_form


@tagged("post_install", "-at_install")
class TestPipelineRules(BaseCase):
    """Rules without Odoo: days of calls, what a stranger may type."""

    def test_doctests(self):
        for module in (call_days, offer_form):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_public_holidays_are_left_out(self):
        # Monday 9 November 2026; Wednesday 11 is Armistice day
        days = call_days.spread(date(2026, 11, 9), 4, 5)
        self.assertEqual([day.day for day in days], [9, 10, 12, 13])

    def test_more_a_week_than_days(self):
        days = call_days.spread(date(2026, 11, 16), 12, 10)
        self.assertEqual(
            [day.day for day in days], [16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 23, 23]
        )

    def test_starts_in_the_middle_of_a_week(self):
        days = call_days.spread(date(2026, 11, 19), 5, 10)
        self.assertEqual([day.day for day in days], [19, 19, 20, 20, 23])

    def test_week_end_start(self):
        self.assertEqual(call_days.spread(date(2026, 11, 21), 1, 1), [date(2026, 11, 23)])

    def test_nothing_to_spread(self):
        self.assertEqual(call_days.spread(date(2026, 11, 16), 0, 5), [])

    def test_phones(self):
        for typed, kept in {
            "0556010203": "05 56 01 02 03",
            "0033556010203": "05 56 01 02 03",
            "+33 (0)5 56 01 02 03": "05 56 01 02 03",
            "055601020": "",
            "appelez-moi": "",
            "": "",
            None: "",
        }.items():
            with self.subTest(typed):
                self.assertEqual(offer_form.normalize_phone(typed), kept)

    def test_ticks_are_those_of_the_page(self):
        values, errors = offer_form.clean(
            {"offer_placements": "1", "offer_admin": "1", "training_7": "1", "training_8": "1",
             "company": "X", "contact": "Y", "email": "a@b.fr", "consent": "1"},
            ["placements", "forum"], [8, 9],
        )  # fmt: skip
        self.assertEqual((values["offers"], values["trainings"], errors), (["placements"], [8], {}))

    def test_pupils(self):
        for typed, error in {"2": None, "": None, "0": "pupils", "-1": "pupils", "²": "pupils",
                             "deux": "pupils", "1000": "pupils"}.items():  # fmt: skip
            with self.subTest(typed):
                form = {"company": "X", "contact": "Y", "email": "a@b.fr", "consent": "1",
                        "message": "z", "pupils": typed}  # fmt: skip
                self.assertEqual(offer_form.clean(form, [], [])[1].get("pupils"), error)
