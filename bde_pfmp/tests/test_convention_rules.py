"""What a convention prints and which mentions it carries, without the ORM."""

import copy
from datetime import date

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import (
    attestation_sheet,
    convention_period,
    convention_sample,
    convention_sheet,
    mentions,
)

NBSP = convention_sheet.NBSP
TEMPLATE = {
    "uuid": "0f2c", "name": "PFMP", "title": "Convention", "serial": 1,
    "deliberation_date": "2026-10-01", "preamble": "<p>Vu le code de l’éducation ;</p>",
    "articles": [
        {"number": 1, "title": "Objet", "section": "general", "body": "<p>Objet.</p>"},
        {"number": 2, "title": "Suivi", "section": "general",
         "body": "<p>Le <b>référent</b> et le tuteur assurent le suivi, avec une visite.</p>"},
        {"number": None, "title": "Pédagogie", "section": "pedagogical", "body": "<p>A</p>"},
        {"number": None, "title": "Finances", "section": "financial", "body": "<p>B</p>"},
        {"number": None, "title": "Sécurité", "section": "safety", "body": "<p>C</p>"},
        {"number": None, "title": "Assurances", "section": "insurance", "body": "<p>D</p>"},
    ],
}  # fmt: skip


def sample(stay="pfmp"):
    return copy.deepcopy(convention_sample.sample(stay, copy.deepcopy(TEMPLATE)))


def blocks(sheet):
    """{heading: block} of all the annexes of a sheet."""
    return {b["heading"]: b for annex in sheet["annexes"] for b in annex["blocks"]}


def cards(sheet):
    """{heading: {label: value}} of the parties of a sheet."""
    return {card["heading"]: dict(card["lines"]) for pair in sheet["cards"] for card in pair}


@tagged("post_install", "-at_install")
class TestWording(BaseCase):
    def test_day(self):
        self.assertEqual(convention_sheet.day("2026-11-02"), "2 novembre 2026")
        self.assertEqual(convention_sheet.day("2026-11-01"), "1er novembre 2026")
        self.assertEqual(
            convention_sheet.day("2026-11-01", weekday=True), "dimanche 1er novembre 2026"
        )
        self.assertEqual(convention_sheet.day("2026-08-21"), "21 août 2026")

    def test_duration(self):
        for minutes, expected in (
            (60, "1 heure"), (2100, "35 heures"), (2010, "33 h 30"), (0, "0 heure"), (65, "1 h 05"),
        ):  # fmt: skip
            with self.subTest(minutes=minutes):
                self.assertEqual(convention_sheet.duration(minutes), expected.replace(" ", NBSP))

    def test_clock(self):
        self.assertEqual(convention_sheet.clock("08:00"), f"8{NBSP}h")
        self.assertEqual(convention_sheet.clock("13:05"), f"13{NBSP}h{NBSP}05")

    def test_count(self):
        self.assertEqual(convention_sheet.count(1, "jour"), f"1{NBSP}jour")
        self.assertEqual(convention_sheet.count(3, "mois"), f"3{NBSP}mois")
        self.assertEqual(convention_sheet.count(3, "jour"), f"3{NBSP}jours")

    def test_siret(self):
        self.assertEqual(
            convention_sheet.siret("73282932000074"), f"732{NBSP}829{NBSP}320{NBSP}00074"
        )
        self.assertFalse(convention_sheet.siret(None))

    def test_enumerate_words(self):
        self.assertEqual(convention_sheet.enumerate_words(["a"]), "a")
        self.assertEqual(convention_sheet.enumerate_words(["a", "b", "c"]), "a, b et c")
        self.assertEqual(convention_sheet.enumerate_words([]), "")

    def test_total(self):
        period = {"minutes": 47 * 420, "days": 47, "legal": {"months": 2, "days": 3, "minutes": 0}}
        self.assertEqual(
            convention_sheet.total(period).replace(NBSP, " "),
            "329 heures sur 47 jours de présence, "
            "soit 2 mois et 3 jours au sens de l’article D. 124-6",
        )

    def test_lines_keep_no_empty_label(self):
        found = convention_sheet.lines(
            ("a", None), ("b", ""), ("c", [None, ""]), ("d", ["x", None, "y"]), ("e", "z")
        )
        self.assertEqual(found, [("d", "x, y"), ("e", "z")])


@tagged("post_install", "-at_install")
class TestPeriodContent(BaseCase):
    def test_counts(self):
        # 2 to 27 November 2026: 20 weekdays, 11 November is a public holiday, 7 h a day
        period = sample()["period"]
        self.assertEqual(period["days"], 19)
        self.assertEqual(period["minutes"], 19 * 7 * 60)
        self.assertEqual(period["weeks"], 4)
        self.assertEqual(period["weekly_minutes"], 35 * 60)
        self.assertEqual(period["legal"], {"months": 0, "days": 19, "minutes": 0})
        self.assertEqual(period["skipped"], ["2026-11-11"])
        self.assertEqual(period["night"], [])
        self.assertFalse(period["sunday"])

    def test_night_follows_the_age(self):
        late = {"fri": [["14:00", "20:30"]], "sat": [["19:00", "22:30"]]}
        start = date(2026, 11, 2)
        for birth, expected in (
            (date(2011, 1, 1), ["fri", "sat"]),  # 15: night from 20 h
            (date(2010, 1, 1), ["sat"]),  # 16: from 22 h
            (date(2008, 1, 1), ["sat"]),  # 18: from 21 h
            (None, ["sat"]),
        ):
            with self.subTest(birth=birth):
                self.assertEqual(convention_period.night_days(late, birth, start), expected)

    def test_early_morning_and_past_midnight(self):
        adult, start = date(2000, 1, 1), date(2026, 11, 2)
        found = convention_period.night_days({"mon": [["05:00", "09:00"]]}, adult, start)
        self.assertEqual(found, ["mon"])
        found = convention_period.night_days({"sat": [["18:00", "02:00"]]}, adult, start)
        self.assertEqual(found, ["sat"])


@tagged("post_install", "-at_install")
class TestSheet(BaseCase):
    def test_parties(self):
        found = cards(convention_sheet.sheet(sample()))
        self.assertEqual(
            list(found),
            [
                "L’établissement d’enseignement", "L’organisme d’accueil", "L’élève",
                "Le représentant légal", "L’enseignant référent", "Le tuteur",
            ],
        )  # fmt: skip
        self.assertEqual(found["L’élève"]["Volume horaire annuel"], f"840{NBSP}heures")
        self.assertEqual(found["L’organisme d’accueil"]["Représenté par"], "Marc Duval, Gérant")

    def test_what_is_not_known_leaves_no_label(self):
        content = sample()
        content["host"].update(phone=None, email="", naf=None, site=None, siret=None, activity=None)
        content["student"]["birth_date"] = None
        content["training"]["hours"] = 0
        content["other_tasks"] = content["remarks"] = None
        content["host"]["insurance"] = {"company": None, "policy": None}
        sheet = convention_sheet.sheet(content)
        found = cards(sheet)
        self.assertEqual(list(found["L’organisme d’accueil"]), ["Adresse", "Représenté par"])
        self.assertEqual(list(found["L’élève"]), ["Classe", "Diplôme", "Formation"])
        headings = blocks(sheet)
        for heading in ("Autres activités", "Remarques", "Organisme d’accueil"):
            self.assertNotIn(heading, headings)
        for pair in sheet["cards"]:
            for card in pair:
                self.assertTrue(all(label and value for label, value in card["lines"]))

    def test_no_address_of_the_family(self):
        """The paper goes to both parents and to the host: it says where nobody lives."""
        found = cards(convention_sheet.sheet(sample()))
        for heading in ("L’élève", "Le représentant légal"):
            self.assertFalse({"Adresse", "Téléphone", "Courriel"} & found[heading].keys())

    def test_adult_has_no_guardian(self):
        content = sample()
        content["guardians"] = []
        content["parties"] = [p for p in content["parties"] if p["role"] != "guardian"]
        sheet = convention_sheet.sheet(content)
        self.assertNotIn("Le représentant légal", cards(sheet))
        self.assertEqual(sum(len(pair) for pair in sheet["signatures"]), 5)

    def test_timetable_has_days_of_presence_only(self):
        week = blocks(convention_sheet.sheet(sample()))["Horaires de présence"]["week"]
        self.assertEqual(
            [row[0] for row in week], ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi"]
        )
        self.assertEqual(week[0][1].replace(NBSP, " "), "8 h – 12 h et 13 h – 16 h")
        self.assertEqual(week[0][2], f"7{NBSP}heures")

    def test_special_presence_is_always_answered(self):
        content = sample()
        heading = "Présence la nuit, le dimanche et les jours fériés"
        special = dict(blocks(convention_sheet.sheet(content))[heading]["lines"])
        self.assertEqual(special["La nuit"], "aucune présence")
        self.assertIn("11 novembre 2026", special["Les jours fériés"])
        content["period"].update(night=["fri", "sat"], sunday=True, skipped=[])
        special = dict(blocks(convention_sheet.sheet(content))[heading]["lines"])
        self.assertEqual(special["La nuit"], "vendredi et samedi")
        self.assertEqual(special["Le dimanche"], "présence prévue")
        self.assertEqual(special["Les jours fériés"], "aucune présence")

    def test_gratification(self):
        content = sample()
        found = blocks(convention_sheet.sheet(content))["Gratification"]
        self.assertIn("Aucune", found["words"])
        content["period"]["minutes"] = 308 * 60
        found = blocks(convention_sheet.sheet(content))["Gratification"]
        self.assertIn("Aucune", found["words"], "due beyond 308 hours, not at 308")
        content["period"]["minutes"] = 308 * 60 + 1
        found = blocks(convention_sheet.sheet(content))["Gratification"]
        self.assertIn("Montant horaire légal", found["words"])
        content["financial"]["gratification"] = "5 € de l’heure"
        found = blocks(convention_sheet.sheet(content))["Gratification"]
        self.assertEqual(found["words"], "5 € de l’heure")

    def test_both_holders_of_authority_are_named(self):
        content = sample()
        content["guardians"].append({"name": "Karim Martin", "kinship": "father"})
        found = cards(convention_sheet.sheet(content))["Le représentant légal"]
        self.assertEqual(
            found,
            {"Qualité": "Mère", "Autre titulaire de l’autorité parentale": "Karim Martin"},
        )

    def test_observation_speaks_of_no_gratification(self):
        sheet = convention_sheet.sheet(sample("observation"))
        self.assertNotIn("Gratification", blocks(sheet))
        self.assertEqual(sheet["period"]["stay"], "Séquence d’observation · PFMP 1")

    def test_student_of_bts_is_called_so(self):
        self.assertIn("L’étudiant", cards(convention_sheet.sheet(sample("bts"))))

    def test_annexes_are_those_of_the_template(self):
        content = sample()
        articles = content["template"]["articles"]
        content["template"]["articles"] = [a for a in articles if a["section"] != "safety"]
        sheet = convention_sheet.sheet(content)
        self.assertEqual(
            [annex["section"] for annex in sheet["annexes"]],
            ["pedagogical", "financial", "insurance"],
        )

    def test_deliberation(self):
        content = sample()
        self.assertIn("1er octobre 2026", convention_sheet.sheet(content)["deliberation"])
        content["template"]["deliberation_date"] = None
        self.assertIsNone(convention_sheet.sheet(content)["deliberation"])

    def test_signatures_fill_their_boxes(self):
        proof = {
            "signatures": [
                {"party": "tutor", "signed_name": "Hélène Prat", "image": "aGk=",
                 "when": "3 oct. 2026", "how": "tracée", "by": "", "by_delegation": False},
                {"party": "head", "signed_name": "Paul Adjoint", "image": "",
                 "when": "4 oct. 2026", "how": "", "by": "Paul Adjoint", "by_delegation": True},
            ]
        }  # fmt: skip
        sheet = convention_sheet.sheet(sample(), proof)
        boxes = {box["role"]: box for pair in sheet["signatures"] for box in pair}
        self.assertEqual(boxes["Le tuteur"]["image"], "data:image/png;base64,aGk=")
        self.assertEqual(boxes["Le tuteur"]["signed"], "3 oct. 2026, tracée")
        self.assertIsNone(boxes["Le tuteur"]["typed"])
        head = boxes["Pour l’établissement d’enseignement"]
        self.assertEqual(head["typed"], "Paul Adjoint")
        self.assertEqual(head["delegate"], "par délégation, Paul Adjoint")
        self.assertFalse(boxes["Le représentant légal"]["signed"])
        self.assertIn("connaissance", boxes["L’élève"]["note"])


@tagged("post_install", "-at_install")
class TestMentions(BaseCase):
    def standing(self, content):
        return {found.number: found for found in mentions.check_content(content)}

    def test_fold(self):
        self.assertEqual(
            mentions.fold("<p>L’élève&nbsp;: <b>Règlement</b>  intérieur</p>"),
            "l'eleve : reglement interieur",
        )

    def test_data(self):
        found = self.standing(sample())
        self.assertTrue(all(found[number].present for number in range(1, 7)))
        content = sample()
        content["training"]["hours"] = 0
        content["tasks"] = []
        content["competences"] = []
        found = self.standing(content)
        self.assertEqual(found[1].missing, ("training.hours",))
        self.assertFalse(found[3].present)
        self.assertTrue(found[4].present, "other tasks are tasks")
        content["other_tasks"] = ""
        self.assertFalse(self.standing(content)[4].present)

    def test_wording_is_read(self):
        found = self.standing(sample())
        self.assertEqual(found[7].articles, (2,))
        self.assertFalse(any(found[number].present for number in range(8, 16)))

    def test_words_must_stand_in_one_article(self):
        articles = [
            {"number": 1, "title": "Suspension", "body": "<p>La convention est suspendue.</p>"},
            {"number": 2, "title": "Fin", "body": "<p>Elle peut être résiliée.</p>"},
        ]
        found = {s.number: s for s in mentions.check_wording(articles)}
        self.assertFalse(found[11].present)
        articles[1]["body"] = "<p>La suspension ou la résiliation est écrite.</p>"
        found = {s.number: s for s in mentions.check_wording(articles)}
        self.assertEqual((found[11].present, found[11].articles), (True, (2,)))

    def test_fifteen(self):
        self.assertEqual(tuple(sorted(self.standing(sample()))), mentions.NUMBERS)


@tagged("post_install", "-at_install")
class TestAttestation(BaseCase):
    def test_days(self):
        self.assertEqual(attestation_sheet.days(18.0), f"18{NBSP}jours")
        self.assertEqual(attestation_sheet.days(17.5), f"17,5{NBSP}jours")
        self.assertEqual(attestation_sheet.days(0.5), f"0,5{NBSP}jour")
        self.assertEqual(attestation_sheet.days(1), f"1{NBSP}jour")

    def test_duration_and_gratification(self):
        content = sample()
        page = attestation_sheet.attestation(content, (17.5, 7350))
        durations = dict(page["durations"])
        self.assertEqual(
            durations["Durée effective totale"].replace(NBSP, " "),
            "17,5 jours de présence, soit 122 h 30",
        )
        self.assertIn(f"17{NBSP}jours de sept heures", durations.values())
        self.assertEqual(len(durations), 2, "no gratification: no line")
        content["financial"]["gratification"] = "5 € de l’heure"
        page = attestation_sheet.attestation(content, (19, 19 * 420), "612,50 €")
        self.assertIn("612,50 €", dict(page["durations"]).values())

    def test_each_kind_has_its_title(self):
        for stay in convention_sheet.WORDS:
            page = attestation_sheet.attestation(sample(stay), (5, 5 * 420))
            self.assertIn("ttestation", page["title"])
            self.assertIn("MARTIN Léa", page["certifies"])
