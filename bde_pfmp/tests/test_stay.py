"""The page of a stay and its letters: who sees what, what is taken, what is written once."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.bde_partnerships.models.bde_delivery import BdeDelivery

from ..models.bde_placement_stay import StayError
from ..models.bde_stay import Ask
from .convention_common import ConventionCase


class StayCase(ConventionCase):
    """The three conventions are signed; the day is the noon of the first day of the stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.conventions = cls.make()
        cls.conventions.action_send()
        cls.sign_all(cls.conventions)
        cls.convention, cls.adult, cls.ase = cls.conventions

    def setUp(self):
        super().setUp()
        self.go_to(self.start)

    def go_to(self, day):
        freezer = freeze_time(f"{day} 12:00:00")
        freezer.start()
        self.addCleanup(freezer.stop)

    def catch_mails(self):
        """Letters that leave from now on: a list of the dicts of ``_queue``."""
        letters, queue = [], BdeDelivery._queue

        def catch(delivery, messages):
            letters.extend(messages)
            return queue(delivery, messages)

        catcher = patch.object(BdeDelivery, "_queue", catch)
        catcher.start()
        self.addCleanup(catcher.stop)
        return letters

    def school(self):
        """The letters of school A, as the job writes them."""
        return (
            self.env["bde.stay"]
            .with_company(self.school_a)
            .with_context(allowed_company_ids=self.school_a.ids)
        )

    def ask(self, *asks):
        return self.school()._write([Ask(*ask) for ask in asks])

    def section(self, post=None, **vals):
        """Adds a section ``trial`` to the page, with what takes its posts."""
        Placement = self.env.registry["bde.placement"]
        base = Placement._stay_sections

        def sections(stay, roles):
            one = {
                "key": "trial",
                "sequence": 1,
                "title": "A trial",
                "state": "todo",
                "template": "bde_pfmp.stay_trial",
                **vals,
            }
            return [*base(stay, roles), one]

        self.env["ir.ui.view"].create(
            {
                "name": "stay_trial",
                "key": "bde_pfmp.stay_trial",
                "type": "qweb",
                "arch": """<form method="post" t-att-action="action">
                    <input type="text" name="word" t-att-value="form.get('word')"/>
                    <p t-if="errors.get('word')" t-out="errors['word']"/></form>""",
            }
        )
        patches = [patch.object(Placement, "_stay_sections", sections)]
        if post:
            patches.append(patch.object(Placement, "_stay_post_trial", post, create=True))
        for one in patches:
            one.start()
            self.addCleanup(one.stop)

    def link(self, contact=None, **vals):
        """A link to stays and the path of its page."""
        contact = contact or self.boss
        [(link, token)] = self.env["bde.link"]._mint(
            [
                {
                    "company_id": self.school_a.id,
                    "purpose": "stay",
                    "person_ref": f"{contact._name},{contact.id}",
                    "signer_key": "key",
                    "name": contact.name,
                    "email": contact.email,
                    "lang": "fr_FR",
                    **vals,
                }
            ]
        )
        return link, f"/bde/p/{token}"


@tagged("post_install", "-at_install")
class TestStayPage(StayCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_list_and_one(self):
        _link, path = self.link()
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        for pupil in self.pupils:
            self.assertIn(pupil.name, page.text)
        one = self.url_open(f"{path}/{self.adult.uuid}")
        self.assertEqual(one.status_code, 200)
        self.assertIn("Boris", one.text)
        self.assertNotIn("Aline", one.text)

    def test_pupil_sees_his_stay_alone(self):
        _link, path = self.link(self.aline)
        page = self.url_open(path)
        self.assertIn(self.convention.uuid, page.url)
        self.assertNotIn("Boris", page.text)
        self.assertEqual(self.url_open(f"{path}/{self.adult.uuid}").status_code, 404)

    def test_stranger(self):
        self.assertEqual(self.url_open("/bde/p/nothing").status_code, 404)
        link, path = self.link()
        link.revoked = True
        self.assertEqual(self.url_open(path).status_code, 410)
        other = self.new_contact("Jean Autre", email="jean@autre.example")
        _link, path = self.link(other)
        self.assertEqual(self.url_open(f"{path}/{self.adult.uuid}").status_code, 404)

    def test_post_is_taken_once_shown(self):
        taken = []

        def post(stay, roles, form, files, proof):
            taken.append(
                (stay.student_id.firstname, sorted(roles), form.get("word"), stay._stay_link().name)
            )

        self.section(post)
        _link, path = self.link()
        page = self.url_open(f"{path}/{self.adult.uuid}/trial", data={"word": "oui"})
        self.assertEqual(page.status_code, 200)
        self.assertEqual(taken, [("Boris", ["host"], "oui", "Anne Duval")])
        self.assertIn("done=trial", page.url)
        self.assertIn('role="status"', page.text)
        other = self.url_open(f"{path}/{self.adult.uuid}/other", data={"word": "x"})
        self.assertEqual(other.status_code, 404)

    def test_refused_keeps_what_was_typed_and_nothing_else(self):
        def post(stay, roles, form, files, proof):
            stay.student_id.phone = "half done"
            raise StayError(
                "This cannot be taken.", {"word": "Another word."}, keep=form["word"] == "keep"
            )

        self.section(post)
        _link, path = self.link()
        url = f"{path}/{self.adult.uuid}/trial"
        page = self.url_open(url, data={"word": "non"})
        self.assertEqual(page.status_code, 422)
        for text in ("This cannot be taken.", "Another word.", 'value="non"'):
            self.assertIn(text, page.text)
        self.boris.invalidate_recordset()
        self.assertFalse(self.boris.phone)
        self.assertEqual(self.url_open(url, data={"word": "keep"}).status_code, 422)
        self.boris.invalidate_recordset()
        self.assertEqual(self.boris.phone, "half done", "a wrong code counts")


@tagged("post_install", "-at_install")
class TestStayLetters(StayCase):
    def test_one_letter_a_person_over_his_stays(self):
        mails = self.catch_mails()
        asks = [
            (placement, "host", "end", "Sign the attestation.") for placement in self.placements
        ]
        letters = self.ask(*asks)
        self.assertEqual(len(letters), 3)
        self.assertEqual(len(mails), 1)
        for pupil in self.pupils:
            self.assertIn(pupil.name, mails[0]["body_html"])
        self.assertNotIn("Aline", mails[0]["subject"])
        self.assertFalse(self.ask(*asks), "nothing twice")
        self.assertEqual(len(mails), 1)

    def test_boss_who_is_the_tutor_and_two_parts_that_ask(self):
        self.env.cr.execute(
            "UPDATE bde_placement SET tutor_id = %s WHERE id = %s",
            (self.boss.id, self.placement.id),
        )
        self.placement.invalidate_recordset()
        mails = self.catch_mails()
        letters = self.ask(
            (self.placement, "host", "end", "Sign the attestation."),
            (self.placement, "tutor", "end", "Fill in the grid."),
            (self.placement, "tutor", "end", lambda env: "Say what you think."),
        )
        self.assertEqual(len(letters), 1)
        self.assertEqual(len(mails), 1)
        for line in ("Sign the attestation.", "Fill in the grid.", "Say what you think."):
            self.assertIn(line, mails[0]["body_html"])
        self.assertFalse(self.ask((self.placement, "tutor", "end", "Fill in the grid.")))

    def test_link_opens_what_the_letter_speaks_of(self):
        self.ask(*((placement, "host", "start", "Welcome.") for placement in self.placements))
        link = self.env["bde.link"].search([("purpose", "=", "stay")], limit=1)
        self.assertEqual(link._stays(), self.placements)
        self.assertGreaterEqual(
            link.expires_on.date(), self.end + timedelta(days=62), "until the attestation is due"
        )

    def test_nobody_to_write_to(self):
        self.boss.write({"email": False, "phone": False})
        self.assertFalse(self.ask((self.placement, "host", "end", "x")))

    def test_letter_that_came_back(self):
        [letter] = self.ask((self.placement, "host", "end", "x"))
        self.env["bde.bounce"]._note([(self.school_a, letter.signer_key, "email", "unknown")])
        self.assertEqual(letter.bounce_reason, "unknown")
        self.assertFalse(self.ask((self.placement, "host", "end_3", "x")), "not there again")
        self.boss.email = "anne.duval@duval.example"
        self.assertTrue(self.ask((self.placement, "host", "end_3", "x")))

    def test_kinds_of_the_end(self):
        kind = self.env["bde.stay"]._end_kind
        day = fields.Date.to_date("2026-11-20")
        expected = {
            -2: None,
            -1: "end",
            0: "end",
            2: "end",
            3: "end_3",
            9: "end_3",
            10: "end_10",
            40: "end_10",
        }
        for delay, found in expected.items():
            self.assertEqual(kind(day, day + timedelta(days=delay)), found, delay)

    def test_one_school_that_fails_stops_no_other(self):
        def fail(stay, company, today):
            raise ValueError("no")

        with (
            patch.object(self.env.registry["bde.stay"], "_asks", fail),
            self.assertLogs("odoo.addons.bde_pfmp.models.bde_stay", "ERROR"),
        ):
            self.school()._write_school_apart(self.school_a)
