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

    def test_desk_link_serves_that_day_whatever_the_address(self):
        [(link, url)] = self.gina._mint_page_links("desk").values()
        self.gina.email = False
        self.assertEqual(self.url_open(url).status_code, 200)
        link.expires_on = fields.Datetime.now() - timedelta(minutes=1)
        page = self.url_open(url)
        self.assertEqual(page.status_code, 410)
        self.assertNotIn("/renew", page.text, "nobody's address to send another to")
        self.url_open(f"{url}/renew", data={"_": ""})
        self.assertFalse(self.gina.letter_ids)

    def test_a_token_opens_its_own_page_alone(self):
        [(_link, url)] = self.gina._mint_page_links("email").values()
        token = url.rpartition("/")[2]
        self.assertEqual(self.url_open(f"/bde/p/{token}").status_code, 404)
        self.assertEqual(self.url_open(f"/bde/x/{token}").status_code, 404)

    def test_who_objects_is_told_and_the_page_is_gone(self):
        [(_link, url)] = self.gina._mint_page_links("email").values()
        page = self.url_open(f"{url}/consents", data={"what": "object", "sure": "1"})
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self.gina.exists())
        self.assertEqual(self.url_open(url).status_code, 404, "its links bore the name")

    def test_who_said_no_for_good_may_still_look(self):
        [(_link, url)] = self.gina._mint_page_links("email").values()
        self.url_open(f"{url}/consents", data={"what": "no_more"})
        self.assertTrue(self.gina.no_more_on)
        self.assertEqual(self.url_open(url).status_code, 200)

    def test_the_dead_have_no_page(self):
        [(link, url)] = self.gina._mint_page_links("email").values()
        self.gina._note_death()
        self.assertEqual(self.url_open(url).status_code, 410)
        self.assertEqual(link._renew_alumni(), "closed")

    def test_a_script_that_posts_on_and_on(self):
        self.add_section(lambda alumnus, form, files, proof: None)
        [(link, url)] = self.gina._mint_page_links("email").values()
        link.write({"post_count": 30, "post_window": fields.Datetime.now()})
        self.assertEqual(self.url_open(f"{url}/trial", data={"word": "x"}).status_code, 429)

    def test_a_file_for_those_who_have_the_section(self):
        def file(alumnus, query):
            return (b"%PDF-1.4", "application/pdf", "cv.pdf") if query.get("one") else None

        [(_link, url)] = self.gina._mint_page_links("email").values()
        self.assertEqual(self.url_open(f"{url}/trial/file?one=1").status_code, 404)
        self.add_section(file=file)
        page = self.url_open(f"{url}/trial/file?one=1")
        self.assertEqual(
            (page.content, page.headers["Content-Type"]), (b"%PDF-1.4", "application/pdf")
        )
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(self.url_open(f"{url}/trial/file").status_code, 404)

    def test_the_notice_of_the_school_speaks_of_former_pupils(self):
        page = self.url_open("/bde/n/" + self.school_a.uai)
        self.assertEqual(page.status_code, 200)
        self.assertIn("6-1-a", page.text)
