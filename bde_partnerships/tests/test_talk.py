from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import BdeCase


class TalkCase(BdeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employer.phone = "05 56 00 00 00"
        cls.anne = cls.employer._bde_add_contact(
            cls.school_a,
            {"name": "Anne Duval", "phone": "06 11 22 33 44", "bde_signatory": True},
        )
        cls.relation_a = cls.anne.bde_relation_id
        cls.relation_b = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_b)
        cls.relation = cls.relation_a.with_env(cls.as_user(cls.manager_a))
        cls.placements = cls.env.ref("bde_partnerships.offer_placements")

    def approaches(self):
        return self.env["bde.approach"].search([("partner_id", "=", self.employer.id)])


@tagged("post_install", "-at_install")
class TestTalk(TalkCase):
    """What one talk changes around it."""

    def test_outgoing_talk_is_told_to_all_schools_without_its_content(self):
        self.relation._bde_log_talk(
            {"outcome": "refused", "purpose": "placements", "summary": "Too small a workshop"}
        )
        approach = self.approaches()
        self.assertEqual(
            (approach.school_id, approach.purpose, approach.channel),
            (self.school_a, "placements", "call"),
        )
        values = str(approach.read())
        self.assertNotIn("workshop", values)
        self.assertNotIn("refused", values)

    def test_what_asks_nothing_is_no_approach(self):
        self.relation._bde_log_talk({"outcome": "reached"})
        self.relation._bde_log_talk({"direction": "in", "purpose": "tax"})
        self.relation._bde_log_talk({"outcome": "wrong_number", "purpose": "tax"})
        self.relation._bde_log_talk({"purpose": "events"}, approach=False)
        self.assertFalse(self.approaches())

    def test_reason_of_a_warned_school_goes_with_the_approach(self):
        self.relation._bde_log_talk({"purpose": "placements"}, reason="they_asked")
        self.assertEqual(self.approaches().reason, "they_asked")

    def test_answer_changes_what_the_company_agrees_to(self):
        offers = {"purpose": "placements", "offer_ids": [(6, 0, self.placements.ids)]}
        self.relation._bde_log_talk(offers | {"outcome": "agreed"})
        self.assertEqual(self.relation.offer_ids.ids, self.placements.ids)
        self.assertEqual(self.relation.status, "active", "no longer to discover")
        self.relation._bde_log_talk(offers | {"outcome": "refused"})
        self.assertFalse(self.relation.offer_ids)
        self.assertEqual(self.relation.declined_offer_ids.ids, self.placements.ids)

    def test_call_back_is_planned_in_a_week(self):
        self.relation._bde_log_talk(
            {"outcome": "callback", "purpose": "placements", "summary": "In the afternoon"}
        )
        activity = self.relation_a.activity_ids
        self.assertEqual(activity.user_id, self.manager_a)
        self.assertEqual(activity.date_deadline, self.school_a._bde_today() + timedelta(days=7))
        self.assertIn("In the afternoon", activity.note)
        self.assertEqual(self.relation.next_step_on, activity.date_deadline)

    def test_call_that_was_due_is_ticked_off(self):
        def plan(days, user):
            return self.relation_a.activity_schedule(
                "mail.mail_activity_data_call",
                self.school_a._bde_today() + timedelta(days=days),
                user_id=user.id,
            )

        due, later = plan(-1, self.manager_a), plan(2, self.manager_a)
        colleague = plan(-1, self.secretary_a)
        self.relation._bde_log_talk({"outcome": "no_answer"})
        self.assertTrue(due.active)
        self.relation._bde_log_talk({"outcome": "reached", "summary": "Two places"})
        self.assertEqual(self.relation_a.activity_ids, later | colleague)

    def test_wrong_number_is_flagged_until_it_changes(self):
        self.relation._bde_log_talk({"outcome": "wrong_number", "contact_id": self.anne.id})
        self.assertTrue(self.anne.bde_is_phone_wrong)
        self.anne.phone = "06 99 88 77 66"
        self.assertFalse(self.anne.bde_is_phone_wrong)
        self.relation._bde_log_talk({"outcome": "wrong_number"})
        self.assertTrue(self.relation.is_phone_wrong)
        self.assertFalse(self.relation_b.is_phone_wrong, "the other school tries for itself")

    def test_talk_stays_with_its_company(self):
        stranger = self.env["res.partner"].create({"name": "X", "company_id": self.school_a.id})
        with self.assertRaisesRegex(ValidationError, "not a contact of this company"):
            self.relation._bde_log_talk({"contact_id": stranger.id})

    def test_school_of_a_talk_is_that_of_the_page(self):
        env = self.as_user(self.two_roles)
        self.assertEqual(env.company, self.school_a)
        talk = self.relation_b.with_env(env)._bde_log_talk({"summary": "Hello"})
        self.assertEqual(talk.company_id.id, self.school_b.id)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_talks_of_another_school_are_not_seen(self):
        talk = self.relation._bde_log_talk({"summary": "Secret of A"})
        seen = talk.with_env(self.as_user(self.manager_b))
        self.assertFalse(seen.search([("relation_id", "=", self.relation_a.id)]))
        with self.assertRaises(AccessError):
            seen.mapped("summary")
        with self.assertRaises(AccessError):
            self.relation_a.with_env(self.as_user(self.manager_b))._bde_log_talk({"summary": "X"})
        with self.assertRaises(AccessError):
            self.relation_a.with_env(self.as_user(self.teacher_a))._bde_log_talk({"summary": "X"})
        teacher = talk.with_env(self.as_user(self.teacher_a))
        self.assertEqual(teacher.summary, "Secret of A", "staff read what their school knows")

    def test_many_talks_take_as_many_queries_as_one(self):
        counts = []
        for number in (2, 1, 20, 80):
            employers = self.env["res.partner"].create(
                [
                    {"name": f"Host {number} {n}", "is_company": True, "bde_employer": True}
                    for n in range(number)
                ]
            )
            relations = self.env["bde.relation"]._bde_ensure(employers, self.school_a)
            self.env.flush_all()
            self.env.invalidate_all()
            # read anew in an environment that is made anew, which garbage collection decides
            self.env.user.mapped("login")
            before = self.env.cr.sql_log_count
            relations._bde_log_talk({"purpose": "placements", "channel": "mail"})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        # the first one fills the caches
        self.assertEqual(len(set(counts[1:])), 1, counts)


@tagged("post_install", "-at_install")
class TestTalkWizard(TalkCase):
    """The telephone, then the outcome: two clicks."""

    def wizard(self, **context):
        action = self.relation.action_log_call()
        env = self.as_user(self.manager_a)
        return Form(env[action["res_model"]].with_context(**action["context"], **context))

    def log(self, form, outcome):
        return form.save().with_context(bde_outcome=outcome).action_log()

    def test_two_clicks_are_enough(self):
        form = self.wizard()
        self.assertEqual(form.phone, "06 11 22 33 44", "who signs is called first")
        self.assertEqual(form.purpose, "placements")
        action = self.log(form, "agreed")
        self.assertEqual(action["type"], "ir.actions.act_window_close")
        talk = self.relation.talk_ids
        self.assertEqual(
            (talk.outcome, talk.contact_id.id, talk.user_id.id, talk.direction),
            ("agreed", self.anne.id, self.manager_a.id, "out"),
        )
        self.assertEqual(self.relation.offer_ids.ids, self.placements.ids)

    def test_offers_are_noted_for_answers_alone(self):
        self.log(self.wizard(), "no_answer")
        self.assertFalse(self.relation.talk_ids.offer_ids)
        self.assertFalse(self.relation.offer_ids)

    def test_offers_follow_the_purpose(self):
        form = self.wizard()
        form.purpose = "tax"
        self.assertEqual(form.offer_ids[:].mapped("code"), ["tax"])
        form.purpose = "events"
        self.assertFalse(form.offer_ids[:], "visits, forum or jury: let them say")

    def test_purpose_is_that_of_last_time(self):
        self.relation._bde_log_talk({"purpose": "tax"})
        self.assertEqual(self.wizard().purpose, "tax")

    def test_company_without_phone(self):
        self.anne.phone = False
        self.employer.phone = False
        form = self.wizard()
        self.assertFalse(form.phone)
        self.log(form, "reached")
        self.assertEqual(len(self.relation.talk_ids), 1)

    def test_school_that_was_warned_says_why(self):
        self.employer._bde_note_approach(self.school_b, "placements", "call")
        form = self.wizard()
        self.assertEqual(form.solicitation_level, "warn")
        self.assertIn("Lycée Braille", form.solicitation_text)
        with self.assertRaises(AssertionError):
            form.save()
        form.reason = "pupil_without_place"
        self.log(form, "reached")
        mine = self.approaches().filtered(lambda a: a.school_id == self.school_a)
        self.assertEqual(mine.reason, "pupil_without_place")

    def test_who_calls_us_is_not_asked_for_anything(self):
        self.employer._bde_note_approach(self.school_b, "placements", "call")
        form = self.wizard()
        form.direction = "in"
        self.assertEqual(form.solicitation_level, "ok")
        self.log(form, "agreed")
        self.assertEqual(self.approaches().school_id, self.school_b)
        self.assertEqual(self.relation.talk_ids.direction, "in")

    def test_outcome_is_needed(self):
        with self.assertRaisesRegex(UserError, "choose one of the buttons"):
            self.log(self.wizard(), "something")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_page_of_another_school_is_not_opened(self):
        env = self.as_user(self.manager_a)
        with self.assertRaises(AccessError):
            wizard = env["bde.talk.wizard"].create({"relation_id": self.relation_b.id})
            wizard.with_context(bde_outcome="reached").action_log()
