"""The three views on a stay: who answers, until when, what the bureau does with the words."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .quality_common import QualityCase


@tagged("post_install", "-at_install")
class TestRating(QualityCase):
    def test_a_pupil_answers_once_and_corrects_within_time(self):
        first = self.rate(self.placement, 4)
        self.assertEqual((first.score, first.view, first.host_id), (100, "student", self.employer))
        self.assertEqual(self.rate(self.placement, 4), first, "sent twice is once kept")
        again = self.rate(self.placement, 1, comment="Nobody was there")
        self.assertEqual(again, first)
        self.assertEqual((again.score, again.moderation), (0, "to_read"))
        self.assertEqual(len(self.placement.rating_ids), 1)

    def test_a_score_by_hand(self):
        """Safety and tasks weigh 2, the five others 1: (2 x 100 + 100 / 3) / 9."""
        answers = self.all_answers(1) | {"safety": 4, "hours": 2}
        rating = self.placement._rate("student", answers)
        self.assertAlmostEqual(rating.score, (200 + 100 / 3) / 9)

    def test_not_concerned_is_an_answer_that_does_not_count(self):
        rating = self.rate(self.placement, 0)
        self.assertFalse(rating.has_score)
        self.assertFalse(rating.is_counted)

    def test_a_missing_or_strange_answer_is_named(self):
        answers = self.all_answers(4)
        for value in (None, 5, -1, "4", True and "x"):
            with self.subTest(value), self.assertRaisesRegex(UserError, "Safety"):
                self.placement._rate("student", answers | {"safety": value})
        self.assertFalse(self.placement.rating_ids)

    def test_after_the_deadline_it_is_refused_kindly(self):
        self.set_over(self.placement, days=90)
        self.rate(self.placement)
        self.set_over(self.placement_adult, days=91)
        with self.assertRaisesRegex(UserError, "closed on .* call the school"):
            self.rate(self.placement_adult)
        self.env.ref("bde_pfmp.quality_term_deadline_days").value = 120
        self.rate(self.placement_adult)

    def test_before_the_last_day_but_one_it_is_not_open(self):
        self.set_over(self.placement, days=-2, state="running")
        with self.assertRaisesRegex(UserError, "open on"):
            self.rate(self.placement)
        self.set_over(self.placement, days=-1, state="running")
        self.rate(self.placement)

    def test_no_stay_no_answer(self):
        self.set_over(self.placement, state="cancelled")
        with self.assertRaisesRegex(UserError, "There was no stay"):
            self.rate(self.placement)

    def test_two_tutors_are_two_answers(self):
        self.rate(self.placement, 4, "tutor")
        second = self.new_contact("Zoé Clou", bde_tutor=True, bde_signatory=False,
                                  email="zoe@duval.example")  # fmt: skip
        self.env.cr.execute(
            "UPDATE bde_placement SET tutor_id = %s WHERE id = %s", [second.id, self.placement.id]
        )
        self.env.invalidate_all()
        self.rate(self.placement, 1, "tutor")
        self.assertEqual(sorted(self.placement.rating_ids.mapped("score")), [0, 100])

    def test_what_tutors_say_is_about_the_school(self):
        self.assertFalse(self.rate(self.placement, 4, "tutor").is_counted)

    def test_what_the_company_was_told_is_not_changed_any_more(self):
        self.rate(self.placement, 4, released_on=self.today)
        with self.assertRaisesRegex(UserError, "taken into account"):
            self.rate(self.placement, 1)
        self.assertEqual(self.rate(self.placement, 4).score, 100, "sent twice is no change")

    def test_no_role_writes_answers(self):
        rating = self.rate(self.placement)
        for user in (self.teacher_a, self.secretary_a, self.manager_a, self.head_a):
            seen = rating.with_user(user).with_context(allowed_company_ids=self.school_a.ids)
            with self.subTest(user.login):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(seen.has_access(operation))

    # ------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------

    def wizard(self, user, view=None, placement=None):
        env = self.as_user(user)
        placement = (placement or self.placement).with_env(env)
        form = Form.from_action(env, placement.action_rate())
        if view:
            form.view = view
        return form

    def fill(self, form, value="4"):
        for number in range(len(form.line_ids)):
            with form.line_ids.edit(number) as line:
                line.value = value
        return form

    def test_the_referent_rates_the_site_of_his_pupil(self):
        form = self.fill(self.wizard(self.teacher_a))
        self.assertEqual(len(form.line_ids), 5)
        form.save().action_save()
        rating = self.placement.rating_ids
        self.assertEqual((rating.view, rating.score, rating.source), ("referent", 100, "staff"))
        form = self.wizard(self.teacher_a)
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.value, "4", "what he answered before")

    def test_the_bureau_types_what_it_was_told_by_telephone(self):
        form = self.fill(self.wizard(self.secretary_a, "tutor"), "3")
        form.save().action_save()
        rating = self.placement.rating_ids
        self.assertEqual((rating.view, rating.source), ("tutor", "call"))

    def test_a_teacher_answers_for_nobody_else(self):
        self.placement.referent_id = self.prof_a2
        env = self.as_user(self.teacher_a)
        values = {"placement_id": self.placement.id, "view": "referent"}
        with self.assertRaises(AccessError):
            env["bde.rating.wizard"].create(values).line_ids.mapped("text")
        self.placement.referent_id = self.prof_a
        with self.assertRaises(AccessError):
            env["bde.rating.wizard"].create(values | {"view": "student"}).line_ids.mapped("text")
        with self.assertRaises(AccessError):
            self.as_user(self.teacher_b)["bde.rating.wizard"].create(values).action_save()

    def test_a_question_left_out_is_said(self):
        env = self.as_user(self.teacher_a)
        wizard = env["bde.rating.wizard"].create({"placement_id": self.placement.id})
        with self.assertRaisesRegex(UserError, "Would you place a pupil there again"):
            wizard.action_save()

    def test_the_button_is_there_for_who_may(self):
        for user, may in ((self.teacher_a, True), (self.secretary_a, True), (self.head_a, True)):
            with self.subTest(user.login):
                seen = self.placement.with_env(self.as_user(user))
                self.assertEqual((seen.may_rate, seen.rating_label), (may, "To do"))
        self.rate(self.placement, view="referent")
        seen = self.placement.with_env(self.as_user(self.teacher_a))
        self.assertEqual(seen.rating_label, "Done")
        self.set_over(self.placement, days=200)
        self.assertFalse(self.placement.with_env(self.as_user(self.teacher_a)).may_rate)

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def test_words_are_read_before_anybody_else_sees_them(self):
        rating = self.rate(self.placement, comment="The tutor was kind")
        self.assertEqual(rating.moderation, "to_read")
        seen = rating.with_env(self.as_user(self.secretary_a))
        seen.action_show()
        self.assertEqual((rating.moderation, rating.moderated_by_id), ("shown", self.secretary_a))
        self.assertIn("The tutor was kind", rating.comment)

    def test_words_are_hidden_for_a_listed_reason(self):
        rating = self.rate(self.placement, comment="My back hurts since the accident")
        action = rating.with_env(self.as_user(self.manager_a)).action_hide()
        form = Form.from_action(self.as_user(self.manager_a), action)
        form.reason = "private"
        form.save().action_hide()
        self.assertEqual((rating.moderation, rating.moderation_reason), ("hidden", "private"))
        self.assertFalse(rating.comment, "health is not kept")
        self.assertTrue(rating.is_counted, "the answers stay")

    def test_an_answer_about_another_stay_does_not_count(self):
        rating = self.rate(self.placement, comment="I was at the baker's")
        rating.with_env(self.as_user(self.manager_a))._hide("wrong")
        self.assertFalse(rating.is_counted)
        rating.with_env(self.as_user(self.manager_a)).action_show()
        self.assertTrue(rating.is_counted)

    def test_serious_facts_go_to_the_head_alone_and_leave_no_trace(self):
        rating = self.rate(self.placement, comment="He hit me twice")
        plain = self.rate(self.placement_adult)
        rating.with_env(self.as_user(self.secretary_a))._hide("serious")
        report = self.env["bde.harm.report"].search([])
        self.assertEqual((report.facts, report.student_name), ("He hit me twice", "DUPONT Aline"))
        names = ("comment", "moderation", "moderation_reason", "moderated_by_id", "moderated_on")
        for name in names:
            self.assertEqual(rating[name], plain[name], "as if nothing had been written")
        with self.assertRaises(AccessError):
            report.with_env(self.as_user(self.secretary_a)).read(["facts"])

    def test_who_may_moderate(self):
        rating = self.rate(self.placement, comment="Good")
        for user in (self.teacher_a, self.manager_b, self.bde_admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                rating.with_env(self.as_user(user)).action_show()

    def test_a_changed_text_is_read_again(self):
        rating = self.rate(self.placement, comment="Good")
        rating.with_env(self.as_user(self.manager_a)).action_show()
        self.rate(self.placement, comment="Bad")
        self.assertEqual(rating.moderation, "to_read")
        self.assertFalse(rating.moderated_by_id)

    def test_answers_are_shown_in_the_words_of_the_questions(self):
        rating = self.rate(self.placement, 3, comment="<script>alert(1)</script>")
        self.assertIn("Your tutor, or somebody in his place", rating.answers_html)
        self.assertIn("Rather yes", rating.answers_html)

    # ------------------------------------------------------------
    # Questions
    # ------------------------------------------------------------

    def test_questions_are_dated_and_keep_their_code(self):
        question = self.env.ref("bde_pfmp.question_student_hours")
        as_admin = question.with_env(self.as_user(self.bde_admin))
        as_admin.date_to = self.today - timedelta(days=30)
        self.assertNotIn(question, self.env["bde.question"]._asked("student", self.today))
        day = self.today - timedelta(days=30)
        self.assertIn(question, self.env["bde.question"]._asked("student", day))
        with self.assertRaisesRegex(UserError, "retire the question"):
            as_admin.code = "timetable"
        with self.assertRaises(AccessError):
            question.with_env(self.as_user(self.manager_a)).text = "Other"

    def test_the_minimum_is_never_below_three(self):
        term = self.env.ref("bde_pfmp.quality_term_minimum").with_env(self.as_user(self.bde_admin))
        with self.assertRaisesRegex(UserError, "between 3 and 20"):
            term.value = 2

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    def card(self, user, label):
        cards = self.as_user(user)["bde.home"]._home_cards()
        return next((card for card in cards if card["label"] == label), None)

    def test_cards_of_the_morning(self):
        self.assertEqual(self.card(self.teacher_a, "Sites to rate")["count"], 3)
        self.rate(self.placement, view="referent", comment="Fine")
        self.assertEqual(self.card(self.teacher_a, "Sites to rate")["count"], 2)
        label = "Words of pupils and tutors to read"
        self.assertEqual(self.card(self.secretary_a, label)["count"], 1)
        self.assertIsNone(self.card(self.teacher_a, label))
