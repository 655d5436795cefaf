import doctest
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..rules import tax_answer, tax_moment
from ..rules.tax_answer import AnswerError, clean, read_quantity
from ..rules.tax_moment import moment

FIRST = (date(2025, 5, 26), date(2025, 6, 27))
SECOND = (date(2025, 7, 14), date(2025, 10, 24))
UNKNOWN = (None, None)


@tagged("post_install", "-at_install")
class TestTaxAnswerRules(BaseCase):
    def test_doctests(self):
        for module in (tax_answer, tax_moment):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_amounts_as_people_write_them(self):
        said = {
            "1200": "1200.00",
            "1 200": "1200.00",
            "1\u00a0200,5": "1200.50",
            "1\u202f200.50€": "1200.50",
            "€ 80": "80.00",
            "800 euros": "800.00",
            "800 EUR": "800.00",
            "1.234.567,89": "1234567.89",
            "1,234.50": "1234.50",
            "1.200.000": "1200000.00",
            "1'200": "1200.00",
            ",50": "0.50",
            "0,01": "0.01",
            "10000000": "10000000.00",
        }
        for typed, amount in said.items():
            with self.subTest(typed):
                self.assertEqual(read_quantity(typed), ("euro", Decimal(amount)))

    def test_shares(self):
        for typed, unit, share in (
            ("50 %", "euro", "50.00"),
            ("100%", "euro", "100.00"),
            ("12,5", "percent", "12.50"),
            ("50 pourcent", "euro", "50.00"),
            ("33.33", "percent", "33.33"),
        ):
            with self.subTest(typed):
                self.assertEqual(read_quantity(typed, unit), ("percent", Decimal(share)))
        # what stands beside the number is what was meant
        self.assertEqual(read_quantity("80 €", "percent"), ("euro", Decimal("80.00")))

    def test_what_is_refused(self):
        faults = {
            "-5": "negative", "−5": "negative", "0": "zero", "0,00 %": "zero",  # noqa: RUF001
            "1.200": "thousands", "1,200 €": "thousands", "12,3456": "cents", "33,333 %": "cents",
            "100,01 %": "percent_over", "10000000,01": "amount_over", "9" * 30: "amount_over",
            "beaucoup": "number", "1 200 $": "number", "1e9": "number", "12..3": "number",
            "1,2,3": "number", "1.20.000,00": "number", "NaN": "number", "١٢": "number",
            "12;3": "number", "--5": "number", "+": "number", "%": "number", "5 % €": "number",
        }  # fmt: skip
        for typed, code in faults.items():
            with self.subTest(typed), self.assertRaises(AnswerError) as caught:
                read_quantity(typed)
            self.assertEqual(str(caught.exception), code, typed)

    def test_boxes_of_other_answers_are_left_alone(self):
        form = {"kind": "no", "amount": "-1", "course": "9", "other_email": "x", "remark": "Merci"}
        values, errors = clean(form, [1])
        self.assertFalse(errors)
        self.assertEqual((values["amount"], values["course_id"]), (0, False))
        self.assertEqual((values["other_email"], values["remark"]), ("", "Merci"))

    def test_right_person(self):
        form = {"kind": "wrong", "other_name": "Léa", "other_email": "Lea@Pain.example"}
        values, errors = clean(form | {"other_phone": "05.56 01-02 03"}, [])
        self.assertFalse(errors)
        self.assertEqual(values["other_email"], "lea@pain.example")
        self.assertEqual(values["other_phone"], "05 56 01 02 03")
        _values, errors = clean({"kind": "wrong", "other_email": "lea@", "other_phone": "12"}, [])
        self.assertEqual(
            errors, {"other_email": "email", "other_phone": "phone", "other_name": "other_name"}
        )
        _values, errors = clean({"kind": "wrong", "other_phone": "0556010203"}, [])
        self.assertEqual(errors, {"other_name": "other_name"})

    def test_answers_of_the_day(self):
        _values, errors = clean({"kind": "will"}, [], ("chosen", "no", "wrong"))
        self.assertEqual(errors, {"kind": "closed"})
        _values, errors = clean({"kind": "drop table"}, [])
        self.assertEqual(errors, {"kind": "kind"})
        self.assertEqual(clean({}, [])[1], {"kind": "kind"})

    def test_long_and_hostile_texts_are_cut(self):
        values, _errors = clean({"kind": "no", "remark": "a\x00" * 5000, "name": "J\nBcc: x"}, [])
        self.assertEqual(len(values["remark"]), 1000)
        self.assertNotIn("\0", values["remark"])
        self.assertEqual(values["name"], "J Bcc: x")

    # ------------------------------------------------------------
    # Days of the year
    # ------------------------------------------------------------

    def test_day_by_day(self):
        days = {
            date(2025, 5, 25): ("before", 0, None),
            date(2025, 5, 26): ("open", 0, 32),
            date(2025, 6, 27): ("open", 0, 0),
            date(2025, 6, 28): ("between", 1, None),
            date(2025, 7, 14): ("open", 1, 102),
            date(2025, 10, 24): ("open", 1, 0),
            date(2025, 10, 25): ("over", 1, None),
        }
        for day, (state, window, left) in days.items():
            with self.subTest(day):
                now = moment([FIRST, SECOND], day)
                self.assertEqual((now.state, now.window, now.days_left), (state, window, left))
        self.assertFalse(moment([FIRST, SECOND], date(2025, 6, 1)).is_last)
        self.assertTrue(moment([FIRST, SECOND], date(2025, 8, 1)).is_last)

    def test_dates_that_nobody_published(self):
        day = date(2025, 6, 1)
        self.assertEqual(moment([], day).state, "unknown")
        self.assertEqual(moment([UNKNOWN, UNKNOWN], day).state, "unknown")
        now = moment([(date(2025, 5, 26), None), UNKNOWN], day)
        self.assertEqual((now.state, now.ends, now.days_left), ("open", None, None))
        now = moment([FIRST, UNKNOWN], date(2025, 7, 1))
        self.assertEqual((now.state, now.opens, now.ended), ("between", None, FIRST[1]))
