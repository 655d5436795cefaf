import doctest
import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers import verify
from ..models import bde_network_tries
from ..pdf import seal, seal_reading
from ..pdf.certificate import self_signed
from ..rules.canonical import sha256_hex
from .test_engine_seal import SealCase

NAMES = ("Duval", "Léa", "Petit", "Convention 1", "lundi", "contact@")


@tagged("post_install", "-at_install")
class TestVerifyFile(SealCase):
    """What a file is, by its bytes alone: known, replaced, altered, foreign."""

    def verify(self, data):
        self.env.invalidate_all()
        return self.env["bde.document"]._verify_file(data)

    def sealed(self):
        document = self.signed()
        self.run_job("ir_cron_seal")
        return document, document.sealed_attachment_id.raw

    def test_doctests(self):
        for module in (seal_reading, bde_network_tries):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_sealed_copy(self):
        document, data = self.sealed()
        found = self.verify(data)
        self.assertEqual((found["found"], found["seal"], found["current"]), ("sealed", True, True))
        self.assertEqual(found["facts"]["number"], document.number)
        self.assertEqual(found["facts"]["verdict"], "sealed")

    def test_pdf_of_a_version_current_then_replaced(self):
        document = self.sent()
        document.version_id._ensure_pdf()
        data = document.version_id.pdf_attachment_id.raw
        found = self.verify(data)
        self.assertEqual(
            (found["found"], found["version"], found["current"], found["seal"]),
            ("version", 1, True, None),
        )
        document.action_back_to_draft("typo")
        self.fact(document)["text"] = "Du mardi au samedi"
        document.action_send()
        found = self.verify(data)
        self.assertEqual((found["version"], found["current"]), (1, False))
        self.assertEqual(found["facts"]["version"], 2)

    def test_proof_file(self):
        document, _data = self.sealed()
        document.with_env(self.as_user(self.manager_a)).action_open_proof()
        data = (
            self.env["ir.attachment"]
            .search(
                [
                    ("res_model", "=", "bde.document.proof"),
                    ("res_id", "=", document.proof_ids.id),
                    ("res_field", "=", "file"),
                ]
            )
            .raw
        )
        self.assertEqual(self.verify(data)["found"], "proof")

    def test_added_behind_the_seal(self):
        document, data = self.sealed()
        for tail in (b"1 0 obj\n<<>>\nendobj\n", b"%%EOF\nx"):
            found = self.verify(data + tail)
            self.assertEqual((found["found"], found["seal"]), ("altered", True))
            self.assertEqual(found["facts"]["number"], document.number)
        self.assertEqual(self.verify(data + b"\n")["found"], "sealed", "an empty line is nothing")

    def test_one_byte_changed(self):
        _document, data = self.sealed()
        position = data.index(b"/Producer")
        changed = data[:position] + b"/Producez" + data[position + 9 :]
        found = self.verify(changed)
        self.assertEqual((found["found"], found["facts"]), ("broken", None))

    def test_sealed_by_somebody_else(self):
        document = self.sent()
        document.version_id._ensure_pdf()
        pdf = document.version_id._render_html(
            '<!DOCTYPE html><html lang="fr"><head><title>x</title></head><body>x</body></html>'
        )
        signer = seal.load_signer(self_signed("Lycée Ampère", "0330994B", "pw"), b"pw")
        forged = seal.seal(pdf, signer, "Signed", "Bordeaux", "Lycée Ampère")
        self.assertTrue(seal_reading.read_seals(forged)[-1].valid)
        self.assertEqual(self.verify(forged)["found"], "foreign")
        self.assertEqual(self.verify(pdf)["found"], "unknown")

    def test_what_is_no_pdf(self):
        for data in (b"GIF89a", b"PK\x03\x04", b""):
            self.assertEqual(self.verify(data)["found"], "no_pdf")

    def test_hostile_ranges_are_no_seal(self):
        for text in (
            b"/ByteRange [0 9999999999 9999999999 9]",
            b"/ByteRange [0 3 2 9]",
            b"/ByteRange [5 1 2 3]",
            b"/ByteRange [0 9 90 5]" + b" " * 200,
            b"/ByteRange [0 4 40 5]<zzzz" + b"f" * 80 + b">",
            b"/ByteRange [0 1 2 3]" * 5000,
        ):
            seals = seal_reading.read_seals(b"%PDF-1.7 " + text)
            self.assertFalse(any(one.valid for one in seals))
            self.assertLessEqual(len(seals), seal_reading.MAX_SEALS)

    def test_no_name_leaves(self):
        _document, data = self.sealed()
        text = str(self.verify(data)) + str(self.verify(data + b"x"))
        for name in NAMES:
            self.assertNotIn(name, text)


@tagged("post_install", "-at_install")
class TestVerifyPage(HttpCase, SealCase):
    """The page for strangers: form, answers, limits."""

    def setUp(self):
        super().setUp()
        # the page is in the language of the browser, else in French
        self.opener.headers["Accept-Language"] = "en-US"
        self.document = self.signed()
        for documents in self.document._as_engine():
            documents._seal_one()
        self.data = self.document.sealed_attachment_id.raw

    def csrf(self):
        page = self.url_open("/bde/v")
        self.assertEqual(page.status_code, 200)
        return page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def hand_in(self, data):
        files = {"file": ("x.pdf", data, "application/pdf")}
        return self.url_open("/bde/v", data={"csrf_token": self.csrf()}, files=files)

    def test_known_file(self):
        page = self.hand_in(self.data)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Genuine", page.text)
        self.assertIn(self.document.number, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        for name in NAMES:
            self.assertNotIn(name, page.text)

    def test_altered_and_unknown(self):
        self.assertIn("Altered after the seal", self.hand_in(self.data + b"x").text)
        self.assertIn("Not known here", self.hand_in(b"%PDF-1.7 nothing").text)
        self.assertIn("not a PDF", self.hand_in(b"GIF89a").text)

    def test_page_of_the_code_offers_the_file_too(self):
        page = self.url_open(f"/bde/v/{self.document.check_token}")
        self.assertIn("Genuine", page.text)
        self.assertIn('type="file"', page.text)
        self.assertEqual(self.url_open("/bde/v/unknown").status_code, 404)

    @mute_logger("odoo.http")
    def test_without_token_nothing_is_read(self):
        files = {"file": ("x.pdf", self.data, "application/pdf")}
        page = self.url_open("/bde/v", data={"csrf_token": "wrong"}, files=files)
        self.assertEqual(page.status_code, 400)

    def test_nothing_and_too_much(self):
        page = self.url_open("/bde/v", data={"csrf_token": self.csrf()})
        self.assertEqual(page.status_code, 422)
        with patch.object(verify, "MAX_FILE", 1000):
            page = self.hand_in(self.data)
        self.assertEqual(page.status_code, 413)
        self.assertIn("too big", page.text)

    def test_a_network_gets_so_many_an_hour(self):
        with patch.object(verify, "FILES_PER_HOUR", 2):
            self.assertEqual(self.hand_in(self.data).status_code, 200)
            self.assertEqual(self.hand_in(self.data).status_code, 200)
            page = self.hand_in(self.data)
        self.assertEqual(page.status_code, 429)
        self.assertNotIn(self.document.number, page.text)


@tagged("post_install", "-at_install")
class TestNetworkTries(SealCase):
    def test_counts_by_network_purpose_and_hour(self):
        allow = self.env["bde.network.tries"]._allow
        self.assertTrue(allow("x", "192.0.2.1", 2))
        self.assertTrue(allow("x", "192.0.2.200", 2), "the same network")
        self.assertFalse(allow("x", "192.0.2.3", 2))
        self.assertTrue(allow("x", "198.51.100.3", 2))
        self.assertTrue(allow("y", "192.0.2.1", 2))
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.assertTrue(allow("x", "192.0.2.1", 2))

    def test_no_address_is_kept(self):
        self.env["bde.network.tries"]._allow("x", "192.0.2.1", 2)
        text = json.dumps(self.env["bde.network.tries"].search([]).mapped("origin"))
        self.assertNotIn("192.0.2", text)
        self.assertNotIn(sha256_hex("192.0.2.0/24"), text)
