import re

from odoo.tests import HttpCase, tagged

from ..models.crm_lead_public import PER_ADDRESS, PER_SCHOOL
from .common import UAI_A, UAI_B
from .pipeline_common import PipelineCase


@tagged("post_install", "-at_install")
class TestLeadPublic(PipelineCase, HttpCase):
    """The page of a bureau: a stranger proposes something, and learns nothing."""

    def _values(self, **more):
        return {
            "offer_placements": "1",
            f"training_{self.training_a.id}": "1",
            "when": "en mars",
            "pupils": "2",
            "message": "Nous avons de la place.",
            "company": "Boulangerie Petit",
            "city": "Bordeaux",
            "siret": "",
            "contact": "Paul Petit",
            "function": "Gérant",
            "email": "Paul@Pain.example",
            "phone": "05.56 01-02 03",
            "consent": "1",
        } | more

    def _page(self, uai=UAI_A):
        return self.url_open(f"/bde/c/{uai}")

    def _send(self, uai=UAI_A, token=None, **more):
        if token is None:
            token = re.search(r'name="csrf_token" value="([^"]+)"', self._page(uai).text)[1]
        values = self._values(**more)
        return self.url_open(
            f"/bde/c/{uai}", data=values | {"csrf_token": token}, allow_redirects=False
        )

    def _requests(self):
        return self.env["crm.lead"].search([("bde_source", "=", "form")])

    # ------------------------------------------------------------
    # What works
    # ------------------------------------------------------------

    def test_page_names_the_school_and_its_trainings(self):
        page = self._page()
        self.assertEqual(page.status_code, 200)
        self.assertIn("Lycée Ampère", page.text)
        self.assertIn("électricité", page.text)
        self.assertIn(f"/bde/n/{UAI_A}", page.text)
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertNotIn("Duval", page.text)
        self.assertLess(len(page.content), 20_000)
        self.assertEqual(self._page(UAI_A.lower()).status_code, 200)

    def test_address_that_is_none_is_not_found(self):
        """A zero byte is refused by PostgreSQL: no stranger sees an error of the server."""
        for path in ("/bde/c/%00", "/bde/n/%00", "/bde/v/%00", "/bde/o/%00"):
            with self.subTest(path=path):
                self.assertIn(self.url_open(path).status_code, (200, 404))

    def test_request_waits_to_be_sorted(self):
        answer = self._send()
        self.assertEqual((answer.status_code, answer.headers["Location"][-6:]), (303, "done=1"))
        lead = self._requests()
        self.assertEqual(len(lead), 1)
        self.assertEqual((lead.type, lead.company_id), ("lead", self.school_a))
        self.assertEqual(lead.bde_pipeline_id, self.placements)
        self.assertEqual((lead.name, lead.contact_name), ("Boulangerie Petit", "Paul Petit"))
        self.assertEqual(lead.email_from, "paul@pain.example")
        self.assertEqual(lead.phone, "05 56 01 02 03")
        self.assertEqual(lead.bde_training_ids, self.training_a)
        self.assertEqual((lead.bde_pupil_count, lead.bde_when), (2, "en mars"))
        self.assertEqual(lead.bde_offer_ids.mapped("code"), ["placements"])
        self.assertTrue(lead.bde_consent_on)
        self.assertFalse(lead.partner_id | lead.bde_relation_id.partner_id)
        self.assertFalse(lead.user_id)
        self.assertFalse(lead.message_partner_ids)
        self.assertNotIn("127.0.0.1", lead.bde_form_origin)
        self.assertEqual(self.url_open(answer.headers["Location"]).status_code, 200)

    def test_home_says_that_it_waits(self):
        self._send()
        self.env.invalidate_all()
        sections = self.as_user(self.secretary_a)["bde.home"].get_home()["sections"]
        counts = {card["label"]: card["count"] for card in sections["late"]}
        self.assertEqual(counts["Requests to sort"], 1)
        sections = self.as_user(self.manager_b)["bde.home"].get_home()["sections"]
        self.assertNotIn("Requests to sort", [card["label"] for card in sections["late"]])

    def test_pipeline_follows_what_is_proposed(self):
        self._send(offer_placements="", offer_forum="1", company="Un")
        self._send(offer_placements="", offer_apprenticeship="1", company="Deux")
        by_name = {lead.name: lead.bde_pipeline_id for lead in self._requests()}
        self.assertEqual(by_name, {"Un": self.partnership, "Deux": self.apprenticeship})

    # ------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------

    def test_unknown_school(self):
        for uai in ("0000000X", "../web", "%27%20OR%201=1", "x" * 3000):
            with self.subTest(uai[:20]):
                self.assertEqual(self._page(uai).status_code, 404)
        self.academy.uai = "0330996D"
        self.assertEqual(self._page("0330996D").status_code, 404, "no page for the académie")

    def test_missing_boxes_keep_what_was_typed(self):
        page = self._send(company="", contact=" ", email="paul@", phone="12", consent="")
        self.assertEqual(page.status_code, 422)
        for box in ("company", "contact", "email", "phone", "consent"):
            self.assertIn(f'id="{box}_error"', page.text)
        self.assertNotIn('id="siret_error"', page.text)
        self.assertIn("Nous avons de la place.", page.text)
        self.assertFalse(self._requests())

    def test_mail_or_phone(self):
        self.assertEqual(self._send(email="", phone="").status_code, 422)
        self.assertEqual(self._send(email="").status_code, 303)
        self.assertEqual(self._send(phone="", company="B").status_code, 303)
        self.assertEqual(self._send(siret="12345678901234", company="C").status_code, 422)
        self.assertEqual(len(self._requests()), 2)

    def test_nothing_proposed(self):
        self.assertEqual(self._send(offer_placements="", message="").status_code, 422)

    def test_hostile_text_stays_text(self):
        evil = '<script>alert(1)</script><img src=x onerror="x">'
        page = self._send(company=evil, contact=evil, message=evil, email="")
        self.assertEqual(page.status_code, 303)
        lead = self._requests()
        self.assertNotIn("<script", lead.description)
        self.assertNotIn("<img", lead.description)
        page = self._send(company=evil, contact="", message=evil)
        self.assertNotIn("<script>alert", page.text)
        self.assertNotIn("<img src=x", page.text)

    def test_too_long_and_control_characters(self):
        self._send(company="A" * 5000, message="b\x00" * 5000, contact="Jean\nBcc: x@y.fr")
        lead = self._requests()
        self.assertEqual(len(lead.name), 120)
        self.assertLessEqual(len(lead.description), 2100)
        self.assertEqual(lead.contact_name, "Jean Bcc: x@y.fr")

    def test_nothing_else_is_written(self):
        """Boxes that the page does not have are not fields of the lead."""
        self._send(
            company_id=str(self.school_b.id), user_id=str(self.manager_b.id), type="opportunity",
            bde_relation_id=str(self.relation_b.id), stage_id="1", bde_source="hand",
            **{f"training_{self.training_b.id}": "1"},
        )  # fmt: skip
        lead = self._requests()
        self.assertEqual((lead.company_id, lead.type), (self.school_a, "lead"))
        self.assertFalse(lead.user_id | lead.bde_relation_id.user_id)
        self.assertEqual(lead.bde_training_ids, self.training_a)

    def test_without_token(self):
        for token in ("", "wrong", "a" * 500):
            page = self._send(token=token)
            self.assertEqual(page.status_code, 422)
            self.assertIn('role="alert"', page.text)
            self.assertIn("Boulangerie Petit", page.text)
        self.assertFalse(self._requests())

    def test_robots_fall_into_the_trap(self):
        answer = self._send(address2="http://buy.example")
        self.assertEqual(answer.status_code, 303, "a robot is not told")
        self.assertFalse(self._requests())

    def test_limit_per_address(self):
        for number in range(PER_ADDRESS):
            self.assertEqual(self._send(company=f"N {number}").status_code, 303)
        page = self._send(company="One too many")
        self.assertEqual(page.status_code, 429)
        self.assertIn('role="alert"', page.text)
        self.assertIn("One too many", page.text, "what was typed is still there")
        self.assertEqual(len(self._requests()), PER_ADDRESS)
        page = self._send(UAI_B, company="Next door")
        self.assertEqual(page.status_code, 429, "the limit is for all schools")

    def test_limit_per_school(self):
        Lead = self.env["crm.lead"]
        values = {
            "offers": [], "trainings": [], "company": "X", "contact": "Y", "function": "",
            "email": "a@b.fr", "phone": "", "zip": "", "city": "", "siret": "", "pupils": 0,
            "when": "", "message": "",
        }  # fmt: skip
        for number in range(PER_SCHOOL):
            Lead._bde_from_form(self.school_a, values, Lead._bde_origin(str(number)))
        self.assertTrue(Lead._bde_form_is_busy(self.school_a, Lead._bde_origin("new")))
        self.assertFalse(Lead._bde_form_is_busy(self.school_b, Lead._bde_origin("new")))

    def test_only_get_and_post(self):
        self.assertEqual(self.opener.put(self.base_url() + f"/bde/c/{UAI_A}").status_code, 405)
        self.assertEqual(self.opener.head(self.base_url() + f"/bde/c/{UAI_A}").status_code, 200)

    # ------------------------------------------------------------
    # The school's page, and what is kept
    # ------------------------------------------------------------

    def test_link_on_the_page_of_the_school(self):
        school = self.as_user(self.manager_a)["res.company"].browse(self.school_a.id)
        self.assertTrue(school.bde_public_url.endswith(f"/bde/c/{UAI_A}"))
        self.assertTrue(school.bde_public_qr)
        self.assertFalse(self.academy.bde_public_url)

    def test_spam_and_origins_go(self):
        self._send()
        lead = self._requests()
        lead.action_set_lost(lost_reason_id=self.env.ref("bde_partnerships.lost_reason_spam").id)
        self.env.flush_all()
        lead._gc_bde_spam()
        self.assertTrue(lead.exists().bde_form_origin)
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '2 days' WHERE id = %s",
            [lead.id],
        )
        lead.invalidate_recordset()
        lead._gc_bde_spam()
        self.assertFalse(lead.bde_form_origin)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET write_date = write_date - interval '31 days' WHERE id = %s",
            [lead.id],
        )
        lead.invalidate_recordset()
        lead._gc_bde_spam()
        self.assertFalse(lead.exists())
