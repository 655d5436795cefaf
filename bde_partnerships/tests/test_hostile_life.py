import time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.bde_bounce import OUR_ID
from ..models.bde_outgoing import MARK
from .paper_common import PaperCase, photo, scanned

SCRIPT = '<img src="x" onerror="alert(1)">'


@tagged("post_install", "-at_install")
class TestHostileLife(PaperCase):
    """Staff who want more than is theirs, and mails made to hurt."""

    # ------------------------------------------------------------
    # Paper
    # ------------------------------------------------------------

    def test_page_of_one_document_signs_no_other(self):
        one, other = self.sent(2)
        page = self.took(scanned([self.sheet(one, "host")]))
        page.write(
            {"document_id": other.id, "signature_ids": [Command.set(self.of(other, "host").ids)]}
        )
        self.assertEqual(page.state, "to_match")
        with self.assertRaisesRegex(UserError, "another document"):
            page.action_record()
        self.assertEqual(self.of(other, "host").state, "to_sign")
        page.write(
            {"document_id": one.id, "signature_ids": [Command.set(self.of(one, "host").ids)]}
        )
        page.action_record()
        self.assertEqual(self.of(one, "host").state, "signed")

    def test_page_of_an_old_version_is_not_said_to_be_of_the_new(self):
        document = self.sent()
        sheet = scanned([self.sheet(document, "host")])
        self.fact(document)["text"] = "40 hours"
        manager = document.with_env(self.as_user(self.manager_a))
        manager.action_correct("Hours")
        manager.action_send_correction()
        page = self.took(sheet)
        self.assertEqual(page.version_id.serial, 1)
        page.write(
            {
                "version_id": document.version_id.id,
                "signature_ids": [Command.set(self.of(document, "host").ids)],
            }
        )
        with self.assertRaisesRegex(UserError, "version 1"):
            page.action_record()
        self.assertEqual(self.of(document, "host").state, "to_sign")

    def test_handing_in_scans_removes_no_file_but_those_handed_in(self):
        document = self.sent()
        env = self.as_user(self.secretary_a)
        readable = self.env["ir.attachment"].create(
            {"name": "all.txt", "raw": b"kept", "public": True}
        )
        document.version_id._ensure_pdf()
        kept = document.version_id.pdf_attachment_id
        own = env["ir.attachment"].create(
            {
                "name": "scan.jpg",
                "raw": photo(self.sheet(document, "host")),
                "res_model": "bde.paper.upload",
                "res_id": 0,
            }
        )
        files = own.ids + readable.ids + kept.ids
        upload = env["bde.paper.upload"].create(
            {"company_id": self.school_a.id, "attachment_ids": [Command.set(files)]}
        )
        upload.action_read()
        self.assertFalse(own.exists())
        self.assertTrue(readable.exists())
        self.assertTrue(kept.exists())

    def test_scans_are_read_at_ones_own_school_alone(self):
        env = self.as_user(self.manager_b)
        with self.assertRaises(AccessError):
            env["bde.paper.scan"]._take_in(self.school_a, [("x.jpg", b"x")])
        document = self.sent()
        page = self.took(scanned([self.sheet(document, "host")]))
        for verb in ("action_record", "action_put_aside", "action_turn", "action_judge"):
            with self.assertRaises(AccessError):
                getattr(page.with_env(env), verb)()

    # ------------------------------------------------------------
    # Names
    # ------------------------------------------------------------

    def test_dialogs_name_no_signer_of_another_school(self):
        document = self.sent()
        host, version = self.of(document, "host"), document.version_id
        [(link, _token)] = self.env["bde.link"]._mint(
            [{"company_id": self.school_a.id, "signer_key": host.signer_key, "name": host.name}]
        )
        b = self.as_user(self.manager_b)
        line = {"signature_ids": [(6, 0, host.ids)]}
        pointing = [
            ("bde.signer.call", {"signature_id": host.id}),
            ("bde.signer.remind", {"signature_id": host.id, "reason": "x"}),
            ("bde.signer.address", {"signature_id": host.id}),
            ("bde.tablet", {"signature_ids": [(6, 0, host.ids)]}),
            ("bde.tablet", {"signature_ids": [(4, str(host.id))]}),
            ("bde.tablet", {"line_ids": [(0, 0, line)]}),
            ("bde.correction", {"line_ids": [(0, 0, {"document_id": document.id})]}),
            ("bde.version.compare", {"document_id": document.id, "old_id": version.id}),
        ]
        for model, values in pointing:
            with self.subTest(model=model, values=values):
                with self.assertRaises(AccessError) as caught:
                    b[model].create(values)
                self.assertNotIn(host.name, str(caught.exception))
                by_default = {f"default_{name}": value for name, value in values.items()}
                with self.assertRaises(AccessError) as caught:
                    b[model].with_context(**by_default).create({})
                self.assertNotIn(host.name, str(caught.exception))
        for records, verb in (
            (host, "action_sign_on_tablet"),
            (host, "action_note_call"),
            (host, "action_remind"),
            (document, "action_open_proof"),
            (document, "action_ask_correction"),
            (document, "action_resume"),
            (document, "action_send_correction"),
            (document, "action_print_paper"),
            (version, "action_compare"),
            (link, "action_revoke"),
        ):
            with self.subTest(verb=verb):
                with self.assertRaises(AccessError) as caught:
                    getattr(records.with_env(b), verb)()
                self.assertNotIn("Duval", str(caught.exception))

    def test_pointing_a_page_to_another_school_tells_no_title(self):
        foreign = self.sent()
        foreign.sudo().title = "Secretname"
        mine = self.env["bde.paper.scan"].create(
            {"company_id": self.school_b.id, "file_name": "x.pdf"}
        )
        with self.assertRaises(UserError) as caught:
            mine.with_env(self.as_user(self.manager_b)).document_id = foreign.id
        self.assertNotIn("Secretname", str(caught.exception))
        self.assertNotIn(foreign.number, str(caught.exception))

    def test_who_only_reads_corrects_nothing(self):
        document = self.sent()
        teacher = document.with_env(self.as_user(self.teacher_a))
        for verb in ("action_correct", "action_send_correction", "action_open_proof"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(teacher, verb)()
        with self.assertRaises(AccessError):
            document.with_env(self.as_user(self.secretary_a)).action_open_proof()

    # ------------------------------------------------------------
    # Scripts, mails
    # ------------------------------------------------------------

    def test_copied_words_of_a_translation_hold_no_script(self):
        template = self.env["bde.document.template"].create(
            {
                "name": "Own",
                "title": "Convention",
                "company_id": self.school_a.id,
                "date_from": "2026-01-01",
                "article_ids": [
                    Command.create({"number": 1, "title": "Object", "body": "<p>Words</p>"})
                ],
            }
        )
        words = self.as_user(self.manager_a)["bde.document.translation"].create(
            {
                "company_id": self.school_a.id,
                "lang": "en_GB",
                "article_id": template.article_ids.id,
                "title": "Object",
                "body": "<p>Words</p>",
                "source_body": SCRIPT,
            }
        )
        digest = words.digest
        words.write({"source_body": SCRIPT, "source_title": SCRIPT, "digest": "0" * 64})
        self.assertNotIn("onerror", words.source_body)
        self.assertEqual((words.source_title, words.digest), ("Object", digest))
        words.body = f"<p>Words</p>{SCRIPT}"
        self.assertNotIn("onerror", words.body)

    def test_a_title_moves_no_line_to_the_letter_of_somebody_else(self):
        names = ("Anne Un", "Bruno Deux", "Chloé Trois")
        documents = self.make_documents(3)
        for number, (document, name) in enumerate(zip(documents, names, strict=True), 1):
            fact = self.fact(document)
            fact["title"] = f"Title {number} ⟦next⟧ ⟦items⟧ ⟦url⟧"
            fact["parties"] = self.parties(
                "host", host={"name": name, "email": f"host{number}@duval.example"}
            )
        since = self.last_mail().id
        documents.with_env(self.as_user(self.manager_a)).action_send()
        for number, name in enumerate(names, 1):
            letter = self.mails(since).filtered(lambda m, name=name: name in m.email_to)
            self.assertIn(f"Title {number} ⟦next⟧", letter.body_html)
            for other in {1, 2, 3} - {number}:
                self.assertNotIn(f"Title {other}", letter.body_html)

    def test_a_mail_of_one_endless_word_costs_nothing(self):
        text = "a" * 2_000_000
        start = time.process_time()
        self.assertFalse(OUR_ID.findall(text))
        self.assertLess(time.process_time() - start, 5)
        message_id = self.env["bde.outgoing"]._new_message_id()
        self.assertIn(MARK, message_id)
        self.assertEqual(OUR_ID.findall(f"Message-Id: {message_id}\n"), [message_id.strip("<>")])
