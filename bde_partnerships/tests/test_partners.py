from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SIRET_HOST, SIRET_OTHER, BdeCase


@tagged("post_install", "-at_install")
class TestPartners(BdeCase):
    """Employers are shared, contacts are not, whatever core writes through."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact_a = cls.employer._bde_add_contact(
            cls.school_a, {"name": "Anne Duval", "email": "anne@duval.example"}
        )
        cls.contact_b = cls.employer._bde_add_contact(
            cls.school_b, {"name": "Bruno Duval", "email": "bruno@duval.example"}
        )

    def _as(self, user, record):
        return self.as_user(user)[record._name].browse(record.id)

    # ------------------------------------------------------------
    # Contacts belong to the school that entered them
    # ------------------------------------------------------------

    def test_schools_see_the_company_and_their_own_contacts(self):
        employer = self._as(self.manager_a, self.employer)
        self.assertEqual(employer.name, "Menuiserie Duval")
        self.assertEqual(employer.child_ids.ids, self.contact_a.ids)
        with self.assertRaises(AccessError):
            self._as(self.manager_a, self.contact_b).email  # noqa: B018

    def test_contact_carries_its_school_in_every_way_of_creating(self):
        """default_get and onchange of core would drop it: the parent has no school."""
        env = self.as_user(self.secretary_a)
        Partner = env["res.partner"]
        direct = Partner.create({"name": "Direct", "parent_id": self.employer.id})
        by_default = Partner.with_context(default_parent_id=self.employer.id).create(
            {"name": "By default"}
        )
        form = Form(Partner.with_context(default_parent_id=self.employer.id))
        form.name = "By form"
        for contact in direct | by_default | form.save():
            self.assertEqual(contact.sudo().company_id, self.school_a, contact.name)
            self.assertEqual(contact.bde_relation_id.sudo().company_id, self.school_a)

    def test_contact_of_nobody_is_refused(self):
        outside = self.env["res.company"].create({"name": "Not a school"})
        with self.assertRaisesRegex(ValidationError, "belongs to the school that entered it"):
            self.env["res.partner"].with_company(outside).create(
                {"name": "Nobody's", "parent_id": self.employer.id}
            )

    def test_contact_does_not_change_school(self):
        contact = self._as(self.secretary_a, self.contact_a)
        for company in (False, self.school_b.id):
            with self.assertRaises(AccessError):
                contact.company_id = company
        with self.assertRaises(ValidationError):
            self.contact_a.company_id = False

    def test_writing_the_company_leaves_contacts_alone(self):
        """Core copies company_id from a company to all its children, even an empty one."""
        self.employer.write({"company_id": False, "name": "Menuiserie Duval SARL"})
        self.assertEqual(self.contact_a.company_id, self.school_a)
        self.assertEqual(self.contact_b.company_id, self.school_b)

    def test_private_company_that_becomes_shared_leaves_its_contacts(self):
        company = self.env["res.partner"].create(
            {"name": "Garage", "is_company": True, "company_id": self.school_a.id}
        )
        contact = self.env["res.partner"].create(
            {"name": "Gina", "parent_id": company.id, "company_id": self.school_a.id}
        )
        company.write({"company_id": False, "bde_employer": True})
        self.assertFalse(company.company_id)
        self.assertEqual(contact.company_id, self.school_a)

    def test_contact_that_changes_company_goes_to_its_page(self):
        other = self.env["res.partner"].create(
            {"name": "Autre", "is_company": True, "bde_employer": True}
        )
        contact = self._as(self.secretary_a, self.contact_a)
        contact.parent_id = other.id
        self.assertEqual(contact.bde_relation_id.partner_id.id, other.id)
        self.assertEqual(contact.bde_relation_id.sudo().company_id, self.school_a)

    def test_page_stays_with_its_company(self):
        other = self.env["res.partner"].create(
            {"name": "Autre", "is_company": True, "bde_employer": True}
        )
        relation = self._as(self.secretary_a, self.contact_a.bde_relation_id)
        with self.assertRaisesRegex(UserError, "stays with its company"):
            relation.partner_id = other.id
        with self.assertRaisesRegex(ValidationError, "not a company of the bureau"):
            relation.create({"partner_id": self.contact_a.id})

    def test_siret_is_not_copied_to_contacts(self):
        self.assertFalse(self.contact_a.company_registry)
        self.employer.company_registry = SIRET_OTHER
        self.assertFalse(self.contact_a.company_registry)

    def test_address_of_a_contact_is_not_written_to_the_company(self):
        contact = self._as(self.secretary_a, self.contact_a)
        contact.write({"street": "Entrepôt, quai 4", "city": "Bègles", "vat": "FR23334175221"})
        self.assertEqual(self.employer.street, "3 rue des Copeaux")
        self.assertEqual(self.employer.city, "Bordeaux")
        self.assertFalse(self.employer.vat)

    def test_first_contact_does_not_give_the_company_its_address(self):
        employer = self.env["res.partner"].create(
            {"name": "Sans adresse", "is_company": True, "bde_employer": True}
        )
        self.as_user(self.secretary_a)["res.partner"].create(
            {"name": "Chez lui", "parent_id": employer.id, "street": "1 rue Privée"}
        )
        self.assertFalse(employer.street)

    def test_address_of_the_company_reaches_its_contacts(self):
        self.employer.street = "5 rue Neuve"
        self.assertEqual(self.contact_a.street, "5 rue Neuve")
        self.assertEqual(self.contact_b.street, "5 rue Neuve")
        self.assertEqual(self.contact_b.company_id, self.school_b)

    # ------------------------------------------------------------
    # Who writes
    # ------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_staff_write_only_partners_of_their_school(self):
        self._as(self.secretary_a, self.contact_a).phone = "05 56 00 00 01"
        for partner in (self.employer, self.contact_b, self.head_a.partner_id):
            with self.assertRaises(AccessError):
                self._as(self.secretary_a, partner).name = "Changed"
        with self.assertRaises(AccessError):
            self._as(self.teacher_a, self.contact_a).name = "Changed"
        with self.assertRaises(AccessError):
            self.as_user(self.secretary_a)["res.partner"].create({"name": "Of nobody"})
        with self.assertRaises(AccessError):
            self.as_user(self.secretary_a)["res.partner"].create(
                {"name": "Of B", "company_id": self.school_b.id}
            )
        with self.assertRaises(AccessError):
            self._as(self.manager_a, self.contact_a).unlink()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_manager_elsewhere_does_not_write_where_he_teaches(self):
        self._as(self.two_roles, self.contact_b).phone = "05 56 00 00 02"
        with self.assertRaises(AccessError):
            self._as(self.two_roles, self.contact_a).phone = "05 56 00 00 02"

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nothing_of_a_school_is_written_on_the_shared_company(self):
        employer = self._as(self.manager_a, self.employer)
        with self.assertRaisesRegex(UserError, "All schools would read this"):
            employer.message_post(body="They pay late")
        with self.assertRaises(AccessError):
            employer.activity_schedule("mail.mail_activity_data_todo", user_id=self.manager_a.id)
        with self.assertRaises(AccessError):
            self.as_user(self.manager_a)["ir.attachment"].create(
                {"name": "note.txt", "raw": b"x", "res_model": "res.partner",
                 "res_id": self.employer.id}
            )  # fmt: skip

    def test_chatter_is_on_the_relation(self):
        relation = self.env["bde.relation"].search(
            [("partner_id", "=", self.employer.id), ("company_id", "=", self.school_a.id)]
        )
        self._as(self.manager_a, relation).message_post(body="Called them")
        self.assertNotIn("Called them", str(self.employer.message_ids.mapped("body")))
        with self.assertRaises(AccessError):
            self._as(self.manager_b, relation).message_ids  # noqa: B018
        for view, user, shown in (
            ("base.view_partner_form", self.manager_a, False),
            ("bde_partnerships.view_employer_form", self.manager_a, False),
            ("base.view_partner_form", self.env.user, True),
        ):
            arch = self.as_user(user)["res.partner"].get_view(self.env.ref(view).id)["arch"]
            self.assertEqual("<chatter" in arch, shown, view)

    def test_staff_open_the_page_made_for_them(self):
        page = self.env.ref("bde_partnerships.view_employer_form").id
        self.assertEqual(self._as(self.manager_a, self.employer).get_formview_id(), page)
        self.assertNotEqual(self._as(self.manager_a, self.contact_a).get_formview_id(), page)

    # ------------------------------------------------------------
    # SIRET
    # ------------------------------------------------------------

    def test_siret_is_checked_and_stored_as_digits(self):
        Partner = self.env["res.partner"]
        vals = {"name": "X", "is_company": True, "bde_employer": True}
        partner = Partner.create(dict(vals, company_registry="812 345 676 00017"))
        self.assertEqual(partner.company_registry, "81234567600017")
        self.assertEqual(partner.bde_siret, "812 345 676 00017")
        with self.assertRaisesRegex(ValidationError, "is not a SIRET"):
            Partner.create(dict(vals, company_registry="81234567600018"))
        with self.assertRaisesRegex(ValidationError, "already belongs to Menuiserie Duval"):
            Partner.create(dict(vals, company_registry=SIRET_HOST))

    def test_siret_of_an_archived_company_is_taken_too(self):
        self.employer.active = False
        with self.assertRaisesRegex(ValidationError, "already belongs to Menuiserie Duval"):
            self.env["res.partner"].create(
                {"name": "X", "is_company": True, "bde_employer": True,
                 "company_registry": SIRET_HOST}
            )  # fmt: skip

    def test_employer_is_a_company_of_nobody(self):
        for vals in ({"company_id": self.school_a.id}, {"is_company": False}):
            with self.assertRaisesRegex(ValidationError, "shared by all schools"):
                self.env["res.partner"].create(
                    {"name": "X", "is_company": True, "bde_employer": True} | vals
                )

    # ------------------------------------------------------------
    # Registering and changing
    # ------------------------------------------------------------

    def test_same_siret_is_never_made_twice(self):
        Partner = self.as_user(self.manager_b)["res.partner"]
        employer = Partner._bde_register_employer(
            {"name": "Duval menuiserie", "company_registry": "732 829 320 00074", "phone": "05"},
            self.school_b,
        )
        self.assertEqual(employer.id, self.employer.id)
        self.assertEqual(self.employer.name, "Menuiserie Duval", "what was known stays")
        self.assertEqual(self.employer.phone, "05", "what was missing is filled in")

    def test_register_makes_the_relation_of_the_school(self):
        employer = self.as_user(self.secretary_a)["res.partner"]._bde_register_employer(
            {"name": "Garage Léo", "company_registry": SIRET_OTHER, "company_id": self.school_a.id},
            self.school_a,
        )
        self.assertFalse(employer.sudo().company_id)
        self.assertEqual(employer.country_id.code, "FR")
        self.assertEqual(employer.sudo().bde_relation_ids.company_id, self.school_a)

    def test_nobody_registers_for_another_school(self):
        for user in (self.manager_a, self.correspondent, self.teacher_b):
            with self.assertRaises(AccessError):
                self.as_user(user)["res.partner"]._bde_register_employer(
                    {"name": "X", "company_registry": SIRET_OTHER}, self.school_c
                )

    def test_contact_is_found_again(self):
        def add(**vals):
            return self.employer._bde_add_contact(self.school_a, {"name": "Anne Duval"} | vals)

        self.assertEqual(add(email="ANNE@duval.example ", function="Gérante"), self.contact_a)
        self.assertEqual(self.contact_a.function, "Gérante")
        self.assertEqual(add(phone="+33 5 56 00 00 01"), self.contact_a, "nothing says otherwise")
        self.assertEqual(add(phone="05.56.00.00.01", email="new@duval.example"), self.contact_a)
        self.assertNotEqual(add(phone="05 56 99 99 99", email="other@x.example"), self.contact_a)

    def test_contact_of_another_school_is_never_taken(self):
        contact = self.employer._bde_add_contact(
            self.school_b, {"name": "Anne Duval", "email": "anne@duval.example"}
        )
        self.assertNotEqual(contact, self.contact_a)
        self.assertEqual(contact.company_id, self.school_b)

    def test_wildcards_in_a_name_are_letters(self):
        contact = self.employer._bde_add_contact(self.school_a, {"name": "A%"})
        self.assertNotEqual(contact, self.contact_a)

    def test_change_leaves_a_line_of_history(self):
        employer = self._as(self.secretary_a, self.employer)
        employer._bde_change_employer({"phone": "05 57 00 00 00", "headcount": "03"}, self.school_a)
        changes = self.env["bde.employer.change"].search([("partner_id", "=", employer.id)])
        told = {c.field: (c.old_value, c.new_value) for c in changes}
        self.assertEqual(told["phone"], ("", "05 57 00 00 00"))
        self.assertEqual(told["headcount"], ("", "6 to 9"))
        own = self._as(self.teacher_a, changes[0])
        other = self._as(self.manager_b, changes[0])
        self.assertEqual(own.who, "Secretary A, Lycée Ampère")
        self.assertEqual(other.who, "Lycée Ampère")
        with self.assertRaises(AccessError):
            self.assertTrue(other.user_id)

    def test_fields_of_sirene_are_sirenes(self):
        employer = self._as(self.secretary_a, self.employer)
        employer._bde_change_employer({"street": "7 rue Haute"}, self.school_a)
        self.employer.sirene_on = "2026-01-01 10:00:00"
        with self.assertRaisesRegex(UserError, "come from SIRENE"):
            employer._bde_change_employer({"street": "9 rue Basse"}, self.school_a)
        employer._bde_change_employer({"phone": "05", "street": "7 rue Haute"}, self.school_a)
        with self.assertRaises(AccessError):
            employer._bde_change_employer({"comment": "They pay late"}, self.school_a)

    def test_former_siret_finds_the_company(self):
        employer = self._as(self.secretary_a, self.employer)
        employer._bde_change_employer({"company_registry": SIRET_OTHER}, self.school_a)
        self.assertEqual(employer._bde_find_employer(SIRET_HOST), employer)
        again = employer._bde_register_employer(
            {"name": "Again", "company_registry": SIRET_HOST}, self.school_a
        )
        self.assertEqual(again, employer)
        self.assertEqual(self.employer.company_registry, SIRET_OTHER)

    def test_only_secretaries_change_companies(self):
        for user in (self.teacher_a, self.intendance_a, self.manager_b, self.correspondent):
            with self.assertRaises(AccessError):
                self._as(user, self.employer)._bde_change_employer({"phone": "1"}, self.school_a)

    def test_change_by_the_form(self):
        relation = self._as(self.secretary_a, self.contact_a.bde_relation_id)
        action = relation.action_change_employer()
        form = Form(relation.env["bde.employer.edit"].with_context(action["context"]))
        self.assertEqual(form.name, "Menuiserie Duval")
        form.activity = "Escaliers"
        form.save().action_apply()
        self.assertEqual(self.employer.activity, "Escaliers")
        self.assertEqual(relation.change_ids.mapped("field"), ["activity"])

    def test_follow_opens_my_page(self):
        action = self._as(self.manager_b, self.employer).action_bde_follow()
        relation = self.env["bde.relation"].browse(action["res_id"])
        self.assertEqual(relation, self.contact_b.bde_relation_id)
        employer = self.env["res.partner"].create(
            {"name": "Neuf", "is_company": True, "bde_employer": True}
        )
        with self.assertRaises(AccessError):
            self._as(self.teacher_a, employer).action_bde_follow()
        self._as(self.secretary_a, employer).action_bde_follow()
        self.assertEqual(employer.bde_relation_ids.company_id, self.school_a)

    def test_town_tells_namesakes_apart(self):
        partner = self.employer.with_context(bde_show_town=True)
        self.assertEqual(partner.display_name, "Menuiserie Duval (Bordeaux)")

    def test_contacts_are_added_on_the_page_of_the_company(self):
        relation = self._as(self.secretary_a, self.contact_a.bde_relation_id)
        with Form(relation) as form, form.contact_ids.new() as line:
            line.name = "Carl Duval"
            line.bde_tutor = True
        contact = relation.contact_ids.filtered(lambda c: c.name == "Carl Duval")
        self.assertEqual(contact.parent_id.id, self.employer.id)
        self.assertEqual(contact.sudo().company_id, self.school_a)
