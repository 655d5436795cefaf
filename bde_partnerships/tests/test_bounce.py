from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

from .engine_common import EngineCase

SILENT = mute_logger(
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.mail.models.mail_thread",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
)

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example
To: bounce@ac-test.example
Subject: Undelivered Mail Returned to Sender
Message-Id: <report-{number}@mx.example>
Date: Tue, 24 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=="

--==
Content-Type: text/plain

Could not be delivered.

--==
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}

--==
Content-Type: text/rfc822-headers

Message-Id: {message_id}
Subject: 1 document(s) to sign

--==--
"""


class BounceCase(EngineCase):
    def setUp(self):
        super().setUp()
        self.document = self.sent()
        self.host = self.of(self.document, "host")
        self.tutor = self.of(self.document, "tutor")

    def mail_to(self, name):
        return next(m for m in self.mails() if name in (m.email_to or ""))

    def come_back(self, message_id, address, status="5.1.1", action="failed"):
        """A report of a mail server comes in by the gateway."""
        text = REPORT.format(
            number=self.last_mail().id,
            message_id=message_id,
            address=address,
            status=status,
            action=action,
        )
        self.env["mail.thread"].message_process(None, text)


@tagged("post_install", "-at_install")
class TestComesBack(BounceCase):
    """Reports of mail servers: whose letter it was, and what is shown."""

    @SILENT
    def test_report_marks_open_signatures_of_the_address(self):
        self.come_back(self.mail_to("Sophie").message_id, "contact@duval.example")
        self.assertTrue(self.host.bounced_on)
        self.assertEqual(self.host.bounce_reason, "unknown")
        self.assertTrue(self.host.is_address_wrong)
        self.assertTrue(self.tutor.is_address_wrong, "the same mailbox")
        self.assertFalse(self.of(self.document, "student").bounced_on)
        row = self.document.journal_ids.filtered(lambda j: j.event == "bounced")[:1]
        self.assertNotIn("duval", row.payload)
        self.assertIn("contact@duval.example", row.detail_ids.data)

    @SILENT
    def test_late_letter_is_no_bounce(self):
        message_id = self.mail_to("Sophie").message_id
        self.come_back(message_id, "contact@duval.example", "4.4.1", "delayed")
        self.assertFalse(self.host.bounced_on)

    @SILENT
    def test_nothing_leaks_to_another_school(self):
        there = self.make_documents(company=self.school_b)
        there.with_env(self.as_user(self.manager_b)).action_send()
        contact = self.env["res.partner"].create(
            {
                "name": "Sophie",
                "email": "contact@duval.example",
                "company_id": self.school_b.id,
            }
        )
        mail = next(m for m in self.mails() if "Sophie" in m.email_to)  # of school A
        self.come_back(mail.message_id, "contact@duval.example")
        self.assertTrue(self.host.bounced_on)
        self.assertFalse(self.of(there, "host").bounced_on)
        self.assertEqual(contact.message_bounce, 0, "core would count it everywhere")

    @SILENT
    def test_forged_report_marks_nothing(self):
        self.come_back("<1.2-openerp-bde@elsewhere>", "contact@duval.example")
        self.assertFalse(self.host.bounced_on)

    @SILENT
    def test_copies_that_come_back_show_too(self):
        self.sign_all(self.document)
        last = self.last_mail().id
        self.env["bde.delivery"]._send_copies(self.document)
        mail = next(m for m in self.mails(last) if "Sophie" in m.email_to)
        self.come_back(mail.message_id, "contact@duval.example", "5.2.2")
        self.assertEqual(self.host.bounce_reason, "full")
        self.assertTrue(self.host.is_address_wrong)

    def test_only_a_digest_is_kept_and_for_a_month(self):
        mail = self.mail_to("Sophie")
        rows = self.env["bde.outgoing"].search([("signer_key", "=", self.host.signer_key)])
        self.assertTrue(rows)
        self.assertNotIn(mail.message_id, str(rows.read()))
        self.assertNotIn("duval", str(rows.read()))
        with freeze_time(fields.Datetime.now() + timedelta(days=31)):
            self.env["bde.outgoing"]._gc_outgoing()
        self.assertFalse(rows.exists())

    @SILENT
    def test_no_role_reads_the_letters_under_way(self):
        for user in (self.manager_a, self.head_a, self.bde_admin):
            with self.assertRaises(AccessError):
                self.as_user(user)["bde.outgoing"].search([])

    @SILENT
    def test_nothing_more_is_sent_to_a_dead_address(self):
        self.come_back(self.mail_to("Sophie").message_id, "contact@duval.example")
        last = self.last_mail().id
        with freeze_time(fields.Datetime.now() + timedelta(hours=21)):
            self.document.with_env(self.as_user(self.manager_a)).action_remind()
        self.assertFalse([m for m in self.mails(last) if "duval" in m.email_to])


@tagged("post_install", "-at_install")
class TestDoesNotLeave(BounceCase):
    """The outgoing queue: refused addresses, a mail server that is away."""

    def send(self, mails, failure):
        """Core's queue tries to send, the mail server answers by a failure."""
        with (
            patch.object(IrMail_Server, "_disable_send", lambda server: False),
            patch.object(IrMail_Server, "_connect__", lambda server, *a, **k: None),
            patch.object(IrMail_Server, "send_email", side_effect=failure),
        ):
            mails.send()

    @SILENT
    def test_refused_address_shows_at_once(self):
        mail = self.mail_to("Sophie")
        text = "SMTPRecipientsRefused: {'contact@duval.example': (550, b'5.1.1 unknown')}"
        self.send(mail, MailDeliveryException("Mail Delivery Failed", text))
        self.assertEqual(self.host.bounce_reason, "unknown")
        self.assertFalse(mail.exists(), "it holds a link that nobody will get")

    @SILENT
    def test_server_that_is_away_loses_nothing(self):
        mail = self.mail_to("Sophie")
        with patch.object(IrMail_Server, "_connect__", side_effect=OSError("refused")):
            mail.send()
        self.assertEqual(mail.state, "exception")
        self.assertFalse(self.host.bounced_on)
        self.env["bde.bounce"]._cron_retry()
        self.assertEqual(mail.state, "outgoing")

    @SILENT
    def test_after_three_days_the_bureau_is_told(self):
        mail = self.mail_to("Sophie")
        with patch.object(IrMail_Server, "_connect__", side_effect=OSError("refused")):
            mail.send()
        with freeze_time(fields.Datetime.now() + timedelta(days=4)):
            self.env["bde.bounce"]._cron_retry()
        self.assertFalse(mail.exists())
        self.assertEqual(self.host.bounce_reason, "not_sent")

    @SILENT
    def test_late_code_is_not_sent_again(self):
        self.fix_code()
        self.link_for("Sophie Duval")._send_code()
        mail = self.last_mail()
        with patch.object(IrMail_Server, "_connect__", side_effect=OSError("refused")):
            mail.send()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=30)):
            self.env["bde.bounce"]._cron_retry()
        self.assertFalse(mail.exists())
        self.assertFalse(self.host.bounced_on)

    @SILENT
    def test_letters_of_others_are_left_alone(self):
        other = self.env["mail.mail"].create(
            {"email_to": "x@y.example", "state": "exception", "message_type": "email_outgoing"}
        )
        self.env["bde.bounce"]._cron_retry()
        self.assertEqual(other.state, "exception")


@tagged("post_install", "-at_install")
class TestPutRight(BounceCase):
    """The address is put right where it stands, and the link leaves again."""

    def setUp(self):
        super().setUp()
        self.contact = self.env["res.partner"].create(
            {
                "name": "Sophie Duval",
                "email": "contact@duval.example",
                "company_id": self.school_a.id,
            }
        )
        case = self

        def parties(record):
            """As a concrete model: who signs is read from the contact."""
            host = {
                "role": "host",
                "uuid": "party-host",
                "name": case.contact.name,
                "email": case.contact.email,
                "phone": case.contact.phone,
                "partner_id": case.contact.id,
            }
            return [host, *case.parties("tutor", "head")]

        self.patch(self.registry["bde.training"], "_document_parties", parties)
        self.document = self.sent()
        self.host = self.of(self.document, "host")
        self.host._mark_bounced("email", "unknown")

    def put_right(self, user, address="sophie@duval.example", phone=""):
        wizard = (
            self.env["bde.signer.address"]
            .with_env(self.as_user(user))
            .create({"signature_id": self.host.id})
        )
        wizard.write({"email": address, "phone": phone})
        return wizard.action_apply()

    def test_contact_signature_and_link(self):
        old = self.link_for("Sophie Duval")
        last = self.last_mail().id
        self.put_right(self.secretary_a)
        self.assertEqual(self.contact.email, "sophie@duval.example")
        self.assertEqual(self.host.email, "sophie@duval.example")
        self.assertFalse(self.host.bounced_on or self.host.is_address_wrong)
        self.assertEqual(old._status(), "revoked", "who reads there signs nothing")
        mail = self.mails(last)
        self.assertEqual(mail.email_to, '"Sophie Duval" <sophie@duval.example>')
        self.assertIn("/bde/s/", mail.body_html)
        self.assertIn(self.host, self.link_for("Sophie Duval")._signatures())

    def test_all_that_the_person_has_to_sign_follows(self):
        other = self.sent()
        self.put_right(self.manager_a)
        self.assertEqual(self.of(other, "host").email, "sophie@duval.example")

    def test_version_and_hash_stay(self):
        before = self.document.version_id.content_sha256
        self.put_right(self.manager_a)
        self.assertEqual(self.document.version_id.content_sha256, before)

    @SILENT
    def test_not_by_teachers_nor_by_others(self):
        for user in (self.teacher_a, self.manager_b):
            with self.assertRaises(AccessError):
                self.put_right(user)

    def test_what_is_no_address_is_told(self):
        for address in ("nobody", "a b@c"):
            with self.assertRaises(UserError):
                self.put_right(self.manager_a, address)
        with self.assertRaises(UserError):
            self.put_right(self.manager_a, "")
        self.assertEqual(self.contact.email, "contact@duval.example")

    def test_accounts_are_not_changed_here(self):
        head = self.of(self.document, "head")
        with self.assertRaises(UserError):
            head.with_env(self.as_user(self.manager_a))._fix_address("x@y.example", "")

    def test_cards_lists_and_document_say_so(self):
        env = self.as_user(self.manager_a)
        cards = {card["label"]: card for card in env["bde.home"]._home_cards()}
        card = cards["Wrong addresses"]
        found = env["bde.document.signature"].search(card["action"]["domain"])
        self.assertEqual(card["count"], len(found))
        self.assertIn(self.host.id, found.ids)
        self.assertIn("Sophie Duval", self.document.bounce_alert)
        found = env["bde.document.signature"].search([("is_address_wrong", "=", True)])
        self.assertIn(self.host.id, found.ids)
        self.assertNotIn(self.tutor.id, found.ids)
