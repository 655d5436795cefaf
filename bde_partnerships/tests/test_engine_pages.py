import base64
import io
import zlib
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from PIL import Image

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers.public import PublicPage
from .engine_common import EngineCase
from .sign_common import SignPageCase


@tagged("post_install", "-at_install")
class TestSignPage(SignPageCase):
    """The signing page as a person without an account uses it."""

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def test_one_screen_says_who_signs_what(self):
        page = self.get()
        self.assertEqual(page.status_code, 200)
        for text in ("Sophie Duval", "gérante", "Convention 1", "Du lundi au vendredi", "0 of 5"):
            self.assertIn(text, page.text)
        for header, value in (
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Robots-Tag", "noindex, nofollow"),
        ):
            self.assertEqual(page.headers[header], value)
        self.assertNotIn("web.assets_frontend", page.text, "nothing of the web client")

    def test_reading_changes_nothing(self):
        """Scanners open every address of a mail by GET, twice, and follow what they find."""
        before = self.document.read()[0] | {"journal": self.document.journal_ids.ids}
        link = self.env["bde.link"]._find(self.token, "sign").read()
        self.document.version_id._ensure_pdf()
        last = self.last_mail().id
        for path in (
            "", "?step=code", f"/{self.document.uuid}.pdf", "/sign", "/code", "/refuse", "/renew",
            "/acknowledge", f"/sign?code=123456&document={self.value()}", "",
        ):  # fmt: skip
            self.assertIn(self.get(path).status_code, (200, 404, 405), path)
        self.env.invalidate_all()
        after = self.document.read()[0] | {"journal": self.document.journal_ids.ids}
        self.assertEqual(before, after)
        self.assertEqual(self.env["bde.link"]._find(self.token, "sign").read(), link)
        self.assertFalse(self.mails(last))

    def test_pdf_is_what_will_be_signed(self):
        pdf = self.get(f"/{self.document.uuid}.pdf")
        self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
        self.assertEqual(pdf.content, self.document.version_id.pdf_attachment_id.raw)

    def test_document_of_somebody_else_is_not_found(self):
        other = self.sent(parties=self.parties("tutor"))
        self.assertEqual(self.get(f"/{other.uuid}.pdf").status_code, 404)
        there = self.make_documents(company=self.school_b)
        there.with_env(self.as_user(self.manager_b)).action_send()
        self.assertEqual(self.get(f"/{there.uuid}.pdf").status_code, 404)
        self.assertNotIn(there.number, self.get().text)

    def test_wrong_tokens(self):
        for token in ("x", self.token[:-1], self.token + "x", "..%2F..", "%00"):
            response = self.get(token=token)
            self.assertIn(response.status_code, (400, 404), token)
            self.assertNotIn("Duval", response.text)

    def test_link_of_another_purpose_does_not_sign(self):
        [(_link, token)] = self.env["bde.link"]._mint(
            [
                {
                    "company_id": self.school_a.id,
                    "purpose": "hosting",
                    "signer_key": self.host.signer_key,
                }
            ]
        )
        self.assertEqual(self.get(token=token).status_code, 404)

    def test_expired_link_offers_a_fresh_one_to_the_same_address(self):
        link = self.env["bde.link"]._find(self.token, "sign")
        link.expires_on = fields.Datetime.now() - timedelta(hours=1)
        page = self.get()
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("Convention 1", page.text)
        last = self.last_mail().id
        response = self.post("renew")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.mails(last).email_to, '"Sophie Duval" <contact@duval.example>')
        self.assertNotIn("contact@duval.example", response.text)
        self.assertEqual(self.get(token=self.token_for("Sophie Duval")).status_code, 200)

    def test_revoked_link_opens_nothing_and_does_nothing(self):
        self.ask_code()
        link = self.env["bde.link"]._find(self.token, "sign")
        # a page that was open before still has its forms
        csrf = self.get("?step=code").text.split('name="csrf_token" value="')[1].split('"')[0]
        link.with_env(self.as_user(self.manager_a)).action_revoke()
        self.assertEqual(self.get().status_code, 410)
        page = self.post(
            "sign", csrf=False, csrf_token=csrf, document=self.value(), code="123456",
            signed_name="S",
        )  # fmt: skip
        self.env.invalidate_all()
        self.assertEqual(page.status_code, 410)
        self.assertEqual(self.host.state, "to_sign")

    def test_closed_link_gets_no_fresh_one(self):
        """It was closed because it went to a wrong address: that address gets no other."""
        older = self.env["bde.link"]._find(self.token, "sign")
        self.env["bde.delivery"]._deliver(self.host, asked=True)
        newer = self.link_for("Sophie Duval")
        other = self.link_for("Marc Petit")
        self.assertNotEqual(older, newer)
        # a page that was open before still has the form
        page = self.get().text
        csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
        newer.with_env(self.as_user(self.manager_a)).action_revoke()
        self.assertEqual(older._status(), "revoked", "each message had a link of its own")
        self.assertEqual(other._status(), "valid", "somebody else's stays")
        self.assertNotIn("/renew", self.get().text)
        last = self.last_mail().id
        self.url_open(f"/bde/s/{self.token}/renew", data={"csrf_token": csrf})
        self.env.invalidate_all()
        self.assertFalse(self.mails(last))
        self.assertEqual(older._renew(), "closed")

    def test_nothing_half_signed_stays_behind_an_error(self):
        def fails(documents):
            raise UserError("too late")  # pylint: disable=translation-required

        self.ask_code()
        for path, data in (
            ("sign", {"code": "123456", "method": "typed", "signed_name": "Sophie Duval"}),
            ("refuse", {"reason": "no"}),
        ):
            model = "bde.document" if path == "sign" else "bde.delivery"
            method = "_after_signing" if path == "sign" else "_tell_refusal"
            with patch.object(self.registry[model], method, lambda *_args: fails(None)):
                response = self.post(path, document=self.value(), **data)
            self.assertEqual(response.status_code, 422)
            self.assertIn("too late", response.text)
            self.assertEqual(self.host.state, "to_sign", path)
            self.assertEqual(self.document.state, "to_sign", path)
        self.sign()
        self.assertEqual(self.host.state, "signed")

    @mute_logger("odoo.http")
    def test_broken_drawings_are_told(self):
        self.ask_code()
        stream = io.BytesIO()
        Image.new("L", (9, 9)).save(stream, "PNG")
        png = bytearray(stream.getvalue())
        png[16:24] = (60_000).to_bytes(4) * 2
        png[29:33] = zlib.crc32(png[12:29]).to_bytes(4)
        bomb = "data:image/png;base64," + base64.b64encode(png).decode()
        response = self.sign(method="drawn", drawing=bomb)
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.host.state, "to_sign")

    # ------------------------------------------------------------
    # SIGNING
    # ------------------------------------------------------------

    def test_code_then_typed_name(self):
        response = self.ask_code()
        self.assertEqual(response.status_code, 303)
        self.assertIn("step=code", response.headers["Location"])
        self.assertIn('name="code"', self.get("?step=code").text)
        response = self.sign()
        self.assertEqual(response.status_code, 303)
        self.assertEqual((self.host.state, self.host.method), ("signed", "typed"))
        self.assertEqual(self.host.signed_name, "Sophie Duval")
        self.assertEqual(self.host.code_channel, "email")
        self.assertTrue(self.host.masked_ip.endswith("…"))
        self.assertEqual(self.document.state, "partly_signed")
        self.assertIn(f"/{self.document.uuid}.pdf", self.get().text)

    def test_drawn(self):
        picture = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
        picture.paste((16, 16, 48, 255), (50, 90, 500, 100))
        stream = io.BytesIO()
        picture.save(stream, "PNG")
        drawing = "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
        self.ask_code()
        self.sign(method="drawn", drawing=drawing, signed_name="")
        self.assertEqual((self.host.state, self.host.method), ("signed", "drawn"))
        kept = Image.open(io.BytesIO(base64.b64decode(self.host.image)))
        self.assertEqual(kept.size, (600, 200))

    def test_nothing_drawn_nothing_typed(self):
        self.ask_code()
        for data in ({"method": "drawn", "drawing": ""}, {"signed_name": " "}):
            self.assertEqual(self.sign(**data).status_code, 422)
        self.assertEqual(self.sign(method="drawn", drawing="data:,x").status_code, 422)
        self.assertEqual(self.host.state, "to_sign")

    def test_code_needs_the_box_to_be_ticked(self):
        last = self.last_mail().id
        self.assertEqual(self.post("code").status_code, 422)
        self.assertFalse(self.mails(last))

    def test_wrong_code_signs_nothing_and_is_journaled(self):
        self.assertEqual(self.sign().status_code, 422, "no code was sent")
        self.ask_code()
        response = self.sign(code="000000")
        self.assertEqual(response.status_code, 422)
        self.assertIn('value="Sophie Duval"', response.text, "what was typed is kept")
        self.assertEqual(self.host.state, "to_sign")
        self.assertIn("code_failed", self.document.journal_ids.mapped("event"))
        for _i in range(5):
            self.sign(code="000000")
        self.assertEqual(self.sign().status_code, 422, "dead after five tries")
        self.ask_code()
        self.assertEqual(self.sign().status_code, 303)

    def test_replayed_and_doubled_requests_sign_once(self):
        self.ask_code()
        self.assertEqual(self.sign().status_code, 303)
        first = self.host.signed_on, len(self.document.journal_ids)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            for _i in range(3):
                page = self.get().text
                self.assertNotIn('name="csrf_token"', page, "nothing is left to send")
        self.authenticate(None, None)
        other = self.token_for("Marc Petit")
        csrf = self.get(token=other).text.split('name="csrf_token" value="')[1].split('"')[0]
        replay = {
            "csrf_token": csrf,
            "document": self.value(),
            "code": "123456",
            "signed_name": "S",
        }
        response = self.url_open(f"/bde/s/{self.token}/sign", data=replay, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual((self.host.signed_on, len(self.document.journal_ids)), first)

    @mute_logger("odoo.http")
    def test_forged_request_without_the_page_is_refused(self):
        self.ask_code()
        response = self.post(
            "sign", csrf=False, document=self.value(), code="123456", signed_name="S"
        )
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.host.state, "to_sign")

    def test_page_opened_before_a_new_version_signs_nothing(self):
        self.ask_code()
        old = self.value()
        manager = self.document.with_env(self.as_user(self.manager_a))
        manager.action_back_to_draft("hours")
        self.fact(self.document)["text"] = "Du mardi au samedi"
        manager.action_send()
        response = self.post("sign", document=old, code="123456", signed_name="Sophie")
        self.assertEqual(response.status_code, 422)
        self.assertIn("changed", response.text)
        self.assertIn("Du mardi au samedi", response.text, "the same link shows the current one")
        self.assertIn("hours", response.text, "and why it replaces the one before")
        host = self.of(self.document, "host")
        self.assertEqual(host.state, "to_sign")
        self.assertEqual(self.sign().status_code, 303, "the code was not lost")
        self.env.invalidate_all()
        self.assertEqual(host.state, "signed")

    def test_signature_of_somebody_else_cannot_be_given(self):
        self.ask_code()
        other = self.sent(parties=self.parties("tutor", "head"))
        self.assertEqual(self.sign(documents=other).status_code, 422)
        self.assertEqual(self.of(other, "tutor").state, "to_sign")

    def test_all_trainees_and_roles_in_one_go(self):
        parties = self.parties(tutor={"name": "Sophie DUVAL", "uuid": "t2"})
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            more = self.sent(2, parties=parties)
        page = self.get().text
        self.assertEqual(page.count('class="bde_card" aria-label'), 3, "one card a document")
        self.ask_code()
        self.sign(documents=self.document + more)
        theirs = (self.document + more).signature_ids.filtered(
            lambda s: s.signer_key == self.host.signer_key
        )
        self.assertEqual(len(theirs), 5)
        self.assertEqual(set(theirs.mapped("state")), {"signed"})

    def test_only_what_is_ticked(self):
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            more = self.sent()
        self.ask_code()
        self.sign(documents=more)
        self.assertEqual(self.host.state, "to_sign")
        self.assertEqual(self.of(more, "host").state, "signed")
        self.ask_code()
        self.assertEqual(self.post("sign", code="123456", signed_name="S").status_code, 422)

    def test_turn_not_come_yet(self):
        document = self.sent(parties=self.parties("host", "head", head={"name": "Autre Chef"}))
        token = self.env["bde.link"]._mint(
            [
                {
                    "company_id": self.school_a.id,
                    "signer_key": self.of(document, "head").signer_key,
                    "name": "Autre Chef",
                    "lang": "en_US",
                }
            ]
        )[0][1]
        page = self.get(token=token)
        self.assertIn("not yet your turn", page.text)
        self.assertNotIn("<form", page.text)

    # ------------------------------------------------------------
    # ACKNOWLEDGING, REFUSING
    # ------------------------------------------------------------

    def test_minor_acknowledges_without_a_code(self):
        document = self.sent(
            parties=self.parties(
                "student",
                "head",
                student={"required": False, "name": "Tom", "email": "t@x.example"},
            )
        )
        token = self.token_for("Tom")
        page = self.get(token=token).text
        self.assertNotIn("/code", page)
        self.assertIn("not of age", page)
        self.post("acknowledge", token=token, document=self.value(document), has_read="1")
        student = self.of(document, "student")
        self.assertEqual((student.state, student.method), ("acknowledged", "button"))

    def test_second_guardian_is_not_taken_for_a_minor(self):
        guardian = {"required": False, "role": "guardian", "name": "Aïcha", "email": "a@x.example"}
        parties = self.parties("host", "student", student=guardian)
        self.sent(parties=parties)
        page = self.get(token=self.token_for("Aïcha")).text
        self.assertIn("Acknowledge", page)
        self.assertNotIn("not of age", page)

    def test_acknowledging_is_no_way_around_the_code(self):
        response = self.post("acknowledge", document=self.value(), has_read="1")
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.host.state, "to_sign")

    def test_refusal_is_seen_by_the_others(self):
        self.assertEqual(self.post("refuse", document=self.value(), reason=" ").status_code, 422)
        self.post("refuse", document=self.value(), reason="Closed on Saturdays")
        self.assertEqual(self.document.state, "refused")
        page = self.get(token=self.token_for("Marc Petit")).text
        self.assertIn("Closed on Saturdays", page)
        self.assertNotIn("/code", page)

    def test_text_of_a_stranger_is_text(self):
        self.post("refuse", document=self.value(), reason="<script>alert(1)</script>")
        page = self.get(token=self.token_for("Marc Petit")).text
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;script&gt;alert(1)", page)

    def test_cancelled_says_so(self):
        self.document.with_env(self.as_user(self.manager_a)).action_cancel("No more place")
        page = self.get()
        self.assertIn("No more place", page.text)
        self.assertNotIn("/code", page.text)


@tagged("post_install", "-at_install")
class TestOtherPages(EngineCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.opener.headers["Accept-Language"] = "en-US"

    def test_controllers_of_public_pages_stay_apart(self):
        """Odoo melts controllers that inherit one another; helpers would then collide."""
        self.assertFalse(issubclass(PublicPage, http.Controller))

    def test_verification_shows_validity_and_nobody(self):
        document = self.sent()
        page = self.url_open(f"/bde/v/{document.check_token}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(document.number, page.text)
        self.assertIn("Not yet valid", page.text)
        for name in ("Duval", "Léa", "Petit"):
            self.assertNotIn(name, page.text)
        self.sign_all(document)
        self.env.flush_all()
        self.assertIn("Genuine", self.url_open(f"/bde/v/{document.check_token}").text)

    def test_unknown_paper(self):
        page = self.url_open("/bde/v/nothing")
        self.assertEqual(page.status_code, 404)
        self.assertIn("Unknown", page.text)

    def test_notice_of_the_school(self):
        page = self.url_open(f"/bde/n/{self.school_a.uai}")
        self.assertIn(self.school_a.name, page.text)
        self.assertIn(self.school_a.bde_email, page.text)
        self.assertEqual(self.url_open("/bde/n/none").status_code, 404)


@tagged("post_install", "-at_install")
class TestSignBrowser(EngineCase, HttpCase):
    """In a real browser on a phone: drawing, the keyboard, a second click."""

    browser_size = "360x740"
    touch_enabled = True

    def test_draw_and_sign(self):
        self.fix_code("123456")
        document = self.sent()
        token = self.token_for("Sophie Duval")
        link = self.env["bde.link"]._find(token, "sign")
        link._send_code()
        self.env.flush_all()
        # In a frame: the code that drives the page outlives the pages it goes through.
        self.browser_js(
            f"/bde/n/{self.school_a.uai}",
            """
            const frame = document.createElement("iframe");
            frame.style = "width: 360px; height: 740px; border: 0";
            const sign = (page) => {
                if (page.documentElement.scrollWidth > 360) {
                    console.error("wider than the phone");
                }
                const form = page.querySelector("form.bde_sign");
                form.querySelector("input[value=drawn]").click();
                const canvas = form.querySelector("canvas");
                canvas.setPointerCapture = () => {};
                const box = canvas.getBoundingClientRect();
                const touch = (name, x, y) =>
                    canvas.dispatchEvent(
                        new PointerEvent(name, {
                            pointerId: 1,
                            clientX: box.left + x,
                            clientY: box.top + y,
                        })
                    );
                touch("pointerdown", 20, 40);
                for (let x = 20; x < 200; x += 10) {
                    touch("pointermove", x, 40 + (x % 40));
                }
                touch("pointerup", 200, 40);
                form.querySelector("#code").value = "123456";
                const button = form.querySelector("button[type=submit]");
                button.click();
                button.click();
            };
            frame.addEventListener("load", () => {
                const page = frame.contentDocument;
                if (page.querySelector(".bde_done")) {
                    console.log("test successful");
                } else if (page.querySelector("form.bde_sign")) {
                    sign(page);
                } else {
                    console.error("not the signing page");
                }
            });
            frame.src = "/bde/s/TOKEN?step=code";
            document.body.append(frame);
            """.replace("TOKEN", token),
        )
        self.env.invalidate_all()
        host = self.of(document, "host")
        self.assertEqual((host.state, host.method), ("signed", "drawn"))
        self.assertEqual(document.journal_ids.mapped("event").count("signed"), 1)
