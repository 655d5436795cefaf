import base64
import re
from contextlib import suppress
from datetime import date, timedelta
from io import BytesIO
from unittest.mock import patch

from freezegun import freeze_time
from PIL import Image
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from ..rules import tax_letter
from .tax_letter_common import PARIS_NOON, TaxLetterCase

SILENT = mute_logger(
    "odoo.addons.bde_partnerships.models.bde_tax_letter_send",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)


@tagged("post_install", "-at_install")
@freeze_time(PARIS_NOON)
class TestTaxLetter(TaxLetterCase):
    """Who gets a letter about the tax, what stands in it, what becomes of it."""

    # ------------------------------------------------------------
    # The mail
    # ------------------------------------------------------------

    def test_letter_says_what_to_type_in_soltea(self):
        self.assertEqual(self.send(self.target)[self.employer.name], "sent")
        mail = self.mails()
        body = re.sub(r"\s+", " ", str(mail.body_html))
        self.assertEqual(mail.email_to, '"Anne Duval" <anne@duval.example>')
        self.assertIn("bde-0330994b@ac-test.example", mail.email_from)
        self.assertEqual(mail.subject, "Votre taxe d’apprentissage 2025 – Lycée Ampère")
        for text in (
            "Bonjour Anne Duval,", "LYCEE AMPÈRE", "0330994B", "19330994500015", "BAC PRO MELEC",
            "RNCP38878", "vendredi 27 juin 2025", "jusqu’au 27 juin 2025", "Répondre en une minute",
            "Secretary A",
        ):  # fmt: skip
            self.assertIn(text, body)
        self.assertNotIn("L’an dernier", body, "they gave nothing: the paragraph is left out")
        self.assertNotIn("{", re.sub(r"<style.*?</style>", "", body))

    def test_plain_text_may_be_copied(self):
        """No asterisk beside a value, a line for each training and client."""
        self.campaign.course_ids = [
            Command.create({"name": "CAP CUISINE", "rncp": "RNCP38430"}),
            Command.create({"name": "BAC PRO MELEC", "no_rncp": True, "level": "Niveau 4"}),
        ]
        self.campaign.action_confirm_identity()
        self.send(self.target)
        lines = html2plaintext(self.mails().body_html).splitlines()
        for line in ("LYCEE AMPÈRE", "0330994B", "19330994500015", "vendredi 27 juin 2025"):
            self.assertIn(line, lines)
        self.assertIn("CAP CUISINE – RNCP38430", lines)
        self.assertIn("BAC PRO MELEC, Niveau 4", lines, "two of that name: the level tells them")
        self.assertTrue(any(line.endswith("sans vous.") for line in lines), "one paragraph a line")
        self.send(self.petit | self.martin, "accountant")
        lines = html2plaintext(self.mails()[-1].body_html).splitlines()
        for name in ("Boulangerie Petit", "Garage Martin"):
            self.assertTrue(any(line.startswith(f"*{name}*") for line in lines), lines)
        self.assertIn("ce n’est plus notre client", str(self.mails()[-1].body_html))

    def test_nothing_is_tracked(self):
        """No pixel, no rewritten link, no unsubscribe of core: also in what the server gets."""
        self.send(self.target)
        mail = self.mails()
        for body in (mail.body_html, mail._prepare_outgoing_body()):
            self.assertNotIn("mail/track", body)
            self.assertNotIn("/r/", body)
            self.assertNotIn("unsubscribe", body)
            self.assertNotIn("<img", body)
        [values] = mail._prepare_outgoing_list()
        optout = self.links(mail)["o"]
        self.assertIn(f"/bde/o/{optout}", values["headers"]["List-Unsubscribe"])
        self.assertNotIn("List-Unsubscribe-Post", values["headers"])
        self.assertFalse(self.env["link.tracker"].search([]))
        trace = self.env["mailing.trace"].search([])
        self.assertEqual((trace.company_id, trace.trace_status), (self.school_a, "outgoing"))

    def test_links_are_of_one_reader_and_in_the_mail_alone(self):
        self.send(self.target | self.petit)
        first, second = self.mails()
        tokens = [*self.links(first).values(), *self.links(second).values()]
        self.assertEqual(len(set(tokens)), 4, "an answer and a no for each")
        link = self.env["bde.link"]._find(self.links(first)["x"], "tax")
        self.assertEqual((link.res_model, link.res_id), ("bde.tax.target", self.target.id))
        self.env.flush_all()
        for table, column in (
            ("bde_tax_letter", "text"), ("mail_message", "body"), ("bde_talk", "summary"),
            ("mailing_mailing", "body_html"),
        ):  # fmt: skip
            self.env.cr.execute(f'SELECT coalesce("{column}"::text, \'\') FROM "{table}"')
            texts = "".join(row[0] for row in self.env.cr.fetchall() if row[0])
            if table == "mail_message":
                # the message that core keeps below an outgoing mail goes with the mail
                outgoing = (first | second).mail_message_id
                texts = "".join(
                    self.env["mail.message"]
                    .search([])
                    .filtered(
                        lambda message: message not in outgoing  # noqa: B023
                    )
                    .mapped("body")
                )
            for token in tokens:
                self.assertNotIn(token, texts, table)

    def test_letter_is_logged(self):
        self.send(self.target)
        letter = self.letters()
        self.assertEqual((letter.state, letter.kind, letter.channel), ("queued", "first", "mail"))
        self.assertEqual(letter.email_normalized, "anne@duval.example")
        self.assertEqual(letter.date, date(2025, 6, 10))
        self.assertIn("Bonjour Anne Duval,", letter.text)
        approach = self.env["bde.approach"].search([("partner_id", "=", self.employer.id)])
        self.assertEqual((approach.purpose, approach.channel), ("tax", "mail"))
        talk = self.env["bde.talk"].search([("relation_id", "=", self.relation.id)])
        self.assertEqual((talk.outcome, talk.contact_id), ("sent", self.anne))
        self.assertFalse(self.target.reached_on, "it has not left yet")
        self.leave()
        self.assertEqual(letter.state, "sent")
        self.assertEqual(self.target.reached_on, date(2025, 6, 10))
        self.assertEqual((self.target.message_sent_count, self.target.stage), (1, "reached"))
        self.assertEqual(letter.sudo().trace_id.trace_status, "sent")

    def test_values_are_text(self):
        self.employer.name = "Duval <b onclick=x>"
        model = self.model().copy({"company_id": self.school_a.id, "body": "<p>{entreprise}</p>"})
        self.mine._send_letters(self.target.with_env(self.mine.env), model)
        self.assertIn("Duval &lt;b onclick=x&gt;", self.letters().text)

    def test_story_and_checked_picture(self):
        pixel = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
            "RU5ErkJggg=="
        )
        self.campaign.write({"story": "<p>Un poste à souder.</p>", "story_picture": pixel})
        self.campaign.picture_checked = False
        self.send(self.target)
        body = str(self.mails().body_html)
        self.assertIn("Un poste à souder.", body)
        self.assertNotIn("/web/image/", body, "nobody stated that no minor is seen")
        self.campaign.picture_checked = True
        self.send(self.petit)
        self.assertRegex(str(self.mails()[-1].body_html), r"/web/image/\d+\?access_token=")

    # ------------------------------------------------------------
    # Who gets one
    # ------------------------------------------------------------

    def test_who_said_no_gets_none(self):
        self.env["bde.optout"]._record(self.school_a, email="anne@duval.example", purposes=["tax"])
        self.env["bde.optout"]._record(self.school_a, partner=self.petit.partner_id)
        statuses = self.send(self.target | self.petit | self.martin)
        self.assertEqual(list(statuses.values()), ["stopped", "left_out", "sent"])

    def test_no_of_a_company_to_placements_does_not_stop_the_tax(self):
        self.env["bde.optout"]._record(
            self.school_a, partner=self.employer, purposes=["placements"]
        )
        self.assertEqual(list(self.send(self.target).values()), ["sent"])

    def test_another_school_never_locks_the_window(self):
        """School B wrote yesterday and leads with the company: school A writes all the same."""
        self.employer._bde_note_approach(self.school_b, "tax", "mail", date=date(2025, 6, 9))
        self.employer.bde_lead_school_id = self.school_b
        other = self.campaign_b.with_env(self.as_user(self.manager_b))
        self.bruno.email = "anne@duval.example"
        self.assertEqual(list(self.send(self.target_b, campaign=other).values()), ["sent"])
        _plans, results = self.mine._check_letters(self.target, self.model())
        self.assertEqual(results[self.target], ("ready", ""), "not even a warning")
        self.assertEqual(list(self.send(self.target).values()), ["sent"])

    def test_own_caps(self):
        self.assertEqual(list(self.send(self.target).values()), ["sent"])
        self.assertEqual(list(self.send(self.target, "reminder").values()), ["same"])
        self.leave()
        with freeze_time("2025-06-16 10:00:00"):
            self.assertEqual(list(self.send(self.target, "reminder").values()), ["capped"])
        with freeze_time("2025-06-17 10:00:00"):
            self.assertEqual(list(self.send(self.target, "reminder").values()), ["sent"])
            self.leave()
        self.campaign.letter_max = 2
        with freeze_time("2025-06-24 10:00:00"):
            self.assertEqual(list(self.send(self.target, "last").values()), ["capped"])

    def test_one_letter_for_an_address(self):
        self.martin.partner_id.email = "petit+labo@boulangerie.example"
        statuses = self.send(self.petit | self.martin)
        self.assertEqual(sorted(statuses.values()), ["same", "sent"])
        self.assertEqual(len(self.mails()), 1)

    def test_who_answered_is_not_asked_again(self):
        self.target.write({"answer": "chosen", "answered_on": "2025-06-09"})
        self.petit.write({"answer": "no", "refused_on": "2025-06-09"})
        self.martin.write({"state": "left_out", "left_out_text": "Owes none"})
        statuses = self.send(self.target | self.petit | self.martin)
        self.assertEqual(list(statuses.values()), ["answered", "answered", "left_out"])
        self.assertFalse(self.mails())

    def test_wrong_person_is_replaced(self):
        self.send(self.target)
        self.leave()
        self.target.write({"answer": "wrong", "answered_on": "2025-06-10"})
        with freeze_time("2025-06-20 10:00:00"):
            self.assertEqual(list(self.send(self.target).values()), ["wrong"])
            self.target.contact_id = self.employer._bde_add_contact(
                self.school_a, {"name": "Zoé Comptable", "email": "zoe@duval.example"}
            )
            self.assertEqual(list(self.send(self.target).values()), ["sent"])

    def test_without_address(self):
        self.assertEqual(list(self.send(self.roux).values()), ["no_address"])

    def test_at_night_they_wait_for_the_morning(self):
        with freeze_time("2025-06-10 20:30:00"):
            self.assertEqual(list(self.send(self.target).values()), ["sent"])
            mailing = self.letters().sudo().mailing_id
            self.assertFalse(self.mails(), "made in the morning, with what holds then")
            # eight o'clock in Paris
            self.assertEqual(str(mailing.schedule_date), "2025-06-11 06:00:00")
        with freeze_time("2025-06-11 06:01:00"), self.enter_registry_test_mode():
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").method_direct_trigger()
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(mailing.state, "done")
        self.assertEqual(self.letters().date, date(2025, 6, 11))

    def test_who_says_no_in_the_night_gets_none(self):
        with freeze_time("2025-06-10 20:30:00"):
            self.send(self.target | self.petit | self.martin)
        self.env["bde.optout"]._record(self.school_a, partner=self.petit.partner_id)
        self.target.write({"answer": "no", "refused_on": "2025-06-10"})
        with freeze_time("2025-06-11 08:00:00"):
            self.letters().sudo().mailing_id._bde_run()
        self.assertEqual(self.letters(self.petit).state, "cancelled")
        self.assertEqual(self.letters(self.target).state, "cancelled")
        self.assertEqual(
            self.mails().mapped("email_to"), ['"Garage Martin" <martin@garage.example>']
        )

    # ------------------------------------------------------------
    # Nothing twice, nothing lost
    # ------------------------------------------------------------

    def test_run_twice_sends_once(self):
        self.send(self.target | self.petit)
        mailing = self.letters().sudo().mailing_id
        mailing.state = "in_queue"
        mailing._bde_run()
        mailing.action_send_mail()
        self.assertEqual(len(self.mails()), 2)
        self.assertEqual(mailing.state, "done")

    def test_crash_between_two_chunks(self):
        """The second chunk dies with the server: what is left is made once, by the next run."""
        targets = self.target | self.petit | self.martin
        Mailing = self.registry["mailing.mailing"]
        attempt, calls = Mailing._bde_attempt, []

        def die(mailing, letters):
            calls.append(letters)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return attempt(mailing, letters)

        path = "odoo.addons.bde_partnerships.models.bde_tax_letter_send.CHUNK"
        with patch(path, 1):
            # not assertRaises, which would take back what the first chunk had committed
            with patch.object(Mailing, "_bde_attempt", die), suppress(KeyboardInterrupt):
                self.send(targets)
            self.assertEqual(len(calls), 2)
            self.env.invalidate_all()
            self.assertEqual(len(self.mails()), 1)
            mailing = self.letters().sudo().mailing_id
            self.assertEqual(mailing.state, "in_queue")
            mailing._bde_run()
        self.assertEqual(len(self.mails()), 3)
        self.assertEqual(len(set(self.mails().mapped("email_to"))), 3)

    @SILENT
    def test_one_that_fails_stops_no_other(self):
        Campaign = self.registry["bde.tax.campaign"]
        text = Campaign._letter_text

        def fail(campaign, model, words):
            if words["entreprise"] == self.petit.partner_name:
                raise ValueError("broken")
            return text(campaign, model, words)

        with patch.object(Campaign, "_letter_text", fail):
            self.send(self.target | self.petit | self.martin)
        self.assertEqual(self.letters(self.petit).state, "failed")
        self.assertEqual(len(self.mails()), 2)

    def test_constant_queries(self):
        def sent(count):
            partners = self.env["res.partner"].create(
                [
                    {
                        "name": f"Atelier {count} {number}",
                        "is_company": True,
                        "bde_employer": True,
                        "email": f"a{number}@atelier{count}.example",
                    }
                    for number in range(count)
                ]
            )
            relations = self.env["bde.relation"]._bde_ensure(partners, self.school_a)
            targets = self.campaign._targets_of(relations)
            targets = self.env["bde.tax.target"].browse(
                [
                    target.id
                    for target in (targets.values() if isinstance(targets, dict) else targets)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.send(targets)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        sent(1)  # caches
        few, many = sent(5), sent(45)
        self.assertLessEqual(many, few + 6, "whatever the number of letters")

    # ------------------------------------------------------------
    # What comes back
    # ------------------------------------------------------------

    def test_bounce(self):
        self.send(self.target)
        self.leave()
        letter = self.letters()
        self.bounce(letter)
        self.assertEqual((letter.state, letter.bounced_on), ("bounced", date(2025, 6, 10)))
        self.assertEqual(self.target.bounced_on, date(2025, 6, 10))
        self.assertEqual((self.target.reached_on, self.target.stage), (False, "targeted"))
        trace = letter.sudo().trace_id
        self.assertEqual((trace.trace_status, trace.failure_type), ("bounce", "mail_bounce"))
        [task] = self.target.activity_ids
        self.assertEqual(task.user_id, self.manager_a)
        self.assertIn("anne@duval.example", task.summary)
        self.bounce(letter)
        self.assertEqual(len(self.target.activity_ids), 1, "reported twice, asked once")
        with freeze_time("2025-06-20 10:00:00"):
            self.assertEqual(list(self.send(self.target).values()), ["bounced"])
            self.anne.email = "a.duval@duval.example"
            self.assertFalse(self.target.activity_ids, "done by finding another address")
            self.assertEqual(list(self.send(self.target).values()), ["sent"])
            self.leave()
        self.assertFalse(self.target.bounced_on)
        self.assertEqual(self.target.stage, "reached")
        self.assertFalse(self.env["mail.blacklist"].search([]), "one list for all schools")

    def test_a_later_letter_that_bounces_takes_nothing_away(self):
        self.send(self.target)
        self.leave()
        first = self.letters()
        with freeze_time("2025-06-25 10:00:00"):
            self.send(self.target, "reminder")
            self.leave()
            self.bounce(self.letters() - first)
            self.assertEqual(
                (self.target.stage, self.target.reached_on, self.target.bounced_on),
                ("reached", date(2025, 6, 10), date(2025, 6, 25)),
            )
            self.bounce(first)
        self.assertEqual((self.target.stage, self.target.reached_on), ("targeted", False))

    def test_who_was_spoken_with_is_reached_though_all_letters_bounce(self):
        self.send(self.target)
        self.leave()
        with freeze_time("2025-06-12 10:00:00"):
            self.target.relation_id._bde_log_talk(
                {"purpose": "tax", "outcome": "reached", "channel": "call"}
            )
            self.assertEqual(self.target.reached_on, date(2025, 6, 10), "the first day holds")
            self.bounce(self.letters())
        self.assertEqual(
            (self.target.stage, self.target.reached_on), ("reached", date(2025, 6, 12))
        )

    def test_letter_that_never_left(self):
        """The mail server was away for three days: told, not taken for a dead address."""
        self.send(self.target)
        letter = self.letters()
        rows = self.env["bde.outgoing"].search([("kind", "=", "tax")])
        self.env["bde.bounce"]._note_rows(list(rows), "not_sent")
        self.assertEqual(letter.state, "failed")
        self.assertFalse(self.target.bounced_on)
        with freeze_time("2025-06-20 10:00:00"):
            self.assertEqual(list(self.send(self.target).values()), ["sent"])

    def test_full_mailbox_may_be_tried_again(self):
        self.send(self.target)
        self.leave()
        self.bounce(self.letters(), "full")
        with freeze_time("2025-06-20 10:00:00"):
            self.assertEqual(list(self.send(self.target).values()), ["sent"])

    # ------------------------------------------------------------
    # Accountants
    # ------------------------------------------------------------

    def test_accountant_gets_one_letter_for_all_his_clients(self):
        statuses = self.send(self.target | self.petit | self.martin | self.roux, "accountant")
        self.assertEqual(list(statuses.values()), ["no_accountant", "sent", "sent", "sent"])
        letter, mail = self.letters(), self.mails()
        self.assertEqual(len(letter), 1)
        self.assertFalse(letter.target_id)
        self.assertEqual(letter.target_ids, self.petit | self.martin | self.roux)
        self.assertEqual(mail.email_to, '"Clara Compte" <clara@comptes.example>')
        self.assertIn("3 de vos clients", mail.subject)
        for name in ("Boulangerie Petit", "Garage Martin", "Plomberie Roux", "0330994B"):
            self.assertIn(name, str(mail.body_html))
        link = self.env["bde.link"]._find(self.links(mail)["x"], "tax")
        self.assertEqual((link.res_model, link.res_id), ("bde.tax.letter", letter.id))
        self.leave()
        self.assertEqual(self.roux.stage, "reached")

    def test_client_that_said_no_is_not_named(self):
        self.env["bde.optout"]._record(self.school_a, partner=self.martin.partner_id)
        statuses = self.send(self.petit | self.martin, "accountant")
        self.assertEqual(list(statuses.values()), ["sent", "left_out"])
        self.assertNotIn("Garage Martin", str(self.mails().body_html))

    # ------------------------------------------------------------
    # Windows and rights
    # ------------------------------------------------------------

    def test_window_that_is_over(self):
        with freeze_time("2025-10-27 10:00:00"), self.assertRaises(UserError) as caught:
            self.send(self.target)
        self.assertIn("2025", str(caught.exception))
        self.assertIn("over", str(caught.exception))
        self.assertFalse(self.letters())

    def test_unknown_dates(self):
        self.tax_year.window_ids.write({"date_from": False, "date_to": False})
        with self.assertRaises(UserError) as caught:
            self.send(self.target)
        self.assertIn("not known", str(caught.exception))

    def test_identity_that_is_not_complete(self):
        self.campaign.soltea_siret = False
        with self.assertRaises(UserError):
            self.send(self.target)
        self.assertFalse(self.letters())

    def test_window_that_moves_changes_letters_that_wait(self):
        self.send(self.target | self.petit)
        self.leave_one(self.petit)
        self.window("period1").with_user(self.bde_admin)._move(
            date(2025, 5, 26), date(2025, 7, 4), "Arrêté du 9 juin 2025"
        )
        waiting = self.letters(self.target)
        self.assertFalse(waiting.sudo().mail_message_ref)
        waiting.sudo().mailing_id._bde_run()
        mails = self.mails().filtered(lambda mail: mail.state == "outgoing")
        self.assertEqual(mails.mapped("email_to"), ['"Anne Duval" <anne@duval.example>'])
        self.assertIn("vendredi 4 juillet 2025", str(mails.body_html))
        self.assertNotIn("27 juin", str(mails.body_html))
        self.assertEqual(self.letters(self.petit).state, "sent", "what left is not sent again")
        talks = self.env["bde.talk"].search([("relation_id", "=", self.relation.id)])
        self.assertEqual(len(talks), 1)

    def leave_one(self, target):
        mail = self.letters(target).sudo().trace_id.mail_mail_id
        mail.state = "sent"
        mail._postprocess_sent_message([], [mail.email_to])
        self.env.invalidate_all()

    @SILENT
    def test_other_school(self):
        self.send(self.target)
        env = self.as_user(self.manager_b)
        self.assertFalse(env["bde.tax.letter"].search([]))
        with self.assertRaises(AccessError):
            env["bde.tax.letter"].browse(self.letters().id).subject  # noqa: B018
        with self.assertRaises(AccessError):
            self.campaign.with_env(env)._send_letters(self.target.with_env(env), self.model())
        with self.assertRaises(UserError):
            self.campaign_b.with_env(env)._send_letters(self.target.with_env(env), self.model())

    @SILENT
    def test_mailings_of_core_are_closed(self):
        self.send(self.target)
        for user in (self.head_a, self.secretary_a, self.teacher_a, self.bde_admin):
            for model in ("mailing.mailing", "mailing.trace", "link.tracker", "mail.blacklist"):
                with self.assertRaises(AccessError):
                    self.as_user(user)[model].search([])
        for user in (self.teacher_a, self.correspondent):
            with self.assertRaises(AccessError):
                self.as_user(user)["bde.tax.letter"].search([])
        with self.assertRaises(AccessError):
            self.as_user(self.head_a)["bde.tax.letter"].create({"campaign_id": self.campaign.id})

    # ------------------------------------------------------------
    # On paper
    # ------------------------------------------------------------

    def test_paper(self):
        self.roux.partner_id.write({"street": "3 rue Haute", "zip": "33000", "city": "Bordeaux"})
        targets = (self.roux | self.petit).with_env(self.mine.env)
        action = self.mine._print_letters(targets, self.model())
        letter = self.letters()
        self.assertEqual(letter.target_id, self.roux, "the other has no postal address")
        self.assertEqual((letter.channel, letter.state), ("letter", "sent"))
        self.assertEqual(action["url"], f"/bde/tax/letters?ids={letter.id}")
        self.assertEqual(self.roux.reached_on, date(2025, 6, 10))
        approach = self.env["bde.approach"].search([("partner_id", "=", self.roux.partner_id.id)])
        self.assertEqual(approach.channel, "letter")
        html = []
        Version = self.registry["bde.document.version"]
        with patch.object(Version, "_render_html", lambda self, page: html.append(page) or b"PDF"):
            letter.with_env(self.mine.env)._letters_pdf()
        for text in (
            "3 rue Haute", "33000 Bordeaux", "0330994B", "RNCP38878", "data:image/png",
            "collecter la taxe d’apprentissage", "CNIL", "/bde/n/",
        ):  # fmt: skip
            self.assertIn(text, html[0])
        with self.assertRaises(UserError):
            self.mine._print_letters(targets, self.model("reminder"))

    def test_a_letter_with_its_story_is_one_sheet(self):
        """Whoever prints a hundred of them must not find the last lines on a second sheet."""
        picture = BytesIO()
        Image.new("RGB", (1200, 800), "#7a9").save(picture, "JPEG")
        item = "<li><b>Un plateau technique rééquipé</b> (Assistance à la gestion)<br>%s</li>"
        told = item % "Les élèves y retrouvent le matériel des entreprises qui les accueillent."
        self.mine.sudo().write(
            {
                "story": f"<ul>{told * 2}</ul>",
                "story_picture": base64.b64encode(picture.getvalue()),
                "picture_checked": True,
                "course_ids": [
                    Command.create(
                        {
                            "name": f"Bac pro des métiers de la vente, option {name}",
                            "no_rncp": True,
                        }
                    )
                    for name in "ABBC"
                ],
            }
        )
        self.mine.action_confirm_identity()
        self.roux.partner_id.write({"street": "3 rue Haute", "zip": "33000", "city": "Bordeaux"})
        self.mine._print_letters(self.roux.with_env(self.mine.env), self.model())
        data = self.letters().with_env(self.mine.env)._letters_pdf()
        [page] = PdfReader(BytesIO(data)).pages
        text = page.extract_text()
        self.assertIn("CNIL", text)
        self.assertNotIn("page 1", text)
        self.assertEqual(text.replace("\n", " ").count("option B"), 1, "said once")

    def test_pdf_is_made(self):
        self.roux.partner_id.write({"street": "3 rue Haute", "zip": "33000", "city": "Bordeaux"})
        self.mine._print_letters(self.roux.with_env(self.mine.env), self.model())
        self.assertTrue(self.letters().with_env(self.mine.env)._letters_pdf().startswith(b"%PDF"))

    # ------------------------------------------------------------
    # The dialog
    # ------------------------------------------------------------

    def test_two_clicks(self):
        self.env["bde.optout"]._record(self.school_a, partner=self.petit.partner_id)
        action = (self.target | self.petit | self.roux).with_env(self.mine.env).action_write()
        wizard = self.mine.env["bde.tax.write"].browse(action["res_id"])
        self.assertEqual(wizard.model_id.kind, "first")
        self.assertEqual((wizard.ready_count, wizard.left_out_count), (1, 2))
        self.assertIn("Boulangerie Petit", wizard.left_out)
        self.assertIn("Bonjour Anne Duval,", wizard.preview)
        self.assertIn("0330994B", wizard.preview)
        self.assertFalse(self.env["bde.link"].search([("purpose", "in", ("tax", "optout"))]))
        wizard.action_send()
        self.assertEqual(len(self.mails()), 1)
        again = self.mine.env["bde.tax.write"].browse(self.mine.action_write()["res_id"])
        self.assertEqual(again.model_id.kind, "reminder")

    def test_dialog_says_what_to_do_when_the_window_is_over(self):
        with freeze_time("2025-10-27 10:00:00"):
            wizard = self.mine.env["bde.tax.write"]._open_for(self.mine, self.target)
            wizard = self.mine.env["bde.tax.write"].browse(wizard["res_id"])
            self.assertIn("over", wizard.obstacle)

    # ------------------------------------------------------------
    # Models of letters
    # ------------------------------------------------------------

    def test_models_are_handed_down(self):
        Model = self.env["bde.tax.letter.model"]
        own = Model.search([("company_id", "=", self.academy.id)])
        self.assertEqual(
            set(own.mapped("kind")), {"first", "reminder", "last", "accountant", "thanks"}
        )
        Model._hand_down_to_all()
        self.assertEqual(Model.search_count([("company_id", "=", self.academy.id)]), len(own))
        manager = self.as_user(self.manager_a)
        copied = manager["bde.tax.letter.model"].browse(self.model().id).action_make_own()
        copied = manager["bde.tax.letter.model"].browse(copied["res_id"])
        copied.subject = "La nôtre"
        self.assertEqual(self.model().subject, "La nôtre", "the school's own comes first")
        self.assertFalse(
            self.as_user(self.manager_b)["bde.tax.letter.model"].search(
                [("subject", "=", "La nôtre")]
            )
        )

    @SILENT
    def test_school_does_not_change_the_academys(self):
        with self.assertRaises(AccessError):
            self.model().with_env(self.as_user(self.head_a)).subject = "x"

    def test_unknown_words_are_refused(self):
        with self.assertRaises(ValidationError) as caught:
            self.model().body = "<p>{object.company_id}</p>"
        self.assertIn("{object.company_id}", str(caught.exception))

    def test_words_of_the_beginning_are_known(self):
        for letter in tax_letter.BEGINNING:
            text = letter["subject"] + letter["body"]
            self.assertEqual(tax_letter.unknown_words(text), [], letter["code"])

    def test_last_call_counts_the_days(self):
        with freeze_time("2025-06-17 10:00:00"):
            self.send(self.target, "last")
        self.assertIn("il reste 10\xa0jours", self.mails().subject)
        self.assertEqual(date(2025, 6, 17) + timedelta(days=10), date(2025, 6, 27))
