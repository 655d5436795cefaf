"""Accidents and other incidents: who hears, until when, what is left to do."""

import base64
from datetime import datetime, timedelta
from io import BytesIO

from freezegun import freeze_time
from lxml import html
from werkzeug.datastructures import FileStorage

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from ..models.bde_placement_stay import StayError
from .test_convention_pdf import text_of
from .test_presence import HOST, PUPIL, TUTOR, PresenceCase

PDF = b"%PDF-1.7 a declaration"


class IncidentCase(PresenceCase):
    """The clock is at noon of the second day of presence."""

    def setUp(self):
        super().setUp()
        self.go_to(self.day(2))

    def tell(self, roles=TUTOR, **form):
        form = {
            "do": "tell",
            "kind": "accident",
            "day": self.day(2).isoformat(),
            "time": "09:30",
            "facts": "Coupure à la main gauche sur la scie",
            **form,
        }
        self.stay._stay_post_incident(roles, form, {}, {})
        return self.stay.incident_ids.sorted("id")[-1:]

    def note(self, user=None, **vals):
        return self.as_user(user or self.manager_a)["bde.incident"].create(
            {
                "placement_id": self.placement.id,
                "kind": "accident",
                "date": f"{self.day(2)} 08:30:00",
                "facts": "Coupure",
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestIncident(IncidentCase):
    def test_told_on_the_page(self):
        letters = self.catch_mails()
        incident = self.tell(place="Atelier", injury="Main gauche")
        self.assertEqual(incident.declared_by, "Yves Rabot")
        self.assertEqual((incident.state, incident.source), ("open", "tutor"))
        self.assertEqual(incident.company_id, self.school_a)
        # 9:30 in winter
        self.assertEqual(incident.date, datetime.combine(self.day(2), datetime.min.time())
                         + timedelta(hours=8, minutes=30))  # fmt: skip
        readers = " ".join(letter["email_to"] for letter in letters)
        for address in ("teacher_a@", "manager_a@", "head_a@", self.school_a.bde_email):
            self.assertIn(address, readers)
        for letter in letters:
            self.assertNotIn("DUPONT", letter["subject"])
            self.assertNotIn("Coupure", str(letter["body_html"]), "what happened stays in Odoo")
        self.assertEqual(incident.activity_ids.user_id, self.manager_a | self.teacher_a)

    def test_sent_twice_is_one(self):
        self.tell()
        self.tell()
        self.assertEqual(len(self.stay.incident_ids), 1)

    def test_delay_in_the_hours_of_the_school(self):
        """Known on the eve of 11 November, or of a Sunday: neither runs."""
        with freeze_time("2026-11-20 12:00:00"):
            incident = self.env["bde.incident"].new(
                {
                    "company_id": self.school_a.id,
                    "kind": "accident",
                    "known_on": "2026-11-20 09:00:00",
                    "date": "2026-11-20 09:00:00",
                }
            )
            self.assertEqual(incident.declare_until, datetime(2026, 11, 23, 9, 0))
        incident.known_on = "2026-11-10 09:00:00"
        self.assertEqual(incident.declare_until, datetime(2026, 11, 13, 9, 0))
        incident.kind = "conflict"
        self.assertFalse(incident.declare_until)

    def test_late_is_shown(self):
        incident = self.note()
        self.assertFalse(incident.is_late)
        [card] = self.cards(self.manager_a, "Accidents to declare")
        self.assertEqual(card["count"], 1)
        with freeze_time(incident.declare_until + timedelta(minutes=1)):
            incident.invalidate_recordset(["is_late"])
            self.assertTrue(incident.is_late)
            [card] = self.cards(self.manager_a, "Accidents to declare")
            self.assertIn("late", card["help"])
        self.assertEqual(self.cards(self.school_life_a, "Accidents to declare"), [])

    def cards(self, user, label):
        return [c for c in self.as_user(user)["bde.home"]._home_cards() if c["label"] == label]

    def test_what_is_wrong_is_said(self):
        for form, field in (
            ({"kind": ""}, "kind"),
            ({"kind": "harm"}, "kind"),
            ({"facts": "  "}, "facts"),
            ({"day": "yesterday"}, "day"),
            ({"day": (self.day(2) + timedelta(days=1)).isoformat()}, "day"),
            ({"day": (self.start - timedelta(days=5)).isoformat()}, "day"),
        ):
            with self.subTest(form=form), self.assertRaises(StayError) as caught:
                self.tell(**form)
            self.assertTrue(caught.exception.fields[field])
        self.assertFalse(self.stay.incident_ids)

    def test_staff_are_told_too(self):
        for day in (self.start - timedelta(days=5), self.days[-1] + timedelta(days=5)):
            with self.subTest(day=day), freeze_time(f"{self.days[-1] + timedelta(days=9)} 12:00"):
                with self.assertRaises(ValidationError) as caught:
                    self.note(date=f"{day} 08:00:00")
                self.assertIn("is not in the stay of DUPONT Aline", str(caught.exception))

    def test_the_copy_reaches_the_head(self):
        incident = self.tell()
        self.assertEqual(self.stay._incident_section(HOST)["state"], "todo")
        letters = self.catch_mails()
        form = {"do": f"copy-{incident.id}"}
        for data, name in ((b"", ""), (b"MZ not a picture", "virus.exe")):
            with self.subTest(name=name), self.assertRaises(StayError):
                self.stay._stay_post_incident(
                    HOST, form, {"copy": FileStorage(BytesIO(data), name)}, {}
                )
        self.stay._stay_post_incident(
            HOST, form, {"copy": FileStorage(BytesIO(PDF), "cerfa.pdf")}, {}
        )
        self.assertEqual(incident.state, "declared")
        self.assertEqual(base64.b64decode(incident.copy_file), PDF)
        self.assertIn("head_a@", " ".join(letter["email_to"] for letter in letters))
        self.assertEqual(self.stay._incident_section(HOST)["state"], "info")
        self.assertNotIn("copy", incident.todo or "")

    def test_steps_until_it_is_closed(self):
        incident = self.note(work_stopped=True)
        self.assertEqual(
            incident.todo,
            "declaration by the company, copy of the declaration, tell the family,"
            " note the absence",
        )
        incident.action_declared()
        incident.family_told = True
        incident.action_note_absence()
        self.assertEqual(incident.absence_id.reason, "accident")
        self.assertEqual(incident.absence_id.date_from, self.day(2))
        self.assertEqual(self.convention.absence_days, 1)
        self.assertEqual(incident.todo, "copy of the declaration")
        with self.assertRaises(UserError) as caught:
            incident.action_close()
        self.assertIn("copy of the declaration", str(caught.exception))
        incident.outcome = "Copie reçue par courrier"
        incident.action_close()
        self.assertEqual(incident.state, "closed")
        self.assertFalse(incident.activity_ids)
        closed_on = incident.closed_on
        self.go_to(self.day(5))
        incident.with_env(self.as_manager).action_close()
        self.assertEqual(incident.closed_on, closed_on, "closed twice is once")
        incident.action_reopen()
        self.assertEqual(incident.state, "declared")

    def test_an_amendment_follows(self):
        incident = self.note()
        action = incident.action_amend()
        self.assertEqual(action["res_model"], "bde.amendment")
        if action.get("res_id"):
            self.assertEqual(incident.amendment_id.id, action["res_id"])

    def test_form_of_the_bureau(self):
        env = self.as_manager
        context = {"default_placement_id": self.placement.id}
        with Form(env["bde.incident"].with_context(**context)) as form:
            form.kind = "conflict"
            form.facts = "Dispute avec un collègue"
        self.assertEqual((form.record.state, form.record.declare_until), ("open", False))
        with Form(form.record) as form:
            form.family_told = True
            form.outcome = "Entretien à trois"
        form.record.action_close()
        self.assertEqual(form.record.state, "closed")

    def test_roles(self):
        incident = self.note(self.teacher_a)
        self.assertEqual(incident.declared_by, "Teacher A")
        for user in (self.school_life_a, self.intendance_a, self.manager_b, self.correspondent):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                incident.with_env(self.as_user(user)).read(["kind"])
        self.placement.sudo().referent_id = self.prof_a2
        incident.invalidate_recordset()
        with self.assertRaises(AccessError, msg="a class is not enough to read of an accident"):
            incident.read(["kind"])
        with self.assertRaises(AccessError):
            incident.with_env(self.as_manager).write({"state": "closed"})
        with self.assertRaises(AccessError):
            incident.with_env(self.as_manager).unlink()

    def test_one_page_for_the_company(self):
        incident = self.note(place="Atelier", injury="Main")
        pdf = self.placement.with_env(self.as_manager)._accident_pdf(incident)
        text = text_of(pdf)
        for words in ("DUPONT Aline", "Menuiserie Duval", "Atelier", "8h-12h / 13h-16h", "R412-4"):
            self.assertIn(words, text)
        from .test_convention_pdf import read

        self.assertEqual(len(read(pdf).pages), 1)
        birth = str(self.aline.birth_date.year)
        self.assertIn(birth, text)
        teacher = self.placement.with_env(self.as_user(self.teacher_a))
        self.assertNotIn(birth, text_of(teacher._accident_pdf(incident)))
        blank = text_of(self.stay._stay_pdf_incident(HOST))
        self.assertNotIn("Atelier", text_of(self.placement_adult.sudo()._accident_pdf()))
        self.assertIn("Atelier", blank, "the accident of this stay")
        self.assertIsNone(self.stay._stay_pdf_incident(PUPIL))


@tagged("post_install", "-at_install")
class TestIncidentPage(IncidentCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        _link, self.path = self.link(self.boss)
        self.page = f"{self.path}/{self.convention.uuid}"

    def test_told_then_declared(self):
        response = self.url_open(
            f"{self.page}/incident",
            data={
                "do": "tell", "kind": "accident", "day": self.day(2).isoformat(),
                "time": "10:00", "facts": "Chute",
            },
        )  # fmt: skip
        self.assertEqual(response.status_code, 200)
        incident = self.placement.incident_ids
        page = html.fromstring(response.text)
        [button] = page.xpath(f"//button[@value='copy-{incident.id}']")
        response = self.url_open(
            f"{self.page}/incident",
            data={"do": f"copy-{incident.id}"},
            files={"copy": ("cerfa.pdf", PDF, "application/pdf")},
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(incident.state, "declared")
        pdf = self.url_open(f"{self.page}/incident.pdf")
        self.assertTrue(pdf.content.startswith(b"%PDF-"))

    def test_staff_print_it(self):
        incident = self.note()
        self.authenticate("teacher_a", "teacher_a")
        response = self.url_open(f"/bde/incidents?ids={incident.id}")
        self.assertTrue(response.content.startswith(b"%PDF-"))
        self.authenticate("school_life_a", "school_life_a")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"/bde/incidents?ids={incident.id}").status_code, 403)
