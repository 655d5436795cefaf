import io
import json
import os
from datetime import timedelta

from pypdf import PdfReader

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..pdf import seal
from ..pdf.certificate import KeyStore
from ..rules import chain
from ..rules.canonical import sha256_hex
from .test_engine_seal import SealCase
from .test_journal_check import PNG


@tagged("post_install", "-at_install")
class TestProofFile(SealCase):
    """The file for a judge: everything of one document, for the head and the manager alone."""

    def setUp(self):
        super().setUp()
        self.document = self.sent()
        self.of(self.document, "host")._sign(
            "drawn", "Sophie Duval", PNG, {"ip": "192.0.2.17", "user_agent": "Phone 7"}
        )

    def finish(self):
        self.sign_all(self.document)
        self.run_job("ir_cron_seal")

    def proof(self, user=None):
        env = self.as_user(user or self.manager_a)
        action = self.document.with_env(env).action_open_proof()
        proof = self.env["bde.document.proof"].search([], limit=1)
        self.assertIn(f"/bde.document.proof/{proof.id}/file/", action["url"])
        return proof

    def pages(self, proof):
        reader = PdfReader(io.BytesIO(self.raw(proof)))
        return [" ".join(page.extract_text().split()) for page in reader.pages]

    def raw(self, proof):
        return (
            self.env["ir.attachment"]
            .search(
                [
                    ("res_model", "=", proof._name),
                    ("res_id", "=", proof.id),
                    ("res_field", "=", "file"),
                ]
            )
            .raw
        )

    def embedded(self, proof):
        reader = PdfReader(io.BytesIO(self.raw(proof)))
        return {
            item.get_object()["/F"]: item.get_object()["/EF"]["/F"].get_object().get_data()
            for item in reader.trailer["/Root"]["/AF"]
        }

    def test_finished_document(self):
        """One file, read in several ways: it takes seconds to make."""
        self.finish()
        proof = self.proof()
        for check in (
            self._first_page_says_the_essential,
            self._story_in_order_with_addresses,
            self._is_sealed_by_the_school_and_written_to_the_journal,
            self._an_expert_can_do_the_check_himself,
            self._to_look_at,
        ):
            with self.subTest(check.__name__):
                check(proof)

    def _first_page_says_the_essential(self, proof):
        first = self.pages(proof)[0]
        for text in (
            self.document.number,
            "Convention 1",
            "Checked and found intact",
            "Sophie Duval",
            "Head A",
            "simple electronic signature",
            "neither an advanced nor a qualified",
        ):
            self.assertIn(text, first)

    def _story_in_order_with_addresses(self, proof):
        text = " ".join(self.pages(proof))
        for part in ("192.0.2.17", "Phone 7", "contact@duval.example", "Drawn, confirmed"):
            self.assertIn(part, text)
        self.assertLess(text.index("Version made"), text.index("Sent for signature – "))
        self.assertIn(self.document.sealed_sha256, text.replace(" ", ""))

    def _is_sealed_by_the_school_and_written_to_the_journal(self, proof):
        self.assertTrue(proof.is_sealed)
        facts = seal.check(self.raw(proof))
        self.assertTrue(facts["intact"])
        self.assertIn(self.school_a.name, facts["subject"])
        self.assertEqual(proof.sha256, sha256_hex(self.raw(proof)))
        last = self.document.journal_ids.sorted("serial")[-1]
        self.assertEqual(last.event, "proof")
        self.assertEqual(json.loads(last.payload)["sha256"], proof.sha256)
        self.assertEqual(json.loads(last.detail_ids.data)["user"], self.manager_a.login)

    def _an_expert_can_do_the_check_himself(self, proof):
        files = self.embedded(proof)
        number = self.document.number
        self.assertEqual(
            sha256_hex(files[f"{number}-v1.json"]), self.document.version_id.content_sha256
        )
        self.assertEqual(sha256_hex(files[f"{number}-v1.pdf"]), self.document.version_id.pdf_sha256)
        self.assertEqual(sha256_hex(files[f"{number}.pdf"]), self.document.sealed_sha256)
        journal = json.loads(files[f"{number}-journal.json"])
        rows = [row | {"at": fields.Datetime.to_datetime(row["at"])} for row in journal["rows"]]
        self.assertIsNone(chain.first_fault(rows, journal["document"]))
        rows[2]["event"] = "refused"
        self.assertEqual(chain.first_fault(rows, journal["document"]), ("changed", 3))

    def test_tampering_is_said_on_the_first_page(self):
        self.finish()
        self.document.sealed_attachment_id.raw = b"%PDF-1.7 other"
        first = self.pages(self.proof())[0]
        self.assertIn("found something altered", first)
        self.assertIn("the sealed file was changed", first)
        self.assertNotIn("found intact", first)

    def test_kept_signature_says_on_which_version(self):
        document = self.document
        document.action_correct("typo")
        self.fact(document)["title"] = "Convention 1 bis"
        self.env["bde.change.rule"].create(
            {
                "kind": document.kind,
                "path": "title",
                "name": "Title of the document",
                "change_class": "administrative",
            }
        )
        document.action_send_correction()
        host = self.of(document, "host")
        self.assertTrue(host.kept_from_id)
        self.finish()
        pages = self.pages(self.proof())
        self.assertIn(
            "Signed on version 1; version 2 changed only: Title of the document", pages[0]
        )
        text = " ".join(pages)
        self.assertIn("kept on version 2", text)
        self.assertIn("Convention 1 bis", text)
        # the copies of the parties say it too, with masked addresses
        sealed = PdfReader(io.BytesIO(document.sealed_attachment_id.raw))
        last = " ".join(sealed.pages[-1].extract_text().split())
        self.assertIn("Signed on version 1; version 2 changed only", last)
        self.assertNotIn("contact@duval.example", last)

    def test_witness_and_paper_are_said(self):
        self.of(self.document, "tutor")._sign(
            "tablet", "Marc Petit", PNG, extra={"witness_id": self.manager_a.id}
        )
        self.of(self.document, "student")._sign(
            "paper",
            extra={"witness_id": self.secretary_a.id, "paper_date": fields.Date.today()},
        )
        self.finish()
        text = " ".join(self.pages(self.proof()))
        self.assertIn("In the presence of Manager A", text)
        self.assertIn("Paper recorded by Secretary A", text)
        self.assertIn("Date on the paper", text)

    def test_open_document_says_who_has_not_signed(self):
        first = self.pages(self.proof())[0]
        self.assertIn("Has not signed", first)

    def test_without_a_key_it_is_made_and_says_so(self):
        self.finish()
        self.patch(
            self.registry["bde.document.version"], "_key_store", lambda version: KeyStore(None)
        )
        proof = self.proof()
        self.assertFalse(proof.is_sealed)
        self.assertIn("bears no seal", self.pages(proof)[0])

    def test_is_for_the_manager_and_the_head_alone(self):
        self.finish()
        proof = self.proof()
        self.assertTrue(self.proof(self.head_a))
        for user in (self.secretary_a, self.teacher_a, self.intendance_a, self.manager_b):
            env = self.as_user(user)
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.document.with_env(env).action_open_proof()
                self.assertFalse(proof.with_env(env).has_access("read"))
        with self.assertRaises(AccessError):
            proof.with_env(self.as_user(self.manager_a)).write({"sha256": "x"})

    def test_draft_has_nothing_to_prove(self):
        draft = self.make_documents()
        with self.assertRaises(UserError):
            draft.with_env(self.as_user(self.manager_a)).action_open_proof()

    def test_file_goes_after_a_month_the_digest_stays(self):
        proof = self.proof()
        proof.sudo().file_until = fields.Date.today() - timedelta(days=1)
        self.env["bde.document.proof"]._gc_files()
        self.assertFalse(proof.file)
        self.assertTrue(proof.sha256)
        self.env.invalidate_all()
        self.assertFalse(self.env["bde.journal.check"]._check_documents(self.document))

    def test_altered_proof_file_is_found(self):
        proof = self.proof()
        proof.sudo().file = "b3RoZXI="
        self.env.invalidate_all()
        found = self.env["bde.journal.check"]._check_documents(self.document)
        self.assertIn("proof file", found[self.document][0])

    def _to_look_at(self, proof):
        """Writes the file where BDE_PROOF says, to look at it."""
        raw = self.raw(proof)
        if target := os.environ.get("BDE_PROOF"):
            with open(target, "wb") as stream:
                stream.write(raw)
        self.assertTrue(raw.startswith(b"%PDF"))
