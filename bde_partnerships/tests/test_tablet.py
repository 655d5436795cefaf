from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .engine_common import EngineCase


@tagged("post_install", "-at_install")
class TestTablet(EngineCase, HttpCase):
    """One person after the other signs on a device of the school, before a witness."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.document = self.sent()
        self.student = self.of(self.document, "student")

    def open_for(self, signatures, user=None):
        """Token of the page for one person, as the witness gets it in his dialog."""
        action = signatures.with_env(self.as_user(user or self.manager_a)).action_sign_on_tablet()
        self.env.flush_all()
        return (action["context"]["bde_tablet_url"] or "").split("/bde/t/")[-1]

    def get(self, token, path=""):
        return self.url_open(f"/bde/t/{token}{path}", allow_redirects=False)

    def post(self, token, path, **data):
        page = self.get(token).text
        data["csrf_token"] = page.split('name="csrf_token" value="')[1].split('"')[0]
        response = self.url_open(f"/bde/t/{token}/{path}", data=data, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def value(self, document=None):
        document = document or self.document
        return f"{document.uuid}:{document.version_id.content_sha256}"

    def sign(self, token, **data):
        data = {
            "document": self.value(), "has_read": "1", "method": "typed", "signed_name": "Léa",
        } | data  # fmt: skip
        return self.post(token, "sign", **data)

    # ------------------------------------------------------------
    # SIGNING
    # ------------------------------------------------------------

    def test_signs_without_a_code_and_the_witness_is_in_the_proof(self):
        token = self.open_for(self.student)
        page = self.get(token)
        self.assertEqual(page.status_code, 200)
        for text in ("Léa Martin", "Convention 1", "Manager A", "sees you sign"):
            self.assertIn(text, page.text)
        self.assertNotIn('name="code"', page.text)
        self.assertEqual(self.sign(token).status_code, 303)
        self.assertEqual(
            (self.student.state, self.student.method, self.student.witness_id),
            ("signed", "tablet", self.manager_a),
        )
        row = self.document.journal_ids.filtered(lambda j: j.event == "signed")
        self.assertIn(f'"witness":{self.manager_a.id}', row.payload)

    def test_page_serves_once(self):
        token = self.open_for(self.student)
        self.sign(token)
        page = self.get(token)
        self.assertIn("Give the device back", page.text)
        self.assertNotIn("Convention 1", page.text)
        self.assertEqual(self.get(token, f"/{self.document.uuid}.pdf").status_code, 200)
        self.assertNotIn(b"%PDF", self.get(token, f"/{self.document.uuid}.pdf").content)

    def test_reading_comes_first(self):
        token = self.open_for(self.student)
        response = self.sign(token, has_read="")
        self.assertEqual(response.status_code, 422)
        self.assertIn("Tick the box", response.text)
        self.assertEqual(self.student.state, "to_sign")
        pdf = self.get(token, f"/{self.document.uuid}.pdf")
        self.assertEqual(pdf.content, self.document.version_id.pdf_attachment_id.raw)

    def test_drawn_or_typed_but_something(self):
        token = self.open_for(self.student)
        self.assertEqual(self.sign(token, signed_name=" ").status_code, 422)
        self.assertEqual(self.sign(token, method="drawn", drawing="").status_code, 422)
        self.assertEqual(self.student.state, "to_sign")

    def test_minor_acknowledges(self):
        student = {"required": False, "name": "Tom", "email": "t@x.example"}
        document = self.sent(parties=self.parties("host", "student", student=student))
        signature = self.of(document, "student")
        token = self.open_for(signature)
        self.assertNotIn("<canvas", self.get(token).text)
        self.sign(token, document=self.value(document))
        self.assertEqual((signature.state, signature.method), ("acknowledged", "tablet"))
        self.assertEqual(signature.witness_id, self.manager_a)

    def test_only_what_the_witness_chose(self):
        more = self.sent()
        token = self.open_for(self.student)
        self.assertNotIn("Convention 2", self.get(token).text)
        self.assertEqual(self.sign(token, document=self.value(more)).status_code, 422)
        self.assertEqual(self.of(more, "student").state, "to_sign")

    def test_later_closes_the_page(self):
        token = self.open_for(self.student)
        self.post(token, "later")
        self.assertEqual(self.get(token).status_code, 410)
        self.assertEqual(self.student.state, "to_sign")

    # ------------------------------------------------------------
    # NO SESSION, NO TIME, NO OTHER USE
    # ------------------------------------------------------------

    def test_no_session_of_staff_stays_on_the_device(self):
        token = self.open_for(self.student)
        self.authenticate("manager_a", "manager_a")
        page = self.get(token)
        self.assertIn("Sign me out and begin", page.text)
        self.assertNotIn("Convention 1", page.text)
        csrf = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": csrf, "document": self.value(), "has_read": "1", "signed_name": "L"}
        self.url_open(f"/bde/t/{token}/sign", data=data)
        self.env.invalidate_all()
        self.assertEqual(self.student.state, "to_sign", "nobody signs under a colleague's session")
        response = self.url_open(
            f"/bde/t/{token}/begin", data={"csrf_token": csrf}, allow_redirects=False
        )
        self.assertEqual(response.status_code, 303)
        self.assertIn("Convention 1", self.get(token).text)
        back = self.url_open("/odoo", allow_redirects=False)
        self.assertIn("/web/login", back.headers.get("Location", ""))

    def test_twenty_minutes(self):
        token = self.open_for(self.student)
        link = self.env["bde.link"]._find(token, "tablet")
        minutes = (link.expires_on - fields.Datetime.now()).total_seconds() / 60
        self.assertTrue(19 < minutes <= 20, minutes)
        link.expires_on = fields.Datetime.now() - timedelta(seconds=1)
        page = self.get(token)
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("Convention 1", page.text)

    def test_links_of_one_purpose_open_nothing_of_the_other(self):
        token = self.open_for(self.student)
        self.assertEqual(self.url_open(f"/bde/s/{token}").status_code, 404)
        self.assertEqual(self.get(self.token_for("Léa Martin")).status_code, 404)

    def test_scanners_change_nothing(self):
        token = self.open_for(self.student)
        for path in ("", "/sign", "/later", "/begin", f"/sign?document={self.value()}&has_read=1"):
            self.assertIn(self.get(token, path).status_code, (200, 404, 405))
        self.assertEqual(self.student.state, "to_sign")
        self.assertEqual(self.get(token).status_code, 200)

    def test_not_me_closes_the_page_too(self):
        token = self.open_for(self.student)
        self.link_for("Léa Martin")._close("not_me")
        self.assertEqual(self.get(token).status_code, 410)

    def test_corrected_meanwhile(self):
        token = self.open_for(self.student)
        self.document.with_env(self.as_user(self.manager_a)).action_correct("hours")
        self.assertEqual(self.get(token).status_code, 410)

    def test_witness_who_left(self):
        token = self.open_for(self.student)
        page = self.get(token).text
        csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
        self.env["bde.membership"].search([("user_id", "=", self.manager_a.id)]).unlink()
        data = {
            "csrf_token": csrf, "document": self.value(), "has_read": "1", "method": "typed",
            "signed_name": "L",
        }  # fmt: skip
        response = self.url_open(f"/bde/t/{token}/sign", data=data)
        self.env.invalidate_all()
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.student.state, "to_sign")

    # ------------------------------------------------------------
    # WHO MAY, ONE AFTER THE OTHER
    # ------------------------------------------------------------

    def test_who_may_be_witness(self):
        self.assertTrue(self.open_for(self.student, self.teacher_a), "the referent of the pupil")
        for user in (self.manager_b, self.school_life_a, self.intendance_a, self.two_roles):
            with self.assertRaises(AccessError):
                self.open_for(self.student, user)
        with self.assertRaises(UserError):
            # the referent signs in session, nobody is his own witness
            self.open_for(self.of(self.document, "referent"), self.teacher_a)

    def test_class_one_after_the_other(self):
        parties = [
            self.parties(
                "host",
                "student",
                student={"name": name, "email": f"{name}@x.example", "uuid": name},
            )
            for name in ("ana", "bob", "cleo")
        ]
        documents = self.env["bde.document"].union(*(self.sent(parties=p) for p in parties))
        pupils = self.of(documents, "student").sorted("name")
        action = pupils.with_env(self.as_user(self.manager_a)).action_sign_on_tablet()
        tablet = (
            self.env["bde.tablet"].with_env(self.as_user(self.manager_a)).browse(action["res_id"])
        )
        self.assertFalse(action["context"]["bde_tablet_url"], "nobody's turn yet")
        self.assertEqual(tablet.left_count, 3)
        for name in ("ana", "bob", "cleo"):
            step = tablet.action_next()
            self.assertEqual(step["context"]["bde_tablet_person"], name)
            self.env.flush_all()
            token = step["context"]["bde_tablet_url"].split("/bde/t/")[1]
            document = pupils.filtered(lambda s, n=name: s.name == n).document_id
            self.authenticate(None, None)
            self.sign(token, document=self.value(document), signed_name=name)
            tablet.invalidate_recordset()
        self.assertEqual(set(pupils.mapped("state")), {"signed"})
        self.assertEqual(tablet.left_count, 0)
        with self.assertRaisesRegex(UserError, "All these people"):
            tablet.action_next()

    def test_who_is_passed_over_comes_at_the_end(self):
        signatures = self.of(self.document, "host") + self.of(self.document, "tutor")
        action = signatures.with_env(self.as_user(self.manager_a)).action_sign_on_tablet()
        tablet = (
            self.env["bde.tablet"].with_env(self.as_user(self.manager_a)).browse(action["res_id"])
        )
        names = []
        for _turn in range(3):
            step = tablet.action_next()
            names.append(step["context"]["bde_tablet_person"])
            tablet = tablet.with_context(**step["context"])
        self.assertEqual(names, ["Sophie Duval", "Marc Petit", "Sophie Duval"])

    def test_address_is_kept_nowhere(self):
        token = self.open_for(self.student)
        self.env.flush_all()
        for table in ("bde_tablet", "bde_tablet_line", "bde_link"):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} AS row WHERE row::text LIKE %s", [f"%{token}%"]
            )
            self.assertEqual(self.env.cr.fetchone()[0], 0, table)

    def test_dialog_is_of_its_author(self):
        action = self.student.with_env(self.as_user(self.manager_a)).action_sign_on_tablet()
        for user in (self.secretary_a, self.manager_b):
            tablet = self.env["bde.tablet"].with_env(self.as_user(user)).browse(action["res_id"])
            with self.assertRaises(AccessError):
                tablet.read(["left_count"])
