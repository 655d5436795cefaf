"""The tutor's page: what stands on it, who reads it, when it is sent."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .test_stay import StayCase


@tagged("post_install", "-at_install")
class TestTutorPage(StayCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def page_of(self, placement=None):
        placement = placement or self.placement
        return placement._tutor_pages()[placement]

    def sheet(self, user=None, **vals):
        env = self.as_user(user or self.manager_a)
        return env["bde.tutor.sheet"].create(
            {"training_id": self.training_a.id, "company_id": self.school_a.id, **vals}
        )

    # ------------------------------------------------------------------
    # What stands on it
    # ------------------------------------------------------------------

    def test_made_of_the_convention_and_the_training(self):
        self.school_a.phone = "05 56 00 11 22"
        self.prof_a.write({"phone": "06 00 00 00 01", "email": "ampoule@ac-test.example"})
        page = self.page_of()
        self.assertEqual(page["can_do"], ["C1 Analyser"])
        self.assertEqual(page["let_do"], ["Poser une goulotte", "Câbler un tableau"])
        self.assertEqual(page["never"], [])
        self.assertEqual(page["works"], ["Scie à format (D. 4153-28)", "Déligneuse (D. 4153-28)"])
        self.assertTrue(page["minor"])
        self.assertFalse(self.page_of(self.placement_adult)["minor"])
        [(days, hours)] = page["hours"]
        self.assertRegex(days, "^[LM][a-z]+ – [vf][a-z]+$")  # from Monday to Friday
        self.assertEqual(hours, "8h-12h / 13h-16h")
        self.assertEqual(page["referent"]["phone"], "06 00 00 00 01")
        self.assertEqual(page["school"]["phone"], "05 56 00 11 22")

    def test_a_sheet_says_it_in_the_words_of_the_workshop(self):
        self.sheet(can_do="Lit un schéma\n\nTire des câbles", never="Monte seul sur un toit")
        page = self.page_of()
        self.assertEqual(page["can_do"], ["Lit un schéma", "Tire des câbles"])
        self.assertEqual(page["never"], ["Monte seul sur un toit"])
        # what the convention names comes first, nothing is said twice
        sheet = self.env["bde.tutor.sheet"].search([("training_id", "=", self.training_a.id)])
        sheet.let_do = "Câbler un tableau\nPoser des prises"
        self.assertEqual(
            self.page_of()["let_do"],
            ["Poser une goulotte", "Câbler un tableau", "Poser des prises"],
        )

    def test_the_school_before_the_academie_and_the_year_before_the_diploma(self):
        admin = self.as_user(self.bde_admin)["bde.tutor.sheet"]
        academy = {"company_id": self.academy.id, "cfd": "40025521"}
        admin.create({**academy, "can_do": "Every year"})
        self.assertEqual(self.page_of()["can_do"], ["Every year"])
        admin.create({**academy, "cycle_year": "1", "can_do": "First year"})
        self.assertEqual(self.page_of()["can_do"], ["First year"])  # MEF 247 25505 2 1
        admin.create({**academy, "cycle_year": "2", "can_do": "Second year"})
        self.assertEqual(self.page_of()["can_do"], ["First year"])
        self.sheet(can_do="Ours")
        self.assertEqual(self.page_of()["can_do"], ["Ours"])

    def test_what_a_sheet_must_say(self):
        with self.assertRaisesRegex(ValidationError, "Choose the training"):
            self.sheet(training_id=False)
        sheet = self.sheet()
        with self.assertRaisesRegex(ValidationError, "12 lines"):
            sheet.can_do = "\n".join(map(str, range(13)))
        with self.assertRaisesRegex(ValidationError, "160 letters"):
            sheet.never = "x" * 161
        with self.assertRaisesRegex(ValidationError, "8 digits"):
            self.as_user(self.bde_admin)["bde.tutor.sheet"].create(
                {"company_id": self.academy.id, "cfd": "12"}
            )

    def test_who_writes_sheets(self):
        for user in (self.teacher_a, self.secretary_a, self.intendance_a, self.manager_b):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.sheet(user)
        academy = self.env["bde.tutor.sheet"].create(
            {"company_id": self.academy.id, "cfd": "40025521"}
        )
        sheet = self.sheet()
        env = self.as_user(self.teacher_a)
        self.assertEqual(env["bde.tutor.sheet"].search([]), sheet + academy)
        self.assertFalse(self.as_user(self.manager_b)["bde.tutor.sheet"].search([]) - academy)
        with self.assertRaises(AccessError):
            academy.with_env(self.as_manager).can_do = "x"
        action = self.training_a.with_env(self.as_manager).action_tutor_sheet()
        self.assertEqual(action["res_id"], sheet.id)

    def test_queries_do_not_grow(self):
        def queries(placements):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(placements._tutor_pages()), len(placements))
            return self.env.cr.sql_log_count - before

        queries(self.placement)
        few = queries(self.placement)
        for index in range(6):
            pupil = self.new_pupil(f"T{index}", self.division_a, self.start.year - 17)
            self.placements += self.new_placement(pupil, **self.complete_vals())
        self.assertLessEqual(queries(self.placements), few + 2)

    # ------------------------------------------------------------------
    # Web and paper
    # ------------------------------------------------------------------

    def test_on_the_page_of_the_tutor(self):
        self.sheet(never="<script>alert(1)</script> & co")
        _link, path = self.link(self.tutor)
        response = self.url_open(f"{path}/{self.convention.uuid}")
        self.assertEqual(response.status_code, 200)
        self.assertIn('id="tutor"', response.text)
        self.assertIn("Câbler un tableau", response.text)
        self.assertIn("CPAM", response.text)
        self.assertIn("&lt;script&gt;alert(1)", response.text)
        self.assertNotIn("<script>alert", response.text)
        pdf = self.url_open(f"{path}/{self.convention.uuid}/tutor.pdf")
        self.assertEqual((pdf.status_code, pdf.content[:5]), (200, b"%PDF-"))

    def test_the_pupil_has_another_page(self):
        _link, path = self.link(self.boris)
        page = self.url_open(f"{path}/{self.adult.uuid}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn('id="tutor"', page.text)
        self.assertEqual(self.url_open(f"{path}/{self.adult.uuid}/tutor.pdf").status_code, 404)

    def test_paper_for_many(self):
        placements = self.placements.with_env(self.as_user(self.teacher_a))
        action = placements.action_print_tutor_pages()
        self.assertIn("/bde/tutor-pages?ids=", action["url"])
        pdf = placements._tutor_pdf()
        self.assertEqual(pdf.count(b"/Type /Page\n") or 3, 3)
        self.authenticate("teacher_a", "teacher_a")
        self.assertEqual(self.url_open(action["url"]).status_code, 200)
        unsigned = self.new_placement(self.emma_here(), **self.complete_vals())
        with self.assertRaisesRegex(UserError, "signed by all"):
            unsigned.with_env(self.as_manager).action_print_tutor_pages()

    def emma_here(self):
        self.period_a.division_ids += self.division_a2
        return self.emma

    # ------------------------------------------------------------------
    # Letter
    # ------------------------------------------------------------------

    def starts(self):
        """(first name, role) of those who would get the first letter now."""
        company = self.school_a
        letters = self.school()._gather(self.school()._asks(company, company._bde_today()))
        return sorted(
            (placement.student_id.firstname, row["role"])
            for letter in letters
            for (placement, _person, kind), row in letter["rows"].items()
            # pupils have a first letter of their own
            if kind == "start" and row["role"] != "student"
        )

    def test_written_once_with_the_signed_convention(self):
        self.assertEqual(
            self.starts(), [("Aline", "tutor"), ("Boris", "tutor"), ("Chloé", "tutor")]
        )
        letters = self.catch_mails()
        self.school()._write_school(self.school_a)
        starts = self.env["bde.stay.letter"].search([("kind", "=", "start")])
        self.assertEqual(starts.placement_id, self.placements)
        self.assertEqual(len(starts.filtered(lambda one: one.role == "tutor")), 3)
        mails = [mail for mail in letters if "Yves Rabot" in mail["email_to"]]
        self.assertEqual(len(mails), 1)  # three stays, one letter
        self.assertEqual(self.starts(), [])

    def test_a_new_tutor_has_his_own(self):
        self.school()._write_school(self.school_a)
        other = self.new_contact("Rosa Équerre", bde_tutor=True, email="rosa@duval.example")
        self.placement._write_agreed({"tutor_id": other.id})
        self.assertEqual(self.starts(), [("Aline", "tutor")])

    def test_a_tutor_without_address(self):
        self.tutor.write({"email": False, "phone": False})
        self.assertEqual({role for _name, role in self.starts()}, {"host"})

    def test_not_before_all_have_signed_nor_after_the_end(self):
        self.convention.document_id.sudo()._set_state("ended")
        self.assertNotIn(("Aline", "tutor"), self.starts())
        pupil = self.new_pupil("Gil", self.division_a, self.start.year - 20)
        convention = self.make(self.new_placement(pupil, **self.complete_vals()))
        convention.action_send()
        self.assertNotIn(("Gil", "tutor"), self.starts())
        self.go_to(self.end.replace(day=self.end.day + 1))
        self.assertEqual(self.starts(), [])
