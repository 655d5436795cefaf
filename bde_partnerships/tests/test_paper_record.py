import base64
import json
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..rules.canonical import sha256_hex
from .paper_common import PaperCase, scanned


@tagged("post_install", "-at_install")
class TestPaperRecord(PaperCase):
    def came_back(self, document, *roles, **kwargs):
        """The sheet of these parties, handed in."""
        return self.took(scanned([self.sheet(document, *roles)]), **kwargs)

    def tick(self, page, *roles):
        """Staff say which of the parties signed on a sheet of several."""
        page.signature_ids = page.version_id.signature_ids.filtered(lambda s: s.role in roles)

    def corrected(self, document, **facts):
        """The manager corrects the record and sends the correction."""
        self.env["bde.change.rule"].create(
            [
                {"kind": "document", "path": "text", "name": "Hours", "change_class": "conditions"},
                {
                    "kind": "document",
                    "path": "title",
                    "name": "Title",
                    "change_class": "administrative",
                },
            ]
        )
        manager = document.with_env(self.as_user(self.manager_a))
        manager.action_correct("A mistake")
        self.fact(document).update(facts)
        manager.action_send_correction()

    # ------------------------------------------------------------
    # What is recorded
    # ------------------------------------------------------------

    def test_recording_signs_and_keeps_the_page(self):
        document = self.sent()
        page = self.came_back(document, "host")
        day = self.school_a._bde_today() - timedelta(days=2)
        page.paper_date = day
        picture = base64.b64decode(page.with_context(bin_size=False).file)
        page.action_record()
        host = self.of(document, "host")
        self.assertEqual((host.state, host.method), ("signed", "paper"))
        self.assertEqual((host.witness_id, host.paper_date), (self.secretary_a, day))
        self.assertEqual((host.scan_id, host.scan_sha256), (page, sha256_hex(picture)))
        self.assertEqual((page.state, page.recorded_by_id), ("recorded", self.secretary_a))
        self.assertTrue(page.recorded_on)
        self.assertEqual((document.state, document.signed_count), ("partly_signed", 1))
        [kept] = document._paper_scans()
        self.assertEqual((kept.raw, kept.mimetype), (picture, "image/jpeg"))
        self.assertEqual(
            (kept.res_model, kept.res_id), ("bde.document.version", document.version_id.id)
        )

    def test_journal_states_the_page_and_verifies(self):
        document = self.sent()
        page = self.came_back(document, "host")
        page.action_record()
        events = {row.event: json.loads(row.payload) for row in document.journal_ids}
        host = self.of(document, "host")
        self.assertEqual(events["scanned"]["sha256"], host.scan_sha256)
        self.assertEqual(events["scanned"]["signatures"], [host.uuid])
        self.assertEqual(events["scanned"]["version"], 1)
        self.assertEqual(events["signed"]["method"], "paper")
        self.assertEqual(events["signed"]["scan_sha256"], host.scan_sha256)
        document.action_verify_journal()
        self.assertFalse(document.journal_fault)

    def test_date_on_the_paper_is_not_to_come(self):
        document = self.sent()
        page = self.came_back(document, "host")
        page.paper_date = self.school_a._bde_today() + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "future"):
            page.action_record()
        self.assertEqual(self.of(document, "host").state, "to_sign")
        page.paper_date = self.school_a._bde_today()
        page.action_record()
        self.assertEqual(self.of(document, "host").state, "signed")

    def test_recorded_once_whoever_clicks_again(self):
        document = self.sent()
        page = self.came_back(document, "host")
        page.action_record()
        rows = len(document.journal_ids)
        self.assertEqual(page._record(), (self.env["bde.document.signature"], {}))
        page.with_env(self.as_user(self.manager_a)).action_record()
        self.assertEqual(len(document.journal_ids), rows)
        self.assertEqual(page.recorded_by_id, self.secretary_a)
        with self.assertRaisesRegex(UserError, "recorded"):
            page.paper_date = self.school_a._bde_today()
        with self.assertRaises(UserError):
            page.sudo().unlink()

    def test_same_sheet_scanned_twice_counts_once(self):
        document = self.sent()
        sheet = self.sheet(document, "host")
        first, second = self.took(scanned([sheet]), scanned([sheet.rotate(180)]))
        given, stopped = (first + second)._record()
        self.assertEqual(given, self.of(document, "host"))
        self.assertEqual(given.scan_id, first)
        self.assertEqual(first.state, "recorded")
        self.assertEqual(second.state, "outdated")
        self.assertIn("Sophie Duval has signed already", stopped[second])

    def test_who_signed_by_his_link_meanwhile_signs_no_second_time(self):
        document = self.sent()
        page = self.came_back(document, "host")
        self.of(document, "host")._sign("typed", "Sophie Duval")
        with self.assertRaisesRegex(UserError, "Sophie Duval has signed already.*Typed"):
            page.action_record()
        self.assertEqual(self.of(document, "host").method, "typed")

    def test_pages_of_the_text_are_kept_with_the_sheet(self):
        document = self.sent()
        text, sheet = self.edition(document, "host")
        other_text, _other = self.edition(self.sent(), "host")
        pages = self.took(scanned([text, sheet, other_text]))
        self.assertIn("Page of the text", pages[0].reason)
        pages._record()
        self.assertEqual(pages.mapped("state"), ["recorded", "recorded", "matched"])
        self.assertEqual(len(document._paper_scans()), 2)

    def test_signature_on_a_page_of_the_text_counts(self):
        """Conventions have boxes of their own at the end."""
        document = self.sent()
        page = self.took(scanned([self.edition(document)[0]]))
        self.tick(page, "host", "tutor")
        page.action_record()
        self.assertEqual(self.of(document, "tutor").method, "paper")

    # ------------------------------------------------------------
    # Turns
    # ------------------------------------------------------------

    def test_sheet_with_some_boxes_signed(self):
        document = self.sent()
        page = self.came_back(document)
        self.tick(page, "host", "student")
        page.action_record()
        states = {s.role: s.state for s in document.signature_ids}
        self.assertEqual(
            states,
            {"host": "signed", "student": "signed", "tutor": "to_sign", "referent": "to_sign",
             "head": "waiting"},
        )  # fmt: skip
        self.assertEqual(page.state, "recorded")
        # the same sheet comes back with more on it
        again = self.took(scanned([self.sheet(document)]))
        self.tick(again, "host", "tutor")
        again.action_record()
        self.assertEqual(self.of(document, "tutor").scan_id, again)
        self.assertEqual(self.of(document, "host").scan_id, page)

    def test_all_on_one_sheet_sign_in_their_turns(self):
        document = self.sent()
        page = self.came_back(document)
        self.tick(page, "host", "tutor", "student", "referent", "head")
        page.action_record()
        self.assertEqual((document.state, document.seal_state), ("signed", "pending"))
        order = [
            json.loads(row.payload)["role"]
            for row in document.journal_ids.sorted("serial")
            if row.event == "signed"
        ]
        self.assertEqual(order[-1], "head")

    def test_page_of_who_signs_last_waits_for_the_others(self):
        document = self.sent()
        page = self.came_back(document, "head")
        self.assertEqual(page.state, "matched")
        with self.assertRaisesRegex(UserError, "Head A signs after Sophie Duval, Marc Petit"):
            page.action_record()
        self.assertEqual(self.of(document, "head").state, "waiting")
        document.signature_ids.filtered(lambda s: s.state == "to_sign")._sign("typed", "X")
        page.action_record()
        self.assertEqual(document.state, "signed")

    def test_what_waits_on_a_sheet_keeps_it_open(self):
        document = self.sent()
        page = self.came_back(document)
        self.tick(page, "host", "head")
        given, stopped = page._record()
        self.assertEqual(given, self.of(document, "host"))
        # the page is kept for the host, and waits once more for the head
        self.assertEqual((page.state, page.signature_ids), ("recorded", self.of(document, "host")))
        [waiting] = stopped
        self.assertEqual((waiting.state, waiting.sha256), ("matched", page.sha256))
        self.assertIn("Head A signs after Marc Petit", stopped[waiting])
        document.action_verify_journal()
        self.assertFalse(document.journal_fault)
        document.signature_ids.filtered(lambda s: s.state == "to_sign")._sign("typed", "X")
        waiting.action_record()
        self.assertEqual(document.state, "signed")

    def test_pages_confirmed_together_help_each_other(self):
        document = self.sent(parties=self.parties("host", "head"))
        head, host = self.took(
            scanned([self.sheet(document, "head"), self.sheet(document, "host")])
        )
        self.assertIn("Head A signs after", head.reason)
        action = (head + host).action_record()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(document.state, "signed")

    # ------------------------------------------------------------
    # Documents that went on
    # ------------------------------------------------------------

    def test_cancelled_or_signed_documents_take_no_paper(self):
        cancelled, signed = self.sent(2)
        pages = self.took(scanned([self.sheet(cancelled, "host"), self.sheet(signed, "host")]))
        cancelled.with_env(self.as_user(self.manager_a)).action_cancel("Trop tard")
        self.sign_all(signed)
        given, stopped = pages._record()
        self.assertFalse(given)
        self.assertIn("Cancelled", stopped[pages[0]])
        self.assertIn("Everybody has signed", stopped[pages[1]])
        self.assertEqual(set(pages.mapped("state")), {"outdated"})
        pages.action_put_aside()
        self.assertEqual(set(pages.mapped("state")), {"put_aside"})
        pages.action_take_back()
        self.assertEqual(set(pages.mapped("state")), {"outdated"})

    def test_old_paper_counts_when_nothing_changed_for_its_signer(self):
        document = self.sent()
        host_page, referent_page = self.took(
            scanned([self.sheet(document, "host"), self.sheet(document, "referent")])
        )
        first = document.version_id
        self.corrected(document, text="Du mardi au vendredi")
        given, stopped = (host_page + referent_page)._record()
        referent = self.of(document, "referent")
        self.assertEqual(given, referent)
        # the proof names what was signed: the first version
        self.assertEqual(referent.version_id, document.version_id)
        self.assertEqual(referent.kept_from_id.version_id, first)
        self.assertEqual(
            (referent.kept_from_id.state, referent.kept_from_id.method), ("signed", "paper")
        )
        given_then, kept = (
            json.loads(row.payload)
            for row in document.journal_ids.sorted("serial")
            if row.event == "signed"
        )
        self.assertEqual(
            (given_then["signature"], given_then["version"]), (referent.kept_from_id.uuid, 1)
        )
        self.assertEqual((kept["signature"], kept["version"]), (referent.uuid, 1))
        self.assertEqual((kept["kept_from"], kept["kept_version"]), (given_then["signature"], 2))
        payload = given_then
        self.assertEqual(payload["content_sha256"], first.content_sha256)
        self.assertEqual(document._paper_scans().res_id, first.id)
        # hours concern the host: he signs again
        self.assertEqual(
            (host_page.state, self.of(document, "host").state), ("outdated", "to_sign")
        )
        self.assertEqual(
            stopped[host_page],
            "Version 1 was signed, version 2 holds. It changed for Sophie Duval: Hours."
            " Print version 2 for this person.",
        )
        action = host_page.action_print_again()
        self.assertEqual(action["url"], f"/bde/paper?signatures={self.of(document, 'host').id}")
        document.action_verify_journal()
        self.assertFalse(document.journal_fault)

    def test_typo_costs_no_paper(self):
        document = self.sent()
        page = self.came_back(document, "host")
        self.corrected(document, title="Convention 1 bis")
        page.action_record()
        self.assertEqual(self.of(document, "host").kept_from_id.version_id.serial, 1)

    def test_paper_of_somebody_who_was_replaced_does_not_count(self):
        document = self.sent()
        page = self.came_back(document, "tutor")
        parties = self.parties(tutor={"name": "Paul Autre", "email": "paul@duval.example"})
        self.corrected(document, title="Convention 1 bis", parties=parties)
        page.action_judge()
        self.assertEqual(page.state, "outdated")
        self.assertEqual(
            page.reason, "Marc Petit signed, but Paul Autre signs now: print it for Paul Autre."
        )

    def test_nothing_is_recorded_while_the_school_corrects(self):
        document = self.sent()
        page = self.came_back(document, "host")
        manager = document.with_env(self.as_user(self.manager_a))
        manager.action_correct("A mistake")
        with self.assertRaisesRegex(UserError, "is correcting"):
            page.action_record()
        with self.assertRaises(UserError):
            document._paper_pdf()
        manager.action_resume()
        page.action_record()
        self.assertEqual(self.of(document, "host").state, "signed")

    def test_paper_of_a_document_taken_back_to_draft_waits(self):
        document = self.sent()
        page = self.came_back(document, "host")
        document.with_env(self.as_user(self.manager_a)).action_back_to_draft("A mistake")
        with self.assertRaisesRegex(UserError, "not out for signature"):
            page.action_record()

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def test_other_roles_and_schools_record_nothing(self):
        document = self.sent()
        page = self.came_back(document, "host")
        for user in (self.teacher_a, self.school_life_a, self.manager_b, self.head_b):
            for verb in ("action_record", "action_put_aside", "action_turn", "action_print_again"):
                with self.assertRaises(AccessError):
                    getattr(page.with_env(self.as_user(user)), verb)()
        self.assertEqual(self.of(document, "host").state, "to_sign")

    def test_party_of_another_document_cannot_be_ticked(self):
        one, two = self.sent(2)
        page = self.came_back(one, "host")
        with self.assertRaisesRegex(UserError, "party of that version"):
            page.signature_ids = self.of(two, "host")

    def test_one_click_records_what_the_screen_shows(self):
        one, two, three = self.sent(3)
        first = self.took(scanned([self.sheet(one, "host"), self.sheet(two)]))
        second = self.came_back(three, "host")
        Scan = self.as_user(self.secretary_a)["bde.paper.scan"]
        Scan.with_context(active_domain=[("id", "in", first.ids)]).action_record()
        self.assertEqual(first.mapped("state"), ["recorded", "matched"], "nobody ticked on one")
        self.assertEqual(second.state, "matched")
        Scan.action_record()
        self.assertEqual(second.state, "recorded")

    def test_picture_that_was_changed_is_not_recorded(self):
        """Staff may write the pages they match, hence core lets them write the file behind."""
        document = self.sent()
        page = self.came_back(document, "host")
        self.env["ir.attachment"].search(
            [("res_model", "=", page._name), ("res_id", "=", page.id), ("res_field", "=", "file")]
        ).raw = b"another picture"
        page.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "changed since it was read"):
            page.action_record()

    def test_home_counts_the_pages_that_wait(self):
        env = self.as_user(self.secretary_a)

        def count():
            cards = env["bde.home"].get_home()["sections"]["next"]
            return sum(c["count"] for c in cards if c["label"] == "Scanned pages to confirm")

        self.assertEqual(count(), 0)
        page = self.came_back(self.sent(), "host")
        self.assertEqual(count(), 1)
        page.action_record()
        self.assertEqual(count(), 0)

    def test_as_many_queries_for_one_page_as_for_twenty(self):
        def queries(count):
            documents = self.sent(count)
            pages = self.took(scanned([self.sheet(d, "host") for d in documents]))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            pages._record()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1)
        few, many = queries(2), queries(12)
        self.assertLessEqual(many, few + 3)
