"""Somebody who holds a link that is not meant for him, or more than he should with one that is."""

import base64
from io import BytesIO

from werkzeug.datastructures import FileStorage

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..models.bde_placement_stay import StayError
from ..models.bde_stay import Ask
from .test_presence import HOST, PUPIL, TUTOR, PresenceCase

PDF = b"%PDF-1.4 the copy"


class LetterCase(PresenceCase):
    def letters_of(self, *asks):
        """What is written to these people."""
        return self.school()._write([Ask(*ask) for ask in asks])


@tagged("post_install", "-at_install")
class TestWrongAddress(PresenceCase, HttpCase):
    """A letter went to an address that was not the person's; the school put it right."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def sent(self, person, **vals):
        """Page of a link that left for the address that the person has now."""
        channel = {"channel": "email", "email": person.email, "phone": person.phone}
        return self.link(person, **{**channel, **vals})[1]

    def opens(self, path):
        return self.url_open(path).status_code

    def test_the_wrong_address_of_a_pupil_opens_nothing_any_more(self):
        path = self.sent(self.aline)
        page = f"{path}/{self.convention.uuid}"
        self.assertEqual(self.opens(page), 200)
        as_secretary = self.aline.with_env(self.as_user(self.secretary_a))
        as_secretary.email = "aline.dupont@pupil.example"
        self.env.flush_all()
        self.assertEqual(self.opens(path), 410)
        self.assertEqual(self.opens(page), 410)
        post = self.url_open(f"{page}/incident", data={"do": "alone", "words": "I am somebody"})
        self.assertEqual(post.status_code, 410)
        self.assertFalse(self.env["bde.harm.report"].sudo().search([]))

    def test_the_wrong_phone_of_a_contact_too(self):
        self.tutor.write({"email": False, "phone": "06 11 22 33 44"})
        path = self.sent(self.tutor, channel="sms")
        self.assertEqual(self.opens(path), 200)
        self.tutor.phone = "+33 6 11 22 33 44"
        self.env.flush_all()
        self.assertEqual(self.opens(path), 200, "the same number, written otherwise")
        self.tutor.phone = "06 99 99 99 99"
        self.env.flush_all()
        self.assertEqual(self.opens(path), 410)

    def test_one_of_two_that_he_was_noted_as(self):
        """A link for somebody noted twice opens what still has his address."""
        twin = self.tutor.copy({"name": self.tutor.name, "email": self.tutor.email})
        self.env.flush_all()
        self.cr.execute(
            "UPDATE bde_placement SET tutor_id = %s WHERE id = %s",
            [twin.id, self.placement_adult.id],
        )
        self.env.invalidate_all()
        refs = f"res.partner,{self.tutor.id} res.partner,{twin.id}"
        path = self.sent(self.tutor, person_ref=refs)
        self.assertIn("Boris", self.url_open(path).text)
        twin.email = "other@duval.example"
        self.env.flush_all()
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Boris", page.text)


@tagged("post_install", "-at_install")
class TestFormerTrainees(LetterCase, HttpCase):
    """A company that is written to about one trainee is not shown those of years ago."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.env.flush_all()
        self.cr.execute(
            "UPDATE bde_placement SET date_start = date_start - 700, date_end = date_end - 700"
            " WHERE id = %s",
            [self.placement_adult.id],
        )
        self.env.invalidate_all()

    def test_years_ago(self):
        _link, path = self.link()
        page = self.url_open(path)
        self.assertIn("Aline", page.text)
        self.assertNotIn("Boris", page.text)
        self.assertEqual(self.url_open(f"{path}/{self.adult.uuid}").status_code, 404)
        self.assertIn("Boris", self.url_open(self.link(self.boris)[1]).text, "his own stays")

    def test_years_ago_but_asked_about(self):
        """The yearly question about a site comes by the page of its last stay."""
        self.letters_of((self.placement_adult, "host", "site", "still right?"))
        _link, path = self.link()
        self.assertIn("Boris", self.url_open(path).text)

    def test_no_accident_is_told_for_years(self):
        """The sheet of an accident says when the pupil was born and where he lives now."""
        self.letters_of((self.placement_adult, "host", "site", "still right?"))
        _link, path = self.link()
        page = f"{path}/{self.adult.uuid}"
        form = {"do": "tell", "kind": "accident", "facts": "x", "time": "10:00",
                "day": str(self.placement_adult.date_start)}  # fmt: skip
        self.assertEqual(self.url_open(f"{page}/incident", data=form).status_code, 404)
        self.assertEqual(self.url_open(f"{page}/incident.pdf").status_code, 404)
        self.assertFalse(self.placement_adult.sudo().incident_ids)


@tagged("post_install", "-at_install")
class TestLinkedTooFar(LetterCase):
    """What a real link must not do."""

    def setUp(self):
        super().setUp()
        self.go_to(self.day(2))

    def post(self, roles, form, files=None):
        return self.stay._stay_post_incident(roles, form, files or {}, {})

    def accident(self):
        self.post(
            TUTOR,
            {"do": "tell", "kind": "accident", "facts": "A cut", "day": str(self.day(2)),
             "time": "10:00"},
        )  # fmt: skip
        return self.stay.incident_ids

    def send_copy(self, incident, data):
        self.post(
            HOST, {"do": f"copy-{incident.id}"}, {"copy": FileStorage(BytesIO(data), "a.pdf")}
        )

    def test_a_copy_that_arrived_is_not_replaced(self):
        """A declaration is evidence: whoever holds the link later does not change it."""
        incident = self.accident()
        letters = self.catch_mails()
        self.send_copy(incident, PDF)
        told = len(letters)
        self.send_copy(incident, PDF)
        self.assertEqual(len(letters), told, "sent twice is once")
        with self.assertRaisesRegex(StayError, "has the copy"):
            self.send_copy(incident, PDF + b" with another story")
        self.assertEqual(base64.b64decode(incident.copy_file), PDF)

    def test_a_case_that_is_closed_takes_nothing(self):
        incident = self.accident()
        incident.sudo().write({"outcome": "Seen to"})
        incident.sudo().action_close()
        with self.assertRaises(StayError):
            self.send_copy(incident, PDF)
        self.assertFalse(incident.copy_file)

    def test_a_pupil_and_a_company_of_one_mailbox_are_two(self):
        """A father who hosts his son of the same name: one address, two pages."""
        self.aline.write({"email": self.boss.email})
        self.boss.name = self.aline.name
        self.env.flush_all()
        letters = self.letters_of(
            (self.stay, "student", "first_day", "yours"), (self.stay, "host", "first_day", "his")
        )
        self.assertEqual(len(letters), 2)
        links = self.env["bde.link"].sudo().search([("purpose", "=", "stay")])
        self.assertEqual(
            set(links.mapped("person_ref")),
            {f"bde.student,{self.aline.id}", f"res.partner,{self.boss.id}"},
        )

    def test_when_a_pupil_posted_is_not_told(self):
        """A post that nothing shows went to the head alone: the manager does not see its hour."""
        link, _path = self.link(self.aline)
        link._take_post()
        theirs = link.with_env(self.as_manager)
        self.assertEqual(theirs.name, self.aline.name, "he reads the link")
        for name in ("post_count", "post_window", "write_date", "write_uid"):
            with self.subTest(name):
                self.assertNotIn(name, theirs.fields_get())
                with self.assertRaises(AccessError):
                    theirs.read([name])
                with self.assertRaises(AccessError):
                    theirs.search([(name, "!=", False)])
                with self.assertRaises(AccessError):
                    theirs.search([], order=f"{name} desc")

    def test_the_pupil_has_no_part_of_the_company(self):
        for key, form in (
            ("attestation", {"days": "3"}),
            ("next_year", {"answer": "yes"}),
            ("site", {}),
            ("site_quality", {}),
        ):
            with self.subTest(key), self.assertRaises(StayError):
                getattr(self.stay, f"_stay_post_{key}")(PUPIL, form, {}, {})
        with self.assertRaises(StayError):
            self.stay._stay_post_claim(HOST, {}, {}, {})
