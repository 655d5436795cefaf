from odoo.tests import BaseCase, tagged

from ..rules import academies, identifiers


@tagged("post_install", "-at_install")
class TestIdentifiers(BaseCase):
    """Check digits worked out by hand or taken from public directories."""

    def test_uai(self):
        # Louis-le-Grand: 750655 = 23 × 32637 + 4, the fifth of the 23 letters is E
        self.assertTrue(identifiers.is_uai("0750655E"))
        self.assertTrue(identifiers.is_uai("0750654D"))  # Henri-IV
        for wrong in ("0750655F", "750655E", "0750655e", "0750655", "", None, "07506555"):
            self.assertFalse(identifiers.is_uai(wrong), wrong)

    def test_uai_has_no_ambiguous_letter(self):
        letters = {identifiers.uai_letter(f"{n:07}") for n in range(23)}
        self.assertEqual(len(letters), 23)
        self.assertFalse(letters & set("IOQ"))

    def test_uai_is_read_as_people_type_it(self):
        self.assertEqual(identifiers.normalize_uai(" 075 0655 e "), "0750655E")

    def test_department(self):
        for uai, department in (
            ("0750655E", "75"), ("0010001W", "01"), ("9740990H", "974"),
            ("6200991H", "2A"), ("7200991A", "2B"),
        ):  # fmt: skip
            self.assertEqual(identifiers.department_of_uai(uai), department)

    def test_siret(self):
        # the example of INSEE's own page, and its key changed by one
        self.assertTrue(identifiers.is_siret("73282932000074"))
        self.assertFalse(identifiers.is_siret("73282932000075"))
        self.assertFalse(identifiers.is_siret("7328293200007"))
        self.assertFalse(identifiers.is_siret("7328293200007A"))
        self.assertFalse(identifiers.is_siret(False))

    def test_siret_of_la_poste(self):
        """Its post offices add up to a multiple of five; its head office obeys Luhn."""
        self.assertTrue(identifiers.is_siret("35600000000048"))
        # 3 + 5 + 6 + 4 + 9 + 8 + 3 + 7 = 45
        self.assertTrue(identifiers.is_siret("35600000049837"))
        self.assertFalse(identifiers.is_siret("35600000049838"))

    def test_siret_is_read_as_people_type_it(self):
        typed = "732\u202f829 320\u00a000074"
        self.assertEqual(identifiers.normalize_siret(typed), "73282932000074")
        self.assertEqual(identifiers.format_siret("73282932000074"), "732 829 320 00074")
        self.assertEqual(identifiers.format_siret("123"), "123")

    def test_naf(self):
        self.assertEqual(identifiers.normalize_naf("62.01z"), "6201Z")
        self.assertTrue(identifiers.is_naf("6201Z"))
        self.assertFalse(identifiers.is_naf("62.01Z"))
        self.assertFalse(identifiers.is_naf("6201"))

    def test_codes_of_trainings(self):
        self.assertTrue(identifiers.is_mef("2472550521"))
        self.assertTrue(identifiers.is_mef("24725505210"))
        self.assertFalse(identifiers.is_mef("247255052"))
        self.assertTrue(identifiers.is_cfd("40025521"))
        self.assertFalse(identifiers.is_cfd("4002552"))
        self.assertEqual(identifiers.normalize_rncp("rncp 38 878"), "RNCP38878")
        self.assertEqual(identifiers.normalize_rncp("38878"), "RNCP38878")
        self.assertTrue(identifiers.is_rncp("RNCP38878"))
        self.assertFalse(identifiers.is_rncp("RS38878"))

    def test_every_academy_has_a_known_zone(self):
        zones = {code for code, _label in academies.ZONES}
        for code, (name, zone) in academies.ACADEMIES.items():
            self.assertIn(zone, zones, name)
            self.assertEqual(academies.zone_of(code), zone)
        self.assertEqual(academies.zone_of("04"), "A")  # Bordeaux
        self.assertEqual(academies.zone_of("24"), "C")  # Créteil
        self.assertEqual(academies.zone_of("70"), "B")  # Normandie
        self.assertIsNone(academies.zone_of("99"))

    def test_time_zone_of_a_department(self):
        self.assertEqual(academies.time_zone_of("33"), "Europe/Paris")
        self.assertEqual(academies.time_zone_of("974"), "Indian/Reunion")
