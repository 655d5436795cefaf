"""Letters to alumni: one a person and day, to who may be written to, stopped before they leave."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from odoo.addons.bde_partnerships.models.bde_sms import BdeSms
from odoo.addons.mail.tests.common import MockEmail

from ..models.bde_alumni_letters import Ask
from .alumni_common import AlumniCase
from .page_common import PageMixin


class LetterCase(PageMixin, MockEmail, AlumniCase):
    """Gina and Hugo of school A were told of the follow-up; it is noon of a working day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.gina | cls.hugo | cls.ines)._note_informed("class")
        cls.Letter = cls.env["bde.alumni.letter"]

    def setUp(self):
        super().setUp()
        self.go_to("2026-11-17")

    def go_to(self, day, hour="11:00"):
        freezer = freeze_time(f"{day} {hour}:00")
        freezer.start()
        self.addCleanup(freezer.stop)

    def ask(self, *asks):
        return self.letters_of(self.school_a)._write([Ask(*ask) for ask in asks])

    def job(self, *asks):
        """What the job of the hour writes, when these are due."""
        rows = [Ask(*ask) for ask in asks]
        with patch.object(
            self.env.registry["bde.alumni.letters"], "_asks", lambda *_args: list(rows)
        ):
            return self.letters_of(self.school_a)._write_school(self.school_a)

    def mails(self):
        """Mails of our letters that wait in the queue."""
        return self.Letter.search([("state", "=", "queued")]).mail_id

    def leave(self):
        """The queue of core, without a mail server."""
        mails = self.mails()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            mails.send()

    def run_cron(self):
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *_args, **_kw: 60
        ):
            self.env["bde.alumni.letters"]._cron_write()


@tagged("post_install", "-at_install")
class TestAlumniLetters(LetterCase):
    def test_one_letter_a_person_with_all_that_is_asked(self):
        mails = self.catch_mails()
        letters = self.job(
            (self.gina, "survey_12", "follow_up", "Where are you now?", "Two minutes", "survey"),
            (self.gina, "yearly_2026", "follow_up", lambda env: "Would you help?"),
            (self.hugo, "survey_12", "follow_up", "Where are you now?", "Two minutes", "survey"),
        )
        self.assertEqual(len(letters), 3)
        self.assertEqual(len(mails), 2)
        to_gina, to_hugo = mails
        self.assertIn("Would you help?", to_gina["body_html"])
        self.assertIn("Where are you now?", to_gina["body_html"])
        self.assertNotIn("Two minutes", to_gina["subject"], "two things are in it")
        self.assertIn("Two minutes", to_hugo["subject"])
        self.assertIn("#survey", to_hugo["body_html"])
        for mail in mails:
            self.assertIn("#consents", mail["body_html"], "how to say no")
            self.assertIn("#consents", mail["headers"]["List-Unsubscribe"])
        self.assertIn("Gina Dupont", to_gina["body_html"])
        self.assertNotIn("⟦", to_gina["body_html"])

    def test_nothing_twice_and_one_a_day(self):
        mails = self.catch_mails()
        survey = (self.gina, "survey_12", "follow_up", "Where are you now?")
        other = (self.gina, "event_1", "follow_up", "Come and see us.")
        self.job(survey)
        self.assertFalse(self.job(survey, other), "one a day")
        self.go_to("2026-11-18")
        self.assertEqual(self.job(survey, other).mapped("kind"), ["event_1"])
        self.assertEqual(len(mails), 2)

    def test_the_day_is_that_of_the_school(self):
        self.school_a.bde_tz = "Indian/Reunion"  # four hours before UTC
        self.go_to("2026-11-17", "19:00")
        self.job((self.gina, "a", "follow_up", "One."))
        self.go_to("2026-11-17", "20:30")  # half past midnight of the 18th there
        self.assertTrue(self.job((self.gina, "b", "follow_up", "Two.")))

    def test_who_may_not_be_written_to(self):
        untold = self.new_alumnus("Jules", cohort=2025)
        self.gina._consent("news")
        self.assertFalse(self.ask((untold, "survey_12", "follow_up", "x")))
        self.assertFalse(self.ask((self.hugo, "news_1", "news", "x")), "did not agree")
        self.assertTrue(self.ask((self.gina, "news_1", "news", "x")))
        self.hugo._no_more()
        self.assertFalse(self.ask((self.hugo, "survey_12", "follow_up", "x")))
        self.gina._note_death()
        self.assertFalse(self.ask((self.gina, "hand 1", None, "x")))

    def test_two_brothers_with_one_mailbox_get_two_letters(self):
        leo = self.new_alumnus("Leo", email=self.gina.email, cohort=2025)
        leo._note_informed("class")
        mails = self.catch_mails()
        self.ask(*((one, "survey_12", "follow_up", "x") for one in self.gina | leo))
        self.assertEqual(len(mails), 2)
        self.assertNotEqual(mails[0]["signer_key"], mails[1]["signer_key"])

    def test_text_message_for_who_has_no_mail(self):
        texts = []
        self.gina.write({"email": False, "phone": "06 12 34 56 78"})
        with (
            patch.object(BdeSms, "_usable", lambda _sms, phones, _company: set(phones)),
            patch.object(BdeSms, "_send", lambda _sms, messages, now=False: texts.extend(messages)),
        ):
            [letter] = self.ask((self.gina, "survey_12", "follow_up", "Work or study?", None, "me"))
        self.assertEqual((letter.channel, letter.state), ("sms", "sent"))
        self.assertIn("Work or study?", texts[0]["text"])
        self.assertIn("#me", texts[0]["text"])
        link = self.env["bde.link"].search([("purpose", "=", "alumni")], limit=1)
        self.assertEqual(link._alumnus(), self.gina)
        self.gina.phone = "06 99 99 99 99"
        self.assertFalse(link._alumnus())

    def test_a_letter_that_came_back(self):
        [letter] = self.ask((self.gina, "survey_12", "follow_up", "x"))
        self.env["bde.bounce"]._note([(self.school_a, letter.signer_key, "email", "unknown")])
        self.assertEqual(letter.bounce_reason, "unknown")
        self.assertFalse(self.ask((self.gina, "survey_12_r1", "follow_up", "x")))
        self.gina.email = "gina.new@alumni.example"
        self.assertTrue(self.ask((self.gina, "survey_12_r1", "follow_up", "x")))

    def test_a_letter_that_never_left_is_written_again(self):
        """The mail server was away for days: nobody was told, and nobody counts as told."""
        self.gina.write({"informed_on": False, "informed_how": False})
        self.gina._ask_welcome()
        self.letters_of(self.school_a)._write_school(self.school_a)
        [letter] = self.gina.letter_ids.filtered(lambda one: one.kind == "welcome")
        self.assertTrue(self.gina.informed_on)
        letter.mail_id.state = "exception"
        self.env.flush_all()
        self.cr.execute(
            "UPDATE mail_mail SET create_date = %s WHERE id = %s",
            ["2026-11-17 11:00:00", letter.mail_id.id],
        )
        self.env.invalidate_all()
        self.go_to("2026-11-24")
        self.env["bde.bounce"]._cron_retry()
        self.assertEqual(letter.state, "cancelled")
        self.assertFalse(self.gina.informed_on)
        again = self.letters_of(self.school_a)._write_school(self.school_a)
        self.assertEqual(again.mapped("kind"), ["welcome"])

    def test_information_that_came_back_was_not_given(self):
        self.gina.write({"informed_on": False, "informed_how": False})
        self.gina._ask_welcome()
        [letter] = self.letters_of(self.school_a)._write_school(self.school_a)
        self.leave()
        self.env["bde.bounce"]._note([(self.school_a, letter.signer_key, "email", "unknown")])
        self.assertFalse(self.gina.informed_on)
        self.gina.email = "gina.new@alumni.example"
        self.go_to("2026-11-18")
        again = self.letters_of(self.school_a)._write_school(self.school_a)
        self.assertEqual(again.mapped("kind"), ["welcome"])

    def test_as_many_queries_for_two_hundred(self):
        def count(number):
            people = self.env["bde.alumnus"].create(
                [
                    {
                        "company_id": self.school_a.id,
                        "lastname": f"Durand {number} {rank}",
                        "firstname": "Max",
                        "cohort": 2024,
                        "email": f"max{number}.{rank}@alumni.example",
                    }
                    for rank in range(number)
                ]
            )
            people._note_informed("class")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            letters = self.ask(*((one, "survey_6", "follow_up", "x") for one in people))
            self.env.flush_all()
            self.assertEqual(len(letters), number)
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(20), count(200)
        self.assertLessEqual(many, few + 6, "inserts go by hundreds")

    # ------------------------------------------------------------
    # At the moment it leaves
    # ------------------------------------------------------------

    def test_consent_withdrawn_while_it_waits(self):
        self.gina._consent("solicitation")
        [letter] = self.ask((self.gina, "yearly_2026", "solicitation", "Would you help?"))
        mail = letter.mail_id
        self.assertTrue(mail)
        self.gina._withdraw(["solicitation"])
        self.assertEqual(letter.state, "cancelled")
        self.assertFalse(mail.exists())
        self.gina._consent("solicitation")
        self.assertTrue(
            self.ask((self.gina, "yearly_2026", "solicitation", "Would you help?")), "yes again"
        )

    def test_asked_once_more_when_it_leaves(self):
        letters = self.ask(
            (self.gina, "survey_12", "follow_up", "x"), (self.hugo, "survey_12", "follow_up", "x")
        )
        # past the verbs, as another worker that has just committed
        self.env.cr.execute(
            "UPDATE bde_alumnus SET no_more_on = '2026-11-17' WHERE id = %s", [self.gina.id]
        )
        self.gina.invalidate_recordset()
        self.leave()
        self.assertEqual(letters.mapped("state"), ["cancelled", "sent"])

    def test_an_address_that_changed_meanwhile(self):
        [letter] = self.ask((self.gina, "survey_12", "follow_up", "x"))
        self.gina.email = "gina.new@alumni.example"
        self.leave()
        self.assertEqual(letter.state, "cancelled")
        self.assertTrue(self.ask((self.gina, "survey_12", "follow_up", "x")), "to the new one")

    def test_half_of_a_letter_is_no_longer_wanted(self):
        self.gina._consent("solicitation")
        letters = self.ask(
            (self.gina, "survey_12", "follow_up", "Where are you now?", "Two minutes", "survey"),
            (self.gina, "yearly_2026", "solicitation", "Would you help?", "One question"),
        )
        mail = letters.mail_id
        self.gina._withdraw(["solicitation"])
        self.assertEqual(letters.mapped("state"), ["queued", "cancelled"])
        self.assertIn("Where are you now?", mail.body_html)
        self.assertNotIn("Would you help?", mail.body_html)
        self.assertIn("Two minutes", mail.subject)
        self.leave()
        self.assertEqual(letters[0].state, "sent")

    def test_nothing_is_left_of_who_objects(self):
        [letter] = self.ask((self.gina, "survey_12", "follow_up", "x"))
        mail = letter.mail_id
        self.gina._object()
        self.assertFalse(mail.exists())
        self.assertFalse(letter.exists())
        self.assertFalse(
            self.env["bde.link"].search([("purpose", "=", "alumni"), ("name", "ilike", "Gina")])
        )

    def test_mails_that_have_left_are_noted(self):
        [letter] = self.ask((self.gina, "survey_12", "follow_up", "x"))
        self.leave()
        self.assertEqual(letter.state, "sent")
        self.assertFalse(letter.mail_id)
        # the job stopped between the mail and the note
        [other] = self.ask((self.hugo, "survey_12", "follow_up", "x"))
        other.mail_id.unlink()
        self.job()
        self.assertEqual(other.state, "sent")

    # ------------------------------------------------------------
    # Quiet hours, staff
    # ------------------------------------------------------------

    def test_nothing_leaves_at_night(self):
        rows = [Ask(self.gina, "survey_12", "follow_up", "x")]
        with patch.object(
            self.env.registry["bde.alumni.letters"],
            "_asks",
            lambda _self, company, _today: rows if company == self.school_a else [],
        ):
            self.go_to("2026-11-17", "21:30")
            self.run_cron()
            self.assertFalse(self.Letter.search([("alumnus_id", "=", self.gina.id)]))
            self.go_to("2026-11-18", "09:30")
            self.run_cron()
        self.assertTrue(self.Letter.search([("alumnus_id", "=", self.gina.id)]))

    @users("secretary_a")
    def test_staff_send_the_link(self):
        gina, hugo = (one.with_env(self.env) for one in (self.gina, self.hugo))
        hugo.email = False
        mails = self.catch_mails()
        result = (gina | hugo).action_send_page_link()
        self.assertEqual(len(mails), 1)
        self.assertIn("DUPONT Hugo", result["params"]["message"])
        with self.assertRaisesRegex(UserError, "DUPONT Hugo"):
            hugo.action_send_page_link()
        self.assertTrue(gina.letter_ids)
        with self.assertRaises(AccessError):
            gina.letter_ids.write({"state": "sent"})

    @users("secretary_a")
    def test_staff_open_the_page_with_him(self):
        action = self.gina.with_env(self.env).action_open_page()
        self.assertEqual(action["type"], "ir.actions.act_url")
        link = self.env["bde.link"].sudo().search([("channel", "=", "desk")], limit=1)
        self.assertEqual(link._alumnus(), self.gina)
        self.assertEqual(link.expires_on.date(), fields.Date.to_date("2026-11-18"))

    @users("manager_b")
    def test_another_school_sends_nothing(self):
        with self.assertRaises(AccessError):
            self.gina.with_env(self.env).action_send_page_link()
        with self.assertRaises(AccessError):
            self.gina.with_env(self.env).action_open_page()
