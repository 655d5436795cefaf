"""What hosts type, cleaned and checked without the ORM."""

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import hosting_form as form

GOOD = {
    "siret": "732 829 320 00074",
    "host_name": "  Menuiserie   Duval ",
    "host_zip": "33000",
    "host_city": "Bordeaux",
    "activity": "Menuiserie",
    "signatory_name": "Anne Duval",
    "signatory_function": "Gérante",
    "signatory_email": "Anne@Duval.example",
    "tutor_same": "on",
    "insurance_company": "Groupama",
    "mon_0_from": "8h",
    "mon_0_to": "12h",
    "activity_7": "1",
}


@tagged("post_install", "-at_install")
class TestHostingForm(BaseCase):
    def clean(self, **changes):
        return form.clean(GOOD | changes, activities=[7, 8])

    def test_good_form(self):
        vals, errors = self.clean()
        self.assertEqual(errors, {})
        self.assertEqual(vals["siret"], "73282932000074")
        self.assertEqual(vals["host_name"], "Menuiserie Duval")
        self.assertEqual(vals["signatory_email"], "anne@duval.example")
        self.assertEqual(vals["activity_ids"], [7])
        self.assertEqual(vals["schedule"]["mon"], [["08:00", "12:00"]])
        self.assertTrue(vals["tutor_same"])

    def test_errors_name_their_box(self):
        for changes, box, code in (
            ({"siret": "73282932000075"}, "siret", "siret"),
            ({"siret": "123"}, "siret", "siret"),
            ({"siret": ""}, "siret", "required"),
            ({"host_name": " "}, "host_name", "required"),
            ({"host_zip": "3300"}, "host_zip", "zip"),
            ({"signatory_email": "anne@duval"}, "signatory_email", "email"),
            ({"signatory_phone": "12"}, "signatory_phone", "phone"),
            ({"signatory_email": ""}, "signatory_email", "contact"),
            ({"activity_7": ""}, "tasks", "tasks"),
            ({"mon_0_to": ""}, "mon_0_to", "incomplete"),
            ({"mon_0_from": "", "mon_0_to": ""}, "mon_0_from", "hours"),
            ({"insurance_company": ""}, "insurance_company", "required"),
        ):
            with self.subTest(changes=changes):
                self.assertEqual(self.clean(**changes)[1], {box: code})

    def test_nothing_typed_is_lost(self):
        vals, errors = self.clean(siret="12x", host_city="")
        self.assertEqual(set(errors), {"siret", "host_city"})
        self.assertEqual((vals["siret"], vals["host_name"]), ("12X", "Menuiserie Duval"))

    def test_tutor(self):
        _vals, errors = self.clean(tutor_same="")
        self.assertEqual(errors, {"tutor_name": "required", "tutor_email": "contact"})
        vals, errors = self.clean(tutor_same="", tutor_name="Luc", tutor_phone="06.12.34.56.78")
        self.assertEqual(errors, {})
        self.assertEqual(vals["tutor_phone"], "0612345678")
        # a tutor typed before "same person" was ticked is forgotten
        self.assertEqual(self.clean(tutor_name="Luc")[0]["tutor_name"], "")

    def test_no_siret(self):
        vals, errors = self.clean(no_siret="on", siret="123", host_zip="SW1A 1AA")
        self.assertEqual(errors, {})
        self.assertEqual(vals["siret"], "")

    def test_only_offered_activities(self):
        self.assertEqual(self.clean(activity_9="1", activity_8="1")[0]["activity_ids"], [7, 8])

    def test_texts(self):
        self.assertEqual(form.plain_text("a\x00b\u202ec\n d", 10), "abc d")
        self.assertEqual(form.plain_text("a\r\nb", 10, block=True), "a\nb")
        self.assertEqual(form.plain_text("x" * 50, 10), "x" * 10)
        self.assertEqual(form.plain_text(None, 10), "")
        self.assertEqual(self.clean(host_name="<b>x</b>")[0]["host_name"], "<b>x</b>")

    def test_phones(self):
        for text, expected in (
            ("06 12 34 56 78", "0612345678"),
            ("+33 6 12 34 56 78", "0612345678"),
            ("+33 (0)6 12 34 56 78", "0612345678"),
            ("0033612345678", "0612345678"),
            ("00 32 470 12 34 56", "+32470123456"),
        ):
            with self.subTest(text=text):
                self.assertEqual(form.normalize_phone(text), expected)
                self.assertTrue(form.is_phone(form.normalize_phone(text)))
        for text in ("06 12 34 56", "demander Paul", "0012"):
            self.assertFalse(form.is_phone(form.normalize_phone(text)))

    def test_same_company(self):
        for left, right, same in (
            ("SARL Menuiserie Duval", "menuiserie DUVAL", True),
            ("Établissements Duval & Fils", "Duval et fils", True),
            ("Boulangerie Péchard", "BOULANGERIE PECHARD SAS", True),
            ("Duval", "Menuiserie Duval", True),
            ("Duvallon", "Duval", False),
            ("Menuiserie Duval", "Boulangerie Martin", False),
            ("", "Duval", False),
        ):
            with self.subTest(left=left):
                self.assertEqual(form.same_company(left, right), same)
