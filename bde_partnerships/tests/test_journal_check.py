import base64
import doctest
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..models import bde_journal_check, bde_journal_verify
from ..pdf import join
from ..rules import chain
from ..rules.canonical import canonical, chain_hash, commitment, sha256_hex
from .test_engine_seal import CHECK_LOG, SealCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestChainRules(BaseCase):
    """The quick way to hash a row says the same as the plain one."""

    def test_doctests(self):
        for module in (chain, join):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def row(self, serial, previous, **values):
        row = {
            "serial": serial,
            "at": datetime(2026, 3, 1, 12, 0, serial),
            "event": "signed",
            "payload": canonical({"role": "host", "reason": 'dit "non"\n\t\x07\\ é 👍 \u2028'}),
            "commitment": None,
            "salt": None,
            "data": None,
        } | values
        record = {
            "document": "uuid",
            "serial": serial,
            "at": fields.Datetime.to_string(row["at"]),
            "event": row["event"],
            "payload": row["payload"],
            "commitment": row["commitment"] or "",
        }
        return row | {"prev_hash": previous, "hash": chain_hash(previous, record)}

    def rows(self):
        data = canonical({"name": "Léa", "ip": "192.0.2.1"})
        first = self.row(1, "")
        second = self.row(
            2, first["hash"], salt="s" * 32, data=data,
            commitment=commitment("s" * 32, {"name": "Léa", "ip": "192.0.2.1"}),
        )  # fmt: skip
        return [first, second, self.row(3, second["hash"])]

    def test_sound_chain(self):
        self.assertIsNone(chain.first_fault(self.rows(), "uuid"))
        self.assertIsNone(chain.first_fault([], "uuid"))

    def test_each_tampering_and_its_row(self):
        for what, serial, change in (
            ("missing", 2, lambda rows: rows.pop(1)),
            ("missing", 1, lambda rows: rows.pop(0)),
            ("missing", 2, lambda rows: rows.insert(1, rows.pop(2))),
            ("changed", 3, lambda rows: rows[2].update(event="refused")),
            ("changed", 1, lambda rows: rows[0].update(payload="{}")),
            ("changed", 2, lambda rows: rows[1].update(at=datetime(2026, 3, 1))),
            ("details", 2, lambda rows: rows[1].update(data='{"name":"Zoé"}')),
        ):
            rows = self.rows()
            change(rows)
            with self.subTest(what, serial=serial):
                self.assertEqual(chain.first_fault(rows, "uuid"), (what, serial))

    def test_erased_details_are_no_fault_another_document_is(self):
        rows = self.rows()
        rows[1].update(data=None, salt=None)
        self.assertIsNone(chain.first_fault(rows, "uuid"))
        self.assertEqual(chain.first_fault(rows, "other"), ("changed", 1))


@tagged("post_install", "-at_install")
class TestJournalFiles(SealCase):
    """What hangs on a document is that of its journal: files, drawings, names, scans."""

    def setUp(self):
        super().setUp()
        self.document = self.sent()
        self.of(self.document, "host")._sign("drawn", "Sophie Duval", PNG)
        self.sign_all(self.document)
        self.run_job("ir_cron_seal")

    def faults(self, document=None):
        document = document or self.document
        self.env.invalidate_all()
        found = self.env["bde.journal.check"]._check_documents(document)
        return " ".join(found.get(document, []))

    def force(self, query, *params):
        self.env.flush_all()
        self.cr.execute("ALTER TABLE bde_journal DISABLE TRIGGER USER")
        self.cr.execute(query, params)
        self.cr.execute("ALTER TABLE bde_journal ENABLE TRIGGER USER")

    def test_untouched_is_sound(self):
        self.assertFalse(self.faults())

    def test_other_drawing(self):
        self.of(self.document, "host").image = "b3RoZXI="
        self.assertIn("the signature of Sophie Duval", self.faults())

    def test_drawing_added_to_a_typed_signature(self):
        self.of(self.document, "tutor").image = "b3RoZXI="
        self.assertIn("the signature of Marc Petit", self.faults())

    def test_other_name(self):
        signature = self.of(self.document, "host")
        for column in ("name", "signed_name"):
            with self.subTest(column), self.cr.savepoint() as savepoint:
                self.cr.execute(
                    f"UPDATE bde_document_signature SET {column} = 'Other' WHERE id = %s",
                    [signature.id],
                )
                self.assertIn("was changed", self.faults())
                savepoint.rollback()

    def test_other_pdf_of_a_version(self):
        self.document.version_id.pdf_attachment_id.raw = b"%PDF-1.7 other"
        self.assertIn("content of version 1", self.faults())

    def test_file_that_is_gone_from_the_store(self):
        name = self.document.sealed_attachment_id.store_fname
        real = bde_journal_verify.BdeJournalCheck._digest_of_file
        with patch.object(
            self.registry["bde.journal.check"],
            "_digest_of_file",
            lambda check, one: None if one == name else real(check, one),
        ):
            self.assertIn("sealed file", self.faults())

    def test_version_that_is_gone(self):
        document = self.sent()
        document.action_back_to_draft("typo")
        document.action_send()
        first = document.version_ids.sorted("serial")[0]
        self.assertFalse(self.faults(document))
        self.cr.execute("DELETE FROM bde_document_signature WHERE version_id = %s", [first.id])
        self.cr.execute("DELETE FROM bde_document_version WHERE id = %s", [first.id])
        self.assertIn("version 1 is gone", self.faults(document))

    def scan(self, raw=b"scan"):
        attachment = self.env["ir.attachment"].create({"name": "scan.jpg", "raw": raw})
        return self.env["bde.paper.scan"].create(
            {
                "file_name": "scan.jpg",
                "company_id": self.school_a.id,
                "document_id": self.document.id,
                "version_id": self.document.version_id.id,
                "state": "recorded",
                "attachment_id": attachment.id,
                "sha256": sha256_hex(raw),
            }
        )

    def test_scan_changed_removed_or_added(self):
        scan = self.scan()
        self.assertIn("added without", self.faults())
        self.document._log("scanned", {"sha256": scan.sha256, "signatures": []})
        self.assertFalse(self.faults())
        scan.attachment_id.raw = b"other"
        self.assertIn("came back on paper was changed", self.faults())
        scan.attachment_id.raw = b"scan"
        self.assertFalse(self.faults())
        self.cr.execute("DELETE FROM bde_paper_scan WHERE id = %s", [scan.id])
        self.assertIn("or is gone", self.faults())

    def test_chunks_find_the_same(self):
        documents = self.document + self.sent(4)
        bad = documents[3]
        self.force("UPDATE bde_journal SET payload = '{}' WHERE document_id = %s", bad.id)
        self.patch(bde_journal_verify, "DOCUMENTS_AT_ONCE", 2)
        self.env.invalidate_all()
        found = self.env["bde.journal.check"]._check_documents(documents)
        self.assertEqual(list(found), [bad])
        self.assertFalse(documents[0].journal_fault)
        self.assertTrue(bad.journal_fault)

    def test_each_file_is_read_once(self):
        other = self.sent()
        self.sign_all(other)
        other.version_id.pdf_attachment_id.raw = self.document.version_id.pdf_attachment_id.raw
        reads = []
        Check = self.registry["bde.journal.check"]
        real = Check._digest_of_file

        def digest_of_file(check, name):
            reads.append(name)
            return real(check, name)

        with patch.object(Check, "_digest_of_file", digest_of_file):
            self.env["bde.journal.check"]._check_documents(self.document + other)
        self.assertEqual(len(reads), len(set(reads)))

    # ------------------------------------------------------------
    # WHAT THE NIGHTLY SEAL ADDS
    # ------------------------------------------------------------

    def nightly(self, hours):
        with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
            self.run_job("ir_cron_journal_check")
        return self.env["bde.journal.check"].search([], limit=1)

    @mute_logger(CHECK_LOG)
    def test_row_cut_off_the_end(self):
        """The chain itself cannot tell; the seal of the night can."""
        self.document._log("copies", {"signatures": []})
        self.nightly(2)
        self.force(
            "DELETE FROM bde_journal WHERE document_id = %s AND event = 'copies'", self.document.id
        )
        self.assertFalse(self.faults())
        faults, nightly = self.document._verify_all()
        self.assertFalse(faults)
        self.assertIn("are not those that were sealed", nightly[0])
        result = self.document.with_env(self.as_user(self.manager_a)).action_verify_journal()
        self.assertEqual(result["params"]["type"], "danger")
        self.assertEqual(self.nightly(26).fault_count, 1)

    @mute_logger(CHECK_LOG)
    def test_file_altered_after_years_of_silence_is_found(self):
        first = self.nightly(2)
        self.assertEqual(first.fault_count, 0)
        self.document.sealed_attachment_id.raw = b"%PDF-1.7 other"
        last = self.nightly(4)
        self.assertEqual((last.fault_count, last.row_count), (1, 0))
        self.assertIn(self.document.number, last.faults)

    def test_round_goes_on_where_it_was(self):
        self.sent(3)
        self.nightly(2)
        self.patch(bde_journal_check, "ROUND", 2)
        self.patch(bde_journal_check, "ROUND_AT_ONCE", 2)
        seen = []
        Check = self.registry["bde.journal.check"]
        real = Check._sentences

        def sentences(check, ids):
            seen.append(ids)
            return real(check, ids)

        with patch.object(Check, "_sentences", sentences):
            for hours in (3, 4, 5):
                self.nightly(hours)
        everything = self.env["bde.document"].search([("version_id", "!=", False)], order="id").ids
        self.assertEqual(seen[0], everything[:2])
        self.assertEqual(seen[1], everything[2:4])

    def test_one_document_is_looked_at_once_a_night(self):
        self.patch(bde_journal_check, "ROWS_PER_CHECK", 3)
        looked = []
        Check = self.registry["bde.journal.check"]
        real = Check._check_chunk

        def check_chunk(check, documents):
            looked.extend(documents.ids)
            return real(check, documents)

        with patch.object(Check, "_check_chunk", check_chunk):
            self.nightly(2)
        self.assertEqual(looked.count(self.document.id), 1)
