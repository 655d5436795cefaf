import csv
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from ..rules import allowance, school_files
from ..rules.allowance import Facts, Rate, Stay
from .school_file_samples import TODAY, pupil, pupils


def stays(*days, held=None):
    """Stays that follow each other, a month apart."""
    return [
        Stay(number, date(2025, 10 + number, 3) if number < 3 else date(2026, number, 3), done)
        for number, done in enumerate(days)
    ]


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    """Cases worked out by hand; those of the State's application first (rate 10, cap 100)."""

    def amounts(self, *days, daily=10, cap=100, **values):
        found = allowance.amounts(stays(*days), daily, cap, **values)
        return [int(one.amount) for one in found]

    def test_cases_of_the_states_application(self):
        self.assertEqual(self.amounts(3), [30])
        self.assertEqual(self.amounts(11), [100])
        self.assertEqual(self.amounts(9, 2), [90, 10])
        self.assertEqual(self.amounts(9, 2, 4), [90, 10, 0])

    def test_terminale_of_three_years(self):
        # 30 days at 20 € = 600 €; 30 more = 1 200 €, of which the cap of the year leaves
        self.assertEqual(self.amounts(30, 30, daily=20, cap=800), [600, 200])
        self.assertEqual(self.amounts(30, 30, daily=20, cap=1200), [600, 600])
        self.assertEqual(self.amounts(30, 30, daily=20, cap=1000), [600, 400])

    def test_the_order_is_that_of_the_dates_not_of_the_list(self):
        late, early = Stay("late", date(2026, 3, 2), 9), Stay("early", date(2025, 11, 3), 9)
        found = allowance.amounts([late, early], 10, 100)
        self.assertEqual([(one.key, int(one.amount)) for one in found],
                         [("early", 90), ("late", 10)])  # fmt: skip

    def test_what_was_entered_keeps_its_amount(self):
        """The second was entered for 90 € when it was alone: 10 € are left for the first."""
        first = Stay("first", date(2025, 11, 3), 9)
        entered = Stay("entered", date(2026, 3, 2), 9, held=Decimal(90))
        found = {one.key: one for one in allowance.amounts([first, entered], 10, 100)}
        self.assertEqual(found["entered"].amount, 90)
        self.assertEqual(found["first"].amount, 10)
        self.assertTrue(found["first"].cut)
        self.assertEqual((found["first"].used, found["first"].left), (90, 10))

    def test_another_school_has_used_the_cap(self):
        self.assertEqual(self.amounts(15, daily=15, cap=600, elsewhere=450), [150])
        self.assertEqual(self.amounts(15, daily=15, cap=600, elsewhere=700), [0])

    def test_a_part_of_a_day_is_no_day(self):
        self.assertEqual(allowance.whole_days(18.5), 18)
        self.assertEqual(allowance.whole_days(18.999999), 19)
        self.assertEqual(allowance.whole_days(0.5), 0)

    def test_overlaps(self):
        def span(key, first, last):
            return key, date(2026, 1, first), date(2026, 1, last)

        self.assertEqual(allowance.overlapping([span("a", 5, 16), span("b", 19, 30)]), set())
        self.assertEqual(allowance.overlapping([span("a", 5, 16), span("b", 16, 30)]), {"a", "b"})
        # a long one covers two short ones that do not touch
        self.assertEqual(
            allowance.overlapping([span("a", 1, 30), span("b", 5, 6), span("c", 8, 9)]),
            {"a", "b", "c"},
        )


@tagged("post_install", "-at_install")
class TestRates(BaseCase):
    """The file of the module against the tables of the field."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with file_open("bde_pfmp/data/bde.allowance.rate.csv") as file:
            cls.rates = [
                Rate(row["school_year"], row["ministry"], row["key"], Decimal(row["daily"]),
                     Decimal(row["cap"]), row["source"])
                for row in csv.DictReader(file)
            ]  # fmt: skip

    def rate(self, mef, year):
        found = allowance.rate_of(self.rates, mef, year)
        return found and (int(found.daily), int(found.cap))

    def test_terminale_changed_every_year(self):
        agora = "2473000433"
        self.assertEqual(self.rate(agora, "2023-2024"), (20, 800))
        self.assertEqual(self.rate(agora, "2024-2025"), (20, 1200))
        self.assertEqual(self.rate(agora, "2025-2026"), (20, 1000))
        self.assertEqual(self.rate(agora, "2026-2027"), (20, 800))

    def test_levels_of_national_education(self):
        for mef, expected in {
            "2412214621": (10, 350),  # CAP cuisine, 1st of 2 years
            "2412214622": (15, 525),
            "2402214611": (15, 525),  # CAP in one year
            "2422500132": (15, 525),  # CAP in 3 years, 2nd year
            "2473121131": (10, 300),  # seconde
            "2473121332": (15, 600),  # première
            "2502231311": (20, 800),  # BMA in a year
            "2512231321": (15, 600),
            "2512231322": (20, 800),
            "2572211011": (15, 1350),  # CS level 3
            "2583340411": (20, 1800),  # CS level 4
            "7044150211": (20, 1000),  # AvenirPro+ level 4
            "7419990111": (20, 1800),  # FCIL after level 4
        }.items():
            self.assertEqual(self.rate(mef, "2025-2026"), expected, mef)

    def test_the_first_year_of_a_cap_in_three_has_no_known_rate(self):
        self.assertIsNone(self.rate("2422500131", "2025-2026"))

    def test_agriculture_and_sea(self):
        self.assertEqual(self.rate("2762140532", "2025-2026"), (15, 900))
        self.assertEqual(self.rate("2712140522", "2025-2026"), (15, 675))
        # the sea paid as the others in 2023, less since
        self.assertEqual(self.rate("2412130821", "2023-2024"), (10, 350))
        self.assertEqual(self.rate("2412130821", "2024-2025"), (10, 300))
        self.assertEqual(self.rate("2472120433", "2025-2026"), (20, 700))

    def test_agricultural_levels_of_the_public_list(self):
        """MEF -> MEF_STAT_4, euros a day and a year of data/wages/2026_2027.csv (MASA)."""
        for mef, level, expected in (
            ("2712113021", "2321", (10, 450)),  # 1CAP2A métiers de l'agriculture
            ("2712113022", "2322", (15, 675)),
            ("2762111231", "2381", (10, 300)),  # 2DPROA productions
            ("2762140532", "2382", (15, 900)),  # 1EPROA aménagements paysagers
            ("2762140533", "2383", (20, 800)),
        ):
            with self.subTest(mef=mef):
                self.assertEqual(allowance.level(mef), level)
                self.assertEqual(allowance.ministry(mef), "masa")
                self.assertEqual(self.rate(mef, "2026-2027"), expected)
        # CAP agricole of an individual length: a row in 2025-2026, none since
        self.assertEqual(self.rate("2802140599", "2025-2026"), (15, 675))
        self.assertIsNone(self.rate("2802140599", "2026-2027"))

    def test_unknown_is_never_guessed(self):
        self.assertIsNone(self.rate("2473000433", "2027-2028"))
        self.assertIsNone(self.rate("3112001011", "2025-2026"))  # a BTS
        self.assertIsNone(self.rate("", "2025-2026"))
        self.assertIsNone(allowance.rate_of([], "2473000433", "2025-2026"))

    def test_the_academys_row_wins_over_the_national_one_and_a_mef_over_both(self):
        own = Rate("2026-2027", "menj", "2383", Decimal(20), Decimal(900), own=True)
        one = Rate("2026-2027", "menj", "2473000433", Decimal(25), Decimal(1000))
        find = allowance.rate_of
        self.assertEqual(find([*self.rates, own], "2473000433", "2026-2027").cap, 900)
        self.assertEqual(find([*self.rates, own, one], "2473000433", "2026-2027").cap, 1000)
        self.assertEqual(find([*self.rates, own, one], "2473000333", "2026-2027").cap, 900)


@tagged("post_install", "-at_install")
class TestProblems(BaseCase):
    COMPLETE = {
        "ine": "123456789AB", "sex": "f", "birth_country": "100", "birth_commune": "33063",
        "address": True, "mef": "2473000433",
        "rate": Rate("2026-2027", "menj", "2383", Decimal(20), Decimal(800)),
        "start": date(2026, 11, 9), "end": date(2026, 11, 27), "days": 14,
        "year": (date(2026, 9, 1), date(2027, 8, 31)), "schooling": (None, None),
        "attested": True, "decision": True, "rib": "present", "adult": False, "consent": True,
    }  # fmt: skip

    def problems(self, **values):
        return allowance.problems(Facts(**{**self.COMPLETE, **values}))

    def test_complete(self):
        self.assertEqual(self.problems(), ())

    def test_one_by_one(self):
        for values, code in (
            ({"ine": ""}, "ine"),
            ({"sex": ""}, "sex"),
            ({"birth_country": ""}, "birth"),
            ({"birth_commune": ""}, "birth"),
            ({"address": False}, "address"),
            ({"mef": ""}, "mef"),
            ({"rate": None}, "rate"),
            ({"start": date(2026, 8, 28)}, "year"),
            ({"schooling": (date(2026, 11, 16), None)}, "schooling"),
            ({"schooling": (None, date(2026, 11, 20))}, "schooling"),
            ({"overlap": True}, "overlap"),
            ({"attested": False}, "attestation"),
            ({"days": 20}, "days"),
            ({"decision": False}, "decision"),
            ({"rib": "missing"}, "rib"),
            ({"rib": "third", "adult": True}, "rib_third"),
            ({"consent": False}, "consent"),
            ({"consent": False, "rib": "third"}, "consent"),
        ):
            self.assertEqual(self.problems(**values), (code,), values)

    def test_allowed(self):
        self.assertEqual(self.problems(birth_country="99352", birth_commune=""), ())
        self.assertEqual(self.problems(rib="third"), ())
        self.assertEqual(self.problems(rib="mandate", adult=True), ())
        # of age, or a minor whom a judgment emancipated: nobody else is asked
        self.assertEqual(self.problems(consent=False, alone=True, adult=True), ())
        self.assertEqual(self.problems(consent=False, alone=True), ())
        # nineteen calendar days from the 9th to the 27th
        self.assertEqual(self.problems(days=19), ())

    def test_accounts_are_seen(self):
        for text in (
            "FR76 3000 6000 0112 3456 7890 189",
            "fr7630006000011234567890189",
            "IBAN : DE89 3704 0044 0532 0130 00 (mère)",
            "30006 00001 12345678901 89",
        ):
            self.assertTrue(allowance.looks_like_account(text), text)
        for text in ("", None, "remis le 12/09/2026", "décision n° 2026-114",
                     "ENPUPF202620272026114", "tél. 06 11 22 33 44 le 15 10 2026"):  # fmt: skip
            self.assertFalse(allowance.looks_like_account(text), text)


@tagged("post_install", "-at_install")
class TestBirth(BaseCase):
    def test_siecle_says_where_a_pupil_was_born(self):
        data = pupils(
            [
                pupil(1, CODE_PAYS="100", CODE_COMMUNE_INSEE_NAISS="33063"),
                pupil(2, "DIALLO", CODE_PAYS="335"),
                pupil(3, "MOREAU"),
            ]
        )
        parsed = school_files.read_file("file.xml", data, TODAY)
        self.assertEqual(
            [(one.birth_country, one.birth_commune) for one in parsed.pupils],
            [("100", "33063"), ("335", ""), ("", "")],
        )
