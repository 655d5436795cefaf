from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.sms.tools.sms_api import SmsApi

from .engine_common import EngineCase

SILENT = mute_logger(
    "odoo.addons.sms.models.sms_sms",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
)


class SmsCase(EngineCase):
    """Text messages of Odoo, played by a service that keeps what it gets."""

    def setUp(self):
        super().setUp()
        self.params = self.env["ir.config_parameter"].sudo()
        self.params.set_param("bde.sms_provider", "odoo")
        self.params.set_param("bde.sms_part_cost", "0.08")
        self.texts, self.answer = [], "success"
        self.env["iap.account"].get("sms")

        def contact(api, endpoint, params, timeout=15):
            results = []
            for message in params["messages"]:
                for number in message["numbers"]:
                    self.texts.append((number["number"], message["content"]))
                    results.append({"uuid": number["uuid"], "state": self.answer, "credit": 1})
            return results

        contact_iap = patch.object(SmsApi, "_contact_iap", contact)
        contact_iap.start()
        self.addCleanup(contact_iap.stop)

    def paul(self, **changes):
        """A host who can be reached by phone only."""
        return self.parties(
            "host",
            "head",
            host={"email": None, "phone": "06 98 76 54 32", "name": "Paul Roux"} | changes,
        )

    def run_queue(self):
        # as core's job, which commits
        self.env["sms.sms"].search([("state", "=", "outgoing")]).send()


@tagged("post_install", "-at_install")
class TestSmsOfOdoo(SmsCase):
    """Links and codes by core's messages: sent, counted, kept nowhere."""

    @SILENT
    def test_link_is_sent_and_its_text_is_gone(self):
        document = self.sent(parties=self.paul())
        queued = self.env["sms.sms"].search([])
        self.assertEqual(len(queued), 1)
        self.run_queue()
        [(number, text)] = self.texts
        self.assertEqual(number, "+33698765432")
        self.assertIn("/bde/s/", text)
        self.assertFalse(queued.exists(), "the queue keeps no link")
        line = self.env["bde.sms.message"].search([])
        self.assertEqual((line.purpose, line.state, line.masked_number), ("link", "sent", "…32"))
        self.assertEqual(line.parts, 1 if len(text) <= 160 else 2)
        self.assertAlmostEqual(line.cost, 0.08 * line.parts)
        self.assertNotIn("98765432", str(line.read()))
        self.assertTrue(self.of(document, "host").notified_on)

    @SILENT
    def test_code_by_message_when_the_link_went_by_mail(self):
        self.fix_code("123456")
        self.sent()
        pupil = self.link_for("Léa Martin")
        self.assertEqual(pupil._code_target(), ("sms", "0612345678"))
        self.assertEqual(pupil._send_code(), "sent")
        self.assertEqual(len(self.texts), 1)
        self.assertIn("123456", self.texts[0][1])
        self.assertFalse(self.env["sms.sms"].search([]))
        self.assertEqual(self.env["bde.sms.message"].search([]).purpose, "code")
        self.assertEqual(pupil._check_code("123456"), "right")

    @SILENT
    def test_text_stays_in_the_alphabet_of_phones(self):
        self.school_a.name = "Lycée de la Forêt – l’Orée"
        self.sent(parties=self.paul())
        self.run_queue()
        self.assertIn("Lycée de la Foret - l'Orée", self.texts[0][1])

    @SILENT
    def test_wrong_number_is_shown_as_a_wrong_address(self):
        self.answer = "wrong_number_format"
        document = self.sent(parties=self.paul())
        self.run_queue()
        host = self.of(document, "host")
        self.assertEqual((host.bounced_channel, host.bounce_reason), ("sms", "number"))
        self.assertEqual(self.env["bde.sms.message"].search([]).state, "wrong")
        self.assertFalse(self.env["sms.sms"].search([]))
        self.assertFalse(self.env["bde.sms"]._available("0698765432", self.school_a))
        self.assertTrue(self.env["bde.sms"]._available("0698765432", self.school_b))

    @SILENT
    def test_no_credit_is_told_and_blames_no_number(self):
        self.answer = "insufficient_credit"
        host = self.of(self.sent(parties=self.paul()), "host")
        self.run_queue()
        self.assertEqual(host.bounce_reason, "not_sent")
        self.assertTrue(self.env["bde.sms"]._available("0698765432", self.school_a))
        self.assertEqual(self.env["bde.sms.message"]._used(self.school_a), 0)

    @SILENT
    def test_operator_reports_later(self):
        host = self.of(self.sent(parties=self.paul()), "host")
        self.run_queue()
        line = self.env["bde.sms.message"].search([])
        Message = self.env["bde.sms.message"]
        Message._report([{"sms_status": "delivered", "uuids": [line.uuid]}])
        self.assertEqual(line.state, "delivered")
        Message._report([{"sms_status": "invalid_destination", "uuids": [line.uuid]}])
        self.assertEqual(line.state, "wrong")
        self.assertEqual(host.bounce_reason, "number")

    @SILENT
    def test_off_nothing_leaves_and_everything_works(self):
        self.params.set_param("bde.sms_provider", "off")
        self.fix_code("123456")
        document = self.sent(parties=self.paul() + self.parties("student"))
        self.assertTrue(self.of(document, "host").unreachable)
        pupil = self.link_for("Léa Martin")
        self.assertEqual(pupil._code_target()[0], "email")
        self.assertEqual(pupil._send_code(), "sent")
        self.assertFalse(self.env["bde.sms.message"].search([]))


@tagged("post_install", "-at_install")
class TestSmsReport(SmsCase, HttpCase):
    """The road by which operators report, core's own."""

    @SILENT
    def test_report_comes_in(self):
        host = self.of(self.sent(parties=self.paul()), "host")
        self.run_queue()
        line = self.env["bde.sms.message"].search([])
        statuses = [{"sms_status": "rejected", "uuids": [line.uuid]}]
        self.assertEqual(
            self.make_jsonrpc_request("/sms/status", {"message_statuses": statuses}), "OK"
        )
        self.assertEqual(line.state, "wrong")
        self.assertEqual(host.bounce_reason, "number")


@tagged("post_install", "-at_install")
class TestSmsCap(SmsCase):
    """A school sends so many parts a month, and no more."""

    @SILENT
    def test_above_the_cap_codes_go_by_mail(self):
        self.params.set_param("bde.sms_month_cap", "1")
        self.fix_code("123456")
        self.sent()
        pupil = self.link_for("Léa Martin")
        self.assertEqual(pupil._code_target()[0], "sms")
        pupil._send_code()
        self.assertEqual(pupil._code_target()[0], "email")
        self.assertEqual(self.env["bde.sms"]._room(self.school_b), 1, "each school for itself")

    @SILENT
    def test_above_the_cap_phones_cannot_be_reached(self):
        self.params.set_param("bde.sms_month_cap", "3")
        parties = self.paul() + self.parties(
            "tutor", tutor={"email": None, "phone": "06 98 76 54 33"}
        )
        document = self.sent(parties=parties)
        reached = document.signature_ids.filtered("notified_on")
        self.assertEqual(len(reached), 1, "a link may take two parts")
        self.assertEqual(sum(document.signature_ids.mapped("unreachable")), 1)

    @SILENT
    def test_next_month_begins_anew(self):
        self.params.set_param("bde.sms_month_cap", "2")
        with freeze_time("2026-11-30 10:00:00"):
            self.sent(parties=self.paul())
            self.run_queue()
            self.env["bde.sms.message"].search([]).parts = 2
            self.assertEqual(self.env["bde.sms"]._room(self.school_a), 0)
        self.env.cr.execute("UPDATE bde_sms_message SET create_date = '2026-11-30 10:00:00'")
        with freeze_time("2026-11-30 22:30:00"):  # half past eleven in Paris
            self.assertEqual(self.env["bde.sms"]._room(self.school_a), 0)
        with freeze_time("2026-11-30 23:30:00"):  # December there
            self.assertEqual(self.env["bde.sms"]._room(self.school_a), 2)


@tagged("post_install", "-at_install")
class TestSmsSettings(SmsCase):
    """The administrator of the académie chooses, and sees sums."""

    def settings(self, user, **values):
        Settings = self.env["bde.sms.settings"].with_env(self.as_user(user))
        return Settings.create(Settings.default_get(list(Settings._fields)) | values)

    @SILENT
    def test_sums_of_the_month_and_no_number(self):
        self.sent(parties=self.paul())
        self.run_queue()
        settings = self.settings(self.bde_admin)
        line = settings.line_ids
        self.assertEqual((line.school, line.message_count), (self.school_a.name, 1))
        self.assertAlmostEqual(settings.total_cost, line.parts * 0.08)
        with self.assertRaises(AccessError):
            self.as_user(self.bde_admin)["bde.sms.message"].search([])

    def test_what_is_chosen_holds_for_all(self):
        settings = self.settings(self.bde_admin, provider="mail", gateway="%s@sms.example.org")
        settings.month_cap = 200
        settings.action_save()
        Sms = self.env["bde.sms"]
        self.assertEqual((Sms._provider(), Sms._month_cap()), ("mail", 200))
        settings.gateway = "sms@example.org"
        with self.assertRaises(UserError):
            settings.action_save()
        settings.provider = "off"
        settings.action_save()
        self.assertEqual(Sms._provider(), "off")

    @SILENT
    def test_nobody_else_sets_it(self):
        for user in (self.manager_a, self.head_a, self.correspondent):
            with self.assertRaises(AccessError):
                self.settings(user)

    @SILENT
    def test_manager_reads_the_account_of_the_school_alone(self):
        self.sent(parties=self.paul())
        self.assertEqual(len(self.as_user(self.manager_a)["bde.sms.message"].search([])), 1)
        self.assertFalse(self.as_user(self.manager_b)["bde.sms.message"].search([]))
        with self.assertRaises(AccessError):
            self.as_user(self.teacher_a)["bde.sms.message"].search([])
