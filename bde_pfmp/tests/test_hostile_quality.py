"""What one person said, looked for by whoever may only know what many said."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .quality_common import QualityCase

SILENT = mute_logger("odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestHostileWords(QualityCase):
    def words(self):
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a)
        self.env.invalidate_all()
        return relation.with_env(self.as_user(self.school_life_a)).quality_words or ""

    def say(self, placement, text):
        rating = self.rate(placement, comment=text)
        rating.with_env(self.as_manager).action_show()
        return rating

    def test_words_join_by_groups_of_three(self):
        """Who looks before and after the fourth pupil came back does not read his words."""
        for placement, text in zip(self.placements, ("One", "Two", "Three"), strict=True):
            self.say(placement, text)
        self.assertIn("Two", self.words())
        fourth = self.add_ratings(self.employer, [50])
        fourth.sudo().write({"comment": "Fourth", "moderation": "to_read"})
        fourth.with_env(self.as_manager).action_show()
        self.assertNotIn("Fourth", self.words())
        self.assertIn("Two", self.words())
        self.add_ratings(self.employer, [50, 50], days=6)
        self.assertIn("Fourth", self.words())


@tagged("post_install", "-at_install")
class TestHostileFacts(QualityCase):
    def facts(self):
        facts = self.env["bde.rating"]._host_facts(self.employer)
        return {question.code: word for question, word in facts}

    def released(self, answers, days):
        """A group of three that joined on a day; each said one of these of one theme."""
        ratings = self.add_ratings(self.employer, [50] * 3, days=days)
        for rating, value in zip(ratings, answers, strict=True):
            rating.sudo().write(
                {
                    "answers": {self.code: value, self.other: 4},
                    "released_on": self.today - timedelta(days=days),
                }
            )
        self.env.flush_all()

    def test_one_answer_of_a_group_stands_alone_on_no_theme(self):
        """Two of three say that a theme does not concern them: the third is not told."""
        self.code, self.other = list(self.all_answers(4))[:2]
        self.released([2, 2, 2], days=9)
        self.assertEqual(self.facts()[self.code], "rather_no")
        self.released([4, 0, 0], days=8)
        self.assertEqual(self.facts()[self.code], "rather_no", "as before the second group")
        self.released([4, 4, 4], days=7)
        self.assertEqual(self.facts()[self.code], "rather_yes")
        self.assertEqual(self.facts()[self.other], "yes")


@tagged("post_install", "-at_install")
class TestHostileBlock(QualityCase):
    def request(self, facts):
        """A proposal that the secretary of school A prepares."""
        return self.as_user(self.secretary_a)["bde.site.block.request"].create(
            {
                "partner_id": self.employer.id,
                "reason_id": self.env.ref("bde_partnerships.status_reason_unsafe").id,
                "facts": facts,
                "ground": "authority",
                "authority": "labour",
                "reference": "DREETS 2026-17",
                "decision_date": self.today - timedelta(days=3),
                "date_from": self.today - timedelta(days=30),
                "date_to": self.today + timedelta(days=100),
            }
        )

    def test_another_academie_is_neither_bound_nor_told(self):
        """A decision of one académie is not that of its neighbour, nor are its words."""
        other = self.env["res.company"].create(
            {"name": "Autre académie", "bde_kind": "academy", "academy_code": "10",
             "holiday_zone": "B"}
        )  # fmt: skip
        request = self.request("Inspection of 3 November")
        request.with_env(self.as_manager).action_propose()
        request.with_env(self.as_user(self.correspondent)).action_decide()
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a).sudo()
        self.assertIn("DREETS 2026-17", relation.block_text)
        self.assertTrue(self.placement.sudo()._block_alerts())
        self.env.flush_all()
        self.cr.execute(
            "UPDATE res_company SET parent_id = %s WHERE id = %s", [other.id, self.school_a.id]
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertFalse(relation.block_text)
        self.assertFalse(self.placement.sudo()._block_alerts())

    def test_the_academie_reads_what_was_proposed(self):
        """What a school only prepares is its own: names of people stand in first drafts."""
        request = self.request("Mr Duval shouts at Aline")
        for user in (self.correspondent, self.bde_admin):
            env = self.as_user(user)
            with self.subTest(user.login):
                self.assertFalse(env["bde.site.block.request"].search([]))
                with self.assertRaises(AccessError), SILENT:
                    request.with_env(env).read(["facts"])
        request.with_env(self.as_manager).action_propose()
        for user in (self.correspondent, self.bde_admin):
            self.assertEqual(self.as_user(user)["bde.site.block.request"].search([]), request)
