"""A portrait in letters about the tax that wait: taken back, they leave without it."""

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.bde_partnerships.tests.tax_letter_common import PARIS_NOON, TaxLetterCase

from .giving_common import GivingCase

WORDS = "She wired the town hall"


@tagged("post_install", "-at_install")
@freeze_time(PARIS_NOON)
class TestPortraitInLettersThatWait(TaxLetterCase):
    def setUp(self):
        super().setUp()
        self.gina = self.env["bde.alumnus"].create(
            {
                "company_id": self.school_a.id,
                "lastname": "Dupont",
                "firstname": "Gina",
                "birth_date": "2001-08-15",
                "cohort": 2019,
            }
        )
        self.gina._note_informed("paper")
        self.gina._consent("portrait", channel="paper")
        self.portrait = self.as_user(self.manager_a)["bde.portrait"].create(
            {
                "alumnus_id": self.gina.id,
                "title": "Gina, electrician",
                "text": WORDS,
                "ask_letters": True,
                "until": fields.Date.add(self.school_a._bde_today(), days=300),
            }
        )
        self.portrait.action_ask()
        none = self.env["bde.portrait.picture"]
        self.portrait.sudo()._answer({none: {"letters"}}, self.portrait.until)
        self.portrait.action_publish()
        self.campaign.portrait_id = self.portrait

    def mails(self):
        return super().mails().filtered(lambda mail: "LYCEE AMPÈRE" in mail.body_html)

    def test_withdrawn_while_it_waits(self):
        self.send(self.target)
        self.assertIn(WORDS, self.mails().body_html)
        self.portrait.sudo()._withdraw()
        self.assertFalse(self.mails(), "made again before it leaves")
        letter = self.letters(self.target)
        self.assertEqual(letter.state, "queued")
        letter.mailing_id._bde_run()
        self.env.invalidate_all()
        [mail] = self.mails()
        self.assertNotIn(WORDS, mail.body_html)

    def test_what_has_left_has_left(self):
        self.send(self.target)
        self.leave()
        self.portrait.sudo()._withdraw()
        self.assertEqual(len(self.letters(self.target)), 1)
        self.assertFalse(self.campaign.portrait_id)


@tagged("post_install", "-at_install")
class TestGivingHome(GivingCase):
    def cards(self):
        home = self.as_user(self.manager_a)["bde.home"]
        return {card["label"]: card["count"] for card in home._home_giving_cards(self.school_a.ids)}

    def test_what_is_next(self):
        with freeze_time(f"{self.year.date_start.year}-11-16 10:00:00"):
            self.assertEqual(
                self.cards(),
                {
                    "Contacts who may be former pupils": 0,
                    "Agree to help, not asked this year": 1,
                    "Portraits that everybody agrees to": 0,
                    "Portraits that end within a month": 0,
                },
            )
            self.env["bde.alumni.contact"]._find(self.school_a)
            self.gina._ask_would_you()
            portrait = self.new_portrait(until=fields.Date.add(self.school_a._bde_today(), days=9))
            portrait.action_ask()
            self.agree(portrait)
            self.assertEqual(list(self.cards().values()), [1, 0, 1, 0])
            portrait.action_publish()
            self.assertEqual(list(self.cards().values()), [1, 0, 0, 1])

    def test_nobody_is_asked_in_summer(self):
        with freeze_time(f"{self.year.date_end.year}-07-20 10:00:00"):
            self.assertEqual(self.cards()["Agree to help, not asked this year"], 0)
