import base64
from io import BytesIO

from PIL import Image
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..pdf import scan as reader
from .paper_common import PaperCase, photo, scanned

WHITE = Image.new("RGB", (1240, 1754), "white")


@tagged("post_install", "-at_install")
class TestPaperPrint(PaperCase):
    def texts(self, pdf):
        return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]

    def test_pages_of_the_version_then_a_sheet_for_who_has_not_signed(self):
        document = self.sent()
        self.of(document, "host")._sign("typed", "Sophie Duval")
        pdf = document._paper_pdf()
        codes = [page.codes[0] for page in reader.read_pages(pdf)]
        token = document.check_token
        self.assertEqual(codes, [f"BDE1.{token}.1.p1", f"BDE1.{token}.1.s1e"], "tutor to head")
        text, sheet = self.texts(pdf)
        self.assertIn("Convention 1", text)
        self.assertIn(document.version_id.pdf_sha256, text)
        self.assertIn(document.version_id.pdf_sha256, sheet)
        boxes, _, given = sheet.partition("Have signed already")
        for name in ("Marc Petit", "Léa Martin", "Teacher A", "Head A"):
            self.assertIn(name, boxes)
        self.assertNotIn("Sophie Duval", boxes)
        self.assertIn("Sophie Duval", given)

    def test_edition_for_one_party_names_it_in_its_code(self):
        document = self.sent()
        host = self.of(document, "host")
        [_page, sheet] = reader.read_pages(host._paper_pdf())
        self.assertEqual(sheet.codes, (f"BDE1.{document.check_token}.1.{host._paper_mark()}",))
        self.assertNotIn("Marc Petit", self.texts(host._paper_pdf())[1])

    def test_nine_boxes_take_two_sheets(self):
        parties = [
            self.parties("tutor")[0] | {"name": f"Tutor {number}", "uuid": f"t{number}"}
            for number in range(9)
        ]
        document = self.sent(parties=parties)
        texts = self.texts(document._paper_pdf())
        self.assertEqual(len(texts), 3)
        self.assertIn("Tutor 7", texts[1])
        self.assertIn("Tutor 8", texts[2])

    def test_many_documents_keep_their_own_sheets(self):
        documents = self.sent(3)
        pages = reader.read_pages(documents._paper_pdf())
        tokens = [page.codes[0].split(".")[1] for page in pages]
        expected = [token for document in documents for token in [document.check_token] * 2]
        self.assertEqual(tokens, expected)

    def test_only_what_is_out_for_signature_is_printed(self):
        draft = self.make_documents()
        signed = self.sent()
        self.sign_all(signed)
        env = self.as_user(self.secretary_a)
        for documents in (draft, signed, draft + signed):
            with self.assertRaises(UserError):
                documents.with_env(env).action_print_paper()
            with self.assertRaises(UserError):
                documents._paper_pdf()
        sent = self.sent()
        action = (draft + sent).with_env(env).action_print_paper()
        self.assertIn("1 documents are left out", action["params"]["message"])
        self.assertEqual(action["params"]["next"]["url"], f"/bde/paper?documents={sent.id}")
        self.assertTrue(all(sent.signature_ids.mapped("printed_on")))

    def test_mass_printing_makes_paper_of_what_is_out_for_signature(self):
        documents = self.sent(2)
        batch = self.env["bde.batch"].new({"verb": "print", "company_id": self.school_a.id})
        for document in documents:
            pages = reader.read_pages(batch._bytes_of(document))
            self.assertEqual(pages[-1].codes, (f"BDE1.{document.check_token}.1.s1f",))
        # a list asks for a batch when it prints more than it can at once
        many = self.sent(21).with_env(self.as_user(self.secretary_a))
        action = many.with_context(bde_batch=True).action_print_paper()
        self.assertEqual(action["res_model"], "bde.batch")

    def test_a_teacher_prints_nothing(self):
        document = self.sent()
        with self.assertRaises(AccessError):
            document.with_env(self.as_user(self.teacher_a)).action_print_paper()
        with self.assertRaises(AccessError):
            document.signature_ids.with_env(self.as_user(self.teacher_a)).action_print_paper()


@tagged("post_install", "-at_install")
class TestPaperPage(PaperCase, HttpCase):
    def get(self, user, url):
        self.authenticate(user.login, user.login)
        return self.url_open(url)

    @mute_logger("odoo.http")
    def test_staff_open_the_edition_of_their_school_alone(self):
        document = self.sent()
        url = f"/bde/paper?documents={document.id}"
        response = self.get(self.secretary_a, url)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertEqual(len(PdfReader(BytesIO(response.content)).pages), 2)
        url_one = f"/bde/paper?signatures={self.of(document, 'host').id}"
        self.assertEqual(self.get(self.secretary_a, url_one).status_code, 200)
        for user in (self.teacher_a, self.manager_b, self.correspondent):
            for address in (url, url_one):
                response = self.get(user, address)
                self.assertIn(response.status_code, (403, 404), (user.login, address))
                self.assertNotIn(b"%PDF", response.content)
        self.assertEqual(self.get(self.secretary_a, "/bde/paper").status_code, 404)


@tagged("post_install", "-at_install")
class TestPaperMatch(PaperCase):
    def test_mixed_documents_in_any_order_and_direction(self):
        one, two, three = self.sent(3)
        sheets = [
            self.sheet(two, "host").rotate(180),
            self.sheet(one, "student"),
            self.sheet(three, "tutor").rotate(90, expand=True),
        ]
        pages = self.took(scanned([*sheets, WHITE]), photo(self.sheet(one, "host"), quality=50))
        self.assertEqual(pages.mapped("state"), ["matched"] * 4)
        self.assertEqual([page.document_id for page in pages], [two, one, three, one])
        signers = [(two, "host"), (one, "student"), (three, "tutor"), (one, "host")]
        for page, (document, role) in zip(pages, signers, strict=True):
            self.assertEqual(page.signature_ids, self.of(document, role))
        self.assertEqual(pages.mapped("page"), [1, 2, 3, 1])
        self.assertFalse(any(pages.mapped("reason")))
        self.assertEqual(pages.company_id, self.school_a)

    def test_sheet_of_several_asks_who_signed(self):
        document = self.sent()
        page = self.took(scanned([self.sheet(document)]))
        self.assertEqual((page.state, page.document_id), ("matched", document))
        self.assertFalse(page.signature_ids)
        self.assertEqual(page.reason, "Say whose signatures you see on this sheet.")
        with self.assertRaisesRegex(UserError, "Say whose"):
            page.action_record()

    def test_boxes_with_ink_propose_who_signed(self):
        document = self.sent()
        sheet = self.signed(self.sheet(document), 0, 2)
        for picture in (sheet, sheet.rotate(180), sheet.rotate(3, expand=True, fillcolor="white")):
            page = self.took(photo(picture))
            self.assertEqual(page.signature_ids.mapped("role"), ["host", "student"])
            self.assertTrue(page.is_proposed)
            self.assertEqual((page.state, page.reason), ("matched", False))
        page.signature_ids = self.of(document, "host")
        self.assertFalse(page.is_proposed, "somebody looked")

    def test_sheet_of_which_one_corner_is_gone_is_still_known(self):
        document = self.sent()
        sheet = self.signed(self.sheet(document), 0)
        sheet.paste("gray", (900, 0, 1240, 300))
        page = self.took(scanned([sheet]))
        self.assertEqual((page.state, page.document_id), ("matched", document))
        self.assertFalse(page.signature_ids or page.is_proposed, "nothing is guessed from one code")

    def test_boxes_name_the_parties_for_whom_the_sheet_was_printed(self):
        document = self.sent()
        self.of(document, "host")._sign("typed", "X")
        sheet = self.signed(self.sheet(document), 0)
        self.of(document, "tutor")._sign("typed", "X")
        page = self.took(scanned([sheet]))
        self.assertEqual(page.signature_ids.role, "tutor")
        self.assertEqual(page.state, "outdated")

    def test_page_without_code_is_matched_by_hand(self):
        document = self.sent()
        sheet = self.torn(self.sheet(document, "host"))
        page = self.took(photo(sheet))
        self.assertEqual(page.state, "to_match")
        self.assertIn("No code could be read", page.reason)
        page.document_id = document.id
        self.assertEqual(page.version_id, document.version_id)
        page.signature_ids = self.of(document, "host")
        self.assertEqual((page.state, page.reason), ("matched", False))
        page.action_record()
        self.assertEqual(self.of(document, "host").method, "paper")

    def test_code_of_the_verification_page_names_the_document_alone(self):
        """A PDF that somebody printed from his mail, without our codes."""
        document = self.sent()
        code = document.version_id._qr_svg(f"https://bde.example/bde/v/{document.check_token}")
        html = (
            '<!DOCTYPE html><html lang="fr"><head><title>T</title></head>'
            f'<img src="{code}" alt="Code" width="120"></html>'
        )
        page = self.took(document.version_id._render_html(html))
        self.assertEqual((page.state, page.document_id), ("to_match", document))
        page.signature_ids = self.of(document, "host")
        self.assertEqual(page.state, "matched")

    def test_two_pages_on_one_photo_are_not_guessed(self):
        one, two = self.sent(2)
        both = Image.new("RGB", (2480, 1754), "white")
        both.paste(self.sheet(one, "host"), (0, 0))
        both.paste(self.sheet(two, "host"), (1240, 0))
        page = self.took(photo(both))
        self.assertEqual(page.state, "to_match")
        self.assertIn("Two codes", page.reason)
        self.assertFalse(page.document_id)

    def test_document_of_another_school_says_nothing(self):
        other = self.make_documents(company=self.school_b)
        other.with_env(self.as_user(self.manager_b)).action_send()
        page = self.took(scanned([self.sheet(other, "host")]))
        self.assertEqual(page.state, "to_match")
        self.assertEqual(page.reason, "This is not a document of your school.")
        self.assertFalse(page.document_id or page.version_id or page.signature_ids)
        # who works in both schools hands it in at one of them
        both = self.took(
            scanned([self.sheet(other, "host")]), user=self.manager_b, company=self.school_b
        )
        self.assertEqual(both.document_id, other)
        self.assertFalse(
            self.as_user(self.secretary_a)["bde.paper.scan"].search(
                [("document_id", "=", other.id)]
            )
        )
        with self.assertRaises(UserError):
            page.write({"document_id": other.id})

    def test_file_handed_in_twice_is_read_once(self):
        document = self.sent()
        data = scanned([self.sheet(document, "host")])
        self.assertEqual(len(self.took(data, data)), 1)
        pages, notes = self.take_in(data)
        self.assertFalse(pages)
        self.assertEqual(notes, ["scan 1.pdf was handed in already."])

    def test_a_file_that_cannot_be_read_stops_no_other(self):
        document = self.sent()
        good = scanned([self.sheet(document, "host"), WHITE])
        pages, notes = self.take_in(b"%PDF-1.4 broken", b"\0\0\0\x18ftypheic", b"hello", b"", good)
        self.assertEqual(len(pages), 1)
        self.assertEqual(len(notes), 5)
        for note, words in zip(
            notes, ("damaged", "HEIC", "neither a PDF nor a photo", "empty", "1 blank"), strict=True
        ):
            self.assertIn(words, note)

    def test_wizard_reads_the_files_of_its_user_and_keeps_pages_alone(self):
        document = self.sent()
        env = self.as_user(self.secretary_a)
        file = env["ir.attachment"].create(
            {
                "name": "scan.pdf",
                "raw": scanned([self.sheet(document, "host")]),
                "res_model": "bde.paper.upload",
            }
        )
        wizard = env["bde.paper.upload"].create({"attachment_ids": [(6, 0, file.ids)]})
        action = wizard.action_read()
        self.assertEqual(action["res_model"], "bde.paper.scan")
        self.assertFalse(file.exists())
        bad = env["ir.attachment"].create(
            {"name": "x.txt", "raw": b"hello", "res_model": "bde.paper.upload"}
        )
        wizard.attachment_ids = bad
        with self.assertRaisesRegex(UserError, "x.txt: neither"):
            wizard.action_read()

    def test_only_who_keeps_the_documents_hands_in_and_looks(self):
        document = self.sent()
        data = scanned([self.sheet(document, "host")])
        for user in (
            self.teacher_a,
            self.intendance_a,
            self.manager_b,
            self.correspondent,
            self.bde_admin,
        ):
            with self.assertRaises(UserError):
                self.take_in(data, user=user)
        page = self.took(data)
        for user in (
            self.teacher_a,
            self.intendance_a,
            self.manager_b,
            self.correspondent,
            self.bde_admin,
        ):
            with self.assertRaises(AccessError):
                page.with_env(self.as_user(user)).read(["state"])
        with self.assertRaises(AccessError):
            page.write({"state": "recorded"})
        with self.assertRaises(AccessError):
            page.write({"file": base64.b64encode(b"other")})
        with self.assertRaises(AccessError):
            page.unlink()

    def test_turning_a_page_changes_picture_and_hash(self):
        sheet = self.torn(self.sheet(self.sent(), "host"))
        page = self.took(photo(sheet.rotate(90, expand=True)))
        before = page.sha256
        page.action_turn()
        width, height = Image.open(
            BytesIO(base64.b64decode(page.with_context(bin_size=False).file))
        ).size
        self.assertLess(width, height)
        self.assertNotEqual(page.sha256, before)
