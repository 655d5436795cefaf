"""The page of an alumnus: who sees what, what is taken, which links open it."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.bde_partnerships.rules.sections import SectionError

from .alumni_common import AlumniCase
from .page_common import PageMixin


@tagged("post_install", "-at_install")
class TestAlumnusPage(PageMixin, AlumniCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_a_page_of_his_own(self):
        page = self.get_page(self.gina)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Gina Dupont", page.text)
        self.assertIn(self.school_a.name, page.text)
        self.assertNotIn("Hugo", page.text)

    def test_strangers(self):
        self.assertEqual(self.url_open("/bde/m/nothing").status_code, 404)
        [(link, url)] = self.gina._mint_page_links("email").values()
        self.gina.email = "other@alumni.example"
        self.assertEqual(self.url_open(url).status_code, 410, "no longer her address")
        self.gina.email = "gina@alumni.example"
        self.assertEqual(self.url_open(url).status_code, 200)
        self.gina._close_page_links()
        self.assertEqual(self.url_open(url).status_code, 410)

    def test_what_is_sent_is_taken(self):
        taken = []

        def post(alumnus, form, files, proof):
            taken.append((alumnus.firstname, form.get("word"), alumnus._page_link().name))

        self.add_section(post)
        page = self.post_page(self.gina, "trial", {"word": "oui"})
        self.assertEqual(page.status_code, 200)
        self.assertEqual(taken, [("Gina", "oui", "Gina Dupont")])
        self.assertIn("done=trial", page.url)
        self.assertIn('role="status"', page.text)
        self.assertEqual(self.post_page(self.gina, "other", {"word": "x"}).status_code, 404)

    def test_refused_keeps_what_was_typed_and_nothing_else(self):
        def post(alumnus, form, files, proof):
            alumnus.city = "half done"
            raise SectionError(
                "This cannot be taken.", {"word": "Another word."}, keep=form["word"] == "keep"
            )

        self.add_section(post)
        page = self.post_page(self.gina, "trial", {"word": "non"})
        self.assertEqual(page.status_code, 422)
        for text in ("This cannot be taken.", "Another word.", 'value="non"'):
            self.assertIn(text, page.text)
        self.gina.invalidate_recordset()
        self.assertFalse(self.gina.city)
        self.assertEqual(self.post_page(self.gina, "trial", {"word": "keep"}).status_code, 422)
        self.gina.invalidate_recordset()
        self.assertEqual(self.gina.city, "half done")

    def test_a_view_for_those_who_have_the_section(self):
        def view(alumnus, query):
            return "bde_partnerships.public_message", {"title": "Trial", "text": query.get("q")}

        self.assertEqual(self.get_page(self.gina, "trial").status_code, 404)
        self.add_section(view=view)
        self.assertIn("welder", self.get_page(self.gina, "trial", q="welder").text)

    def test_a_fresh_link_for_an_old_one(self):
        [(link, url)] = self.gina._mint_page_links("email").values()
        link.expires_on = fields.Datetime.now() - timedelta(days=1)
        page = self.url_open(url)
        self.assertEqual(page.status_code, 410)
        self.assertIn(f"{url}/renew".partition("/bde")[2], page.text)
        mails = self.catch_mails()
        self.assertEqual(self.url_open(f"{url}/renew", data={"_": ""}).status_code, 200)
        self.assertEqual(len(mails), 1)
        self.assertIn("gina@alumni.example", mails[0]["email_to"])
        self.url_open(f"{url}/renew", data={"_": ""})
        self.assertEqual(len(mails), 1, "once a day for one link")
