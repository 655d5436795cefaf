"""What may leave a school, worked out by hand."""

import doctest

from odoo.tests import BaseCase, tagged

from ..rules import alumni_figures, inserjeunes_file
from ..rules.outcomes import Figures


def figures(leavers, **situations):
    return Figures(leavers, sum(situations.values()), situations)


@tagged("post_install", "-at_install")
class TestAlumniFiguresRules(BaseCase):
    def test_examples_of_the_docstrings(self):
        for module in (alumni_figures, inserjeunes_file):
            self.assertEqual(doctest.testmod(module).failed, 0, module)

    def test_nineteen_tell_nothing(self):
        found = alumni_figures.publish(figures(30, job=10, study=9), 34)
        self.assertEqual(
            (found["leaver_count"], found["asked_count"], found["answered_count"]), (34, 30, 19)
        )
        every = ["job", "apprenticeship", "study", "looking", "other"]
        self.assertEqual(found["hidden"], every)
        self.assertFalse(any(found[f"{code}_count"] for code in every))
        self.assertIsNone(alumni_figures.rate(10, 19))

    def test_twenty_tell_what_is_not_small(self):
        found = alumni_figures.publish(figures(20, job=12, study=8), 20)
        self.assertEqual((found["job_count"], found["study_count"]), (12, 8))
        self.assertEqual(found["hidden"], [])
        self.assertEqual(alumni_figures.rate(12, 20), 60)

    def test_what_is_left_tells_nobody(self):
        # 21 = 12 + 5 + 4: the four would be 21 less the others, so that the five go too
        found = alumni_figures.publish(figures(25, job=12, study=5, looking=4), 25)
        self.assertEqual((found["job_count"], found["study_count"], found["looking_count"]),
                         (12, 0, 0))  # fmt: skip
        self.assertEqual(found["hidden"], ["study", "looking"])
        # two small ones hide each other
        found = alumni_figures.publish(figures(25, job=15, looking=3, other=3), 25)
        self.assertEqual(found["job_count"], 15)
        self.assertEqual(found["hidden"], ["looking", "other"])
        # nobody else: one small situation takes the only other one with it
        found = alumni_figures.publish(figures(25, job=21, looking=2), 25)
        self.assertEqual(found["hidden"], ["job", "looking"])

    def test_small_cohort(self):
        found = alumni_figures.publish(figures(4, job=3), 4)
        self.assertEqual(
            (found["leaver_count"], found["asked_count"], found["answered_count"]), (0, 0, 0)
        )
        self.assertEqual(found["hidden"][:3], ["leaver", "asked", "answered"])
        nobody = alumni_figures.publish(figures(12), 12)
        self.assertEqual(nobody["hidden"], [], "nobody answered: nobody is hidden")

    def test_groups_beside_their_total(self):
        told = alumni_figures.told_groups
        # 69 less 30 less 24 is 15: the second goes too
        self.assertEqual(told({"a": 30, "b": 24, "c": 15}), {"a"})
        self.assertEqual(told({"a": 30, "b": 24, "c": 15, "d": 6}), {"a", "b"}, "21 are left")
        self.assertEqual(told({"a": 30}), {"a"})
        self.assertEqual(told({"a": 30, "b": 3}), set())

    def test_missing_values_in_three_ways_and_more(self):
        for text in ("nd", "ND", "NC", "nc", "", "-", " - ", None, "n.d.", "–"):
            self.assertIsNone(inserjeunes_file.percent(text), text)
        for text, value in (("0", 0), ("45", 45), ("45,5", 45.5), ("45.5 %", 45.5), ("100", 100)):
            self.assertEqual(inserjeunes_file.percent(text), value)
        for text in ("101", "-3", "many", "4 5", "1e2"):
            with self.assertRaises(ValueError, msg=text):
                inserjeunes_file.percent(text)
        self.assertEqual(inserjeunes_file.percent("-3,2", below_zero=True), -3.2)

    def test_titles_of_the_ministry(self):
        titles = [
            "annee", "uai", "libelle", "region", "type_diplome", "code_formation_mefstat11",
            "libelle_formation", "duree_formation", "diplome_renove_ou_nouveau",
            "part_en_poursuite_d_etudes", "part_en_emploi_6_mois_apres_la_sortie",
            "part_des_autres_situations", "taux_poursuite_etudes", "taux_emploi_6_mois",
            "taux_emploi_12_mois", "taux_emploi_18_mois", "taux_emploi_24_mois",
        ]  # fmt: skip
        self.assertEqual(
            inserjeunes_file.guess(titles),
            [
                "year_label", "uai", "name", "region", "diploma", "mefstat11", "training",
                "duration", "", "share_study", "share_job_6", "share_other", "rate_study",
                "rate_job_6", "rate_job_12", "rate_job_18", "rate_job_24",
            ],
        )  # fmt: skip
        self.assertEqual(inserjeunes_file.guess_kind(titles), "lycee_pro")
        self.assertEqual(inserjeunes_file.guess_kind([*titles, "taux_contrats_interrompus"]), "cfa")
