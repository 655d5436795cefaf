from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SIRET_HOST, SIRET_OTHER
from .services_common import ServicesCase


@tagged("post_install", "-at_install")
class TestEmployerRegister(ServicesCase):
    def add_garage(self):
        """An invented firm with two establishments, one of them closed."""
        self.services.add_company(
            SIRET_OTHER, "GARAGE LEO", street="12 RUE DES FRENES", zip="33130", city="BEGLES",
            naf="45.20A", headcount="02", seat=True,
        )  # fmt: skip
        self.services.add_company(
            "81234567600025", "GARAGE LEO", street="3 ZONE DES PINS", zip="33600", city="PESSAC",
            naf="45.20B", closed_on="2024-03-31", brand="LEO POIDS LOURDS",
        )  # fmt: skip

    def _wizard(self, user=None, **vals):
        env = self.as_user(user or self.secretary_a)
        return env["bde.employer.register"].create(vals)

    def _register(self, wizard):
        return self.env["bde.relation"].browse(wizard.action_register()["res_id"])

    def test_siret_fills_in_the_rest(self):
        self.add_garage()
        wizard = self._wizard(query="812 345 676 00017")
        wizard.action_search()
        self.assertEqual(wizard.name, "GARAGE LEO")
        self.assertEqual(wizard.headcount, "02")
        wizard.contact_ids = [
            (0, 0, {"name": "Léo Frêne", "email": "leo@garage.example", "bde_signatory": True}),
            (0, 0, {"name": "Tina Clé", "phone": "06 00 00 00 01", "bde_tutor": True}),
        ]
        wizard.write({"insurance_company": "AXA", "insurance_policy": "P 1"})
        relation = self._register(wizard)
        employer = relation.partner_id
        self.assertEqual(employer.company_registry, SIRET_OTHER)
        self.assertEqual(employer.naf_code, "4520A")
        self.assertTrue(employer.sirene_on)
        self.assertEqual(relation.company_id, self.school_a)
        self.assertEqual(relation.insurance_policy, "P 1")
        self.assertEqual(relation.signatory_id.name, "Léo Frêne")
        self.assertEqual(relation.contact_ids.company_id, self.school_a)

    def test_name_gives_a_choice(self):
        self.add_garage()
        wizard = self._wizard(query="garage leo")
        wizard.action_search()
        self.assertFalse(wizard.name)
        self.assertEqual(wizard.result_ids.mapped("city"), ["BEGLES", "PESSAC"])
        wizard.result_ids[1].action_take()
        self.assertEqual(wizard.name, "GARAGE LEO (LEO POIDS LOURDS)")
        self.assertIn("closed since 2024-03-31", wizard.notice)
        self.assertFalse(wizard.result_ids)

    def test_known_company_is_joined_without_asking_the_network(self):
        wizard = self._wizard(query=SIRET_HOST)
        wizard.action_search()
        self.assertEqual(self.services.requests, [])
        self.assertIn("known already", wizard.notice)
        relation = self._register(wizard)
        self.assertEqual(relation.partner_id, self.employer)
        again = self._register(self._wizard(name="Duval menuiserie", siret=SIRET_HOST))
        self.assertEqual(again, relation)
        self.assertEqual(self.employer.name, "Menuiserie Duval")

    def test_by_hand_always_works(self):
        self.services.fail("companies", status=503)
        wizard = self._wizard(query="garage leo")
        wizard.action_search()
        self.assertIn("fill in by hand", wizard.notice)
        wizard.write({"name": "Garage Léo", "siret": "812 345 676 00017", "city": "Bègles"})
        relation = self._register(wizard)
        self.assertEqual(relation.partner_id.company_registry, SIRET_OTHER)
        self.assertFalse(relation.partner_id.sirene_on)

    def test_company_without_siret(self):
        """A farm abroad, an association: registered by its name."""
        relation = self._register(self._wizard(name="Azienda Rossi", city="Torino"))
        self.assertFalse(relation.partner_id.company_registry)

    def test_wrong_siret_is_said_before_anything_is_made(self):
        with self.assertRaisesRegex(UserError, "is not a SIRET: check the digits"):
            self._wizard(query="81234567600018").action_search()
        with self.assertRaisesRegex(UserError, "is not a SIRET: check the digits"):
            self._wizard(name="X", siret="81234567600018").action_register()
        with self.assertRaisesRegex(UserError, "Type the name"):
            self._wizard(siret=SIRET_OTHER).action_register()

    def test_nothing_found(self):
        wizard = self._wizard(query="nobody knows")
        wizard.action_search()
        self.assertIn("Nothing found", wizard.notice)

    def test_refresh_leaves_its_line_of_history(self):
        self.add_garage()
        relation = self._register(self._wizard(name="Garage Leo", siret=SIRET_OTHER))
        relation = self.as_user(self.secretary_a)["bde.relation"].browse(relation.id)
        relation.action_refresh_sirene()
        self.assertEqual(relation.partner_id.naf_code, "4520A")
        self.assertTrue(relation.partner_id.sirene_on)
        self.assertEqual(set(relation.change_ids.mapped("source")), {"sirene"})
        self.services.fail("companies", status=500)
        with self.assertRaisesRegex(UserError, "does not answer"):
            relation.action_refresh_sirene()

    def test_teachers_do_not_have_the_form(self):
        with self.assertRaises(AccessError):
            self._wizard(self.teacher_a, name="X")

    def test_wizard_does_not_register_for_another_school(self):
        with self.assertRaises(AccessError):
            self._wizard(name="X", company_id=self.school_b.id).action_register()

    def test_form_opens(self):
        form = Form(self.as_user(self.secretary_a)["bde.employer.register"])
        form.siret = SIRET_HOST
        self.assertEqual(form.employer_id.id, self.employer.id)
