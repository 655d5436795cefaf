"""Portraits of minors: the person and both holders of parental authority."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.bde_partnerships.models.bde_delivery import BdeDelivery

from .portrait_common import PortraitCase


@tagged("post_install", "-at_install")
class TestPortraitOfAMinor(PortraitCase):
    def asked(self, **vals):
        portrait = self.new_portrait(self.hugo, title="Hugo", **vals)
        portrait.action_ask()
        return portrait

    def test_both_holders_of_authority_and_the_minor(self):
        portrait = self.asked()
        self.assertTrue(portrait.is_minor)
        texts = portrait.consent_ids.filtered(lambda one: not one.picture_id)
        self.assertEqual(texts.guardian_id, self.mother | self.father)
        self.assertEqual(len(texts), 3)
        self.agree(portrait)
        self.agree(portrait, guardian=self.mother)
        self.assertEqual(portrait.state, "to_approve")
        self.assertIn("Jean Dupont", portrait.progress)
        with self.assertRaises(UserError):
            portrait.action_publish()
        self.agree(portrait, guardian=self.father)
        portrait.action_publish()
        self.assertEqual(len(self.shown()), 1)

    def test_a_picture_that_one_of_them_leaves_out(self):
        portrait = self.asked(pictures=2)
        first, second = portrait.picture_ids
        self.agree(portrait)
        self.agree(portrait, guardian=self.mother)
        self.agree(portrait, guardian=self.father, pictures=first)
        portrait.action_publish()
        [(_portrait, pictures)] = self.shown()
        self.assertEqual(pictures.ids, first.ids)
        self.assertFalse(second.shown_text)

    def test_one_of_them_takes_it_back(self):
        portrait = self.asked()
        for guardian in (None, self.mother, self.father):
            self.agree(portrait, guardian=guardian)
        portrait.action_publish()
        portrait.sudo()._withdraw(self.father.sudo())
        self.assertFalse(self.shown())
        self.assertEqual(portrait.state, "ended")

    def test_one_of_them_says_no(self):
        portrait = self.asked()
        portrait.sudo()._answer({}, portrait.until, self.mother.sudo())
        self.assertEqual(portrait.state, "draft")

    def test_it_ends_at_18(self):
        portrait = self.asked()
        for guardian in (None, self.mother, self.father):
            self.agree(portrait, guardian=guardian)
        portrait.action_publish()
        birthday = self.hugo.birth_date + relativedelta(years=18)
        self.assertEqual(set(portrait.consent_ids.mapped("until")), {birthday - timedelta(days=1)})
        with patch.object(type(self.school_a), "_bde_today", lambda company: birthday):
            self.hugo.invalidate_recordset(["is_adult"])
            self.assertFalse(self.shown())
        self.hugo.invalidate_recordset(["is_adult"])

    def test_no_day_after_18_is_proposed(self):
        portrait = self.asked()
        birth = self.hugo.birth_date
        self.assertGreater(portrait.until, birth.replace(year=birth.year + 18))
        self.assertEqual(
            portrait.sudo()._card(self.mother.sudo())["until"],
            birth.replace(year=birth.year + 18, day=birth.day - 1),
        )

    def test_no_letters_to_companies(self):
        portrait = self.new_portrait(self.hugo, ask_letters=True)
        with self.assertRaises(UserError):
            portrait.action_ask()

    def test_nobody_known_or_they_disagree(self):
        portrait = self.new_portrait(self.hugo)
        self.aline.guardian_dispute = True
        with self.assertRaises(UserError):
            portrait.action_ask()
        self.hugo.student_id = False
        with self.assertRaises(UserError):
            portrait.action_ask()

    def shown_minor(self):
        """A portrait of Hugo, 17, that everybody agreed to."""
        portrait = self.new_portrait(self.hugo)
        portrait.action_ask()
        for guardian in (None, self.mother, self.father):
            self.agree(portrait, guardian=guardian)
        portrait.action_publish()
        self.assertTrue(self.shown())
        return portrait

    def assert_taken_down(self, portrait):
        self.assertEqual(portrait.state, "ended")
        self.assertFalse(self.shown())
        self.assertIn("who has authority", portrait.activity_ids.summary)
        self.assertEqual(portrait.activity_ids.user_id, self.manager_a)

    def test_they_disagree_later(self):
        portrait = self.shown_minor()
        # what is asked on each view, whatever was missed
        self.cr.execute("UPDATE bde_student SET guardian_dispute = true WHERE id = %s",
                        [self.aline.id])  # fmt: skip
        self.env.invalidate_all()
        self.assertFalse(self.shown())
        self.cr.execute("UPDATE bde_student SET guardian_dispute = false")
        self.env.invalidate_all()
        self.assertTrue(self.shown())
        self.aline.guardian_dispute = True
        self.assert_taken_down(portrait)

    def test_a_guardian_who_is_erased(self):
        portrait = self.shown_minor()
        self.father.unlink()
        self.assertEqual(len(portrait.consent_ids.filtered(lambda one: one.by == "guardian")), 4)
        self.assert_taken_down(portrait)

    def test_a_guardian_who_comes_later(self):
        """A second holder of authority who never read it."""
        portrait = self.shown_minor()
        links = self.aline.guardianship_ids
        uncle = self.env["bde.guardian"].create(
            {"company_id": self.school_a.id, "lastname": "Martin", "firstname": "Leo"}
        )
        links.filtered(lambda one: one.guardian_id == self.father).legal_rank = "0"
        self.assertTrue(self.shown(), "those who are left agreed")
        self.env["bde.guardianship"].create(
            {"student_id": self.aline.id, "guardian_id": uncle.id, "legal_rank": "2"}
        )
        self.assert_taken_down(portrait)

    def test_who_lost_authority_reads_nothing_more(self):
        portrait = self.shown_minor()
        vals = portrait.sudo()._guardian_link_vals(self.father.sudo(), "email")
        [(link, _token)] = self.env["bde.link"]._mint([vals])
        self.assertEqual(link._portrait(), (portrait.sudo(), self.father))
        self.aline.guardianship_ids.filtered(
            lambda one: one.guardian_id == self.father
        ).judgment = "withdrawn"
        self.assertFalse(link._portrait()[0])

    def test_a_guardian_beside_the_pupil_no_more(self):
        portrait = self.shown_minor()
        self.aline.guardianship_ids.unlink()
        self.assert_taken_down(portrait)

    def test_letters_to_each(self):
        sent, queue = [], BdeDelivery._queue

        def catch(delivery, messages):
            sent.extend(messages)
            return queue(delivery, messages)

        self.father.email = False
        portrait = self.new_portrait(self.hugo, title="Hugo")
        # a Sunday: nobody is written to
        with patch.object(BdeDelivery, "_queue", catch), freeze_time("2026-11-22 11:00:00"):
            action = portrait.action_ask()
        self.assertFalse(sent)
        self.assertIn("DUPONT Jean", action["params"]["message"], "to be called all the same")
        letters = self.env["bde.alumni.letters"].with_company(self.school_a)
        with patch.object(BdeDelivery, "_queue", catch), freeze_time("2026-11-23 11:00:00"):
            letters._write_guardians(self.school_a)
            letters._write_guardians(self.school_a)
            self.assertEqual(len(sent), 1, "once")
            sent.clear()
            action = portrait.action_send_again()
        self.assertEqual(
            [one["email_to"] for one in sent], ['"DUPONT Marie" <marie@parents.example>']
        )
        self.assertIn("/bde/g/", sent[0]["body_html"])
        self.assertNotIn("Hugo", sent[0]["subject"])
        self.assertIn("DUPONT Jean", action["params"]["message"], "to be called")

    def test_an_expired_link_of_a_parent_is_renewed(self):
        portrait = self.new_portrait(self.hugo)
        portrait.action_ask()
        vals = portrait.sudo()._guardian_link_vals(self.father.sudo(), "email")
        [(link, _token)] = self.env["bde.link"]._mint([vals])
        link.expires_on = fields.Datetime.now() - timedelta(days=1)
        links = self.env["bde.link"].search_count([("purpose", "=", "portrait")])
        self.assertEqual(link._renew_portrait(), "sent")
        self.assertEqual(
            self.env["bde.link"].search_count([("purpose", "=", "portrait")]), links + 1
        )
        self.assertEqual(link._renew_portrait(), "capped")
        self.aline.guardian_dispute = True
        [(other, _token)] = self.env["bde.link"]._mint([vals])
        self.assertEqual(other._renew_portrait(), "nothing")
