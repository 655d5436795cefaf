"""A link to stays that has expired: a fresh one, to the same address, a few times a day."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from .test_stay import StayCase


@tagged("post_install", "-at_install")
class TestStayRenew(StayCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.link_, self.path = self.expired()

    def expired(self, **vals):
        past = fields.Datetime.now() - timedelta(days=1)
        return self.link(expires_on=past, channel="email", **vals)

    def renew(self, path=None):
        page = self.url_open(f"{path or self.path}/renew", data={"sent": "1"})
        self.env.invalidate_all()
        return page

    def test_fresh_link_to_the_same_address(self):
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 410)
        self.assertIn(f'action="{self.path}/renew"', page.text)
        letters = self.catch_mails()
        self.assertEqual(self.renew().status_code, 200)
        [letter] = letters
        self.assertIn("anne@duval.example", letter["email_to"])
        # pressed again, or the same message opened again: no second letter
        self.renew()
        self.assertEqual(len(letters), 1)

    def test_three_a_day(self):
        letters = self.catch_mails()
        for minute in range(4):
            with freeze_time(f"{self.start} 14:0{minute}:00"):
                _link, path = self.expired()
                self.assertEqual(self.renew(path).status_code, 200)
        self.assertEqual(len(letters), 3)

    def test_closed_unknown_and_wrong_address(self):
        letters = self.catch_mails()
        self.link_.revoked = True
        page = self.url_open(self.path)
        self.assertNotIn("/renew", page.text)
        self.renew()
        _link, path = self.expired(email="someone@else.example")
        self.renew(path)
        self.assertEqual(self.renew("/bde/p/unknown").status_code, 404)
        self.assertFalse(letters)

    def test_nothing_is_left(self):
        letters = self.catch_mails()
        _link, path = self.expired(person_ref=f"res.partner,{self.employer.id}")
        self.assertEqual(self.renew(path).status_code, 200)
        self.assertFalse(letters)

    def test_what_comes_next_is_said(self):
        self.placement_adult._note_arrival(True, "staff", "Ada")
        _link, path = self.link(self.tutor)
        page = self.url_open(f"{path}/{self.adult.uuid}?done=presence").text
        thanks = page.split('class="bde_done"')[1].split("</div>")[0]
        # thanked, and told that nothing is left: what comes next would be in bold
        self.assertEqual(thanks.count("<p"), 2, thanks)
        self.assertNotIn("<strong", thanks)

    def test_what_was_refused_is_on_top(self):
        """A grid to fill in is long: whoever erred in another section finds it at once."""
        self.go_to(self.end - timedelta(days=1))
        _link, path = self.link(self.tutor)
        url = f"{path}/{self.adult.uuid}"
        page = self.url_open(url).text
        self.assertLess(page.index('id="evaluation"'), page.index('id="incident"'))
        page = self.url_open(f"{url}/incident", data={"do": "tell"})
        self.assertEqual(page.status_code, 422)
        self.assertLess(page.text.index('id="incident"'), page.text.index('id="evaluation"'))
