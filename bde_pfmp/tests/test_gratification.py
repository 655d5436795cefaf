from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_allowance import AllowanceCase


@tagged("post_install", "-at_install")
class TestGratification(AllowanceCase):
    """35 h a week: nine full weeks with one host are 315 h, above 308."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["bde.gratification.rate"].search([]).unlink()
        cls.rate = cls.env["bde.gratification.rate"].create(
            {"date_from": date(cls.start.year, 1, 1), "hourly": 4.5, "source": "Test",
             "is_own": False}
        )  # fmt: skip

    def row(self, pupil):
        return self.env["bde.gratification"].search([("student_id", "=", pupil.id)])

    def hours(self, convention, hours):
        """So many hours done, wherever they come from."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE bde_convention SET effective_hours = %s WHERE id = %s", [hours, convention.id]
        )
        self.env.invalidate_all()
        self.env["bde.allowance"].sudo()._refresh(self.schoolings)
        self.env.invalidate_all()

    def test_threshold(self):
        convention = self.placement.convention_id
        self.hours(convention, 308)
        self.assertFalse(self.row(self.aline))
        self.hours(convention, 309)
        row = self.row(self.aline)
        # due from the first hour: 309 × 4.50
        self.assertEqual((row.hours, row.minimum), (309, 1390.5))
        self.assertEqual(row.status, "not_agreed")
        self.assertTrue(row.is_over)
        self.assertIn("309", row.working_text)
        self.hours(convention, 300)
        self.assertFalse(self.row(self.aline))

    def test_two_stays_with_one_host_add_up(self):
        later = self.period_a.copy(
            {"date_start": self.end + timedelta(days=60), "date_end": self.end + timedelta(days=72)}
        )
        second = self.env["bde.placement"].create(
            {"period_id": later.id, "schooling_id": self.aline.schooling_ids.id,
             **self.complete_vals()}
        )  # fmt: skip
        self.make(second).document_id.sudo().state = "signed"
        self.hours(self.placement.convention_id, 200)
        self.hours(second.convention_id, 120)
        row = self.row(self.aline)
        self.assertEqual((row.hours, row.is_over), (320, False))

    def test_paid(self):
        convention = self.placement.convention_id
        convention.sudo().gratification_total = 1000
        self.hours(convention, 309)
        self.assertEqual(self.row(self.aline).status, "short")
        convention.sudo().gratification_total = 1390.5
        self.count()
        self.hours(convention, 309)
        self.assertEqual((self.row(self.aline).status, self.row(self.aline).paid), ("paid", 1390.5))

    def test_a_year_without_a_rate_is_unknown(self):
        self.rate.date_from = date(self.start.year - 1, 1, 1)
        self.hours(self.placement.convention_id, 309)
        row = self.row(self.aline)
        self.assertEqual((row.status, row.minimum), ("unknown", 0))
        self.assertIn("not known", row.working_text)

    def test_agricultural_education_has_its_threshold(self):
        self.aline.schooling_ids.mef = "2762140532"
        self.hours(self.placement.convention_id, 400)
        self.assertFalse(self.row(self.aline))
        self.hours(self.placement.convention_id, 463)
        self.assertEqual(self.row(self.aline).threshold, 462)

    def test_who_writes(self):
        self.hours(self.placement.convention_id, 309)
        row = self.row(self.aline)
        with self.assertRaises(AccessError):
            row.with_env(self.as_user(self.manager_a)).paid = 5
        with self.assertRaises(AccessError):
            row.with_env(self.as_user(self.teacher_a)).read(["paid"])
        with self.assertRaisesRegex(AccessError, "National"):
            self.rate.with_user(self.bde_admin).hourly = 1


@tagged("post_install", "-at_install")
class TestAllowanceScreens(AllowanceCase):
    def test_the_year_of_a_pupil(self):
        student = self.aline.with_env(self.as_user(self.secretary_a))
        html = student.allowance_year
        row = self.allowance(self.aline)
        for text in (self.year.name, "2473000433", str(row.days), "attestation of the host",
                     "Total of the year", "Missing"):  # fmt: skip
            self.assertIn(text, html)
        self.rate.unlink()
        self.count()
        student.invalidate_recordset()
        self.assertIn("not known", student.allowance_year)
        self.assertFalse(self.emma.with_env(self.as_user(self.secretary_a)).allowance_year)

    def test_the_form_of_a_pupil_opens_for_all_who_read_it(self):
        for user in (self.secretary_a, self.teacher_a, self.head_a):
            Form(self.aline.with_env(self.as_user(user)))

    def test_cards(self):
        def cards(user):
            found = self.as_user(user)["bde.home"]._home_cards()
            return {card["label"]: card for card in found}

        found = cards(self.manager_a)
        self.assertEqual(found["Allowances that wait for a paper"]["count"], 3)
        self.complete()
        found = cards(self.manager_a)
        self.assertEqual(found["Allowances ready for APLyPro"]["count"], 3)
        self.allowance(self.aline).with_env(self.as_user(self.manager_a)).action_mark_entered()
        self.placement.convention_id.document_id.sudo().state = "ended"
        self.miss(self.placement, 1)
        found = cards(self.manager_a)
        self.assertEqual(found["Allowances to correct in APLyPro"]["count"], 1)
        self.assertNotIn("Allowances ready for APLyPro", cards(self.teacher_a))
        self.rate.unlink()
        label = f"Rates of the allowance are not known for {self.year.name}"
        self.assertIn(label, cards(self.bde_admin))
