from odoo.exceptions import UserError
from odoo.tests import Form, tagged, users

from .alumni_common import AlumniCase


@tagged("post_install", "-at_install")
class TestAlumnusJoin(AlumniCase):
    """Two records of one person become one; two persons with one address stay two."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.new_alumnus(
            "Gina", birth_year=2005, cohort=2022, email="gina.old@mail.fr",
            phone="06 39 98 12 34", usage_name="Martin",
        )  # fmt: skip

    def test_twins_are_told_by_person_or_address(self):
        self.assertEqual(self.gina.twin_count, 1)
        self.assertEqual(self.hugo.twin_count, 0)
        brother = self.new_alumnus("Gabin", birth_year=2003, cohort=2021, email=self.gina.email)
        self.gina.invalidate_recordset(["twin_count"])
        self.assertEqual(self.gina.twin_count, 2)
        self.assertNotEqual(brother.sudo().person_key, self.gina.sudo().person_key)

    def test_one_mailbox_of_two_brothers_is_two_letters(self):
        brother = self.new_alumnus("Gabin", birth_year=2003, cohort=2021, email=self.gina.email)
        both = self.gina | brother
        self.assertNotEqual(self.gina._page_key(), brother._page_key())
        self.assertEqual(len(both._send_page_links()), 2)

    def test_blanks_are_filled(self):
        self.gina._bde_join(self.twin)
        self.assertFalse(self.twin.exists())
        self.assertEqual(self.gina.phone, "06 39 98 12 34")
        self.assertEqual(self.gina.email, "gina@alumni.example")
        self.assertEqual((self.gina.cohort, self.gina.usage_name), (2024, "Martin"))

    def test_the_later_life_at_the_school_counts(self):
        emma = self.emma._make_alumni()
        self.gina._bde_join(emma)
        self.assertEqual(self.gina.student_id, self.emma)
        self.assertEqual(self.gina.cohort, self.year.date_end.year)
        self.assertFalse(self.gina.has_left)

    def test_of_consents_the_last_word_counts(self):
        self.gina._consent("news")
        self.twin._consent("news")
        self.twin._consent("directory", ["city"])
        self.gina._consent("mentoring")
        self.twin._consent("mentoring")
        self.twin._withdraw(["mentoring"], "link")
        ended = self.twin.consent_ids.filtered(lambda one: one.state == "withdrawn")
        ended.sudo().ended_on = self.gina.consent_ids[:1].given_on.replace(year=2099)
        self.gina._bde_join(self.twin)
        self.assertTrue(self.gina.ok_news and self.gina.ok_directory)
        self.assertFalse(self.gina.ok_mentoring)
        self.assertEqual(len(self.gina.consent_ids), 5, "every proof is kept")

    def test_no_for_good_of_one_holds_for_both(self):
        self.twin._no_more()
        self.gina._bde_join(self.twin)
        self.assertTrue(self.gina.no_more_on)

    def test_what_was_written_moves(self):
        self.twin.message_post(body="Called")
        self.env["bde.outcome"].create(
            {"alumnus_id": self.twin.id, "date": "2023-01-10", "situation": "job",
             "source": "call"}
        )  # fmt: skip
        self.gina._bde_join(self.twin)
        self.assertIn("Called", "".join(self.gina.message_ids.mapped("body")))
        outcomes = self.env["bde.outcome"].search([("alumnus_id", "=", self.gina.id)])
        self.assertEqual(outcomes.mapped("situation"), ["job"])

    def test_two_schools_stay_two(self):
        with self.assertRaisesRegex(UserError, "two"):
            self.gina._bde_join(self.ines)
        with self.assertRaises(UserError):
            self.gina._bde_join(self.gina)

    @users("secretary_a")
    def test_the_dialog_proposes_one_and_guesses_none_of_several(self):
        Join = self.env["bde.alumnus.join"].with_context(default_alumnus_id=self.gina.id)
        self.assertEqual(Form(Join).save().other_id.id, self.twin.id)
        self.new_alumnus("Gabin", birth_year=2003, cohort=2021, email=self.gina.email)
        with Form(Join) as form:
            self.assertFalse(form.other_id)
            form.other_id = self.twin.with_env(self.env)
        form.record.action_join()
        self.assertFalse(self.twin.exists())


@tagged("post_install", "-at_install")
class TestAlumniSheet(AlumniCase):
    """Paper sheets of a class, typed in."""

    def sheet(self, alumni):
        action = alumni.with_user(self.secretary_a).action_type_answers()
        return self.env["bde.alumni.sheet"].with_user(self.secretary_a).browse(action["res_id"])

    def test_rows_of_a_class(self):
        sheet = self.sheet(self.gina | self.hugo)
        gina, hugo = sheet.line_ids.sorted(lambda one: one.alumnus_id.firstname)
        gina.write({"news": True, "directory": True, "email": "gina.p@mail.fr"})
        hugo.write({"mentoring": True, "portrait": True, "guardians": True})
        sheet.action_save()
        self.assertTrue(self.gina.ok_news and self.gina.ok_directory)
        self.assertEqual(self.gina.email, "gina.p@mail.fr")
        self.assertEqual(self.gina.informed_how, "paper")
        shown = self.gina.consent_ids.filtered(lambda one: one.purpose == "directory").shown_fields
        self.assertNotIn("email", shown, "paper never shows addresses")
        by = {one.purpose: one.by for one in self.hugo.consent_ids}
        self.assertEqual(by, {"mentoring": "self", "portrait": "guardians"})

    def test_what_was_said_on_the_page_is_not_said_again(self):
        self.gina._consent("directory", ["email"])
        sheet = self.sheet(self.gina)
        sheet.line_ids.informed = True
        sheet.action_save()
        self.assertEqual(self.gina.consent_ids.shown_fields, ["email"])

    def test_nothing_is_written_when_a_row_is_wrong(self):
        sheet = self.sheet(self.gina | self.hugo)
        first = sheet.line_ids.filtered(lambda one: one.alumnus_id == self.gina)
        first.news = True
        (sheet.line_ids - first).email = "hugo at home"
        with self.assertRaisesRegex(UserError, "hugo at home"), self.env.cr.savepoint():
            sheet.action_save()
        self.gina.invalidate_recordset()
        self.assertFalse(self.gina.ok_news)

    def test_who_ticked_the_objection_is_erased(self):
        sheet = self.sheet(self.gina | self.hugo)
        sheet.line_ids.filtered(lambda one: one.alumnus_id == self.gina).objects = True
        sheet.action_save()
        self.assertFalse(self.gina.exists())
        self.assertTrue(self.hugo.exists())

    def test_the_paper_says_what_the_page_says(self):
        pages = [one._sheet_page() for one in (self.gina | self.hugo)]
        self.assertEqual([len(page["rows"]) for page in pages], [5, 3])
        self.assertEqual([page["minor"] for page in pages], [False, True])
        pdf = (self.gina | self.hugo).with_user(self.secretary_a)._sheets_pdf()
        self.assertTrue(pdf.startswith(b"%PDF"))

    def test_home_says_what_is_next(self):
        self.division_a2.is_final_year = True
        self.gina.write({"email": False, "diploma_result": "unknown"})
        day = self.school_a._bde_today().replace(day=1)
        self.gina.sudo().left_on = day.replace(year=day.year - 1)
        home = self.env["bde.home"].with_user(self.secretary_a).with_company(self.school_a)
        cards = home._home_alumni_cards([self.school_a.id])
        counts = {card["label"]: card["count"] for card in cards}
        self.assertEqual(counts["Final-year pupils to prepare"], 1)
        self.assertEqual(counts["Leavers without a private address"], 1)
        self.assertEqual(counts["Leavers not told of the follow-up"], 2)
        self.assertEqual(counts["Diploma results missing"], 2)
