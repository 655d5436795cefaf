"""Portraits on pages by link, on the public page and in letters."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .page_common import PageMixin
from .portrait_common import PortraitCase


@tagged("post_install", "-at_install")
class TestPortraitPages(PageMixin, PortraitCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_a_parent_asks_for_a_fresh_link(self):
        portrait = self.new_portrait(self.hugo)
        portrait.action_ask()
        vals = portrait.sudo()._guardian_link_vals(self.father.sudo(), "email")
        [(link, token)] = self.env["bde.link"]._mint([vals])
        link.expires_on = fields.Datetime.now() - timedelta(days=1)
        page = self.url_open(f"/bde/g/{token}")
        self.assertEqual(page.status_code, 410)
        self.assertIn(f"/bde/g/{token}/renew", page.text)
        answer = self.url_open(f"/bde/g/{token}/renew", data={"_": "1"})
        self.assertIn("fresh link", answer.text)
        self.assertEqual(self.url_open("/bde/g/none/renew", data={"_": "1"}).status_code, 404)

    def public(self):
        return self.url_open(f"/bde/c/{self.school_a.uai}")

    def test_on_the_page_of_the_alumnus(self):
        portrait = self.new_portrait()
        self.assertNotIn("She wired the town hall", self.get_page(self.gina).text)
        portrait.action_ask()
        page = self.get_page(self.gina)
        self.assertIn("She wired the town hall", page.text)
        picture = portrait.picture_ids
        path = self.page_path(self.gina)
        self.assertEqual(
            self.url_open(f"{path}/portrait/file?picture={picture.id}").headers["Content-Type"],
            "image/jpeg",
        )
        self.assertEqual(self.url_open(f"{path}/portrait/file?picture=x").status_code, 404)
        refused = self.post_page(
            self.gina,
            "portrait",
            {
                "portrait": portrait.id,
                "do": "agree",
                "asked": "1",
                "use_text_page": "1",
                "until": "1/1/2001",
            },
        )
        self.assertEqual(refused.status_code, 422)
        self.assertIn('value="1/1/2001"', refused.text)
        nothing = {"portrait": portrait.id, "do": "agree", "asked": "1"}
        none = self.post_page(self.gina, "portrait", nothing)
        self.assertIn("Tick at least one place.", none.text)
        taken = self.post_page(
            self.gina,
            "portrait",
            {
                "portrait": portrait.id,
                "do": "agree",
                "asked": "1",
                "use_text_page": "1",
                "use_text_letters": "1",
                f"use_{picture.id}_page": "1",
            },
        )
        self.assertEqual(taken.status_code, 200)
        self.assertEqual(portrait.state, "approved")
        self.assertFalse(any(portrait.consent_ids.mapped("in_letters")), "was not asked for")
        portrait.action_publish()
        self.assertIn("She wired the town hall", self.public().text)
        self.post_page(self.gina, "portrait", {"portrait": portrait.id, "do": "withdraw"})
        self.assertNotIn("She wired the town hall", self.public().text)

    def test_agrees_to_the_words_that_he_read(self):
        """The bureau took it back, wrote other words and asked again while the page was open."""
        portrait = self.new_portrait()
        portrait.action_ask()
        stale = {"portrait": portrait.id, "do": "agree", "asked": "1", "use_text_page": "1"}
        self.assertIn('name="asked" value="1"', self.get_page(self.gina).text)
        portrait.action_redraft()
        portrait.text = "Words that she never read."
        portrait.action_ask()
        answer = self.post_page(self.gina, "portrait", stale)
        self.assertEqual((answer.status_code, portrait.state), (422, "to_approve"))
        self.post_page(self.gina, "portrait", stale | {"asked": "2"})
        self.assertEqual(portrait.state, "approved")

    def test_another_one_s_portrait(self):
        portrait = self.new_portrait()
        portrait.action_ask()
        theirs = self.new_alumnus("Lea", cohort=2023)
        theirs._note_informed("paper")
        theirs._consent("portrait", channel="paper")
        own = self.new_portrait(theirs, title="Lea")
        own.action_ask()
        data = {"portrait": portrait.id, "do": "agree", "asked": "1"}
        page = self.post_page(theirs, "portrait", data)
        self.assertEqual(page.status_code, 422)
        path = self.page_path(theirs)
        number = portrait.picture_ids.id
        self.assertEqual(self.url_open(f"{path}/portrait/file?picture={number}").status_code, 404)

    def test_pictures_go_with_the_consent(self):
        portrait = self.published(uses=("page", "letters"))
        picture = portrait.picture_ids.sudo()
        page = picture._url("page").partition("/bde")[2]
        letter = picture._url("letters").partition("/bde")[2]
        for path in (page, letter):
            answer = self.url_open(f"/bde{path}")
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn(f"/bde{page}", self.public().text)
        guess = letter.replace(picture._letter_code(), "0" * 32)
        other = page.replace(self.school_a.uai, self.school_b.uai)
        for path in (guess, other, page.replace(str(picture.id), "999999999")):
            self.assertEqual(self.url_open(f"/bde{path}").status_code, 404)
        # the letters stay, the page goes
        none = picture.browse()
        portrait.sudo()._answer({none: {"letters"}, picture: {"letters"}}, portrait.until)
        self.assertEqual(self.url_open(f"/bde{page}").status_code, 404)
        self.assertEqual(self.url_open(f"/bde{letter}").status_code, 200)
        self.gina._no_more()
        self.assertEqual(self.url_open(f"/bde{letter}").status_code, 404)

    def test_page_of_a_parent(self):
        portrait = self.new_portrait(self.hugo, title="Hugo")
        portrait.action_ask()
        rows = portrait.consent_ids
        mine = rows.filtered(lambda one: one.guardian_id == self.mother and not one.picture_id)
        url = mine.action_open_page()["url"]
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("She wired the town hall", page.text)
        self.assertIn("Jean Dupont (has not answered yet)", page.text)
        number = portrait.picture_ids.id
        self.assertEqual(self.url_open(f"{url}/file?picture={number}").status_code, 200)
        data = {"portrait": portrait.id, "do": "agree", "asked": "1", "use_text_page": "1"}
        self.assertEqual(self.url_open(url, data=data).status_code, 200)
        self.assertEqual(mine.state, "given")
        self.assertEqual(
            rows.filtered(lambda one: one.guardian_id == self.father).mapped("state"),
            ["asked", "asked"],
        )
        # no longer his address: the link is dead
        self.mother.email = "other@parents.example"
        self.assertEqual(self.url_open(url).status_code, 410)
        self.mother.email = "marie@parents.example"
        self.hugo.birth_date = self.hugo.birth_date - relativedelta(years=1)
        self.assertEqual(self.url_open(url).status_code, 410, "of age: he decides alone")

    def test_strangers(self):
        self.assertEqual(self.url_open("/bde/g/nothing").status_code, 404)


@tagged("post_install", "-at_install")
class TestPortraitLetters(PortraitCase):
    """An adult's portrait in the letters of the taxe d'apprentissage."""

    def setUp(self):
        super().setUp()
        self.campaign = self.env["bde.tax.campaign"].create(
            {
                "company_id": self.school_a.id,
                "tax_year_id": self.env["bde.tax.year"]._of(self.school_a, 2025).id,
                "user_id": self.manager_a.id,
            }
        )

    def test_as_long_as_it_is_agreed_to(self):
        self.assertIsNone(self.campaign._letter_story()["portrait"])
        page = self.published(uses=("page",))
        with self.assertRaises(UserError):
            self.campaign.portrait_id = page
        portrait = self.published(uses=("letters",))
        self.campaign.portrait_id = portrait
        story = self.campaign._letter_story()["portrait"]
        self.assertEqual(story["title"], "Gina, electrician")
        self.assertIn("/portrait/", story["picture_url"])
        self.assertTrue(story["data"]().startswith("data:image/"))
        portrait.sudo()._withdraw()
        self.assertFalse(self.campaign.portrait_id)
        self.assertIsNone(self.campaign._letter_story()["portrait"])

    def test_in_the_mail(self):
        self.campaign.portrait_id = self.published(uses=("letters",))
        window = self.campaign.tax_year_id.window_ids[:1]
        values = (window, "Marie", "fr_FR", True, "first")
        self.assertIn("She wired the town hall", self.campaign._letter_page(*values))
        self.gina._no_more()
        self.assertNotIn("She wired the town hall", self.campaign._letter_page(*values))

    def test_a_letter_that_waits_leaves_without_it(self):
        portrait = self.published(uses=("letters",))
        self.campaign.portrait_id = portrait
        taken = []
        Letter = self.env.registry["bde.tax.letter"]
        with patch.object(Letter, "_take_back", lambda letters: taken.append(len(letters))):
            portrait.sudo()._withdraw()
        self.assertTrue(taken)

    def test_another_school_s_is_refused(self):
        self.ines._note_informed("paper")
        self.ines._consent("portrait", channel="paper")
        portrait = self.as_user(self.manager_b)["bde.portrait"].create(
            {
                "alumnus_id": self.ines.id,
                "title": "Ines",
                "text": "Words",
                "ask_letters": True,
                "until": fields.Date.add(self.school_b._bde_today(), days=30),
            }
        )
        portrait.action_ask()
        self.agree(portrait, ("letters",))
        portrait.action_publish()
        with self.assertRaises(UserError):
            self.campaign.portrait_id = portrait
