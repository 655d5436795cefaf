from odoo.tests import TransactionCase, tagged

from ..rules import distance, lookalike
from ..rules.lookalike import Card
from .common import SIRET_HOST, SIRET_OTHER, BdeCase


def card(name, street="", zip_code="", town="", siret=""):
    return Card.of(
        {"name": name, "street": street, "zip": zip_code, "city": town, "company_registry": siret}
    )


@tagged("post_install", "-at_install")
class TestLookalikeRules(TransactionCase):
    """Keys and scores, by hand; no record is made."""

    def test_names_lose_what_says_nothing(self):
        for name in ("Duval", "DUVAL SARL", "S.A.R.L. Duval", "Ets Duval", "M. Duval", "Duvàl EI"):
            self.assertEqual(lookalike.name_key(name), "duval", name)
        self.assertEqual(lookalike.name_key("L'Œuf & la Poule"), "oeuf poule")
        # nothing would be left: all is kept
        self.assertEqual(lookalike.name_key("SARL"), "sarl")
        self.assertEqual(lookalike.name_key(False), "")

    def test_places_lose_what_differs_on_envelopes(self):
        self.assertEqual(lookalike.town_key("ST-MEDARD EN JALLES"), "saint medard en jalles")
        self.assertEqual(lookalike.town_key("Bordeaux CEDEX 9"), "bordeaux")
        self.assertEqual(lookalike.town_key("Paris 12e Arrondissement"), "paris")
        self.assertEqual(lookalike.street_key("3, r. des Copeaux"), "3 rue des copeaux")
        self.assertEqual(lookalike.street_key("12 bd. St-Jean"), "12 boulevard saint jean")

    def test_same_company_written_otherwise(self):
        known = card("Menuiserie Duval", "3 rue des Copeaux", "33000", "Bordeaux", SIRET_HOST)
        typed = card("SARL DUVAL menuiserie", "3 r. des copeaux", "33000", "BORDEAUX CEDEX")
        self.assertEqual(lookalike.compare(typed, known), (100, ["same_name", "same_address"]))
        score, reasons = lookalike.compare(card("Menuiserie Duvall", "", "", "Bordeaux"), known)
        self.assertGreater(score, 80)
        self.assertEqual(reasons, ["close_name", "same_town"])

    def test_trades_alone_are_not_a_name(self):
        known = card("Menuiserie Duval", "3 rue des Copeaux", "33000", "Bordeaux")
        other = card("Menuiserie Martin", "12 rue Haute", "33000", "Bordeaux")
        self.assertLess(lookalike.compare(other, known)[0], lookalike.THRESHOLD)
        self.assertLess(
            lookalike.compare(card("Garage Léo", "", "33000"), card("Garage Dupuy", "", "33000"))[
                0
            ],
            lookalike.THRESHOLD,
        )

    def test_numbers_say_more_than_names(self):
        known = card("Menuiserie Duval", "3 rue des Copeaux", "33000", "Bordeaux", SIRET_HOST)
        self.assertEqual(lookalike.compare(card("X", siret=SIRET_HOST), known)[0], 100)
        moved = lookalike.compare(card("X", siret=SIRET_OTHER), known, [SIRET_OTHER])
        self.assertEqual(moved, (98, ["former_siret"]))
        sister = lookalike.compare(card("X", siret=SIRET_HOST[:9] + "00082"), known)
        self.assertEqual(sister, (75, ["same_siren"]))
        # same words, two SIRETs: shown, but not as sure
        twin = card("Menuiserie Duval", "3 rue des Copeaux", "33000", "Bordeaux", SIRET_OTHER)
        self.assertEqual(
            lookalike.compare(twin, known), (80, ["same_name", "same_address", "other_siret"])
        )

    def test_distance_by_hand(self):
        # Bordeaux (place de la Bourse) to Toulouse (Capitole): 212 km on the map
        self.assertAlmostEqual(distance.km(44.8414, -0.5704, 43.6045, 1.4440), 211.6, delta=0.5)
        self.assertEqual(distance.km(45, 0, 45, 0), 0)
        # one degree of latitude
        self.assertAlmostEqual(distance.km(45, 0, 46, 0), 111.195, places=2)

    def test_box_holds_the_circle(self):
        south, north, west, east = distance.box(45, 0, 10)
        self.assertGreater(distance.km(45, 0, 45, east), 10)
        self.assertGreater(distance.km(45, 0, 45, west), 10)
        self.assertGreater(distance.km(45, 0, north, 0), 10)
        self.assertLess(distance.km(45, 0, south, 0), 10.2)


@tagged("post_install", "-at_install")
class TestLookalikes(BdeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shared = {"is_company": True, "bde_employer": True}
        cls.garage, cls.far, cls.bakery = cls.env["res.partner"].create(
            [
                {"name": "GARAGE LEO SARL", "zip": "33600", "city": "PESSAC", **shared},
                {"name": "Garage Léo", "zip": "75012", "city": "Paris 12", **shared},
                {
                    "name": "Boulangerie du Pont",
                    "street": "1 place du Pont",
                    "zip": "33600",
                    "city": "Pessac",
                    **shared,
                },
            ]
        )

    def _alike(self, *vals, **kwargs):
        return self.as_user(self.secretary_a)["res.partner"]._bde_lookalikes(list(vals), **kwargs)

    def _ids(self, found):
        return [partner.id for partner, _score, _reasons in found]

    def test_by_name_and_town(self):
        (found,) = self._alike({"name": "Garage Leo", "city": "Pessac"})
        self.assertEqual(self._ids(found), self.garage.ids)
        partner, score, reasons = found[0]
        self.assertGreater(score, 90)
        self.assertEqual(reasons, ["Same name", "Same town"])
        self.assertEqual(partner.env.uid, self.secretary_a.id)

    def test_by_name_alone_looks_everywhere(self):
        (found,) = self._alike({"name": "Garages Léo"})
        self.assertEqual(set(self._ids(found)), {self.garage.id, self.far.id})

    def test_by_address(self):
        (found,) = self._alike(
            {"name": "Coiffure Zoé", "street": "1 pl. du Pont", "zip": "33600"},
        )
        self.assertEqual(found, [])  # another shop at the same door is another company
        (found,) = self._alike(
            {"name": "Boulangerie Pons", "street": "1 pl. du Pont", "zip": "33600"}
        )
        self.assertEqual(self._ids(found), self.bakery.ids)
        self.assertIn("Same address", found[0][2])

    def test_by_siret_present_and_former(self):
        self.env["bde.former.siret"].create({"partner_id": self.garage.id, "siret": SIRET_OTHER})
        known, former = self._alike(
            {"name": "Autre nom", "company_registry": SIRET_HOST},
            {"name": "Autre nom", "company_registry": SIRET_OTHER},
        )
        self.assertEqual(known[0][:2], (self.employer, 100))
        self.assertEqual(known[0][2], ["Same SIRET"])
        self.assertEqual(former[0][:2], (self.garage, 98))

    def test_a_company_is_not_its_own_double(self):
        (found,) = self._alike({"name": "Garage Léo", "city": "Pessac", "id": self.garage.id})
        self.assertEqual(found, [])

    def test_contacts_and_archived_are_no_doubles(self):
        self.employer._bde_add_contact(self.school_a, {"name": "Garage Léo"})
        self.garage.active = False
        (found,) = self._alike({"name": "Garage Leo", "zip": "33600"})
        self.assertEqual(found, [])

    def test_limit_and_nothing(self):
        self.assertEqual(self._alike(), [])
        (found,) = self._alike({"name": ""})
        self.assertEqual(found, [])
        (found,) = self._alike({"name": "Garage Léo"}, limit=1)
        self.assertEqual(len(found), 1)

    def test_queries_do_not_grow(self):
        counts = set()
        for number in (1, 20, 200):
            vals = [{"name": f"Garage {i} Léo", "zip": "33600"} for i in range(number)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["res.partner"]._bde_lookalikes(vals)
            counts.add(self.env.cr.sql_log_count - before)
        self.assertEqual(len(counts), 1, counts)
        self.assertLessEqual(max(counts), 3)
