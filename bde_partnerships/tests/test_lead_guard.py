from odoo.exceptions import UserError
from odoo.tests import tagged

from .pipeline_common import PipelineCase

KEPT = ("name", "email", "phone", "website", "street", "zip", "city", "comment", "user_id", "lang")


@tagged("post_install", "-at_install")
class TestLeadGuard(PipelineCase):
    """What a lead holds stays in it: core's ways to partners and other schools are closed."""

    def setUp(self):
        super().setUp()
        self.before = self.employer.read(KEPT)[0]

    def assertEmployerUntouched(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.employer.read(KEPT)[0], self.before)

    def test_address_of_a_lead_is_not_the_company_s(self):
        lead = self._lead()
        self.assertEqual(lead.email_from, "contact@duval.example", "taken from the company")
        lead.write({"email_from": "patron@duval.example", "phone": "06 11 22 33 44"})
        self.assertEqual(lead.email_from, "patron@duval.example")
        self.assertEmployerUntouched()

    def test_address_typed_at_creation_is_not_the_company_s(self):
        self._lead(
            email_from="patron@duval.example", phone="06 11 22 33 44", website="duval.example",
            street="9 rue Neuve", city="Mérignac", function="Gérant", description="<p>Note</p>",
        )  # fmt: skip
        self.assertEmployerUntouched()

    def test_another_s_contact_keeps_its_address(self):
        contact = self.employer._bde_add_contact(
            self.school_a, {"name": "Anne Duval", "email": "anne@duval.example"}
        )
        lead = self._lead(partner_id=contact.id)
        lead.write({"email_from": "autre@duval.example", "phone": "06 11 22 33 44"})
        self.env.flush_all()
        self.assertEqual((contact.email, contact.phone), ("anne@duval.example", False))

    def test_address_of_the_company_still_comes_down(self):
        """Core's other direction is wanted: a new contact brings its address."""
        contact = self.employer._bde_add_contact(
            self.school_a, {"name": "Anne Duval", "email": "anne@duval.example"}
        )
        lead = self._lead()
        lead.partner_id = contact
        self.assertEqual(lead.email_from, "anne@duval.example")

    def test_no_customer_is_made(self):
        lead = self._lead(
            type="lead", bde_relation_id=False, name="Boulangerie", partner_name="Boulangerie",
            contact_name="Paul", email_from="paul@pain.example",
        )  # fmt: skip
        partners = self.env["res.partner"].with_context(active_test=False).search_count([])
        with self.assertRaises(UserError):
            lead._create_customer()
        lead._handle_partner_assignment(create_missing=True)
        lead.convert_opportunity(self.env["res.partner"])
        self.assertFalse(lead.partner_id)
        found = self.env["res.partner"].with_context(active_test=False).search_count([])
        self.assertEqual(found, partners)

    def test_contact_of_the_same_address_is_looked_for_at_home(self):
        there = self.employer._bde_add_contact(
            self.school_b, {"name": "Anne Duval", "email": "anne@duval.example"}
        )
        lead = self._lead(
            type="lead", bde_relation_id=False, name="X", email_from="anne@duval.example"
        )
        self.assertFalse(lead.sudo()._find_matching_partner())
        here = self.employer._bde_add_contact(
            self.school_a, {"name": "Anne Duval", "email": "anne@duval.example"}
        )
        self.assertEqual(lead.sudo()._find_matching_partner(), here)
        self.assertNotEqual(here, there)

    def test_contact_made_from_the_chatter_carries_no_note(self):
        lead = self._lead(
            email_from='"Paul Petit" <paul@duval.example>', description="<p>Secret</p>"
        )
        lead.partner_id = False
        values = lead.sudo()._get_customer_information()["paul@duval.example"]
        self.assertEqual(values["company_id"], self.school_a.id)
        self.assertEqual(values["parent_id"], self.employer.id)
        self.assertNotIn("comment", values)
        self.assertNotIn("user_id", values)
        contact = lead._partner_find_from_emails_single(["paul@duval.example"])
        self.assertEqual(contact.company_id, self.school_a)
        self.assertEqual(contact.parent_id, self.employer)
        self.assertFalse(contact.comment)
        self.assertEmployerUntouched()

    def test_writing_to_an_address_fills_no_lead_of_another_school(self):
        ours = self._lead(
            type="lead", bde_relation_id=False, name="A", email_from="anne@duval.example"
        )
        theirs = self._lead(
            self.relation_b, type="lead", bde_relation_id=False, name="B",
            company_id=self.school_b.id, email_from="anne@duval.example",
        )  # fmt: skip
        contact = self.employer._bde_add_contact(
            self.school_a, {"name": "Anne Duval", "email": "anne@duval.example"}
        )
        ours.sudo().message_post(body="Hello", partner_ids=contact.ids)
        self.assertEqual(ours.partner_id, contact)
        self.assertEqual(ours.bde_relation_id, self.relation_a)
        self.assertFalse(theirs.partner_id)

    def test_chatter_is_on_the_lead(self):
        messages = self.env["mail.message"].search_count(
            [("model", "=", "res.partner"), ("res_id", "=", self.employer.id)]
        )
        lead = self._lead()
        lead.message_post(body="We agreed on two places")
        lead.action_set_won()
        found = self.env["mail.message"].search_count(
            [("model", "=", "res.partner"), ("res_id", "=", self.employer.id)]
        )
        self.assertEqual(found, messages)
        self.assertIn("two places", lead.message_ids.mapped("body")[0])

    # ------------------------------------------------------------
    # Look-alikes and merge
    # ------------------------------------------------------------

    def test_look_alikes_are_those_of_the_school(self):
        lead, twin, theirs = self._lead(), self._lead(), self._lead(self.relation_b)
        self.assertEqual(lead.duplicate_lead_ids, lead | twin)
        self.assertEqual(lead.duplicate_lead_count, 1)
        self.assertEqual(theirs.duplicate_lead_count, 0)
        email = "contact@duval.example"
        found = lead.sudo()._get_lead_duplicates(self.employer, email)
        self.assertEqual(found, lead | twin)
        found = self.as_user(self.manager_b)["crm.lead"]._get_lead_duplicates(self.employer, email)
        self.assertEqual(found, theirs)

    def test_merge_stays_in_the_school(self):
        lead, theirs = self._lead(), self._lead(self.relation_b)
        with self.assertRaises(UserError) as caught:
            (lead | theirs).sudo()._merge_opportunity()
        self.assertNotIn("Duval", str(caught.exception))
        self.assertTrue(theirs.exists())

    def test_merge_wants_one_company_and_one_pipeline(self):
        lead = self._lead()
        other = self.env["bde.relation"]._bde_ensure(self.other_employer, self.school_a)
        with self.assertRaises(UserError):
            (lead | self._lead(other))._merge_opportunity()
        with self.assertRaises(UserError):
            (lead | self._lead(bde_pipeline_id=self.partnership.id))._merge_opportunity()

    def test_merge_keeps_talks(self):
        lead, twin = self._lead(), self._lead()
        talk = self.relation_a._bde_log_talk(
            {"outcome": "reached", "lead_id": twin.id, "purpose": "placements"}
        )
        kept = (lead | twin)._merge_opportunity()
        self.assertEqual(len((lead | twin).exists()), 1)
        self.assertEqual(talk.lead_id, kept)
        self.assertEqual(kept.bde_relation_id, self.relation_a)
