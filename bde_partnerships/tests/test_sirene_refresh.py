from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from stdnum import luhn

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..models import res_partner_sirene_job as job
from .common import SIRET_OTHER
from .services import HALF
from .services_common import ServicesCase
from .test_services_clients import FakeTime

JOB_LOG = "odoo.addons.bde_partnerships.models.res_partner_sirene_job"


def siret(number):
    """A valid SIRET of the invented firm ``number``."""
    siren = f"8123456{number:d}"[-8:].ljust(8, "0")
    siren += luhn.calc_check_digit(siren)
    return siren + "0001" + luhn.calc_check_digit(siren + "0001")


@tagged("post_install", "-at_install")
class TestSireneByHand(ServicesCase):
    """What the directory says is written with its history; nothing is ever wiped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.garage = cls.make_employer(SIRET_OTHER, "Garage Léo", city="Bègles", zip="33130")

    def refresh(self, partner=None, user=None):
        partner = (partner or self.garage).with_env(self.as_user(user or self.secretary_a))
        result = partner.action_bde_refresh_sirene()
        self.env.invalidate_all()
        return result

    def listed(self, partners, user=None):
        partners = partners.with_env(self.as_user(user or self.secretary_a))
        action = partners.action_bde_refresh_listed()
        report = partners.env["bde.service.report"].browse(action["res_id"])
        return {line.partner_id.name: line.status for line in report.line_ids}

    def test_values_come_with_their_history(self):
        self.services.add_company(
            SIRET_OTHER, "GARAGE LEO", street="12 RUE DES FRENES", zip="33130", city="BEGLES",
            naf="45.20A", headcount="02",
        )  # fmt: skip
        self.refresh()
        self.assertEqual(self.garage.naf_code, "4520A")
        self.assertEqual(self.garage.street, "12 RUE DES FRENES")
        self.assertTrue(self.garage.sirene_on)
        self.assertTrue(self.garage.sirene_checked_on)
        changes = self.changes(self.garage)
        self.assertEqual(changes["naf_code"], ("", "4520A"))
        self.assertEqual(changes["headcount"], ("", "3 to 5"))
        self.assertNotIn("sirene_on", changes)

    def test_capitals_without_accents_change_nothing(self):
        self.services.add_company(SIRET_OTHER, "GARAGE LEO", city="BEGLES", zip="33130")
        self.refresh()
        self.assertEqual((self.garage.name, self.garage.city), ("Garage Léo", "Bègles"))
        self.assertNotIn("name", self.changes(self.garage))

    def test_siret_of_another_name_writes_nothing(self):
        self.services.add_company(SIRET_OTHER, "BOULANGERIE MARTIN", city="PESSAC", zip="33600")
        with self.assertRaisesRegex(UserError, "that of BOULANGERIE MARTIN, PESSAC"):
            self.refresh()
        self.assertEqual(self.garage.city, "Bègles")
        self.assertFalse(self.garage.sirene_on)
        self.assertEqual(self.listed(self.garage), {"Garage Léo": "other_name"})
        self.assertEqual(self.garage.sirene_other_name, "BOULANGERIE MARTIN")
        # said right, it is taken
        self.garage._bde_write_shared({"name": "Boulangerie Martin"}, self.school_a)
        self.assertFalse(self.garage.sirene_checked_on, "asked again next")
        self.assertEqual(self.listed(self.garage), {"Boulangerie Martin": "changed"})
        self.assertEqual((self.garage.city, self.garage.sirene_other_name), ("PESSAC", False))

    def test_firm_that_was_read_before_may_take_a_new_name(self):
        self.garage.sirene_on = "2026-01-01"
        self.services.add_company(SIRET_OTHER, "MECA SUD OUEST", city="BEGLES", zip="33130")
        self.refresh()
        self.assertEqual(self.garage.name, "MECA SUD OUEST")
        self.assertEqual(self.changes(self.garage)["name"], ("Garage Léo", "MECA SUD OUEST"))

    def test_brand_is_enough_to_know_it(self):
        self.services.add_company(SIRET_OTHER, "SARL BTZ HOLDING", brand="GARAGE LEO")
        self.refresh()
        self.assertEqual(self.garage.name, "SARL BTZ HOLDING (GARAGE LEO)")

    def test_closed_then_open_again(self):
        self.services.add_company(SIRET_OTHER, "GARAGE LEO", closed_on="2026-03-31")
        self.assertEqual(self.listed(self.garage), {"Garage Léo": "closed"})
        self.assertEqual(self.garage.closed_on, date(2026, 3, 31))
        self.services.add_company(SIRET_OTHER, "GARAGE LEO")
        self.assertEqual(self.listed(self.garage), {"Garage Léo": "changed"})
        self.assertFalse(self.garage.closed_on)

    def test_closing_that_people_typed_stays_at_the_first_reading(self):
        self.garage.closed_on = "2026-10-01"
        self.services.add_company(SIRET_OTHER, "GARAGE LEO")
        self.refresh()
        self.assertEqual(self.garage.closed_on, date(2026, 10, 1))

    def test_masked_firm_keeps_what_people_typed_and_may_be_typed_again(self):
        self.garage.write({"street": "12 rue des Frênes", "sirene_on": "2026-01-01"})
        self.services.add_company(SIRET_OTHER, "LEO", street="1 RUE X", city="BEGLES", masked=True)
        self.assertEqual(self.listed(self.garage), {"Garage Léo": "masked"})
        self.assertTrue(self.garage.bde_masked)
        self.assertEqual(
            (self.garage.name, self.garage.street), ("Garage Léo", "12 rue des Frênes")
        )
        as_secretary = self.garage.with_env(self.as_user(self.secretary_a))
        as_secretary._bde_change_employer({"street": "13 rue des Frênes"}, self.school_a)
        self.assertEqual(self.garage.street, "13 rue des Frênes")

    def test_not_shown_any_more_is_told_and_nothing_wiped(self):
        self.garage.write({"street": "12 rue des Frênes", "sirene_on": "2026-01-01"})
        self.assertEqual(self.listed(self.garage), {"Garage Léo": "missing"})
        since = self.garage.sirene_missing_on
        self.assertEqual(since, self.school_a._bde_today())
        self.assertEqual(self.garage.street, "12 rue des Frênes")
        self.assertEqual(list(self.changes(self.garage)), ["sirene_missing_on"])
        with freeze_time(fields.Datetime.now() + timedelta(days=9)):
            self.listed(self.garage)
        self.assertEqual(self.garage.sirene_missing_on, since, "the first day stays")
        self.services.add_company(SIRET_OTHER, "GARAGE LEO")
        self.listed(self.garage)
        self.assertFalse(self.garage.sirene_missing_on)

    def test_another_siret_forgets_what_was_said_of_the_first(self):
        self.listed(self.garage)
        self.assertTrue(self.garage.sirene_missing_on)
        self.garage.with_env(self.as_user(self.secretary_a))._bde_change_employer(
            {"company_registry": siret(3)}, self.school_a
        )
        self.assertFalse(self.garage.sirene_missing_on)
        self.assertFalse(self.garage.sirene_checked_on)

    def test_sentences_of_outages(self):
        for fault, sentence in (
            ({"status": 500}, "does not answer"),
            ({"body": HALF}, "does not answer"),
            ({"status": 429, "headers": {"Retry-After": "12"}}, "again in 12 seconds"),
        ):
            with self.services.failing("companies", **fault):
                with self.assertRaisesRegex(UserError, sentence):
                    self.refresh()
        self.switch_off("bde.recherche_entreprises_url")
        with self.assertRaisesRegex(UserError, "switched off"):
            self.refresh()
        self.assertFalse(self.garage.sirene_checked_on)

    def test_list_goes_on_line_by_line_and_stops_asking_after_an_outage(self):
        without = self.make_employer(False, "Sans numéro")
        others = [self.make_employer(siret(n), f"Firme {n}") for n in range(3, 6)]
        for number, partner in enumerate(others, 3):
            self.services.add_company(siret(number), partner.name.upper())
        self.services.fail("companies", status=500, after=2)
        partners = self.garage | without | self.garage.union(*others)
        self.assertEqual(
            self.listed(partners),
            {
                "Garage Léo": "missing",
                "Sans numéro": "no_siret",
                "Firme 3": "changed",
                "Firme 4": "unavailable",
                "Firme 5": "unavailable",
            },
        )
        self.assertEqual(self.services.count("companies"), 3)
        self.assertTrue(others[0].sirene_checked_on)
        self.assertFalse(others[1].sirene_checked_on, "its turn comes by night")

    def test_too_many_at_once(self):
        with patch("odoo.addons.bde_partnerships.models.res_partner_services.BY_HAND", 1):
            with self.assertRaisesRegex(UserError, "at most 1 companies"):
                self.listed(self.garage | self.employer)
        self.assertEqual(self.services.count("companies"), 0)

    def test_who_may(self):
        self.services.add_company(SIRET_OTHER, "GARAGE LEO")
        for user in (self.teacher_a, self.school_life_a, self.correspondent):
            with self.assertRaises(AccessError):
                self.refresh(user=user)
            with self.assertRaises(AccessError):
                self.listed(self.garage, user=user)
        self.assertEqual(self.services.count("companies"), 0)

    def test_report_is_its_authors(self):
        self.listed(self.garage)
        reports = self.env["bde.service.report"].search([])
        self.assertEqual(self.as_user(self.secretary_a)["bde.service.report"].search([]), reports)
        self.assertFalse(self.as_user(self.manager_b)["bde.service.report"].search([]))
        self.assertFalse(self.as_user(self.manager_b)["bde.service.report.line"].search([]))


@tagged("post_install", "-at_install")
class TestSireneByNight(ServicesCase, CronMixinCase):
    """The job: order, limits, resuming, outages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("bde_employer", "=", True)]).company_registry = False
        cls.firms = cls.env["res.partner"]
        for number in range(3, 33):
            cls.firms |= cls.make_employer(siret(number), f"Firme {number}")

    def setUp(self):
        super().setUp()
        for number, partner in enumerate(self.firms, 3):
            self.services.add_company(siret(number), partner.name.upper(), naf="45.20A")
        self.time = FakeTime()

    def run_job(self, **kwargs):
        """The job with a clock of its own; commits are counted instead of made."""
        self.commits = []

        def commit(_self, processed=0, *, remaining=None, deactivate=False):
            self.env.flush_all()
            self.commits.append((processed, remaining))
            return 0 if len(self.commits) > kwargs.get("stop_after", 999) else 60

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            self.env["res.partner"]._cron_bde_refresh_sirene(self.time.clock, self.time.sleep)
        self.env.invalidate_all()

    @property
    def already_read(self):
        return self.firms.filtered("sirene_checked_on")

    def test_all_are_read_within_the_limit(self):
        self.run_job()
        self.assertEqual(self.already_read, self.firms)
        self.assertEqual(set(self.firms.mapped("naf_code")), {"4520A"})
        # thirty requests, seven at a time: four waits of a second
        self.assertEqual(self.time.waits, [1.0] * 4)
        self.assertEqual(self.commits, [(0, 30), (21, None), (9, None)])
        self.services.requests.clear()
        self.run_job()
        self.assertEqual(self.services.count("companies"), 0, "not again within the week")

    def test_oldest_first(self):
        self.firms.sirene_checked_on = "2026-01-05"
        self.firms[20].sirene_checked_on = "2026-01-01"
        self.firms[10].sirene_checked_on = False
        self.run_job()
        order = [path.split("q=")[1][:14] for _service, path in self.services.requests]
        self.assertEqual(order[:3], [siret(13), siret(23), siret(3)])

    def test_stopped_run_goes_on(self):
        self.run_job(stop_after=1)
        self.assertEqual(len(self.already_read), 21)
        self.services.requests.clear()
        self.run_job()
        self.assertEqual(self.already_read, self.firms)
        self.assertEqual(self.services.count("companies"), 9)

    @mute_logger(JOB_LOG)
    def test_outage_stops_it_and_loses_nothing(self):
        for fault in ({"status": 500}, {"body": HALF}):
            self.firms.sirene_checked_on = False
            with self.services.failing("companies", after=25, **fault):
                self.run_job()
            self.assertEqual(len(self.already_read), 25, "what was answered is kept")
            self.assertEqual(self.commits[-1], (4, 0), "and it does not start again at once")
            self.run_job()
            self.assertEqual(self.already_read, self.firms)

    def test_short_pause_is_waited_out(self):
        self.services.fail("companies", status=429, headers={"Retry-After": "5"}, after=3, times=1)
        self.run_job()
        self.assertIn(5, self.time.waits)
        self.assertEqual(self.already_read, self.firms)

    @mute_logger(JOB_LOG)
    def test_long_pause_is_for_later(self):
        cron = self.env.ref("bde_partnerships.cron_refresh_sirene")
        self.services.fail("companies", status=429, headers={"Retry-After": "120"}, after=3)
        with freeze_time("2026-11-21 03:00:00"), self.capture_triggers(cron.id) as triggers:
            self.run_job()
        self.assertEqual(len(self.already_read), 3)
        self.assertEqual(
            triggers.records.call_at, fields.Datetime.to_datetime("2026-11-21 03:02:00")
        )

    @mute_logger(JOB_LOG)
    def test_one_that_cannot_be_written_stops_no_other(self):
        take = type(self.firms)._bde_take_sirene

        def fail(partner, found, company):
            if partner == self.firms[4]:
                raise ValueError("broken")
            return take(partner, found, company)

        with patch.object(type(self.firms), "_bde_take_sirene", fail):
            self.run_job()
        self.assertEqual(set((self.firms - self.firms[4]).mapped("naf_code")), {"4520A"})
        self.assertFalse(self.firms[4].naf_code)

    @mute_logger(JOB_LOG)
    def test_question_that_is_refused_does_not_stop_it(self):
        self.services.fail("companies", status=400, after=2, times=1)
        self.run_job()
        self.assertEqual(len(self.already_read), 29)

    def test_switched_off(self):
        self.switch_off("bde.recherche_entreprises_url")
        self.run_job()
        self.assertEqual(self.services.count("companies"), 0)

    def test_entities_and_firms_without_number_are_not_asked(self):
        self.firms.company_registry = False
        self.run_job()
        self.assertEqual(self.services.count("companies"), 0)

    def test_history_is_in_the_name_of_the_academy(self):
        self.run_job()
        lines = self.firms.bde_change_ids
        self.assertEqual(set(lines.mapped("source")), {"sirene"})
        self.assertEqual(set(lines.mapped("school_id.bde_kind")), {"academy"})

    def test_nothing_new_takes_the_same_queries_for_one_and_for_many(self):
        self.run_job()
        counts = []
        for size in (1, 21):
            answers = self.env["res.partner"]._bde_ask_sirene(
                [(p.id, p.company_registry) for p in self.firms[:size]],
                job.Throttle(99), self.time.sleep,
            )[0]  # fmt: skip
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["res.partner"]._bde_apply_sirene(answers)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        # a savepoint each, which costs two statements and protects the others; which rules and
        # caches the first round finds warm depends on the tests before it
        self.assertLessEqual(counts[1] - counts[0], 2 * 20 + 2)

    def test_runs_as_a_job(self):
        """As the scheduler runs it: with its commits."""
        with patch.object(job, "time") as clock, self.enter_registry_test_mode():
            clock.monotonic, clock.sleep = self.time.clock, self.time.sleep
            self.firms[5:].company_registry = False
            self.env.ref("bde_partnerships.cron_refresh_sirene").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.already_read), 5)
