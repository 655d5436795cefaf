from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged, users

from ..rules import directory
from .network_common import NetworkCase


@tagged("post_install", "-at_install")
class TestDirectory(NetworkCase):
    """Who is found, by whom, by what."""

    def find(self, searcher, **query):
        """Names that the directory shows to somebody."""
        template, values = searcher._page_view_directory(
            {name: str(value) for name, value in query.items()}
        )
        self.assertEqual(template, "bde_alumni.page_directory")
        return [person["name"] for person in values["people"]]

    def staff_find(self, words):
        alumni = self.env["bde.alumnus"].with_user(self.secretary_a)
        return alumni.search([("directory_search", "ilike", words)])

    # ------------------------------------------------------------
    # The bureau
    # ------------------------------------------------------------

    def test_the_bureau_finds_by_any_word_without_accents(self):
        self.work(self.lina, trade="Chef de rang", employer_text="Hôtel de la Plage")
        training = f"{self.training_a.name.split()[0]} moreau"
        for words in ("MOREAU", "lina 2023", "hotel plage", "chef rang", "pessac", training):
            with self.subTest(words=words):
                self.assertEqual(self.staff_find(words), self.lina)
        self.assertFalse(self.staff_find("lina 2024"))

    def test_name_of_birth_finds_who_uses_another(self):
        self.lina.usage_name = "Garcia"
        self.assertEqual(self.staff_find("moreau lina"), self.lina)
        self.assertEqual(self.staff_find("garcia"), self.lina)

    def test_former_name_finds_too(self):
        self.lina.former_name = "Lefevre"
        self.assertEqual(self.staff_find("lefevre"), self.lina)

    def test_names_in_other_letters_are_found(self):
        self.lina.write({"lastname": "Петрова", "firstname": "Ольга"})
        self.hugo.write({"lastname": "Sørensen"})
        self.assertEqual(self.staff_find("ПЕТРОВА ольга"), self.lina)
        self.assertEqual(self.staff_find("sorensen"), self.hugo)
        self.assertFalse(self.staff_find("Иванова"))
        self.show(self.gina)
        self.show(self.lina)
        self.assertEqual(self.find(self.gina, q="петров"), ["Ольга Петрова"])

    def test_signs_alone_find_nobody(self):
        self.assertFalse(self.staff_find("%"))
        self.assertFalse(self.staff_find("_ _"))

    def test_the_bureau_never_finds_those_of_another_school(self):
        self.assertFalse(self.staff_find("ines"))
        self.assertFalse(self.staff_find("dupont") & self.ines)

    # ------------------------------------------------------------
    # Members
    # ------------------------------------------------------------

    def test_who_shows_nothing_is_found_by_name_alone(self):
        self.show(self.gina, "training")
        self.show(self.lina)
        self.work(self.lina, trade="Chef de rang", employer_text="Hôtel de la Plage")
        self.assertEqual(self.find(self.gina, q="moreau"), ["Lina Moreau"])
        for words in ("2023", "pessac", "chef rang", "hotel", "electricite", "example", "0611"):
            with self.subTest(words=words):
                self.assertNotIn("Lina Moreau", self.find(self.gina, q=words))
        self.assertEqual(self.find(self.gina, training=self.training_a.id), ["Gina Dupont"])
        self.assertEqual(self.find(self.gina, cohort=2023), [])

    def test_a_diploma_is_listed_once_whatever_its_codes(self):
        second = self.training_a.copy({"name": self.training_a.name, "mef": False})
        self.lina.training_id = second
        self.show(self.gina, "training")
        self.show(self.lina, "training")
        lists = self.gina._directory_lists()
        self.assertEqual([name for _id, name in lists["trainings"]].count(second.name), 1)
        chosen = next(number for number, name in lists["trainings"] if name == second.name)
        self.assertEqual(self.find(self.gina, training=chosen), ["Gina Dupont", "Lina Moreau"])
        self.assertEqual(self.find(self.gina, training=self.training_b.id), [])

    def test_years_are_those_of_the_leavers_of_the_school(self):
        self.show(self.gina)
        years = self.env["bde.alumnus"].search([("company_id", "=", self.school_a.id)])
        years = years.mapped("cohort")
        self.assertEqual(
            self.gina._directory_lists()["cohorts"], list(range(max(years), min(years) - 1, -1))
        )

    def test_what_is_shown_is_found_and_nothing_else(self):
        self.show(self.gina)
        self.show(self.lina, "trade", "cohort")
        self.work(self.lina, trade="Chef de rang", employer_text="Hôtel de la Plage")
        self.assertEqual(self.find(self.gina, q="chef rang"), ["Lina Moreau"])
        self.assertEqual(self.find(self.gina, cohort=2023), ["Lina Moreau"])
        self.assertEqual(self.find(self.gina, q="plage"), [])
        _template, values = self.gina._page_view_directory({"q": "moreau"})
        self.assertEqual(
            values["people"],
            [
                {
                    "id": self.lina.id,
                    "name": "Lina Moreau",
                    "cohort": 2023,
                    "trade": "Chef de rang",
                    "has_address": False,
                }
            ],
        )

    def test_each_field_that_is_shown_finds_and_no_other(self):
        self.show(self.gina)
        self.work(self.lina, trade="Chef de rang", employer_text="Hôtel de la Plage")
        words = {
            "training": self.training_a.name,
            "cohort": "2023",
            "city": "Pessac",
            "trade": "chef rang",
            "employer": "HOTEL plage",
        }
        for shown in words:
            self.lina._withdraw(["directory"], "desk")
            self.show(self.lina, shown)
            found = [name for name, text in words.items() if self.find(self.gina, q=text)]
            with self.subTest(shown):
                self.assertEqual(found, [shown])

    def test_addresses_are_shown_by_their_owner_alone_and_never_searched(self):
        self.show(self.gina)
        self.show(self.lina, "phone")
        self.assertEqual(self.find(self.gina, q="0611223344"), [])
        self.assertEqual(self.find(self.gina, q="06 11 22"), [])
        _template, values = self.gina._page_view_directory({"who": str(self.lina.id)})
        self.assertEqual(values["card"]["phone"], "06 11 22 33 44")
        self.assertIsNone(values["card"]["email"])

    def test_addresses_of_a_minor_are_shown_to_nobody(self):
        self.show(self.gina)
        self.show(self.hugo, "email")
        _template, values = self.gina._page_view_directory({"q": "hugo"})
        self.assertFalse(values["people"][0]["has_address"])
        _template, values = self.gina._page_view_directory({"who": str(self.hugo.id)})
        self.assertIsNone(values["card"]["email"])

    def test_where_a_minor_is_met_is_shown_to_nobody(self):
        self.show(self.gina)
        self.hugo.city = "Pessac"
        self.work(self.hugo, trade="Chef de rang", employer_text="Hôtel de la Plage")
        self.show(self.hugo, "city", "employer", "trade", "phone")
        self.assertEqual(self.hugo.member_shows, ",trade,")
        for text in ("pessac", "plage", self.hugo.phone or "06"):
            self.assertEqual(self.find(self.gina, q=text), [], text)
        self.assertEqual(self.find(self.gina, q="rang"), self.find(self.gina, q="hugo"))
        # a date of birth that is put right
        self.hugo.birth_date = self.gina.birth_date
        self.assertIn(",city,", self.hugo.member_shows)
        self.assertTrue(self.find(self.gina, q="pessac"))

    def test_a_school_is_not_copied_in_a_night(self):
        """Searches of the hour again and again, for two days."""
        self.show(self.gina)
        done = 0
        with freeze_time("2026-11-22 00:30:00") as clock:
            for _hour in range(24):
                while self.gina._take_search():
                    done += 1
                clock.tick(timedelta(hours=1, seconds=1))
            self.assertEqual(done, directory.SEARCHES_PER_DAY)
            self.assertTrue(self.gina._take_search(), "the next day")

    def test_who_is_no_member_sees_nobody(self):
        self.show(self.lina, "city")
        self.assertEqual(self.find(self.gina, q="moreau"), [])
        _template, values = self.gina._page_view_directory({"who": str(self.lina.id)})
        self.assertIsNone(values["card"])

    def test_members_of_another_school_do_not_meet(self):
        self.show(self.gina)
        self.show(self.ines, "city", "email")
        self.assertEqual(self.find(self.gina, q="ines"), [])
        _template, values = self.gina._page_view_directory({"who": str(self.ines.id)})
        self.assertIsNone(values["card"])

    def test_withdrawn_is_gone_at_once(self):
        self.show(self.gina)
        self.show(self.lina, "city")
        self.assertEqual(self.find(self.gina, q="pessac"), ["Lina Moreau"])
        self.lina._withdraw(["directory"])
        self.assertFalse(self.lina.member_key)
        self.assertEqual(self.find(self.gina, q="pessac"), [])

    def test_no_for_good_and_death_hide(self):
        self.show(self.gina)
        self.show(self.lina, "city")
        self.lina._no_more()
        self.assertEqual(self.find(self.gina, q="moreau"), [])
        self.show(self.hugo, "city")
        self.hugo.is_deceased = True
        self.assertEqual(self.find(self.gina, q="hugo"), [])

    def test_fewer_fields_shown_are_no_more_found(self):
        self.show(self.gina)
        self.show(self.lina, "city")
        self.show(self.lina, "cohort")
        self.assertEqual(self.find(self.gina, q="pessac"), [])
        self.assertEqual(self.find(self.gina, q="2023"), ["Lina Moreau"])

    def test_no_list_of_all(self):
        self.show(self.gina)
        self.show(self.lina)
        for query in ({}, {"q": "a"}, {"q": "%"}, {"q": " "}, {"training": "0"}, {"cohort": "x"}):
            with self.subTest(query=query):
                self.assertEqual(self.find(self.gina, **query), [])

    # ------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------

    def test_sixty_searches_an_hour_whatever_the_link(self):
        self.show(self.gina)
        self.show(self.lina)
        with freeze_time(fields.Datetime.now()) as clock:
            for _turn in range(directory.SEARCHES_PER_HOUR):
                self.assertEqual(self.find(self.gina, q="lina"), ["Lina Moreau"])
            _template, values = self.gina._page_view_directory({"q": "lina"})
            self.assertFalse(values["people"])
            self.assertIn("within the hour", values["told"])
            clock.tick(3600)
            self.assertEqual(self.find(self.gina, q="lina"), ["Lina Moreau"])

    def test_pages_of_twenty_and_five_of_them(self):
        self.show(self.gina)
        for number in range(25):
            one = self.new_alumnus(f"Paul{number:02}", lastname="Petit")
            self.show(one)
        first, second = (self.find(self.gina, q="petit", page=page) for page in (1, 2))
        self.assertEqual((len(first), len(second)), (20, 5))
        self.assertFalse(set(first) & set(second))
        self.assertEqual(self.find(self.gina, q="petit", page=6), [])

    def test_addresses_are_read_one_by_one_and_few_a_day(self):
        self.show(self.gina)
        self.show(self.lina, "email")
        for _turn in range(directory.CARDS_PER_DAY):
            _template, values = self.gina._page_view_directory({"who": str(self.lina.id)})
            self.assertTrue(values["card"])
        _template, values = self.gina._page_view_directory({"who": str(self.lina.id)})
        self.assertIsNone(values["card"])

    def test_queries_do_not_grow_with_what_is_found(self):
        self.show(self.gina)
        counts = []
        for number in (1, 20):
            for one in range(number):
                alumnus = self.new_alumnus(f"Paul{one:02}", lastname=f"Petit{number}")
                self.work(alumnus, trade="Cuisinier")
                self.show(alumnus, "trade", "training", "city")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.find(self.gina, q=f"petit{number}")), number)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestDirectoryPage(NetworkCase, HttpCase):
    """The pages themselves: no word of a hidden field stands in them."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_page_of_a_member(self):
        self.show(self.gina)
        self.show(self.lina, "city")
        self.work(self.lina, trade="Chef de rang", employer_text="Hôtel de la Plage")
        page = self.get_page(self.gina, "directory", q="moreau")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Lina Moreau", page.text)
        self.assertIn("Pessac", page.text)
        for hidden in ("lina@alumni.example", "06 11 22", "Chef de rang", "Plage", "2003"):
            self.assertNotIn(hidden, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_page_of_who_is_no_member(self):
        self.show(self.lina, "city")
        page = self.get_page(self.gina, "directory", q="moreau")
        self.assertNotIn("Lina", page.text)
        self.assertIn("directory", self.get_page(self.gina).text)

    def test_odd_queries_are_no_error(self):
        self.show(self.gina)
        for query in ({"q": "%00"}, {"who": "9" * 30}, {"page": "-1", "q": "li"}, {"cohort": "²"}):
            with self.subTest(query=query):
                self.assertEqual(self.get_page(self.gina, "directory", **query).status_code, 200)


@tagged("post_install", "-at_install")
class TestDirectoryStaff(NetworkCase):
    @users("secretary_a")
    def test_another_operator_is_refused(self):
        with self.assertRaises(NotImplementedError):
            self.env["bde.alumnus"].search([("directory_search", "=", "x")])
