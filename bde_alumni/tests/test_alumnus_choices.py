"""Sections of the page: private addresses, consents, other schools."""

import re
from html import unescape

from odoo import fields
from odoo.tests import HttpCase, tagged

from .alumni_common import AlumniCase
from .page_common import PageMixin


class ChoicesCase(PageMixin, AlumniCase, HttpCase):
    def setUp(self):
        super().setUp()
        # the page speaks the language of the school
        (self.school_a | self.school_b).partner_id.lang = "en_US"
        self.authenticate(None, None)

    def confirm_url(self, mail):
        """The link that a letter asks to open."""
        return re.search(r'https?://[^"]+/bde/mc/[^"]+', mail["body_html"])[0]

    def post_choices(self, alumnus, **data):
        page = self.post_page(alumnus, "consents", data)
        alumnus.invalidate_recordset()
        return page


@tagged("post_install", "-at_install")
class TestPageConsents(ChoicesCase):
    def test_nothing_is_ticked_in_advance(self):
        page = self.get_page(self.gina)
        self.assertIn("ok_news", page.text)
        self.assertNotRegex(page.text, r'name="(ok|show)_\w+"[^>]*checked')
        self.assertIn("CNIL", page.text)
        self.assertIn("dpd@education.gouv.fr", page.text)
        self.assertIn("24 months", page.text)

    def test_ticked_stands_and_unticked_ends(self):
        self.assertEqual(self.post_choices(self.gina, ok_news="1", ok_directory="1",
                                           show_city="1").status_code, 200)  # fmt: skip
        self.assertTrue(self.gina.ok_news and self.gina.ok_directory)
        standing = self.gina.consent_ids.filtered(lambda one: one.purpose == "directory")
        self.assertEqual((standing.shown_fields, standing.channel), (["city"], "link"))
        self.assertTrue(self.gina.informed_on and self.gina.choices_on)
        self.post_choices(self.gina, ok_directory="1", show_city="1")
        self.assertFalse(self.gina.ok_news)
        self.assertTrue(self.gina.ok_directory)

    def test_a_minor_is_not_offered_what_he_may_not_say(self):
        page = self.get_page(self.hugo)
        self.assertNotIn("ok_portrait", page.text)
        self.assertIn("ok_mentoring", page.text)
        self.post_choices(self.hugo, ok_portrait="1", ok_news="1")
        self.assertFalse(self.hugo.ok_portrait)
        self.assertTrue(self.hugo.ok_news)

    def test_under_15_it_is_said_why_nothing_is_ticked_here(self):
        self.hugo.birth_date = fields.Date.subtract(self.school_a._bde_today(), years=15, days=-1)
        page = self.get_page(self.hugo).text
        self.assertNotIn("ok_", page)
        self.assertNotIn("Save my choices", page)
        self.assertIn("loi 78-17, article 45", page)
        self.hugo.birth_date = fields.Date.subtract(self.school_a._bde_today(), years=15)
        page = self.get_page(self.hugo).text
        self.assertIn("ok_news", page)
        self.assertNotIn("article 45", page)

    def test_what_was_said_on_paper_is_not_to_do_on_the_page(self):
        self.assertFalse(self.gina.choices_on)
        self.gina._consent("news", channel="paper")
        self.assertEqual(self.gina.choices_on, self.school_a._bde_today())
        self.hugo._consent("portrait", by="guardians", channel="paper")
        self.assertFalse(self.hugo.choices_on, "he said nothing himself")

    def test_what_guardians_agreed_to_stays_unless_he_withdraws_it(self):
        self.hugo._consent("portrait", by="guardians", channel="paper")
        self.assertIn("Your legal representatives agreed", self.get_page(self.hugo).text)
        self.post_choices(self.hugo, ok_news="1", ok_portrait="1")
        self.assertTrue(self.hugo.ok_portrait)
        self.assertEqual(len(self.hugo.consent_ids), 2, "his tick says nothing new")
        self.post_choices(self.hugo, ok_news="1")
        self.assertFalse(self.hugo.ok_portrait)

    def test_an_unknown_button_withdraws_nothing(self):
        self.gina._consent("news")
        self.assertEqual(self.post_choices(self.gina, what="else").status_code, 422)
        self.assertTrue(self.gina.ok_news)

    def test_no_for_good_and_back(self):
        self.post_choices(self.gina, ok_news="1")
        self.post_choices(self.gina, what="no_more")
        self.assertTrue(self.gina.no_more_on)
        self.assertFalse(self.gina.ok_news)
        page = self.post_choices(self.gina, ok_news="1")
        self.assertEqual(page.status_code, 422)
        self.assertFalse(self.gina.ok_news)
        self.post_choices(self.gina, what="resume")
        self.assertFalse(self.gina.no_more_on)

    def test_objection_asks_twice_and_erases(self):
        page = self.post_choices(self.gina, what="object")
        self.assertEqual(page.status_code, 422)
        self.assertTrue(self.gina.exists())
        path = self.page_path(self.gina)
        page = self.url_open(f"{path}/consents", data={"what": "object", "sure": "1"})
        self.assertEqual(page.status_code, 200)
        self.assertIn("erased", page.text)
        self.assertFalse(self.gina.exists())
        self.assertEqual(self.url_open(path).status_code, 404, "the link went with the person")

    def test_all_that_is_kept_is_read(self):
        self.gina.write({"city": "Pau", "phone": "06 39 98 12 34"})
        self.gina._consent("directory", ["city"])
        self.env["bde.outcome"].create(
            {"alumnus_id": self.gina.id, "date": "2025-01-10", "situation": "job",
             "source": "call", "trade": "Welder"}
        )  # fmt: skip
        page = self.get_page(self.gina, "consents")
        self.assertEqual(page.status_code, 200)
        for text in ("Gina", "06 39 98 12 34", "Pau", "my town", "Welder", self.training_a.name):
            self.assertIn(text, unescape(page.text))
        self.assertNotIn("Hugo", page.text)

    def test_in_front_of_the_bureau_it_is_said_so(self):
        path = self.page_path(self.gina, "desk")
        self.url_open(f"{path}/consents", data={"ok_news": "1"})
        self.assertEqual(self.gina.consent_ids.channel, "desk")


@tagged("post_install", "-at_install")
class TestPageMe(ChoicesCase):
    def values(self, **changed):
        return {"email": self.gina.email, "phone": "", "zip": "", "city": "", "usage_name": ""} | (
            changed
        )

    def post_me(self, alumnus=None, channel="email", **changed):
        alumnus = alumnus or self.gina
        path = self.page_path(alumnus, channel)
        page = self.url_open(f"{path}/me", data=self.values(**changed))
        alumnus.invalidate_recordset()
        return page

    def test_town_phone_and_name(self):
        page = self.post_me(phone="+33639981234", city="Pau", zip="64000", usage_name="Martin")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.gina.phone, "06 39 98 12 34")
        self.assertEqual((self.gina.name, self.gina.former_name), ("MARTIN Gina", "DUPONT Gina"))
        found = self.env["bde.alumnus"].name_search("Dupont Gina")
        self.assertIn(self.gina.id, [number for number, _name in found])

    def test_a_new_address_is_confirmed_by_who_holds_it(self):
        mails = self.catch_mails()
        self.post_me(email="gina.new@mail.fr")
        self.assertEqual(self.gina.email, "gina@alumni.example", "not before it is confirmed")
        self.assertEqual(self.gina.email_pending, "gina.new@mail.fr")
        [mail] = mails
        self.assertIn("gina.new@mail.fr", mail["email_to"])
        url = self.confirm_url(mail)
        self.assertIn("gina.new@mail.fr", self.url_open(url).text)
        self.gina.invalidate_recordset()
        self.assertTrue(self.gina.email_pending, "a scanner that opens the link changes nothing")
        page = self.url_open(url, data={"_": ""})
        self.gina.invalidate_recordset()
        self.assertEqual(self.gina.email, "gina.new@mail.fr")
        # whoever had the page of another one would take it over in silence
        self.assertIn("gina@alumni.example", mails[-1]["email_to"])
        self.assertIn("It was not you?", mails[-1]["body_html"])
        self.assertNotIn("gina.new@mail.fr", mails[-1]["body_html"])
        self.assertFalse(self.gina.email_pending)
        self.assertIn("/bde/m/", page.url)
        self.assertEqual(self.url_open(url).status_code, 410, "it served once")

    def test_a_link_to_an_address_that_was_given_up_confirms_nothing(self):
        mails = self.catch_mails()
        self.post_me(email="wrong@mail.fr")
        self.post_me(email="right@mail.fr")
        url = self.confirm_url(mails[0])
        self.assertEqual(self.url_open(url, data={"_": ""}).status_code, 410)
        self.gina.invalidate_recordset()
        self.assertEqual(self.gina.email, "gina@alumni.example")

    def test_in_front_of_the_bureau_it_counts_at_once(self):
        self.post_me(channel="desk", email="gina.new@mail.fr")
        self.assertEqual(self.gina.email, "gina.new@mail.fr")

    def test_who_takes_back_the_address_of_the_link_is_told_that_it_closes(self):
        path = self.page_path(self.gina)
        page = self.url_open(f"{path}/me", data=self.values(email=""))
        self.assertEqual(page.status_code, 200)
        self.assertIn("so the link that came to it is closed", page.text)
        self.gina.invalidate_recordset()
        self.assertFalse(self.gina.email)
        self.assertEqual(self.url_open(path).status_code, 410)

    def test_an_unknown_link_to_confirm_leads_nowhere(self):
        page = self.url_open("/bde/mc/nothing")
        self.assertEqual(page.status_code, 404)
        self.assertEqual(page.text, self.url_open("/bde/m/nothing").text)

    def test_what_is_wrong_is_said_and_kept(self):
        page = self.post_me(email="gina at home", phone="12", city="Pau")
        self.assertEqual(page.status_code, 422)
        for text in ("gina at home", 'value="Pau"', "email_error", "phone_error"):
            self.assertIn(text, page.text)
        page = self.post_me(email="gina@ac-lyon.fr")
        self.assertIn("give a private one", page.text)

    def test_who_changes_the_telephone_of_the_link_goes_on(self):
        self.gina.phone = "06 39 98 12 34"
        page = self.post_me(channel="sms", phone="06 39 98 56 78")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.gina.phone, "06 39 98 56 78")


@tagged("post_install", "-at_install")
class TestPageElsewhere(ChoicesCase):
    """A person who left two schools is one to himself and two to the schools."""

    def setUp(self):
        super().setUp()
        self.twin = self.new_alumnus(
            "Gina", self.school_b, birth_year=2005, cohort=2022, email="gina@alumni.example"
        )

    def test_same_key_and_same_address(self):
        self.assertEqual(self.twin.sudo().person_key, self.gina.sudo().person_key)
        page = self.get_page(self.gina)
        self.assertIn(self.school_b.name, page.text)
        mails = self.catch_mails()
        page = self.post_page(self.gina, "elsewhere", {"page": self.twin.id})
        self.assertEqual(page.status_code, 200)
        self.assertEqual([mail["company"] for mail in mails], [self.school_b])

    def test_another_address_shows_nothing(self):
        self.twin.email = "else@mail.fr"
        self.assertNotIn(self.school_b.name, self.get_page(self.gina).text)

    def test_a_link_by_sms_proves_no_address(self):
        self.gina.phone = "06 39 98 12 34"
        page = self.url_open(self.page_path(self.gina, "sms"))
        self.assertNotIn(self.school_b.name, page.text)

    def test_a_namesake_with_another_birth_date_is_another(self):
        other = self.new_alumnus(
            "Gina", self.school_b, birth_year=2001, cohort=2020, email="gina@alumni.example"
        )
        self.assertNotEqual(other.sudo().person_key, self.gina.sudo().person_key)
        self.assertEqual(self.gina.sudo().with_context(
            bde_alumni_link=next(iter(self.gina._mint_page_links("email").values()))[0].id
        )._elsewhere(), self.twin)  # fmt: skip

    def test_no_school_sees_the_other(self):
        Alumnus = self.env["bde.alumnus"].with_user(self.manager_a)
        self.assertNotIn(self.twin, Alumnus.search([("lastname", "=", "Dupont")]))
        self.assertFalse(self.gina.with_user(self.manager_a).twin_count)
