from contextlib import contextmanager
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..rules.ban import Point
from .common import SIRET_OTHER
from .services import HALF
from .services_common import ServicesCase

JOB_LOG = "odoo.addons.bde_partnerships.models.res_partner_sirene_job"
DOOR = (44.8401, -0.5801)
TOWN = (44.84, -0.58)


class GeoCase(ServicesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the employer of the cast: 3 rue des Copeaux, 33000 Bordeaux
        cls.host = cls.employer

    def setUp(self):
        super().setUp()
        self.services.add_place("3 rue des Copeaux", "33000", "Bordeaux", *DOOR)
        self.services.add_place("", "33000", "Bordeaux", *TOWN)

    def place(self, partner):
        return partner.partner_latitude, partner.partner_longitude

    def put(self, latitude, longitude, user=None, record=None):
        record = (record or self.host).with_env(self.as_user(user or self.secretary_a))
        result = record.action_bde_place(latitude, longitude)
        self.env.invalidate_all()
        return result

    def geocode(self, user=None, record=None):
        record = (record or self.host).with_env(self.as_user(user or self.secretary_a))
        result = record.action_bde_geocode()
        self.env.invalidate_all()
        return result

    @contextmanager
    def counted_commits(self, stop_after=999):
        commits = []

        def commit(_self, processed=0, *, remaining=None, deactivate=False):
            self.env.flush_all()
            commits.append((processed, remaining))
            return 0 if len(commits) > stop_after else 60

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            yield commits
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestGeoState(GeoCase):
    """A point belongs to an address."""

    def test_address_that_changes_takes_the_point_away(self):
        self.geocode()
        self.assertEqual((self.place(self.host), self.host.bde_geo_state), (DOOR, "done"))
        self.host.street = "4 rue des Copeaux"
        self.assertEqual((self.place(self.host), self.host.bde_geo_state), ((0, 0), "none"))

    def test_another_writing_of_the_address_keeps_it(self):
        self.put(44.9, -0.6)
        self.host.write({"street": "3, R. DES COPEAUX", "city": "BORDEAUX", "zip": "33000"})
        self.assertEqual(self.host.street, "3, R. DES COPEAUX")
        self.assertEqual((self.place(self.host), self.host.bde_geo_state), ((44.9, -0.6), "hand"))

    def test_many_at_once_move_or_stay_each_for_itself(self):
        other = self.make_employer(SIRET_OTHER, "Garage Léo", city="Bègles")
        both = self.host | other
        both.write({"partner_latitude": 44.9, "partner_longitude": -0.6})
        both.write({"city": "BEGLES", "phone": "05 00 00 00 00"})
        self.assertEqual(both.mapped("phone"), ["05 00 00 00 00"] * 2)
        self.assertEqual(both.mapped("bde_geo_state"), ["none", "hand"])
        self.assertEqual(self.place(other), (44.9, -0.6))

    def test_coordinates_that_come_with_a_new_company_are_somebodys(self):
        known = self.make_employer(SIRET_OTHER, "X", partner_latitude=44.1, partner_longitude=-0.1)
        self.assertEqual(known.bde_geo_state, "hand")
        known.write({"partner_latitude": 0, "partner_longitude": 0})
        self.assertEqual(known.bde_geo_state, "none")

    def test_change_read_in_sirene_is_looked_up_again(self):
        self.put(44.9, -0.6)
        self.services.add_company(
            self.host.company_registry, "MENUISERIE DUVAL", street="9 RUE NEUVE", zip="33600",
            city="PESSAC",
        )  # fmt: skip
        self.host.with_env(self.as_user(self.secretary_a)).action_bde_refresh_sirene()
        self.assertEqual(self.host.bde_geo_state, "none")


@tagged("post_install", "-at_install")
class TestGeoByHand(GeoCase):
    """Who may place a company, and what is refused."""

    def test_secretary_places_with_a_history(self):
        self.put("44.9", "-0.6")
        self.assertEqual((self.place(self.host), self.host.bde_geo_state), ((44.9, -0.6), "hand"))
        lines = self.host.bde_change_ids
        self.assertEqual(lines.field, "bde_geo_state")
        self.assertEqual(lines.old_value, "Not placed yet")
        self.assertEqual(lines.new_value, "Placed by hand (44.90000, -0.60000)")
        self.assertEqual(lines.school_id, self.school_a)

    def test_point_placed_by_hand_is_never_moved(self):
        self.put(44.9, -0.6)
        with self.assertRaisesRegex(UserError, "Placed by hand"):
            self.geocode()
        with self.counted_commits():
            self.env["res.partner"]._cron_bde_geocode()
        self.host.with_context(force_geo_localize=True).geo_localize()
        self.assertEqual(self.place(self.host), (44.9, -0.6))
        self.assertFalse(self.services.count("ban") + self.services.count("ban_csv"))

    def test_nonsense_is_refused(self):
        for place in ((91, 0), (0, 181), (0, 0), ("x", 3), (None, None), (float("nan"), 1)):
            with self.subTest(place), self.assertRaises(UserError):
                self.put(*place)
        self.assertEqual(self.host.bde_geo_state, "none")

    def test_who_may(self):
        for user in (self.teacher_a, self.intendance_a, self.correspondent, self.bde_admin):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.put(44.9, -0.6, user)
                with self.assertRaises(AccessError):
                    self.geocode(user)
        self.assertEqual(self.services.requests, [], "nothing left before the right was checked")

    def test_core_button_is_no_hole(self):
        as_teacher = self.host.with_env(self.as_user(self.teacher_a))
        with self.assertRaises(AccessError):
            as_teacher.with_context(force_geo_localize=True).geo_localize()
        contact = self.env["res.partner"].create(
            {"name": "B's", "parent_id": self.host.id, "company_id": self.school_b.id,
             "city": "Bordeaux"}
        )  # fmt: skip
        with self.assertRaises(AccessError):
            contact.with_env(self.as_user(self.secretary_a)).geo_localize()
        with self.assertRaises(AccessError):
            self.host.with_env(self.as_user(self.secretary_a)).write({"partner_latitude": 1})
        self.assertEqual(self.services.requests, [])
        as_secretary = self.host.with_env(self.as_user(self.secretary_a))
        as_secretary.with_context(force_geo_localize=True).geo_localize()
        self.assertEqual((self.place(self.host), self.host.bde_geo_state), (DOOR, "done"))

    def test_core_page_is_not_shown_to_staff(self):
        view = self.env.ref("base.view_partner_form").id
        for user, shown in ((self.secretary_a, 0), (self.env.ref("base.user_admin"), 1)):
            arch = self.env["res.partner"].with_user(user).get_view(view, "form")["arch"]
            self.assertEqual(
                len(etree.fromstring(arch).xpath("//button[@name='geo_localize']")) > 0, bool(shown)
            )

    def test_page_of_a_school_acts_in_its_name(self):
        """Two roles: the secretary's page, whatever school he opened first."""
        relation_b = self.env["bde.relation"]._bde_ensure(self.host, self.school_b)
        env = self.as_user(self.two_roles)
        relation_b.with_env(env).with_company(self.school_a).action_bde_place(44.9, -0.6)
        self.assertEqual(self.host.bde_change_ids.school_id, self.school_b)
        relation_a = self.env["bde.relation"]._bde_ensure(self.host, self.school_a)
        with self.assertRaises(AccessError):
            relation_a.with_env(env).with_company(self.school_b).action_bde_place(44.8, -0.6)

    def test_schools_place_themselves(self):
        school = self.school_a.with_env(self.as_user(self.manager_a))
        school.action_bde_place(44.8, -0.5)
        self.assertEqual(self.place(self.school_a.partner_id), (44.8, -0.5))
        self.assertEqual((school.bde_latitude, school.bde_geo_state), (44.8, "hand"))
        for company, user in (
            (self.school_a, self.secretary_a), (self.school_b, self.manager_a),
            (self.school_a, self.correspondent),
        ):  # fmt: skip
            with self.assertRaises(AccessError):
                company.with_env(self.as_user(user)).action_bde_place(44, 1)
            with self.assertRaises(AccessError):
                company.with_env(self.as_user(user)).action_bde_geocode()

    def test_sentences(self):
        with self.services.failing("ban", status=500):
            with self.assertRaisesRegex(UserError, "does not answer"):
                self.geocode()
        self.host.street = "1 rue Inconnue"
        self.host.write({"zip": "75001", "city": "Paris"})
        with self.assertRaisesRegex(UserError, "not found: place it by hand"):
            self.geocode()
        self.assertEqual(self.host.bde_geo_state, "failed")
        self.host.country_id = self.env.ref("base.it")
        with self.assertRaisesRegex(UserError, "No town of France"):
            self.geocode()
        self.switch_off("bde.ban_url")
        self.host.country_id = self.env.ref("base.fr")
        with self.assertRaisesRegex(UserError, "switched off"):
            self.geocode()

    def test_list_is_told_line_by_line(self):
        town = self.make_employer(
            False, "Firme", street="allée Perdue du Bout", zip="33000", city="Bordeaux"
        )
        hand = self.make_employer(False, "Placée", city="Bordeaux", partner_latitude=1)
        nowhere = self.make_employer(False, "Nulle part")
        partners = (self.host | town | hand | nowhere).with_env(self.as_user(self.secretary_a))
        action = partners.action_bde_geocode_listed()
        report = partners.env["bde.service.report"].browse(action["res_id"])
        self.assertEqual(
            {line.partner_id.name: line.status for line in report.line_ids},
            {
                "Menuiserie Duval": "done",
                "Firme": "town",
                "Placée": "hand",
                "Nulle part": "no_address",
            },
        )
        self.assertIn("At its door: 1", report.summary)
        self.assertEqual(self.place(town), TOWN)


@tagged("post_install", "-at_install")
class TestGeoByNight(GeoCase, CronMixinCase):
    """The job: companies and schools, by file, resumable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("bde_employer", "=", True)]).bde_geo_state = "hand"
        cls.firms = cls.env["res.partner"].create(
            [
                {
                    "name": f"Firme {number}", "bde_employer": True, "is_company": True,
                    "street": "3 rue des Copeaux", "zip": "33000", "city": "Bordeaux",
                    "country_id": cls.env.ref("base.fr").id,
                }
                for number in range(5)
            ]
        )  # fmt: skip

    def run_job(self, **kwargs):
        with self.counted_commits(**kwargs) as commits:
            self.env["res.partner"]._cron_bde_geocode()
        return commits

    def test_all_are_placed_in_one_call(self):
        self.school_a.partner_id.write({"zip": "33000", "city": "Bordeaux"})
        contact = self.env["res.partner"].create({"name": "A person", "city": "Bordeaux"})
        self.run_job()
        self.assertEqual(set(self.firms.mapped("bde_geo_state")), {"done"})
        self.assertEqual({self.place(firm) for firm in self.firms}, {DOOR})
        self.assertEqual(self.school_a.partner_id.bde_geo_state, "town")
        self.assertEqual(contact.bde_geo_state, "none", "a person is not looked up")
        self.assertEqual(self.services.count("ban_csv"), 1)
        self.assertFalse(self.firms.bde_change_ids, "a computed point is no news")
        self.run_job()
        self.assertEqual(self.services.count("ban_csv"), 1)

    def test_not_found_is_not_asked_again(self):
        self.services.places.clear()
        self.run_job()
        self.assertEqual(set(self.firms.mapped("bde_geo_state")), {"failed"})
        asked = self.services.count("ban_csv")
        self.run_job()
        self.assertEqual(self.services.count("ban_csv"), asked)

    def test_stopped_run_goes_on(self):
        with patch("odoo.addons.bde_partnerships.rules.ban.BATCH_SIZE", 2):
            self.run_job(stop_after=2)
            self.assertEqual(self.firms.mapped("bde_geo_state").count("done"), 2)
            self.run_job()
        self.assertEqual(set(self.firms.mapped("bde_geo_state")), {"done"})

    @mute_logger(JOB_LOG)
    def test_outage_stops_it_and_changes_nothing(self):
        for fault in ({"status": 500}, {"body": HALF}, {"body": b""}):
            with self.services.failing("ban_csv", **fault):
                commits = self.run_job()
            self.assertEqual(set(self.firms.mapped("bde_geo_state")), {"none"})
            self.assertEqual(commits[-1], (0, 0))
        with self.services.failing("ban_csv", status=429, headers={"Retry-After": "5"}):
            cron = self.env.ref("bde_partnerships.cron_geocode")
            with self.capture_triggers(cron.id) as triggers:
                self.run_job()
        self.assertTrue(triggers.records)

    def test_server_that_takes_no_file(self):
        with self.services.failing("ban_csv", status=404):
            self.run_job()
        self.assertEqual(self.services.count("ban"), 5)
        self.assertEqual(set(self.firms.mapped("bde_geo_state")), {"done"})

    def test_address_changed_meanwhile_is_left_to_the_next_run(self):
        geocoder = type(self.env["base.geocoder"])

        def find(_self, addresses, throttle=None):
            self.firms[0].city = "Pessac"
            return [Point(1, 2, "housenumber", 1.0)] * len(addresses)

        with patch.object(geocoder, "_bde_find_points", find):
            self.run_job()
        self.assertEqual(self.firms[0].bde_geo_state, "none")
        self.assertEqual(set(self.firms[1:].mapped("bde_geo_state")), {"done"})

    def test_switched_off(self):
        self.switch_off("bde.ban_url")
        self.run_job()
        self.assertEqual(self.services.requests, [])

    def test_same_queries_for_one_and_for_many(self):
        points = [Point(44.8 + i / 100, -0.5, "housenumber", 1.0) for i in range(5)]
        counts = []
        # the first one fills the caches
        for firms in (self.firms[0], self.firms[1], self.firms[2:]):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            firms._bde_write_points(dict(zip(firms, points, strict=False)))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestProvider(GeoCase):
    """The directory of addresses as a provider of core's base_geolocalize."""

    def test_it_is_the_one_of_a_new_installation(self):
        provider = self.env.ref("bde_partnerships.geo_provider_ban")
        self.assertEqual(self.env["base.geocoder"]._get_provider(), provider)
        self.assertIn("BAN", provider.tech_name.upper())

    def test_core_finds_with_it(self):
        result = self.env["res.partner"]._geo_localize(
            "3 rue des Copeaux", "33000", "Bordeaux", "", "France"
        )
        self.assertEqual(result, DOOR)
        self.assertIsNone(
            self.env["res.partner"]._geo_localize("Via Roma", "10100", "Torino", "", "Italy")
        )
        self.switch_off("bde.ban_url")
        with self.assertRaisesRegex(UserError, "switched off"):
            self.env["base.geocoder"].geo_find("3 rue des Copeaux 33000 Bordeaux")

    def test_core_geocodes_contacts_without_calling_it_by_hand(self):
        contact = self.env["res.partner"].create(
            {"name": "P", "street": "3 rue des Copeaux", "zip": "33000", "city": "Bordeaux",
             "country_id": self.env.ref("base.fr").id}
        )  # fmt: skip
        contact.with_context(force_geo_localize=True).geo_localize()
        self.assertEqual((self.place(contact), contact.bde_geo_state), (DOOR, "done"))

    def test_parameters_that_somebody_set_stay(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("bde.ban_url", "https://example.org/x")
        self.switch_off("bde.map_tiles_url")
        self.env["bde.services"]._set_defaults()
        self.assertEqual(parameters.get_param("bde.ban_url"), "https://example.org/x")
        self.assertIn("data.geopf.fr/wmts", parameters.get_param("bde.map_tiles_url"))

    def test_administrator_empties_an_address_in_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.bde_ban_url, self.services.ban_url)
        settings.bde_ban_url = False
        settings.set_values()
        self.assertEqual(self.env["bde.services"]._get("bde.ban_url"), "")
        with self.assertRaisesRegex(UserError, "switched off"):
            self.geocode()
