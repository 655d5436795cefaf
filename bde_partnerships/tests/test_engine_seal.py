import io
import json
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfReader

from ..models import bde_journal_check
from ..pdf import seal
from ..pdf.certificate import KeyStore
from ..rules.canonical import sha256_hex
from .engine_common import EngineCase

SEAL_LOG = "odoo.addons.bde_partnerships.models.bde_document_seal"
RENDER_LOG = "odoo.addons.bde_partnerships.models.bde_document_render"
CHECK_LOG = "odoo.addons.bde_partnerships.models.bde_journal_check"


class SealCase(EngineCase):
    def run_job(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"bde_partnerships.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def signed(self, count=1, **kwargs):
        documents = self.sent(count, **kwargs)
        self.sign_all(documents)
        return documents


@tagged("post_install", "-at_install")
class TestSeal(SealCase):
    """The job that seals: what the file holds, failures, keys, copies."""

    def test_sealed_file_holds_the_proof_and_what_was_signed(self):
        document = self.sent()
        self.of(document, "host")._sign(
            "typed", "Sophie Duval", proof={"ip": "192.0.2.17", "user_agent": "Phone"}
        )
        self.sign_all(document)
        shown = document.version_id.pdf_attachment_id.raw
        self.run_job("ir_cron_seal")
        self.assertEqual((document.seal_state, document.state), ("done", "signed"))
        sealed = document.sealed_attachment_id.raw
        self.assertEqual(sha256_hex(sealed), document.sealed_sha256)
        facts = seal.check(sealed)
        self.assertTrue(facts["intact"])
        self.assertIn(self.school_a.name, facts["subject"])
        reader = PdfReader(io.BytesIO(sealed))
        files = {
            item.get_object()["/F"]: item.get_object()["/EF"]["/F"].get_object().get_data()
            for item in reader.trailer["/Root"]["/AF"]
        }
        self.assertEqual(files[f"{document.number}-v1.pdf"], shown)
        content = files[f"{document.number}-v1.json"]
        self.assertEqual(sha256_hex(content), document.version_id.content_sha256)
        proof = reader.pages[-1].extract_text()
        for text in (document.number, "Sophie Duval", "gérante", "Head A", "192.0."):
            self.assertIn(text, proof)
        self.assertIn(document.version_id.content_sha256, proof.replace("\n", ""))
        for text in ("192.0.2.17", "contact@duval.example", "0612345678"):
            self.assertNotIn(text, proof)

    def test_one_that_fails_stops_no_other_and_is_tried_again(self):
        documents = self.signed(3)
        bad = documents[1]
        Document = self.registry["bde.document"]
        real = Document._sealed_pdf

        def sealed_pdf(document):
            if document == bad:
                raise ValueError("renderer failed")
            return real(document)

        with patch.object(Document, "_sealed_pdf", sealed_pdf), mute_logger(SEAL_LOG):
            self.run_job("ir_cron_seal")
        self.assertEqual(documents.mapped("seal_state"), ["done", "failed", "done"])
        self.assertEqual(bad.seal_error, "renderer failed")
        self.assertFalse(bad.sealed_attachment_id)
        self.run_job("ir_cron_seal")
        self.assertEqual(bad.seal_state, "failed", "not at once")
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.run_job("ir_cron_seal")
        self.assertEqual(bad.seal_state, "done")

    def test_sealing_twice_seals_once(self):
        document = self.signed()
        self.run_job("ir_cron_seal")
        first = document.sealed_attachment_id
        self.run_job("ir_cron_seal")
        self.assertEqual(document.sealed_attachment_id, first)
        self.assertEqual(document.journal_ids.mapped("event").count("sealed"), 1)

    def test_killed_between_the_file_and_the_state(self):
        """The file, the state and the row of the journal are one transaction: all or nothing."""
        document = self.signed()
        self.env.flush_all()
        Document = self.registry["bde.document"]

        def killed(documents, *args):
            raise SystemExit

        with (
            patch.object(Document, "_log", killed),
            self.assertRaises(SystemExit),
            self.cr.savepoint(),
        ):
            for documents in document._as_engine():
                documents._seal_one()
        self.env.invalidate_all()
        self.assertEqual((document.seal_state, document.state), ("pending", "signed"))
        self.assertFalse(document.sealed_attachment_id)
        self.run_job("ir_cron_seal")
        self.assertEqual(document.seal_state, "done")
        files = self.env["ir.attachment"].search_count([("name", "=", f"{document.number}.pdf")])
        self.assertEqual(files, 1)
        self.assertEqual(document.journal_ids.mapped("event").count("sealed"), 1)

    def test_without_a_key_the_seal_waits_and_says_so(self):
        school = self.school_b
        parties = self.parties("host", "tutor")
        document = self.make_documents(company=school, parties=parties)
        document.with_env(self.as_user(self.manager_b)).action_send()
        self.sign_all(document)
        self.assertFalse(school.bde_has_key)
        self.run_job("ir_cron_seal")
        self.assertEqual((document.state, document.seal_state), ("signed", "no_key"))
        self.assertIn(school.uai, document.seal_error)
        school.with_env(self.as_user(self.head_b)).action_bde_make_certificate()
        self.env.invalidate_all()
        self.assertTrue(school.bde_has_key)
        self.run_job("ir_cron_seal")
        self.assertEqual(document.seal_state, "done")

    def test_certificate_button_is_for_the_head_and_makes_one_only(self):
        for user in (self.manager_b, self.head_a):
            with self.assertRaises(AccessError):
                self.school_b.with_env(self.as_user(user)).action_bde_make_certificate()
        with self.assertRaises(UserError):
            self.school_a.with_env(self.as_user(self.head_a)).action_bde_make_certificate()

    def test_no_key_folder_is_one_sentence(self):
        self.patch(
            self.registry["bde.document.version"], "_key_store", lambda version: KeyStore(None)
        )
        with self.assertRaises(UserError):
            self.school_b.with_env(self.as_user(self.head_b)).action_bde_make_certificate()
        document = self.signed()
        self.run_job("ir_cron_seal")
        self.assertEqual(document.seal_state, "no_key")

    def test_altered_content_is_not_sealed(self):
        document = self.signed()
        self.env.cr.execute(
            "UPDATE bde_document_version SET content = replace(content, 'lundi', 'mardi')"
            " WHERE id = %s",
            [document.version_id.id],
        )
        self.env.invalidate_all()
        with mute_logger(SEAL_LOG):
            self.run_job("ir_cron_seal")
        self.assertEqual(document.seal_state, "failed")

    def test_every_party_outside_gets_its_copies_once(self):
        documents = self.signed(2)
        self.run_job("ir_cron_seal")
        last = self.last_mail().id
        self.run_job("ir_cron_copies")
        copies = self.mails(last)
        self.assertEqual(
            sorted(mail.email_to.split('"')[1] for mail in copies),
            ["Léa Martin", "Marc Petit", "Sophie Duval"],
        )
        sealed = documents.sealed_attachment_id
        for mail in copies:
            self.assertEqual(mail.attachment_ids, sealed)
        self.assertTrue(all(documents.mapped("copies_sent_on")))
        self.run_job("ir_cron_copies")
        self.assertEqual(self.mails(last), copies)

    def test_render_job_fills_what_nobody_opened(self):
        good = self.make_documents(2)
        bad = self.make_documents(text="cannot be rendered")
        (good + bad)._make_version()
        with mute_logger(RENDER_LOG):
            self.run_job("ir_cron_render")
        self.assertTrue(all(v.pdf_sha256 for v in good.version_id))
        self.assertFalse(bad.version_id.pdf_sha256)

    def test_files_are_read_by_the_school_and_changed_by_nobody(self):
        document = self.signed()
        self.run_job("ir_cron_seal")
        for attachment in document.sealed_attachment_id + document.version_id.pdf_attachment_id:
            mine = attachment.with_env(self.as_user(self.manager_a))
            self.assertTrue(mine.has_access("read"))
            with self.assertRaises(AccessError):
                mine.write({"raw": b"x"})
            with self.assertRaises(AccessError):
                mine.unlink()
            self.assertFalse(attachment.with_env(self.as_user(self.manager_b)).has_access("read"))


@tagged("post_install", "-at_install")
class TestVerification(SealCase):
    """What a stranger with the paper may know."""

    def verify(self, document):
        self.env.invalidate_all()
        return self.env["bde.document"]._verification(document.check_token)

    def test_verdict_follows_the_document(self):
        document = self.sent()
        self.assertEqual(self.verify(document)["verdict"], "unsigned")
        self.sign_all(document)
        self.assertEqual(self.verify(document)["verdict"], "signed")
        self.run_job("ir_cron_seal")
        facts = self.verify(document)
        self.assertEqual(facts["verdict"], "sealed")
        self.assertEqual(facts["number"], document.number)
        self.assertEqual(facts["pdf_sha256"], document.sealed_sha256)
        document.action_cancel("closed")
        self.assertEqual(self.verify(document)["verdict"], "cancelled")

    def test_no_name_leaves(self):
        document = self.signed()
        text = str(self.verify(document))
        for name in ("Duval", "Léa", "Petit", "Convention 1", "lundi"):
            self.assertNotIn(name, text)

    def test_unknown_is_unknown(self):
        self.assertIsNone(self.env["bde.document"]._verification("nothing"))
        self.assertIsNone(self.env["bde.document"]._verification(""))
        self.assertIsNone(self.env["bde.document"]._verification(None))


@tagged("post_install", "-at_install")
class TestJournal(SealCase):
    """The chain: insert only, personal data aside, every tampering found."""

    def setUp(self):
        super().setUp()
        self.document = self.signed()
        self.run_job("ir_cron_seal")

    def faults(self):
        self.env.invalidate_all()
        found = self.env["bde.journal.check"]._check_documents(self.document)
        return " ".join(found.get(self.document, []))

    def force(self, query, *params):
        """What somebody with the database's owner account could do."""
        self.env.flush_all()
        self.cr.execute("ALTER TABLE bde_journal DISABLE TRIGGER USER")
        self.cr.execute(query, params)
        self.cr.execute("ALTER TABLE bde_journal ENABLE TRIGGER USER")

    def test_tells_the_story(self):
        self.assertEqual(
            [e for e in self.document.journal_ids.mapped("event") if e != "delivered"],
            ["version", "sent", *["signed"] * 5, "sealed"],
        )
        self.assertFalse(self.faults())
        self.assertFalse(self.document.journal_fault)

    def test_no_name_and_no_address_in_the_chain(self):
        rows = self.document.journal_ids
        text = " ".join(rows.mapped("payload"))
        for name in ("Duval", "Léa", "contact@", "Teacher", "manager_a"):
            self.assertNotIn(name, text)
        signed = rows.filtered(lambda j: j.event == "signed")
        details = [json.loads(data) for data in signed.detail_ids.mapped("data")]
        self.assertIn("Sophie Duval", [detail["name"] for detail in details])

    def test_database_refuses_change_removal_and_truncation(self):
        row = self.document.journal_ids[0]
        for query in (
            "UPDATE bde_journal SET payload = '{}' WHERE id = %s",
            "DELETE FROM bde_journal WHERE id = %s",
            "TRUNCATE bde_journal CASCADE -- %s",
        ):
            with (
                self.assertRaises(psycopg2.errors.RestrictViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.cr.execute(query, [row.id])
        with self.assertRaises(UserError):
            row.write({"payload": "{}"})
        with self.assertRaises(UserError):
            row.unlink()

    def test_changed_row(self):
        self.force(
            "UPDATE bde_journal SET payload = '{}' WHERE document_id = %s AND event = 'signed'",
            self.document.id,
        )
        self.assertIn("was changed", self.faults())
        self.assertIn("was changed", self.document.journal_fault)
        verification = self.env["bde.document"]._verification(self.document.check_token)
        self.assertFalse(verification["intact"])

    def test_removed_row(self):
        middle = self.document.journal_ids[2]
        self.force("DELETE FROM bde_journal_detail WHERE journal_id = %s", middle.id)
        self.force("DELETE FROM bde_journal WHERE id = %s", middle.id)
        self.assertIn("missing", self.faults())

    def test_swapped_rows(self):
        first, second = self.document.journal_ids[1:3]
        for serial, row in ((-1, first), (2, second), (3, first)):
            self.force("UPDATE bde_journal SET serial = %s WHERE id = %s", serial, row.id)
        self.assertTrue(self.faults())

    def test_changed_detail_is_found_erased_detail_is_no_fault(self):
        detail = self.document.journal_ids.detail_ids[0]
        data = detail.data
        self.env.cr.execute(
            'UPDATE bde_journal_detail SET data = \'{"user":"other"}\' WHERE id = %s', [detail.id]
        )
        self.assertIn("details", self.faults())
        self.env.cr.execute(
            "UPDATE bde_journal_detail SET data = %s WHERE id = %s", [data, detail.id]
        )
        self.document.journal_ids.detail_ids.unlink()
        self.assertFalse(self.faults())

    def test_changed_content_signature_and_file(self):
        version, signature = self.document.version_id, self.document.signature_ids[0]
        changes = {
            "content of version": (
                "UPDATE bde_document_version SET content = '{}', content_sha256 = %s WHERE id = %s",
                [sha256_hex("{}"), version.id],
            ),
            "signature": (
                "UPDATE bde_document_signature SET signed_on = signed_on - interval '1 day'"
                " WHERE %s = '' OR id = %s",
                ["x", signature.id],
            ),
            "gone": (
                "DELETE FROM bde_document_signature WHERE %s = '' OR id = %s",
                ["x", signature.id],
            ),
        }
        for expected, (query, params) in changes.items():
            with self.subTest(expected), self.cr.savepoint() as savepoint:
                self.cr.execute(query, params)
                self.assertIn(expected, self.faults())
                savepoint.rollback()
        self.document.sealed_attachment_id.raw = b"%PDF-1.7 other"
        self.assertIn("sealed file was changed", self.faults())

    def test_signature_made_without_the_engine(self):
        document = self.sent()
        document.signature_ids[0].write({"state": "signed", "signed_on": fields.Datetime.now()})
        found = self.env["bde.journal.check"]._check_documents(document)
        self.assertIn("signature", found[document][0])

    def test_button_says_what_was_found(self):
        env = self.as_user(self.manager_a)
        result = self.document.with_env(env).action_verify_journal()
        self.assertEqual(result["params"]["type"], "success")
        self.force("UPDATE bde_journal SET hash = 'x' WHERE document_id = %s", self.document.id)
        self.env.invalidate_all()
        result = self.document.with_env(env).action_verify_journal()
        self.assertEqual(result["params"]["type"], "danger")
        self.assertIn(self.document.number, result["params"]["message"])

    # ------------------------------------------------------------
    # NIGHTLY CHECK
    # ------------------------------------------------------------

    def nightly(self, hours):
        with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
            self.run_job("ir_cron_journal_check")
        return self.env["bde.journal.check"].search([], limit=1)

    def test_nightly_check_is_signed_and_chained(self):
        self.assertFalse(self.nightly(0), "rows of this hour are left for the next night")
        first = self.nightly(2)
        self.assertEqual(first.last_id, max(self.document.journal_ids.ids))
        self.assertEqual(first.fault_count, 0)
        self.assertTrue(first._is_authentic())
        self.assertEqual(self.nightly(2), first, "nothing new, nothing to sign")
        self.sent()
        second = self.nightly(2)
        self.assertEqual(second.prev_digest, first.digest)
        self.assertEqual(second.first_id, first.last_id + 1)

    @mute_logger(CHECK_LOG)
    def test_chain_written_again_from_its_start_is_found(self):
        check = self.nightly(2)
        # A forger who knows how hashes are made gives the document a whole new chain.
        rows = self.document.journal_ids
        self.force("DELETE FROM bde_journal_detail WHERE journal_id = ANY(%s)", rows.ids)
        self.force("DELETE FROM bde_journal WHERE id = ANY(%s)", rows.ids)
        self.env.invalidate_all()
        self.document._log("version", {"serial": 1, "content_sha256": "forged"})
        self.assertFalse(check._is_authentic())
        self.assertTrue(self.env["bde.journal.check"]._check_earlier())
        self.assertIn("content", self.faults())

    @mute_logger(CHECK_LOG)
    def test_check_signed_by_somebody_else_is_found(self):
        check = self.nightly(2)
        self.cr.execute("UPDATE bde_journal_check SET digest = 'x' WHERE id = %s", [check.id])
        self.env.invalidate_all()
        self.assertFalse(check._is_authentic())

    def test_check_goes_on_where_it_was(self):
        self.patch(bde_journal_check, "ROWS_PER_CHECK", 3)
        count = len(self.document.journal_ids)
        last = self.nightly(2)
        checks = self.env["bde.journal.check"].search([], order="id")
        self.assertEqual(sum(checks.mapped("row_count")), count)
        self.assertEqual(len(checks), -(-count // 3))
        self.assertEqual(last, checks[-1])
        for before, after in zip(checks, checks[1:], strict=False):
            self.assertEqual(after.prev_digest, before.digest)
            self.assertEqual(after.first_id, before.last_id + 1)
        self.assertFalse(self.env["bde.journal.check"]._check_earlier())

    @mute_logger(CHECK_LOG)
    def test_fault_of_an_earlier_night_is_kept_and_shown(self):
        self.nightly(2)
        self.force("UPDATE bde_journal SET hash = 'x' WHERE document_id = %s", self.document.id)
        check = self.nightly(26)
        self.assertEqual((check.fault_count, check.row_count), (1, 0))
        cards = self.as_user(self.bde_admin)["bde.home"]._home_cards()
        counts = [c["count"] for c in cards if "journal_check" in c["action"]["xmlid"]]
        self.assertEqual(counts, [2], "the seal of the night before, and the document itself")

    @mute_logger(CHECK_LOG)
    def test_faults_are_listed(self):
        self.force("UPDATE bde_journal SET payload = '{}' WHERE document_id = %s", self.document.id)
        check = self.nightly(2)
        self.assertEqual(check.fault_count, 1)
        self.assertIn(self.document.number, check.faults)

    def test_linear(self):
        documents = self.sent(12)
        self.env.flush_all()

        def count(some):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["bde.journal.check"]._check_documents(some)
            return self.cr.sql_log_count - before

        self.assertEqual(count(documents[:2]), count(documents))
