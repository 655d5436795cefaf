from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..rules import secret
from .engine_common import EngineCase


@tagged("post_install", "-at_install")
class TestDelivery(EngineCase):
    """Who gets a message, in what words, how often."""

    def recipients(self, since=0):
        return sorted(mail.email_to for mail in self.mails(since))

    def test_one_message_each_to_those_whose_turn_it_is(self):
        self.sent()
        self.assertEqual(
            self.recipients(),
            sorted(
                [
                    '"Sophie Duval" <contact@duval.example>',
                    '"Marc Petit" <contact@duval.example>',
                    '"Léa Martin" <lea@martin.example>',
                    '"Teacher A" <teacher_a@ac-test.example>',
                ]
            ),
        )
        self.assertEqual(len({self.token_for(n) for n in ("Sophie", "Marc", "Teacher")}), 3)

    def test_message_comes_from_the_school(self):
        document = self.sent()
        mail = self.last_mail()
        self.assertIn(self.school_a.bde_email, mail.email_from)
        self.assertEqual(mail.reply_to, mail.email_from)
        self.assertTrue(mail.auto_delete)
        self.assertEqual(mail.state, "outgoing", "nothing is sent inside the request")
        self.assertIn(document.title, mail.body_html)
        self.assertNotIn("Léa", mail.subject)

    def test_several_documents_are_one_message_and_one_link(self):
        documents = self.sent(3)
        self.assertEqual(len(self.mails()), 4)
        mail = next(m for m in self.mails() if "Sophie" in m.email_to)
        for document in documents:
            self.assertIn(document.title, mail.body_html)
        link = self.link_for("Sophie Duval")
        self.assertEqual(link._signatures().document_id, documents)

    def test_first_message_carries_the_notice_later_ones_do_not(self):
        self.sent()
        first = next(m for m in self.mails() if "Sophie" in m.email_to)
        self.assertIn(f"/bde/n/{self.school_a.uai}", first.body_html)
        self.assertIn("CNIL", first.body_html)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            last = self.last_mail().id
            self.sent()
            later = next(m for m in self.mails(last) if "Sophie" in m.email_to)
            self.assertNotIn("CNIL", later.body_html)

    def test_second_document_of_the_day_brings_no_second_message(self):
        self.sent()
        last = self.last_mail().id
        later = self.sent()
        self.assertFalse(self.mails(last))
        self.assertFalse(self.of(later, "host").notified_on)
        with freeze_time(fields.Datetime.now() + timedelta(hours=21)):
            self.env["bde.delivery"]._deliver(self.of(later, "host"))
        self.assertEqual(len(self.mails(last)), 1)
        self.assertTrue(self.of(later, "host").notified_on)

    def test_waiting_job_writes_what_was_held_back(self):
        self.sent()
        later = self.sent()
        last = self.last_mail().id
        cron = self.env.ref("bde_partnerships.ir_cron_deliver")
        with (
            self.enter_registry_test_mode(),
            freeze_time(fields.Datetime.now() + timedelta(days=1)),
        ):
            cron.method_direct_trigger()
        self.assertEqual(len(self.mails(last)), 4)
        self.assertTrue(all(s.notified_on for s in later.signature_ids if s.role != "head"))

    def test_subject_counts_the_documents(self):
        """One is said in words; no subject names a pupil."""
        Delivery = self.env["bde.delivery"]
        said = [
            Delivery._sign_subject(self.school_a, "en_US", reminder, count)
            for reminder in (False, True)
            for count in (1, 3)
        ]
        self.assertEqual(
            [subject.removesuffix(f" – {self.school_a.name}") for subject in said],
            [
                "A document to sign",
                "3 documents to sign",
                "Reminder: a document to sign",
                "Reminder: 3 documents to sign",
            ],
        )

    def test_reminder_has_a_fresh_link_and_comes_once_a_day(self):
        document = self.sent()
        first = self.token_for("Sophie Duval")
        last = self.last_mail().id
        manager = document.with_env(self.as_user(self.manager_a))
        manager.action_remind()
        self.assertFalse(self.mails(last), "they had a message just now")
        with freeze_time(fields.Datetime.now() + timedelta(hours=21)):
            self.of(document, "student")._sign("typed", "Léa")
            result = manager.action_remind()
            self.assertIn("3", result["params"]["message"])
            self.assertEqual(len(self.mails(last)), 3)
            host = self.of(document, "host")
            self.assertEqual(host.reminder_count, 1)
            manager.action_remind()
            self.assertEqual(len(self.mails(last)), 3)
        self.assertNotEqual(self.token_for("Sophie Duval"), first)
        old = self.env["bde.link"]._find(first, "sign")
        self.assertEqual(old._status(), "valid", "the older message still works")

    def test_teacher_reminds_for_his_pupils_not_for_others(self):
        mine = self.sent()
        other = self.sent(parties=self.parties("host", referent={"user_id": self.two_roles.id}))
        env = self.as_user(self.teacher_a)
        with freeze_time(fields.Datetime.now() + timedelta(hours=21)):
            self.of(mine, "host").with_env(env).action_remind()
            with self.assertRaises(AccessError):
                self.of(other, "host").with_env(env).action_remind()

    def test_nobody_without_an_address_is_forgotten(self):
        document = self.sent(
            parties=self.parties("host", "tutor", tutor={"email": None, "phone": None})
        )
        tutor = self.of(document, "tutor")
        self.assertTrue(tutor.unreachable)
        self.assertIn("unreachable", document.journal_ids.mapped("event"))
        with freeze_time(fields.Datetime.now() + timedelta(hours=21)):
            result = document.with_env(self.as_user(self.manager_a)).action_remind()
        self.assertIn("Marc Petit", result["params"]["message"])
        self.assertEqual(result["params"]["type"], "warning")

    def test_queries_do_not_grow_with_the_recipients(self):
        def prepare(size):
            # Each document has its own signatories: no two of them share a message.
            documents = self.make_documents(size)
            for document in documents:
                self.fact(document)["parties"] = self.parties(
                    **{
                        role: {
                            "name": f"{role} {document.id}",
                            "email": f"{role}{document.id}@x.example",
                        }
                        for role in ("host", "tutor", "student", "referent")
                    }
                )
            documents._make_version()
            return documents

        def count(documents):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            documents.action_send()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(prepare(1))
        one, twenty = count(prepare(1)), count(prepare(20))
        self.assertLessEqual(twenty, one + 2, "mail counts its followers by batches")


@tagged("post_install", "-at_install")
class TestCode(EngineCase):
    """Codes: guessed, late, used twice, asked for too often, on the other channel."""

    def setUp(self):
        super().setUp()
        self.fix_code("123456")
        self.document = self.sent()
        self.link = self.link_for("Sophie Duval")

    def sms_on(self):
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("bde.sms_provider", "mail")
        params.set_param("bde.sms_mail_gateway", "%s@sms.bde.example")

    def test_only_a_keyed_digest_is_stored(self):
        self.assertEqual(self.link._send_code(), "sent")
        self.assertNotIn("123456", str(self.link.read()))
        self.assertEqual(len(self.link.code_hmac), 64)
        self.assertEqual(self.link._check_code("123 456"), "right")

    def test_code_of_another_link_is_worthless(self):
        other = self.link_for("Marc Petit")
        self.link._send_code()
        other._send_code()
        other.code_hmac = self.link.code_hmac
        self.assertEqual(other._check_code("123456"), "wrong")

    def test_five_tries_then_dead(self):
        self.link._send_code()
        verdicts = [self.link._check_code(f"{i:06d}") for i in range(1000)]
        self.assertEqual(verdicts[:5], ["wrong"] * 4 + ["dead"])
        # who goes on is locked out for the day, the right code included
        self.assertEqual(set(verdicts[5:]), {"dead", "locked"})
        self.assertEqual(self.link._check_code("123456"), "locked")

    def test_ten_minutes(self):
        self.link._send_code()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=9)):
            self.assertEqual(self.link._check_code("123456"), "right")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            self.assertEqual(self.link._check_code("123456"), "dead")

    def test_used_code_is_used(self):
        self.link._send_code()
        self.link._use_code()
        self.assertEqual(self.link._check_code("123456"), "dead")
        self.assertEqual(self.link._check_code(""), "dead")

    def test_new_code_kills_the_one_before(self):
        self.link._send_code()
        self.fix_code("654321")
        self.link._send_code()
        self.assertEqual(self.link._check_code("123456"), "wrong")
        self.assertEqual(self.link._check_code("654321"), "right")

    def test_five_codes_an_hour_over_all_links_of_a_person(self):
        [(second, _token)] = self.env["bde.link"]._mint(
            [
                {
                    "company_id": self.school_a.id,
                    "signer_key": self.link.signer_key,
                    "email": self.link.email,
                    "channel": "email",
                }
            ]
        )
        results = [self.link._send_code() for _i in range(3)] + [
            second._send_code() for _i in range(3)
        ]
        self.assertEqual(results, ["sent"] * 5 + ["capped"])
        self.assertEqual(self.link_for("Marc Petit")._send_code(), "sent")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=61)):
            self.assertEqual(self.link._send_code(), "sent")

    def test_code_takes_the_other_channel_when_both_are_known(self):
        pupil = self.link_for("Léa Martin")
        self.assertEqual(pupil._code_target(), ("email", "lea@martin.example"), "SMS are off")
        self.sms_on()
        self.assertEqual(pupil._code_target(), ("sms", "0612345678"))
        last = self.last_mail().id
        pupil._send_code()
        mail = self.mails(last)
        self.assertEqual(mail.email_to, "+33612345678@sms.bde.example")
        self.assertIn("123456", mail.body_html)
        self.assertEqual(self.link._code_target()[0], "email", "no phone is known")
        pupil.channel = "sms"
        self.assertEqual(pupil._code_target()[0], "email")

    def test_landline_gets_no_sms(self):
        self.sms_on()
        self.assertFalse(self.env["bde.sms"]._available("05 56 00 00 00"))
        self.assertFalse(self.env["bde.sms"]._available("no number"))
        self.assertTrue(self.env["bde.sms"]._available("+33 7 12 34 56 78"))

    def test_gateway_that_is_not_set_is_off(self):
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("bde.sms_provider", "mail")
        for pattern in ("", "no-number@x.example", "%s"):
            params.set_param("bde.sms_mail_gateway", pattern)
            self.assertFalse(self.env["bde.sms"]._available("0612345678"), pattern)

    def test_person_with_a_phone_only_gets_the_link_by_sms(self):
        self.sms_on()
        last = self.last_mail().id
        self.sent(
            parties=self.parties(
                "host", host={"email": None, "phone": "06 98 76 54 32", "name": "Paul Roux"}
            )
        )
        mail = self.mails(last)
        self.assertEqual(mail.email_to, "+33698765432@sms.bde.example")
        self.assertIn("/bde/s/", mail.body_html)

    def test_sending_a_code_is_journaled_without_it(self):
        self.link._send_code()
        row = self.document.journal_ids.filtered(lambda j: j.event == "code_sent")
        self.assertTrue(row)
        self.assertNotIn("123456", row.payload + row.detail_ids.data)
        self.assertIn("contact@duval.example", row.detail_ids.data)


@tagged("post_install", "-at_install")
class TestLink(EngineCase):
    """Tokens: unknown, expired, revoked, of another school, renewed."""

    def setUp(self):
        super().setUp()
        self.document = self.sent()
        self.token = self.token_for("Sophie Duval")
        self.link = self.env["bde.link"]._find(self.token, "sign")

    def test_stored_hashed_valid_for_weeks(self):
        self.assertEqual(self.link.token_hash, secret.token_digest(self.token))
        days = (self.link.expires_on - fields.Datetime.now()).days
        self.assertIn(days, (59, 60))
        self.assertEqual(self.link._status(), "valid")

    def test_validity_is_a_setting(self):
        self.env["ir.config_parameter"].sudo().set_param("bde.link_days", "7")
        [(link, _token)] = self.env["bde.link"]._mint([{"company_id": self.school_a.id}])
        self.assertIn((link.expires_on - fields.Datetime.now()).days, (6, 7))

    def test_unknown_tokens_and_purposes_find_nothing(self):
        Link = self.env["bde.link"]
        for token in ("", None, "x", self.token[:-1], self.link.token_hash):
            self.assertFalse(Link._find(token, "sign"))
        self.assertFalse(Link._find(self.token, "hosting"))

    def test_expired_and_revoked(self):
        with freeze_time(fields.Datetime.now() + timedelta(days=61)):
            self.assertEqual(self.link._status(), "expired")
        with self.assertRaises(AccessError):
            self.link.with_env(self.as_user(self.teacher_a)).action_revoke()
        self.link.with_env(self.as_user(self.manager_a)).action_revoke()
        self.assertEqual(self.link._status(), "revoked")

    def test_opens_one_person_at_one_school(self):
        there = self.make_documents(company=self.school_b)
        there.with_env(self.as_user(self.manager_b)).action_send()
        self.assertEqual(self.link._signatures(), self.of(self.document, "host"))
        self.assertEqual(self.link.env.context["allowed_company_ids"], self.school_a.ids)

    def test_old_link_leads_to_the_current_version(self):
        manager = self.document.with_env(self.as_user(self.manager_a))
        manager.action_back_to_draft("hours")
        self.fact(self.document)["text"] = "Du mardi au samedi"
        manager.action_send()
        signatures = self.link._signatures()
        self.assertEqual(signatures.version_id, self.document.version_id)
        self.assertEqual(self.document.version_id.serial, 2)

    def test_renewed_link_goes_to_the_same_address_three_times_a_day(self):
        results = []
        with freeze_time(fields.Datetime.now() + timedelta(days=61)) as clock:
            for _i in range(5):
                link = self.link_for("Sophie Duval")
                results.append(link._renew())
                clock.tick(timedelta(minutes=5))
            self.assertEqual(results, ["sent"] * 3 + ["capped"] * 2)
            self.assertEqual(self.link._renew(), "capped")
        self.assertNotEqual(self.token_for("Sophie Duval"), self.token)

    def test_nothing_left_to_sign_nothing_to_renew(self):
        self.of(self.document, "host")._sign("typed", "Sophie")
        self.assertEqual(self.link._renew(), "nothing")
