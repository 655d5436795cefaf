from odoo.tests import tagged

from .leaver_common import LeaverCase


@tagged("post_install", "-at_install")
class TestLeaverForget(LeaverCase):
    """Plans go with the person: objection, retention, death, two records of one person."""

    def setUp(self):
        super().setUp()
        self.mine = self.plan(self.marc)
        self.alumnus = self.mine.alumnus_id
        self.event = self.new_workshop()
        self.round = self.new_round()
        self.env["bde.leaver.interview"].create({"plan_id": self.mine.id, "agreed": "Secret"})
        self.sheet = self.env["bde.leaver.handover"].create(
            {"plan_id": self.mine.id, "agreed_how": "paper"}
        )
        self.mine.message_post(body="Talk about Marc")

    def left(self):
        """What still stands about the plan: {model: count}."""
        rows = {
            name: self.env[name].with_context(active_test=False).search_count(domain)
            for name, domain in {
                "bde.leaver.plan": [("id", "=", self.mine.id)],
                "bde.leaver.interview": [("plan_id", "=", self.mine.id)],
                "bde.leaver.handover": [("id", "=", self.sheet.id)],
                "bde.leaver.net": [("plan_id", "=", self.mine.id)],
                "event.registration": [("bde_student_id", "=", self.marc.id)],
                "mail.message": [("model", "=", "bde.leaver.plan"),
                                 ("res_id", "=", self.mine.id)],
                "mail.activity": [("res_model", "=", "bde.leaver.plan"),
                                  ("res_id", "=", self.mine.id)],
            }.items()
        }  # fmt: skip
        return {name: count for name, count in rows.items() if count}

    def test_an_objection_leaves_nothing(self):
        self.sheet.action_agree()
        self.sheet.action_send()
        self.assertTrue(self.left())
        self.alumnus._object("desk")
        self.assertEqual(self.left(), {})

    def test_retention_erases_words_and_keeps_what_was_found(self):
        self.mine.write({"wish_text": "I want", "cv_about": "Me", "solution": "job"})
        self.alumnus.sudo()._forget_contact()
        self.assertFalse(self.mine.wish_text or self.mine.cv_about or self.mine.interview_ids)
        self.assertFalse(self.sheet.exists())
        self.assertEqual(self.mine.solution, "job")

    def test_the_dead_leave_the_list(self):
        lines = self.round.line_ids.filtered(lambda one: one.plan_id == self.mine)
        lines.with_env(self.as_user(self.secretary_a)).action_take()
        self.assertTrue(self.mine.activity_ids)
        self.alumnus._note_death()
        self.assertFalse(lines.exists())
        self.assertFalse(self.mine.activity_ids)
        self.assertEqual(self.round.open_count, 2)

    def test_two_records_of_one_person_keep_the_work(self):
        typed = self.new_alumnus("Marco", birth_year=2005, cohort=self.cohort)
        typed._bde_join(self.alumnus)
        self.assertEqual(self.mine.exists().alumnus_id, typed)
        self.assertEqual(self.mine.interview_ids.agreed, "Secret")
        self.assertEqual(typed.plan_ids, self.mine)

    def test_two_plans_of_one_year_become_one(self):
        twin = self.new_pupil("Marc", self.division_a2, self.year.date_start.year - 20)
        twin.schooling_ids.mef = False
        twin._make_alumni()
        kept = twin.alumnus_ids
        self.mine.write({"wish": "study", "wish_text": "BTS"})
        kept._bde_join(self.alumnus)
        plan = kept.plan_ids
        self.assertEqual(len(plan), 1)
        self.assertEqual((plan.wish, plan.wish_text), ("study", "BTS"))
        self.assertEqual(plan.interview_ids.agreed, "Secret")
        self.assertEqual(plan.registration_ids.event_id, self.event)
