"""The grid on paper: printed blank for a class, typed by staff once it is back."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import bde_grid_sheet
from .test_booklet import BookletCase
from .test_convention_pdf import flat, read, text_of


@tagged("post_install", "-at_install")
class TestGridSheet(BookletCase, HttpCase):
    def pdf(self, placements, user):
        return placements.with_env(self.as_user(user))._grid_sheets_pdf()

    def test_a_page_a_pupil_with_the_tasks_of_his_convention(self):
        self.given(author="Léa Scie", words="Un mot")
        pdf = self.pdf(self.placement | self.boris_stay, self.teacher_a)
        pages = read(pdf).pages
        self.assertEqual(len(pages), 2, "an A4 each")
        text = flat(text_of(pdf))
        for words in (
            "DUPONT Aline",
            "DUPONT Boris",
            "Menuiserie Duval",
            "Yves Rabot",
            # attitudes with five levels, competences with three
            "Habileté professionnelle",
            "Très bien",
            "En cours",
            "Poser une goulotte",
            "Not seen",
        ):
            self.assertIn(words, text)
        # what somebody answered already stands on no blank sheet
        self.assertNotIn("Léa Scie", text)
        self.assertNotIn("Un mot", text)

    def test_who_prints(self):
        for user in (self.secretary_a, self.manager_a):
            self.assertTrue(self.pdf(self.boris_stay, user).startswith(b"%PDF"))
        for user in (self.teacher_b, self.manager_b, self.intendance_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.pdf(self.boris_stay, user)

    def test_by_its_address(self):
        action = self.placements.with_env(self.as_user(self.secretary_a)).action_print_grids()
        self.authenticate("secretary_a", "secretary_a")
        answer = self.url_open(action["url"])
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(len(read(answer.content).pages), 3)
        self.authenticate("manager_b", "manager_b")
        with mute_logger("odoo.http"):
            self.assertNotIn(b"%PDF", self.url_open(action["url"]).content)
        self.assertEqual(self.url_open("/bde/grids?ids=x").status_code, 404)

    def test_refused_with_a_sentence(self):
        Placement = self.env["bde.placement"]
        later = self.new_placement(self.dany)
        with self.assertRaisesRegex(UserError, "once the convention is signed"):
            (later or Placement).action_print_grids()
        self.patch(bde_grid_sheet, "MAX_AT_ONCE", 2)
        with self.assertRaisesRegex(UserError, "3 grids at once: at most 2"):
            self.placements.action_print_grids()
        # what is not signed is left out of a class
        found = (self.boris_stay | later).action_print_grids()
        self.assertEqual(found["url"], f"/bde/grids?ids={self.boris_stay.id}")
        self.env["bde.grid"].search([("kind", "=", "formative")]).action_archive_grid()
        with self.assertRaisesRegex(UserError, "No grid is in use"):
            self.pdf(self.boris_stay, self.secretary_a)

    def test_back_on_paper_it_is_typed_by_staff(self):
        self.certifying.with_user(self.bde_admin).action_use()
        wizard = (
            self.as_user(self.secretary_a)["bde.evaluation.start"]
            .with_company(self.school_a)
            .create({"placement_id": self.boris_stay.id, "source": "paper"})
        )
        self.assertEqual(wizard.grid_id, self.formative)
        self.assertNotIn(self.certifying, wizard.choice_ids, "that one is filled in at the visit")
        number = int(wizard.action_begin()["url"].rpartition("/")[2])
        evaluation = self.env["bde.evaluation"].browse(number).with_user(self.secretary_a)
        self.assertFalse(evaluation._take_form(self.answers(1)))
        self.assertEqual(
            (evaluation.source, evaluation.state, evaluation.user_id),
            ("paper", "submitted", self.secretary_a),
        )
        self.assertEqual(evaluation._heading()["how"], "Received on paper")
        self.assertEqual(self.boris_stay._evaluation_state(), "submitted")

    def test_constant_queries(self):
        def queries(placements):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            placements.sudo()._grid_sheets()
            return self.cr.sql_log_count - before

        queries(self.placements)
        self.assertEqual(queries(self.placements), queries(self.placements[:2]))
