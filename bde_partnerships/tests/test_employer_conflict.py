from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SIRET_HOST, SIRET_OTHER
from .services_common import ServicesCase
from .test_directory import DirectoryCase


@tagged("post_install", "-at_install")
class TestEmployerConflict(DirectoryCase):
    """Two managers open the same company, both change it."""

    def _open(self, user):
        Wizard = self.as_user(user)["bde.employer.edit"]
        return Form(Wizard.with_context(default_partner_id=self.employer.id))

    def test_same_field_stops_the_second(self):
        first, second = self._open(self.manager_a), self._open(self.manager_b)
        first.phone = "05 56 00 00 01"
        first.save().action_apply()
        second.phone = "05 56 00 00 02"
        with self.assertRaises(UserError) as caught:
            second.save().action_apply()
        message = str(caught.exception)
        self.assertIn("Menuiserie Duval", message)
        self.assertIn("05 56 00 00 01", message)
        self.assertIn("05 56 00 00 02", message)
        # the person is for his own school alone
        self.assertIn("Lycée Ampère wrote", message)
        self.assertNotIn("Manager A", message)
        self.assertEqual(self.employer.phone, "05 56 00 00 01")

    def test_colleague_is_named_to_his_own_school(self):
        first, second = self._open(self.secretary_a), self._open(self.manager_a)
        first.activity = "Escaliers"
        first.save().action_apply()
        second.activity = "Fenêtres"
        with self.assertRaisesRegex(UserError, "Secretary A, Lycée Ampère wrote “Escaliers”"):
            second.save().action_apply()

    def test_other_fields_are_both_kept(self):
        """The second did not touch what the first changed: it is not put back."""
        first, second = self._open(self.manager_a), self._open(self.manager_b)
        first.phone = "05 56 00 00 01"
        first.save().action_apply()
        second.email = "duval@menuiserie.example"
        second.save().action_apply()
        self.assertEqual(self.employer.phone, "05 56 00 00 01")
        self.assertEqual(self.employer.email, "duval@menuiserie.example")
        self.assertEqual(sorted(self.employer.bde_change_ids.mapped("field")), ["email", "phone"])

    def test_same_value_is_no_conflict(self):
        first, second = self._open(self.manager_a), self._open(self.manager_b)
        for form in (first, second):
            form.city = "Mérignac"
            form.save().action_apply()
        self.assertEqual(len(self.employer.bde_change_ids), 1)

    def test_tags_and_dates_are_compared_too(self):
        tag = self.env["bde.employer.tag"].create({"name": "Bois", "company_id": self.academy.id})
        first, second = self._open(self.manager_a), self._open(self.manager_b)
        first.bde_tag_ids.add(tag)
        first.closed_on = "2026-01-31"
        first.save().action_apply()
        second.name = "Menuiserie Duval et fils"
        second.save().action_apply()
        self.assertEqual(self.employer.bde_tag_ids, tag)
        self.assertEqual(str(self.employer.closed_on), "2026-01-31")
        third, fourth = self._open(self.manager_a), self._open(self.manager_b)
        third.bde_tag_ids.clear()
        third.save().action_apply()
        fourth.closed_on = False
        fourth.save().action_apply()
        self.assertFalse(self.employer.bde_tag_ids)
        self.assertFalse(self.employer.closed_on)

    def test_secretaries_leave_tags_where_they_are(self):
        """Their form does not show tags: what it does not show stays."""
        tag = self.env["bde.employer.tag"].create({"name": "Bois", "company_id": self.academy.id})
        self.employer.bde_tag_ids = tag
        form = self._open(self.secretary_a)
        form.phone = "05 56 00 00 03"
        form.save().action_apply()
        self.assertEqual(self.employer.phone, "05 56 00 00 03")
        self.assertEqual(self.employer.bde_tag_ids, tag)

    def test_without_seen_nothing_is_compared(self):
        employer = self._as(self.secretary_a, self.employer)
        employer._bde_change_employer({"phone": "1"}, self.school_a)
        employer._bde_change_employer({"phone": "2"}, self.school_a)
        self.assertEqual(self.employer.phone, "2")


@tagged("post_install", "-at_install")
class TestRegisterQuestions(ServicesCase):
    """The register form asks before a company is made twice."""

    def _wizard(self, **vals):
        return self.as_user(self.secretary_a)["bde.employer.register"].create(vals)

    def _count(self):
        return self.env["res.partner"].search_count([("bde_employer", "=", True)])

    def test_lookalikes_are_shown_before(self):
        count = self._count()
        wizard = self._wizard(name="Ets DUVAL menuiserie", zip="33000", city="BORDEAUX")
        action = wizard.action_register()
        self.assertEqual(action["res_model"], "bde.employer.register")
        self.assertEqual(wizard.alike_ids.partner_id.id, self.employer.id)
        self.assertEqual(wizard.alike_ids.reasons, "Same name · Same town")
        self.assertEqual(self._count(), count)

    def test_it_is_this_one(self):
        count = self._count()
        wizard = self._wizard(
            name="Duval menuiserie", zip="33000", phone="05 56 00 00 09",
            contact_ids=[(0, 0, {"name": "Anne Duval", "bde_signatory": True})],
        )  # fmt: skip
        wizard.action_register()
        wizard.alike_ids.action_choose()
        self.assertEqual(wizard.name, "Menuiserie Duval")
        self.assertFalse(wizard.alike_ids)
        relation = self.env["bde.relation"].browse(wizard.action_register()["res_id"])
        self.assertEqual(relation.partner_id, self.employer)
        self.assertEqual(relation.company_id, self.school_a)
        self.assertEqual(relation.contact_ids.name, "Anne Duval")
        self.assertEqual(self._count(), count)

    def test_chosen_company_takes_the_siret_that_it_missed(self):
        self.services.fail("companies", status=503)
        self.employer.company_registry = False
        wizard = self._wizard(name="Menuiserie Duval", zip="33000", siret=SIRET_OTHER)
        wizard.action_register()
        wizard.alike_ids.action_choose()
        wizard.action_register()
        self.assertEqual(self.employer.company_registry, SIRET_OTHER)

    def test_it_is_another_company(self):
        count = self._count()
        wizard = self._wizard(name="Duval menuiserie", zip="33000")
        wizard.action_register()
        relation = self.env["bde.relation"].browse(wizard.action_register_other()["res_id"])
        self.assertNotEqual(relation.partner_id, self.employer)
        self.assertEqual(self._count(), count + 1)

    def test_siret_of_another_name_in_the_book(self):
        count = self._count()
        wizard = self._wizard(name="Coiffure Zoé", siret=SIRET_HOST)
        action = wizard.action_register()
        self.assertEqual(action["res_model"], "bde.employer.register")
        self.assertEqual(wizard.owner_name, "Menuiserie Duval")
        self.assertEqual(wizard.owner_source, "book")
        self.assertEqual(wizard.name, "Coiffure Zoé")
        # the other button does not walk round the question
        self.assertEqual(wizard.action_register_other()["res_model"], "bde.employer.register")
        wizard.action_correct_siret()
        self.assertFalse(wizard.siret or wizard.owner_name)
        relation = self.env["bde.relation"].browse(wizard.action_register()["res_id"])
        self.assertEqual(relation.partner_id.name, "Coiffure Zoé")
        self.assertEqual(self._count(), count + 1)

    def test_siret_of_another_name_in_sirene(self):
        self.services.add_company(SIRET_OTHER, "GARAGE LEO", zip="33130", city="BEGLES")
        wizard = self._wizard(name="Coiffure Zoé", siret=SIRET_OTHER)
        wizard.action_register()
        self.assertEqual((wizard.owner_name, wizard.owner_source), ("GARAGE LEO", "sirene"))
        wizard.action_take_owner()
        self.assertEqual(wizard.name, "GARAGE LEO")
        relation = self.env["bde.relation"].browse(wizard.action_register()["res_id"])
        self.assertEqual(relation.partner_id.company_registry, SIRET_OTHER)

    def test_without_network_the_name_is_believed(self):
        self.services.fail("companies", status=503)
        wizard = self._wizard(name="Coiffure Zoé", siret=SIRET_OTHER)
        relation = self.env["bde.relation"].browse(wizard.action_register()["res_id"])
        self.assertEqual(relation.partner_id.name, "Coiffure Zoé")

    def test_known_siret_needs_no_name(self):
        wizard = self._wizard(siret=SIRET_HOST)
        relation = self.env["bde.relation"].browse(wizard.action_register()["res_id"])
        self.assertEqual(relation.partner_id, self.employer)

    def test_chosen_company_is_one_of_the_book(self):
        """Whoever sends an id of his own choice does not write on a contact."""
        contact = self.employer._bde_add_contact(self.school_b, {"name": "Bruno"})
        with self.assertRaises(AccessError):
            self._wizard(name="X", chosen_id=contact.id).chosen_id.name  # noqa: B018
        wizard = self._wizard(name="Y", chosen_id=self.head_a.partner_id.id, phone="1")
        wizard.action_register()
        self.assertFalse(self.head_a.partner_id.phone)
