from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .leaver_common import LeaverCase


@tagged("post_install", "-at_install")
class TestLeaverHandover(LeaverCase):
    """Nothing leaves before the person agreed, and a guardian with him when he is a minor."""

    def sheet(self, pupil, user=None):
        action = self.plan(pupil, user or self.secretary_a).action_handover()
        env = self.as_user(user or self.secretary_a)
        return env["bde.leaver.handover"].browse(action["res_id"])

    def test_of_age_signs_alone(self):
        sheet = self.sheet(self.marc)
        self.assertEqual(sheet.state, "draft")
        # asked for twice: the same sheet
        self.assertEqual(self.sheet(self.marc), sheet)
        with self.assertRaisesRegex(UserError, "before the person agreed"):
            sheet.action_send()
        with self.assertRaisesRegex(UserError, "how"):
            sheet.action_agree()
        sheet.agreed_how = "paper"
        sheet.action_agree()
        self.assertEqual((sheet.state, sheet.agreed_on), ("agreed", self.school_a._bde_today()))
        action = sheet.action_send()
        self.assertEqual(action["url"], f"/bde/liaison?ids={sheet.id}")
        self.assertEqual((sheet.state, sheet.user_id), ("sent", self.secretary_a))
        self.assertEqual(self.plan(self.marc).solution, "mission_locale")

    def test_a_minor_needs_a_guardian(self):
        sheet = self.sheet(self.lola)
        self.assertFalse(sheet.is_adult)
        sheet.agreed_how = "paper"
        with self.assertRaisesRegex(UserError, "guardian"):
            sheet.action_agree()
        sheet.guardian_name = "  "
        with self.assertRaisesRegex(UserError, "guardian"):
            sheet.action_agree()
        sheet.guardian_name = "Anne Dupont"
        sheet.action_agree()
        self.assertEqual(sheet.state, "agreed")

    def test_what_is_told_is_chosen_and_agreed_as_it_is(self):
        sheet = self.sheet(self.marc)
        sheet.plan_id.write({"wish": "job", "training_label": "Electrician"})
        sheet.plan_id.alumnus_id.write({"phone": "0612345678", "city": "Bordeaux"})
        sheet.write({"tells_phone": True, "tells_town": False, "agreed_how": "desk"})
        told = dict(sheet._content()["lines"])
        self.assertEqual(told["Téléphone"], "06 12 34 56 78")
        self.assertNotIn("Commune", told)
        self.assertIn("Electrician", told["Projet"])
        sheet.action_agree()
        # more is told: it is asked again
        sheet.tells_town = True
        self.assertEqual((sheet.state, sheet.agreed_how), ("draft", False))
        sheet.agreed_how = "desk"
        sheet.action_agree()
        # the same value again changes nothing
        sheet.tells_town = True
        self.assertEqual(sheet.state, "agreed")

    def test_kept_as_it_was_told(self):
        sheet = self.sheet(self.marc)
        sheet.plan_id.alumnus_id.phone = "0612345678"
        sheet.agreed_how = "paper"
        sheet.action_agree()
        sheet.action_send()
        sheet.plan_id.alumnus_id.phone = "0700000000"
        lines = dict(sheet.sudo()._sheet_values()["lines"])
        self.assertEqual(lines["Téléphone"], "06 12 34 56 78")
        for refused in (
            lambda: sheet.write({"tells_town": False}),
            sheet.action_refuse,
            sheet.action_agree,
            lambda: sheet.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                refused()

    def test_refused_leaves_nothing(self):
        sheet = self.sheet(self.marc)
        sheet.agreed_how = "paper"
        sheet.action_agree()
        sheet.action_refuse()
        with self.assertRaises(UserError):
            sheet.action_send()
        # a new one may be made
        self.assertNotEqual(self.sheet(self.marc), sheet)

    def test_no_for_good_and_death_end_what_was_agreed(self):
        for verb in ("_no_more", "_note_death"):
            with self.subTest(verb):
                sheet = self.sheet(self.marc)
                sheet.agreed_how = "paper"
                sheet.action_agree()
                getattr(sheet.plan_id.alumnus_id, verb)()
                self.assertEqual(sheet.state, "withdrawn")
                # as it was before the verb: the moment at which it leaves decides
                sheet.sudo().state = "agreed"
                with self.assertRaisesRegex(UserError, "not followed any more"):
                    sheet.action_send()
                sheet.sudo().state = "withdrawn"
                sheet.plan_id.alumnus_id._resume()

    def test_nobody_types_the_state(self):
        sheet = self.sheet(self.marc)
        for vals in ({"state": "agreed"}, {"agreed_on": "2026-01-01"}, {"content": {}}):
            with self.subTest(vals), self.assertRaises(AccessError):
                sheet.write(vals)

    def test_of_the_bureau_of_the_school_alone(self):
        sheet = self.sheet(self.marc)
        self.assertFalse(self.as_user(self.teacher_a)["bde.leaver.handover"].has_access("read"))
        with self.assertRaises(AccessError):
            self.as_user(self.manager_b)["bde.leaver.handover"].browse(sheet.id).read(["note"])

    def test_papers_are_made(self):
        sheet = self.sheet(self.lola)
        sheet.plan_id.write({"cv_about": "<b>Curious</b>", "cv_languages": "English (B1)"})
        for pdf in (sheet._sheet_pdf(), sheet.plan_id._cv_pdf(), self.plans._cv_pdf()):
            self.assertTrue(pdf.startswith(b"%PDF"))


@tagged("post_install", "-at_install")
class TestLeaverCv(LeaverCase):
    """The CV says what was done in companies, and nothing of evaluations."""

    def setUp(self):
        super().setUp()
        self.period_a.division_ids |= self.division_a2
        self.stay = self.new_placement(self.emma, host_id=self.employer.id)
        self.stay.activity_ids = self.training_a.activity_ids
        self.stay.tasks = "- Lire un plan\nPoser une goulotte"
        self.stay.state = "running"
        self.stay.flush_recordset()

    def test_stays_tasks_and_competences(self):
        [book] = self.plan(self.emma).sudo()._cvs()
        [stay] = book["stays"]
        self.assertEqual((stay["host"], stay["town"]), ("Menuiserie Duval", "Bordeaux"))
        self.assertEqual(stay["tasks"], ["Poser une goulotte", "Câbler un tableau", "Lire un plan"])
        self.assertEqual(book["competences"], ["Analyser"])
        self.assertEqual(book["years"], [(self.year.name, self.training_a.name)])

    def test_what_was_only_planned_is_no_experience(self):
        self.stay.state = "draft"
        [book] = self.plan(self.emma).sudo()._cvs()
        self.assertFalse(book["stays"])

    def test_teachers_of_the_class_print_it_others_do_not(self):
        self.assertTrue(self.plan(self.emma, self.teacher_a)._cv_pdf().startswith(b"%PDF"))
        with self.assertRaises(AccessError):
            self.plan(self.emma, self.teacher_b)._cv_pdf()

    def test_a_class_costs_the_same_queries(self):
        counts = []
        for plans in (self.plan(self.emma), self.plans):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            plans.sudo()._cvs()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 1, counts)
