import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, Form, tagged

from ..rules import recherche_entreprises as api
from .common import SIRET_HOST, SIRET_OTHER, BdeCase

# As the service documents its answers, with an invented firm
UNIT = {
    "siren": "812345676",
    "nom_complet": "GARAGE LEO (CHEZ LEO)",
    "nom_raison_sociale": "GARAGE LEO",
    "activite_principale": "45.20A",
    "siege": {
        "siret": SIRET_OTHER,
        "activite_principale": "45.20A",
        "adresse": "12 RUE DES FRENES 33130 BEGLES",
        "numero_voie": "12",
        "type_voie": "RUE",
        "libelle_voie": "DES FRENES",
        "code_postal": "33130",
        "libelle_commune": "BEGLES",
        "etat_administratif": "A",
        "tranche_effectif_salarie": "02",
        "liste_enseignes": None,
    },
    "matching_etablissements": [
        {
            "siret": "81234567600025",
            "activite_principale": "45.20B",
            "adresse": "3 ZONE DES PINS 33600 PESSAC",
            "code_postal": "33600",
            "libelle_commune": "PESSAC",
            "etat_administratif": "F",
            "date_fermeture": "2024-03-31",
            "tranche_effectif_salarie": None,
            "liste_enseignes": ["LEO POIDS LOURDS"],
        }
    ],
}
MASKED = {
    "siren": "777888991",
    "nom_complet": "[NON-DIFFUSIBLE]",
    "siege": {
        "siret": "77788899100018",
        "adresse": "[NON-DIFFUSIBLE]",
        "code_postal": "[NON-DIFFUSIBLE]",
        "libelle_commune": "PESSAC",
        "etat_administratif": "A",
    },
}


class FakeDirectory:
    """A server on this machine that answers as the directory of companies does."""

    def __init__(self):
        self.status, self.headers, self.body = 200, {}, b"{}"
        self.requests = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                fake.requests.append((self.path, self.headers["User-Agent"]))
                self.send_response(fake.status)
                for name, value in fake.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(fake.body)

            def log_message(self, *args):
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, *units, status=200, headers=None, body=None):
        self.status, self.headers = status, headers or {}
        self.body = json.dumps({"results": units}).encode() if body is None else body

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@tagged("post_install", "-at_install")
class TestRechercheEntreprises(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.directory = FakeDirectory()
        cls.addClassCleanup(cls.directory.close)

    def search(self, query):
        return api.search(query, base_url=self.directory.url)

    def test_establishments_of_a_name(self):
        self.directory.answer(UNIT)
        closed, seat = self.search("garage leo")
        self.assertEqual(seat.siret, SIRET_OTHER)
        self.assertEqual(seat.name, "GARAGE LEO")
        self.assertEqual(seat.naf, "4520A")
        self.assertEqual(seat.headcount, "02")
        self.assertEqual(seat.street, "12 RUE DES FRENES")
        self.assertEqual((seat.zip, seat.city), ("33130", "BEGLES"))
        self.assertIsNone(seat.closed_on)
        self.assertEqual(closed.street, "3 ZONE DES PINS")
        self.assertEqual(closed.brand, "LEO POIDS LOURDS")
        self.assertEqual(str(closed.closed_on), "2024-03-31")
        path, agent = self.directory.requests[-1]
        self.assertEqual(path, "/search?q=garage+leo&page=1&per_page=10")
        self.assertIn("bureau-des-entreprises", agent)

    def test_siret_gives_that_establishment_alone(self):
        self.directory.answer(UNIT)
        (found,) = self.search("812 345 676 00025")
        self.assertEqual(found.city, "PESSAC")
        self.assertIn("q=81234567600025", self.directory.requests[-1][0])

    def test_masked_firm_shows_nothing(self):
        self.directory.answer(MASKED)
        (found,) = self.search("77788899100018")
        self.assertEqual((found.name, found.street, found.zip), ("", "", ""))

    def test_service_that_fails_is_unavailable(self):
        for status, body in ((500, b""), (200, b"<html>"), (200, b"{}"), (400, b"{}")):
            self.directory.answer(status=status, body=body)
            with self.assertRaises(api.Unavailable):
                self.search("x")

    def test_too_many_requests_say_when_to_come_back(self):
        self.directory.answer(status=429, headers={"Retry-After": "7"})
        with self.assertRaises(api.Unavailable) as caught:
            self.search("x")
        self.assertEqual(caught.exception.retry_after, 7)

    def test_no_network_is_unavailable(self):
        closed = FakeDirectory()
        closed.close()
        with self.assertRaises(api.Unavailable):
            api.search("x", base_url=closed.url)


@tagged("post_install", "-at_install")
class TestEmployerRegister(BdeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.directory = FakeDirectory()
        cls.addClassCleanup(cls.directory.close)
        cls.env["ir.config_parameter"].set_param(
            "bde.recherche_entreprises_url", cls.directory.url
        )

    def _wizard(self, user=None, **vals):
        env = self.as_user(user or self.secretary_a)
        return env["bde.employer.register"].create(vals)

    def _register(self, wizard):
        return self.env["bde.relation"].browse(wizard.action_register()["res_id"])

    def test_siret_fills_in_the_rest(self):
        self.directory.answer(UNIT)
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
        self.directory.answer(UNIT)
        wizard = self._wizard(query="garage leo")
        wizard.action_search()
        self.assertFalse(wizard.name)
        self.assertEqual(wizard.result_ids.mapped("city"), ["PESSAC", "BEGLES"])
        wizard.result_ids[0].action_take()
        self.assertEqual(wizard.name, "GARAGE LEO (LEO POIDS LOURDS)")
        self.assertIn("closed since 2024-03-31", wizard.notice)
        self.assertFalse(wizard.result_ids)

    def test_known_company_is_joined_without_asking_the_network(self):
        calls = len(self.directory.requests)
        wizard = self._wizard(query=SIRET_HOST)
        wizard.action_search()
        self.assertEqual(len(self.directory.requests), calls)
        self.assertIn("known already", wizard.notice)
        relation = self._register(wizard)
        self.assertEqual(relation.partner_id, self.employer)
        again = self._register(self._wizard(name="Other words", siret=SIRET_HOST))
        self.assertEqual(again, relation)
        self.assertEqual(self.employer.name, "Menuiserie Duval")

    def test_by_hand_always_works(self):
        self.directory.answer(status=503, body=b"")
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
        self.directory.answer()
        wizard = self._wizard(query="nobody knows")
        wizard.action_search()
        self.assertIn("Nothing found", wizard.notice)

    def test_refresh_leaves_its_line_of_history(self):
        self.directory.answer(UNIT)
        relation = self._register(self._wizard(name="Garage Leo", siret=SIRET_OTHER))
        relation = self.as_user(self.secretary_a)["bde.relation"].browse(relation.id)
        relation.action_refresh_sirene()
        self.assertEqual(relation.partner_id.name, "GARAGE LEO")
        self.assertTrue(relation.partner_id.sirene_on)
        self.assertEqual(set(relation.change_ids.mapped("source")), {"sirene"})
        self.directory.answer(status=500)
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
