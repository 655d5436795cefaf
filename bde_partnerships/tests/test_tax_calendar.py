import doctest
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..rules import tax
from .common import SIRET_OTHER, BdeCase
from .services_common import ServicesCase
from .tax_common import TaxCase

RULES = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestTaxRules(TransactionCase):
    """Who owes the solde and how much, by hand."""

    def test_doctests(self):
        self.assertEqual(doctest.testmod(tax).failed, 0)

    def test_every_band_of_sirene_is_known(self):
        bands = dict(self.env["res.partner"]._fields["headcount"].selection)
        self.assertEqual(set(bands) - set(tax.MIDDLES), {"NN", "00"})

    def test_departments_of_overseas_are_not_those_of_alsace(self):
        rules = tax.YearRules(
            (tax.Exemption("alsace_moselle", "department", "57,67,68", True),), Decimal("21272.80")
        )
        for zip_code, state in (("57000", "owes_not"), ("97480", "owes"), ("06800", "owes")):
            facts = tax.Facts(tax.department_of(zip_code), "5710")
            self.assertEqual(tax.liable(facts, rules).state, state, zip_code)

    def test_a_certain_reason_wins_over_one_to_check(self):
        rules = tax.YearRules(
            (
                tax.Exemption("club", "association", "92", False),
                tax.Exemption("alsace", "department", "67", True),
            )
        )
        found = tax.liable(tax.Facts("67", "9220"), rules)
        self.assertEqual((found.code, found.certain), ("alsace", True))

    def test_without_the_smic_nobody_is_small(self):
        rules = tax.YearRules((tax.Exemption("small", "apprentice_small_payroll", "6", True),))
        facts = tax.Facts("33", "5710", "02", Decimal("10000"), False, True)
        self.assertEqual(tax.liable(facts, rules).state, "owes")


@tagged("post_install", "-at_install")
class TestTaxLibrary(BdeCase):
    """The published calendars come with each académie; what is not published stays empty."""

    def dates(self, year, kind):
        window = (
            self.env["bde.tax.year"]
            ._of(self.school_a, year)
            .window_ids.filtered(lambda one: one.kind == kind)
        )
        return window.date_from, window.date_to

    def test_published_dates(self):
        self.assertEqual(self.dates(2023, "period3"), (date(2023, 10, 16), date(2023, 11, 9)))
        self.assertEqual(self.dates(2024, "period1"), (date(2024, 5, 27), date(2024, 8, 2)))
        self.assertEqual(self.dates(2025, "period1"), (date(2025, 5, 26), date(2025, 6, 27)))
        self.assertEqual(self.dates(2025, "period2"), (date(2025, 7, 14), date(2025, 10, 24)))
        self.assertEqual(self.dates(2025, "rest")[0], date(2025, 11, 27))
        self.assertEqual(self.dates(2023, "opening"), (False, False))

    def test_a_year_that_is_not_published_is_unknown(self):
        year = self.env["bde.tax.year"]._of(self.school_a, 2026)
        self.assertEqual(set(year.window_ids.mapped("state")), {"unknown"})
        self.assertEqual(year.unknown_count, 6)
        self.assertFalse(year.average_salary)
        # what is estimated meanwhile says of when its figure is
        self.assertEqual(year._salary_for_estimates(), (43224.0, 2025))
        self.assertIn(year, year.search([("unknown_count", ">", 0)]))
        self.assertNotIn(year, year.search([("unknown_count", "=", 0)]))

    def test_handing_down_again_changes_nothing_that_was_typed(self):
        Year = self.env["bde.tax.year"]
        typed = Year._of(self.school_a, 2026)
        typed.average_salary = 44000
        before = Year.search_count([("company_id", "=", self.academy.id)])
        Year._of(self.school_a, 2024).unlink()
        Year._hand_down_to_all()
        self.assertEqual(Year.search_count([("company_id", "=", self.academy.id)]), before)
        self.assertEqual(typed.average_salary, 44000)
        self.assertEqual(self.dates(2024, "period2"), (date(2024, 8, 12), date(2024, 10, 4)))

    def test_each_academie_has_its_own(self):
        other = self.env["res.company"].create(
            {"name": "Académie voisine", "bde_kind": "academy", "academy_code": "08"}
        )
        years = self.env["bde.tax.year"].search([("company_id", "=", other.id)])
        self.assertEqual(sorted(years.mapped("year")), [2023, 2024, 2025, 2026])

    def test_a_year_typed_by_hand_comes_with_its_windows(self):
        correspondent = self.as_user(self.correspondent)
        year = correspondent["bde.tax.year"].create({"year": 2027})
        self.assertEqual(year.company_id, self.academy)
        self.assertEqual(
            year.window_ids.mapped("kind"),
            ["opening", "period1", "transfer1", "period2", "transfer2", "rest"],
        )

    def test_a_school_keeps_no_year(self):
        with self.assertRaises(ValidationError):
            self.env["bde.tax.year"].create({"company_id": self.school_a.id, "year": 2027})

    def test_current_year(self):
        Year = self.env["bde.tax.year"]
        self.assertEqual(Year._current(self.school_a, date(2025, 6, 1)).year, 2025)
        with self.assertRaisesRegex(UserError, "2031"):
            Year._current(self.school_a, date(2031, 6, 1))

    def test_exemptions_are_those_of_the_payroll(self):
        """Non-profits owe since the law of 19 February 2026: payroll of 2026, so year 2027."""
        Exemption = self.env["bde.tax.exemption"]
        codes = {one.code for one in Exemption._in_force(date(2025, 12, 31))}
        self.assertIn("non_profit", codes)
        codes = {one.code for one in Exemption._in_force(date(2026, 12, 31))}
        self.assertNotIn("non_profit", codes)
        self.assertIn("alsace_moselle", codes)

    def test_rules_of_a_year(self):
        rules = self.env["bde.tax.year"]._of(self.school_a, 2025)._rules()
        # ten months at 1,766.92 and two at 1,801.80
        self.assertEqual(rules.yearly_smic, 21272.80)
        self.assertTrue(tax.liable(tax.Facts("68", "5710"), rules).certain)
        self.assertEqual(tax.liable(tax.Facts("33", "9220"), rules).code, "non_profit")
        self.assertEqual(tax.liable(tax.Facts("33", "5710"), rules).state, "owes")


@tagged("post_install", "-at_install")
class TestTaxWindows(TaxCase):
    """A window that moves: history, schools told, nobody else moves it."""

    def setUp(self):
        super().setUp()
        self.period2 = self.window("period2")

    def test_states(self):
        for day, state in (
            (date(2025, 7, 13), "coming"), (date(2025, 7, 14), "open"),
            (date(2025, 10, 24), "open"), (date(2025, 10, 25), "over"),
        ):  # fmt: skip
            self.assertEqual(self.period2._state_on(day), state, day)
        windows = self.tax_year.window_ids
        self.assertEqual(windows._at(date(2025, 7, 14)), self.period2)
        self.assertEqual(self.period2._days_left(date(2025, 10, 14)), 10)
        self.assertEqual(self.period2._days_left(date(2025, 10, 25)), -1)
        self.assertIsNone(self.window("period1", self.year_2026())._days_left(date(2026, 6, 1)))

    def year_2026(self):
        return self.env["bde.tax.year"]._of(self.school_a, 2026)

    def test_move_keeps_history_and_tells_the_schools(self):
        other = self.tax_campaign(self.school_b, self.training_b, self.manager_b)
        closed = self.tax_campaign(
            self.school_c, self.training_c, self.env["res.users"], state="closed"
        )
        window = self.period2.with_env(self.as_user(self.correspondent))
        window._move(date(2025, 7, 14), date(2025, 11, 7), "Arrêté du 20 octobre 2025")
        self.assertEqual(self.period2.date_to, date(2025, 11, 7))
        change = self.period2.change_ids
        self.assertEqual(
            (change.old_to, change.new_to, change.source, change.user_id),
            (date(2025, 10, 24), date(2025, 11, 7), "Arrêté du 20 octobre 2025",
             self.correspondent),
        )  # fmt: skip
        for campaign, user in ((self.campaign, self.manager_a), (other, self.manager_b)):
            activity = campaign.activity_ids
            self.assertEqual(activity.user_id, user)
            self.assertIn("has moved", activity.summary)
            self.assertRegex(activity.summary, r"(11/07|07/11)/2025 instead of")
            self.assertRegex(activity.summary, r"(10/24|24/10)/2025$")
        self.assertFalse(closed.activity_ids)

    def test_same_dates_tell_nobody(self):
        self.period2._move(self.period2.date_from, self.period2.date_to, "Arrêté du 23 mai 2025")
        self.assertFalse(self.period2.change_ids)
        self.assertFalse(self.campaign.activity_ids)

    def test_dates_that_come_out(self):
        self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2026)
        campaign = self.env["bde.tax.campaign"]._campaign_of(self.school_a, 2026)
        self.window("period1", self.year_2026())._move(
            date(2026, 5, 25), date(2026, 6, 26), "Arrêté"
        )
        self.assertIn("the dates are known", campaign.activity_ids.summary)
        self.assertEqual(self.year_2026().unknown_count, 5)

    def test_dates_written_directly_are_history_too(self):
        self.period2.date_to = date(2025, 10, 31)
        self.assertEqual(self.period2.change_ids.new_to, date(2025, 10, 31))

    def test_bad_input(self):
        with self.assertRaisesRegex(UserError, "arrêté"):
            self.period2._move(date(2025, 7, 14), date(2025, 11, 7), " ")
        with self.assertRaisesRegex(UserError, "ends after it begins"):
            self.period2._move(date(2025, 7, 14), date(2025, 7, 1), "Arrêté")
        with self.assertRaisesRegex(UserError, "ends after it begins"):
            self.period2._move(False, date(2025, 7, 1), "Arrêté")

    def test_dialog(self):
        env = self.as_user(self.bde_admin)
        action = self.period2.with_env(env).action_move()
        wizard = (
            env[action["res_model"]]
            .with_context(**action["context"])
            .create({"date_to": date(2025, 11, 7), "source": "Arrêté"})
        )
        self.assertEqual(wizard.date_from, date(2025, 7, 14))
        self.assertEqual(wizard.school_count, 1)
        wizard.action_apply()
        self.assertEqual(self.period2.date_to, date(2025, 11, 7))

    @RULES
    def test_schools_move_nothing(self):
        for user in (self.manager_a, self.head_a):
            window = self.period2.with_env(self.as_user(user))
            self.assertEqual(window.date_to, date(2025, 10, 24))
            with self.assertRaises(AccessError):
                window._move(date(2025, 7, 14), date(2025, 11, 7), "Arrêté")
            with self.assertRaises(AccessError):
                window.date_to = date(2025, 11, 7)
            with self.assertRaises(AccessError):
                self.tax_year.with_env(self.as_user(user)).rate = 0.001
        with self.assertRaises(AccessError):
            self.period2.with_env(self.as_user(self.teacher_a)).read(["date_to"])

    @RULES
    def test_who_moved_it_is_not_told_to_schools(self):
        self.period2.with_env(self.as_user(self.correspondent))._move(
            date(2025, 7, 14), date(2025, 11, 7), "Arrêté"
        )
        change = self.period2.change_ids.with_env(self.as_user(self.manager_a))
        self.assertEqual(change.new_to, date(2025, 11, 7))
        with self.assertRaises(AccessError):
            change.read(["user_id"])
        with self.assertRaises(AccessError):
            change.source = "x"

    @RULES
    def test_another_academie(self):
        other = self.env["res.company"].create(
            {
                "name": "Académie voisine", "bde_kind": "academy", "academy_code": "08",
                "country_id": self.env.ref("base.fr").id,
            }
        )  # fmt: skip
        theirs = self.env["bde.tax.year"].search([("company_id", "=", other.id)])
        for user in (self.correspondent, self.bde_admin, self.manager_a):
            env = self.as_user(user)
            self.assertFalse(env["bde.tax.year"].search([("id", "in", theirs.ids)]))
            with self.assertRaises(AccessError):
                theirs.window_ids[:1].with_env(env)._move(False, False, "Arrêté")
        with self.assertRaises(UserError):
            self.campaign.tax_year_id = theirs[:1]

    def test_as_many_queries_for_one_school_as_for_two(self):
        """What core does for each follower of an activity is core's."""

        def queries(day):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            with patch.object(type(self.env["mail.activity"]), "create") as create:
                self.period2._move(date(2025, 7, 14), day, "Arrêté")
            self.env.flush_all()
            planned.append(len(create.call_args[0][0]))
            return self.env.cr.sql_log_count - start

        planned = []
        queries(date(2025, 10, 25))
        one = queries(date(2025, 10, 26))
        self.tax_campaign(self.school_b, self.training_b, self.manager_b)
        # roles are in the cache of a server that runs
        self.manager_b._bde_company_ids("secretary")
        self.assertEqual(queries(date(2025, 10, 27)), one)
        self.assertEqual(planned, [1, 1, 2])


@tagged("post_install", "-at_install")
class TestTaxReminders(TaxCase):
    """The calendar reminds the responsible of each campaign, once."""

    def remind(self, day):
        with freeze_time(f"{day} 05:00:00"):
            self.env["bde.tax.campaign"]._cron_remind_windows()
        return self.campaign.activity_ids.sorted("id").mapped("summary")

    def test_the_year(self):
        self.assertEqual(self.remind("2025-05-18"), [])
        self.assertEqual(len(self.remind("2025-05-19")), 1)
        self.assertIn("check your data", self.remind("2025-05-20")[0])
        start = self.remind("2025-05-26")
        self.assertEqual(len(start), 2)
        self.assertRegex(start[1], r"ends on (06/27|27/06)/2025")
        self.assertEqual(len(self.remind("2025-06-16")), 2)
        self.assertIn("last calls", self.remind("2025-06-17")[2])
        last = self.campaign.activity_ids.sorted("id")[-1]
        self.assertEqual((last.user_id, last.date_deadline), (self.manager_a, date(2025, 6, 27)))

    def test_a_day_that_was_missed(self):
        self.assertEqual(len(self.remind("2025-05-28")), 1)
        self.assertEqual(len(self.remind("2025-05-29")), 1)
        # too late to say that it begins
        self.assertEqual(len(self.remind("2025-07-18")), 1)

    def test_a_moved_window_reminds_again(self):
        self.assertEqual(len(self.remind("2025-06-17")), 1)
        with freeze_time("2025-06-18 05:00:00"):
            self.window("period1")._move(date(2025, 5, 26), date(2025, 7, 11), "Arrêté")
        self.assertEqual(len(self.remind("2025-06-19")), 2)
        self.assertEqual(len(self.remind("2025-07-01")), 3)

    def test_closed_and_without_responsible(self):
        self.campaign.user_id = False
        self.remind("2025-05-26")
        self.assertEqual(self.campaign.activity_ids.user_id, self.head_a)
        self.campaign.action_close()
        self.assertFalse(self.campaign.activity_ids)
        self.assertEqual(self.remind("2025-06-17"), [])


@tagged("post_install", "-at_install")
class TestLegalCategory(ServicesCase):
    """The legal category comes from SIRENE, in silence the first time."""

    def test_read_by_hand(self):
        garage = self.make_employer(SIRET_OTHER, "Mairie de Bègles", city="Bègles", zip="33130")
        self.services.add_company(
            SIRET_OTHER, "MAIRIE DE BEGLES", city="BEGLES", zip="33130", legal_category="7210"
        )
        garage.with_env(self.as_user(self.secretary_a)).action_bde_refresh_sirene()
        self.env.invalidate_all()
        self.assertEqual(garage.bde_legal_category, "7210")
        self.assertNotIn("bde_legal_category", self.changes(garage))
        self.services.add_company(
            SIRET_OTHER, "MAIRIE DE BEGLES", city="BEGLES", zip="33130", legal_category="7348"
        )
        garage.with_env(self.as_user(self.secretary_a)).action_bde_refresh_sirene()
        self.env.invalidate_all()
        self.assertEqual(self.changes(garage)["bde_legal_category"], ("7210", "7348"))

    def test_registered_with_it(self):
        self.services.add_company(
            SIRET_OTHER, "GARAGE LEO", city="BEGLES", zip="33130", legal_category="5710"
        )
        env = self.as_user(self.secretary_a)
        wizard = env["bde.employer.register"].create({"query": SIRET_OTHER})
        wizard.action_search()
        wizard.action_register()
        employer = self.env["res.partner"]._bde_find_employer(SIRET_OTHER)
        self.assertEqual(employer.bde_legal_category, "5710")

    def test_what_is_no_category_is_left_out(self):
        garage = self.make_employer(SIRET_OTHER, "Garage Léo", city="Bègles", zip="33130")
        self.services.add_company(
            SIRET_OTHER, "GARAGE LEO", city="BEGLES", zip="33130", legal_category="57"
        )
        garage.with_env(self.as_user(self.secretary_a)).action_bde_refresh_sirene()
        self.env.invalidate_all()
        self.assertFalse(garage.bde_legal_category)
