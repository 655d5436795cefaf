from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SIRET_HOST
from .pipeline_common import PipelineCase

SIRET_NEW = "35600000000048"


@tagged("post_install", "-at_install")
class TestLeadAccept(PipelineCase):
    """Sorting requests: which company it is, then accept, decline or spam."""

    def _request(self, **vals):
        return self.env["crm.lead"].create(
            {
                "type": "lead",
                "name": "Menuiserie Duval",
                "company_id": self.school_a.id,
                "bde_source": "form",
                "user_id": False,
                "partner_name": "Menuiserie Duval",
                "city": "Bordeaux",
                "zip": "33000",
                "contact_name": "Anne Duval",
                "email_from": "anne@duval.example",
                "phone": "05 56 00 00 02",
                "bde_offer_ids": self.env.ref("bde_partnerships.offer_visits").ids,
            }
            | vals
        )

    def _wizard(self, lead, user=None, **vals):
        env = self.as_user(user or self.secretary_a)
        return env["bde.lead.accept"].with_context(default_lead_id=lead.id).create(vals)

    def test_known_company_is_proposed(self):
        wizard = self._wizard(self._request())
        self.assertIn(self.employer, wizard.candidate_ids.partner_id)
        self.assertFalse(wizard.is_new)
        wizard.candidate_ids.filtered(lambda c: c.partner_id == self.employer).action_take()
        self.assertEqual(wizard.employer_id, self.employer)

    def test_accept_with_a_known_company(self):
        lead = self._request()
        wizard = self._wizard(
            lead, employer_id=self.employer.id, pipeline_id=self.apprenticeship.id
        )
        action = wizard.action_accept()
        self.assertEqual(action["res_id"], lead.id)
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.bde_relation_id, self.relation_a)
        self.assertEqual(lead.bde_pipeline_id, self.apprenticeship)
        self.assertEqual(lead.stage_id, self.apprenticeship._first_stage())
        self.assertEqual(lead.user_id, self.secretary_a)
        contact = lead.partner_id
        self.assertEqual((contact.name, contact.company_id), ("Anne Duval", self.school_a))
        self.assertEqual(contact.bde_relation_id, self.relation_a)
        self.assertEqual(self.employer.email, "contact@duval.example")
        self.assertIn("visits", self.relation_a.offer_ids.mapped("code"))

    def test_accept_registers_a_new_company(self):
        lead = self._request(partner_name="Boulangerie Petit", city="Pessac", zip="33600")
        wizard = self._wizard(lead, siret=SIRET_NEW, is_new=True)
        wizard.action_accept()
        employer = lead.bde_relation_id.partner_id
        self.assertEqual(
            (employer.name, employer.company_registry), ("Boulangerie Petit", SIRET_NEW)
        )
        self.assertTrue(employer.bde_employer)
        self.assertFalse(employer.email or employer.phone, "what a stranger typed is a contact's")
        self.assertEqual(lead.company_id, self.school_a)

    def test_known_contact_keeps_its_address(self):
        contact = self.employer._bde_add_contact(
            self.school_a,
            {"name": "Anne Duval", "email": "anne@duval.example", "phone": "05 56 99 99 99"},
        )
        lead = self._request()
        self._wizard(lead, employer_id=self.employer.id).action_accept()
        self.assertEqual(lead.partner_id, contact)
        self.assertEqual(contact.phone, "05 56 99 99 99")
        self.assertEqual(lead.phone, "05 56 00 00 02", "what was typed stays on the lead")

    def test_wrong_and_foreign_siret(self):
        lead = self._request()
        with self.assertRaisesRegex(UserError, "not a SIRET"):
            self._wizard(lead, siret="12345678901234", is_new=True).action_accept()
        with self.assertRaisesRegex(UserError, "Menuiserie Duval"):
            self._wizard(lead, siret=SIRET_HOST, name="Autre", is_new=True).action_accept()
        self.assertEqual(lead.type, "lead")

    def test_look_up_finds_the_known_siret(self):
        wizard = self._wizard(self._request(), siret=SIRET_HOST, is_new=True)
        wizard.action_look()
        self.assertEqual(wizard.employer_id, self.employer)

    def test_look_alike_must_be_looked_at(self):
        wizard = self._wizard(self._request())
        self.assertGreaterEqual(max(wizard.candidate_ids.mapped("score")), 85)
        with self.assertRaisesRegex(UserError, "looks very much like it"):
            wizard.action_accept()
        wizard.is_new = True
        wizard.action_accept()
        self.assertNotEqual(wizard.lead_id.bde_relation_id.partner_id, self.employer)

    def test_decline_answers_kindly(self):
        lead = self._request()
        wizard = self._wizard(lead)
        self.assertIn("Thank you", wizard.answer)
        wizard.answer = "Bonjour,\nmerci <b>beaucoup</b>."
        before = self.env["mail.mail"].search([])
        wizard.action_decline()
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual(len(mail), 1)
        self.assertIn("anne@duval.example", mail.email_to)
        self.assertIn("bde-0330994b@", mail.email_from)
        self.assertIn("&lt;b&gt;", mail.body_html)
        self.assertFalse(lead.active)
        self.assertEqual(lead.lost_reason_id, self.env.ref("bde_partnerships.lost_reason_declined"))
        self.assertIn("merci", lead.message_ids[:1].body)

    def test_decline_without_address_sends_nothing(self):
        lead = self._request(email_from=False)
        before = self.env["mail.mail"].search_count([])
        self._wizard(lead).action_decline()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertFalse(lead.active)

    def test_decline_says_something(self):
        wizard = self._wizard(self._request())
        wizard.answer = "  "
        with self.assertRaises(UserError):
            wizard.action_decline()

    def test_spam(self):
        lead = self._request()
        before = self.env["mail.mail"].search_count([])
        self._wizard(lead).action_spam()
        self.assertEqual(lead.lost_reason_id, self.env.ref("bde_partnerships.lost_reason_spam"))
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_sorted_once(self):
        lead = self._request()
        first = self._wizard(lead, employer_id=self.employer.id)
        second = self._wizard(lead, self.manager_a, employer_id=self.employer.id)
        first.action_accept()
        for verb in (second.action_accept, second.action_decline, second.action_spam):
            with self.assertRaisesRegex(UserError, "already"):
                verb()

    def test_request_of_another_school(self):
        lead = self._request(company_id=self.school_b.id)
        for user in (self.secretary_a, self.two_roles):
            with self.subTest(user.login):
                env = self.as_user(user)["bde.lead.accept"]
                if user == self.two_roles:
                    continue  # the manager of B
                with self.assertRaises(AccessError):
                    env.with_context(default_lead_id=lead.id).create({})
                with self.assertRaises(AccessError):
                    env.create({"lead_id": lead.id, "pipeline_id": self.placements.id})

    def test_dialog_names_no_contact_of_another_school(self):
        contact = self.employer._bde_add_contact(self.school_b, {"name": "Madame Braille"})
        with self.assertRaises(UserError):
            self._wizard(self._request(), employer_id=contact.id)
        wizard = self._wizard(self._request())
        with self.assertRaises(UserError):
            wizard.candidate_ids.create({"wizard_id": wizard.id, "partner_id": contact.id})
        with self.assertRaises(UserError):
            wizard.user_id = self.manager_b

    def test_teachers_sort_nothing(self):
        with self.assertRaises(AccessError):
            self._wizard(self._request(), self.teacher_a)
