"""News of a school: to those who agreed, stopped for who withdraws before they leave."""

from unittest.mock import patch

from markupsafe import escape

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users

from .test_alumni_letters import LetterCase


class NewsCase(LetterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.gina | cls.hugo | cls.ines)._consent("news")

    def news(self, **vals):
        """News of school A, written by its secretary."""
        secretary = self.env["res.users"].sudo().search([("login", "=", "secretary_a")])
        return (
            self.env["bde.alumni.news"]
            .with_user(secretary)
            .create(
                {
                    "company_id": self.school_a.id,
                    "subject": "Open day – {lycee}",
                    "body": "<p>Hello {prenom},</p><p>Your training: {formation}.</p><p>Come!</p>",
                    **vals,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestAlumniNews(NewsCase):
    def test_to_those_who_agreed_and_to_nobody_else(self):
        self.new_alumnus("Jules", cohort=2025)
        mails = self.catch_mails()
        news = self.news()
        self.assertEqual(news.agreed_count, 2, "Gina and Hugo; Ines is of another school")
        news.action_send()
        self.assertEqual(news.state, "sent")
        self.assertEqual(
            sorted(mail["email_to"].partition("<")[2] for mail in mails),
            ["gina@alumni.example>", "hugo@alumni.example>"],
        )
        to_gina = next(mail for mail in mails if "gina" in mail["email_to"])
        self.assertIn("Hello Gina,", to_gina["body_html"])
        self.assertIn(escape(self.training_a.name), to_gina["body_html"])
        self.assertEqual(to_gina["subject"], f"Open day – {self.school_a.name}")
        self.assertIn("#consents", to_gina["body_html"])
        self.assertNotIn("<img", to_gina["body_html"], "nothing tells who read it")
        self.leave()
        self.assertEqual(news.sent_count, 2)

    def test_audience(self):
        self.gina.city = "Saint-Denis"
        self.assertEqual(self.news(cohort_to=2024).agreed_count, 1)
        self.assertEqual(self.news(cohort_from=2025).agreed_count, 1)
        self.assertEqual(self.news(city="denis").agreed_count, 1)
        self.assertEqual(self.news(training_ids=self.training_a.ids).agreed_count, 2)
        self.hugo.email = False
        news = self.news()
        self.assertEqual((news.agreed_count, news.missed_count), (1, 1))

    def test_all_years_at_first(self):
        news = self.news()
        self.assertEqual((news.cohort_from, news.cohort_to), (2024, self.hugo.cohort))

    def test_who_reads_them_is_shown(self):
        news = self.news(cohort_to=2024)
        action = news.action_view_readers()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), self.gina)
        news.action_send()
        action = news.action_view_readers()
        letters = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(letters.alumnus_id, self.gina)

    def test_withdrawn_while_it_is_queued(self):
        mails = self.catch_mails()
        news = self.news()
        self.go_to("2026-11-17", "22:00")  # at night nothing is made
        news.action_send()
        self.assertEqual(news.state, "queued")
        self.assertFalse(mails)
        self.gina._withdraw(["news"])
        self.hugo.invalidate_recordset()
        self.go_to("2026-11-18", "09:00")
        news.sudo().mailing_id._action_send_mail()
        self.assertEqual(
            [mail["email_to"] for mail in mails], ['"Hugo Dupont" <hugo@alumni.example>']
        )
        self.assertEqual((news.stopped_count, news.waiting_count), (1, 1))
        # the mail is made and waits for the queue of core
        self.hugo._withdraw(["news"])
        self.leave()
        self.assertEqual((news.sent_count, news.stopped_count, news.waiting_count), (0, 2, 0))

    def test_asked_once_more_when_it_is_made(self):
        """Whatever ended the consent, or changed the address, while the night lasted."""
        mails = self.catch_mails()
        news = self.news()
        self.go_to("2026-11-17", "22:00")
        news.action_send()
        # without any hook, as a repair of the database would
        self.gina.consent_ids.state = "withdrawn"
        self.hugo.email = "hugo@elsewhere.example"
        self.go_to("2026-11-18", "09:00")
        news.sudo().mailing_id._action_send_mail()
        self.assertFalse(mails, "neither without consent nor to an address that is not theirs")
        self.assertEqual((news.sent_count, news.waiting_count), (0, 0))

    def test_said_no_since(self):
        news = self.news()
        news.action_send()
        self.leave()
        self.gina._withdraw(["news"])
        news.invalidate_recordset()
        self.assertEqual((news.sent_count, news.no_count), (2, 1))
        letter = self.Letter.search([("alumnus_id", "=", self.hugo.id)])
        self.env["bde.bounce"]._note([(self.school_a, letter.signer_key, "email", "full")])
        news.invalidate_recordset()
        self.assertEqual(news.bounced_count, 1)

    def test_once_whatever_crashes(self):
        news = self.news()
        made = type(news)._make_mails
        tries = []

        def crash(record, letters, compiled):
            tries.append(len(letters))
            if self.gina in letters.alumnus_id:
                raise ValueError("cannot be made")
            return made(record, letters, compiled)

        with (
            patch.object(self.env.registry["bde.alumni.news"], "_make_mails", crash),
            self.assertLogs("odoo.addons.bde_alumni.models.bde_alumni_news_send", "ERROR"),
        ):
            news.action_send()
        self.assertEqual(tries, [2, 1, 1], "one that fails stops no other")
        mails = self.catch_mails()
        news.sudo().mailing_id._action_send_mail()
        self.assertFalse(mails, "nothing twice")
        with self.assertRaisesRegex(UserError, "left already"):
            news.action_send()

    def test_one_letter_a_day(self):
        self.news().action_send()
        self.assertFalse(self.job((self.gina, "survey_12", "follow_up", "x")))

    def test_news_that_wait_for_the_morning_are_its_letter(self):
        self.go_to("2026-11-17", "22:00")
        self.news().action_send()
        self.go_to("2026-11-18", "07:30")
        self.assertFalse(self.job((self.gina, "survey_12", "follow_up", "x")))

    def test_what_left_stays_as_it_was(self):
        news = self.news()
        news.action_send()
        with self.assertRaisesRegex(UserError, "copy them"):
            news.subject = "Other"
        with self.assertRaises(UserError):
            news.unlink()
        self.assertEqual(news.copy().state, "draft")

    def test_nobody(self):
        (self.gina | self.hugo)._withdraw(["news"])
        with self.assertRaisesRegex(UserError, "Nobody"):
            self.news().action_send()

    def test_words(self):
        with self.assertRaisesRegex(ValidationError, "surname"):
            self.news(body="<p>Hello {surname}</p>")
        with self.assertRaises(ValidationError):
            self.news(body="<p><br/></p>")
        with self.assertRaisesRegex(ValidationError, "after the last"):
            self.news(cohort_from=2025, cohort_to=2024)
        self.gina.firstname = "<b>Gina</b>"
        mails = self.catch_mails()
        self.news().action_send()
        self.assertNotIn("<b>Gina", "".join(mail["body_html"] for mail in mails))

    @users("secretary_a")
    def test_a_test_goes_to_the_user_alone(self):
        mails = self.catch_mails()
        news = self.news().with_env(self.env)
        news.action_test()
        [mail] = mails
        self.assertIn(self.env.user.email, mail["email_to"])
        self.assertEqual(news.state, "draft")
        self.assertFalse(self.Letter.search([("kind", "=", news._kind())]))

    @users("manager_b")
    def test_another_school(self):
        news = self.news().with_env(self.env)
        with self.assertRaises(AccessError):
            news.action_send()
        with self.assertRaises(AccessError):
            news.action_test()

    @users("secretary_a")
    def test_nobody_types_that_it_was_sent(self):
        with self.assertRaises(AccessError):
            self.news().with_env(self.env).state = "sent"
