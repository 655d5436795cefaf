"""Forbidden for all schools: proposed with its ground, decided by the académie, checked first."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .quality_common import QualityCase


@tagged("post_install", "-at_install")
class TestSiteBlock(QualityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("bde_partnerships.status_reason_unsafe")
        cls.relation = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)

    def request(self, user=None, **vals):
        """A proposal of school A on a decision of the labour inspection."""
        return self.as_user(user or self.secretary_a)["bde.site.block.request"].create(
            {
                "partner_id": self.employer.id,
                "reason_id": self.reason.id,
                "facts": "Inspection of 3 November",
                "ground": "authority",
                "authority": "labour",
                "reference": "DREETS 2026-17",
                "decision_date": self.today - timedelta(days=3),
                "date_from": self.today - timedelta(days=2),
                "date_to": self.today + timedelta(days=100),
                **vals,
            }
        )

    def decide(self, request):
        request.with_env(self.as_user(self.manager_a)).action_propose()
        request.with_env(self.as_user(self.correspondent)).action_decide()
        return request.sudo().block_id

    def test_a_school_proposes_the_academie_decides(self):
        request = self.request()
        with self.assertRaises(AccessError):
            request.action_propose()  # the secretary prepares
        request.with_env(self.as_user(self.manager_a)).action_propose()
        for user in (self.manager_a, self.head_a, self.secretary_a, self.manager_b):
            with self.subTest(user.login), self.assertRaises(AccessError):
                request.with_env(self.as_user(user)).action_decide()
        request.with_env(self.as_user(self.correspondent)).action_decide()
        block = request.sudo().block_id
        self.assertEqual((block.company_id, block.partner_id), (self.academy, self.employer))
        self.assertTrue(block.is_running)
        with self.assertRaisesRegex(UserError, "decided already"):
            request.with_env(self.as_user(self.correspondent)).action_decide()

    def test_without_a_ground_nothing_is_proposed(self):
        for vals, field in (
            ({"reference": False}, "Reference"),
            ({"decision_date": False}, "Decided by the authority on"),
            ({"ground": "heard"}, "Company heard on, What the company answered"),
            ({"ground": "heard", "heard_on": self.today}, "What the company answered"),
        ):
            request = self.request(**vals)
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, field):
                request.with_env(self.as_user(self.manager_a)).action_propose()

    def test_after_the_company_was_heard(self):
        request = self.request(
            ground="heard", authority=False, reference=False, decision_date=False,
            heard_on=self.today - timedelta(days=1), heard_answer="They say the guard is mended",
        )  # fmt: skip
        block = self.decide(request)
        text = str(block.with_env(self.as_user(self.manager_b)).read())
        self.assertNotIn("guard", text, "the words of the company stay with who heard it")
        self.assertIn("The company was heard on", block._sentence())

    def test_what_was_proposed_is_not_changed(self):
        request = self.request()
        with self.assertRaisesRegex(UserError, "moves on by its buttons"):
            request.state = "done"
        forged = self.request(state="done", answer="Yes")
        self.assertEqual((forged.state, forged.answer), ("draft", False))
        request.with_env(self.as_user(self.manager_a)).action_propose()
        with self.assertRaisesRegex(UserError, "It was proposed"):
            request.facts = "Something else"
        with self.assertRaisesRegex(UserError, "Proposals are kept"):
            request.unlink()
        self.request().unlink()

    def test_schools_do_not_read_the_proposals_of_others(self):
        request = self.request()
        self.assertFalse(request.with_env(self.as_user(self.manager_b)).has_access("read"))
        self.assertFalse(request.with_env(self.as_user(self.teacher_a)).has_access("read"))
        theirs = request.with_env(self.as_user(self.correspondent))
        self.assertFalse(theirs.has_access("read"), "the school prepares it")
        block = self.decide(request)
        self.assertTrue(theirs.has_access("read"))
        for user in (self.manager_b, self.teacher_b, self.school_life_a, self.correspondent):
            self.assertTrue(block.with_env(self.as_user(user)).has_access("read"), user.login)
            self.assertFalse(block.with_env(self.as_user(user)).has_access("write"))

    def test_the_academie_refuses_with_a_reason(self):
        request = self.request()
        request.with_env(self.as_user(self.manager_a)).action_propose()
        seen = request.with_env(self.as_user(self.bde_admin))
        form = Form.from_action(seen.env, seen.action_refuse())
        form.answer = "The decision is about another site"
        form.save().action_confirm()
        self.assertEqual((request.state, request.answer),
                         ("refused", "The decision is about another site"))  # fmt: skip
        self.assertIn("does not forbid", self.relation.activity_ids[-1:].summary)
        self.assertFalse(self.env["bde.site.block"].search([]))

    # ------------------------------------------------------------
    # What it stops
    # ------------------------------------------------------------

    def alerts(self, placement, severity="block"):
        found = placement._get_alerts()[placement]
        return [alert.text for alert in found
                if alert.severity == severity and alert.code.startswith("site")]  # fmt: skip

    def test_no_convention_is_sent(self):
        placement, convention = self.placement_adult, self.placement_adult.convention_id
        self.set_over(placement, days=-30, state="draft")
        self.assertFalse(self.alerts(placement))
        self.decide(self.request())
        [text] = self.alerts(placement)
        for word in ("Unsafe premises seen", "DREETS 2026-17", "Labour inspection"):
            self.assertIn(word, text)
        obstacles = convention._obstacles_to_send()[convention]
        self.assertTrue([one for one in obstacles if "DREETS 2026-17" in one])
        with self.assertRaisesRegex(UserError, "Forbidden for placements"):
            convention.with_env(self.as_manager).action_send()
        self.assertEqual(convention.state, "draft")
        self.assertFalse(placement.with_env(self.as_user(self.head_a))._overridable_alerts()
                         .get("site_block"), "nobody sets it aside")  # fmt: skip

    def test_it_covers_what_belongs_to_the_company_and_its_days_alone(self):
        placement = self.new_placement(self.emma, **self.complete_vals())
        site = self.employer._bde_add_site({"name": "Second workshop"}, self.school_a)
        block = self.decide(self.request())
        block.write({"date_from": self.start, "date_to": self.end})
        placement.host_id = site
        self.assertTrue(self.alerts(placement))
        placement.host_id = self.baker
        self.assertFalse(self.alerts(placement))
        placement.host_id = self.employer
        block.write({"date_from": self.end + timedelta(days=1),
                     "date_to": self.end + timedelta(days=9)})  # fmt: skip
        self.assertFalse(self.alerts(placement), "it begins after the stay")

    def test_a_block_follows_a_merge(self):
        block = self.decide(self.request(partner_id=self.baker.id))
        Block = self.env["bde.site.block"]
        self.assertFalse(Block._running_of(self.employer)[self.employer])
        self.employer._bde_merge(self.baker)
        self.assertEqual(Block._running_of(self.employer)[self.employer], block)

    def test_lifted_it_stops_nothing(self):
        placement = self.new_placement(self.emma, **self.complete_vals())
        block = self.decide(self.request(date_to=self.today + timedelta(days=500)))
        block.date_from = self.start - timedelta(days=1)
        self.assertTrue(self.alerts(placement))
        with self.assertRaises(AccessError):
            block.with_env(self.as_user(self.manager_a)).action_lift("Mended")
        block.with_env(self.as_user(self.correspondent)).action_lift("Mended")
        self.assertFalse(self.alerts(placement))
        self.assertFalse(block.is_running)

    def test_bureaus_with_pupils_there_are_told(self):
        self.set_over(self.placements, days=-10, state="running")
        self.relation.user_id = self.manager_a
        other = self.env["bde.relation"]._bde_ensure(self.employer, self.school_b)
        self.decide(self.request())
        told = self.relation.activity_ids.filtered(lambda a: "look at your pupils" in a.summary)
        self.assertEqual(told.user_id, self.manager_a)
        self.assertIn("3 placements there are open", told.note)
        self.assertFalse(other.activity_ids, "no pupil of that school is there")

    def test_the_page_of_the_company_says_so(self):
        self.decide(self.request())
        for school, user in ((self.school_a, self.teacher_a), (self.school_b, self.manager_b)):
            relation = self.env["bde.relation"]._bde_ensure(self.employer, school)
            seen = relation.with_env(self.as_user(user))
            self.assertIn("Forbidden for placements of all schools", seen.block_text)

    def test_as_many_queries_for_one_as_for_many(self):
        self.decide(self.request())

        def queries(placements):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            placements._block_alerts()
            placements._site_alerts()
            return self.cr.sql_log_count - before

        queries(self.placements)  # what is cached for everybody
        self.assertEqual(queries(self.placement), queries(self.placements))

    def test_home_of_the_academie(self):
        self.request().with_env(self.as_user(self.manager_a)).action_propose()
        cards = self.as_user(self.correspondent)["bde.home"]._home_cards()
        [card] = [one for one in cards if one["label"] == "Companies to forbid: to decide"]
        self.assertEqual(card["count"], 1)
