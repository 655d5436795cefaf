"""The view of maps: what the server accepts and tells, and the map in a real browser."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SIRET_OTHER
from .services_common import ServicesCase

SCHOOL = (44.84, -0.58)
# 0.09 degrees of latitude are ten kilometres
NORTH = {"Firme 5 km": 0.045, "Firme 10 km": 0.09, "Firme 14 km": 0.126, "Firme 18 km": 0.162}

SCRIPT = """
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (test) => {
    for (let tries = 0; tries < 100; tries++) {
        const found = test();
        if (found) {
            return found;
        }
        await wait(100);
    }
    throw new Error(`never came: ${test}`);
};
// by names and figures: the words change with the language of the user
const press = async (name) =>
    (await until(() => document.querySelector(`.o_bde_map button[name="${name}"]`))).click();
const figures = () => document.querySelector(".o_bde_map_side").dataset;
const counts = (name, count) => until(() => figures()[name] === String(count));
const lines = () =>
    [...document.querySelectorAll(".o_bde_map_line label > span:first-of-type")].map(
        (one) => one.textContent
    );
const same = (one, other) => {
    if (JSON.stringify(one) !== JSON.stringify(other)) {
        throw new Error(`${JSON.stringify(one)} is not ${JSON.stringify(other)}`);
    }
};
const run = async () => { %s };
run().then(() => console.log("test successful"), (error) => console.error(error.message));
"""


class MapCase(ServicesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("bde_employer", "=", True)]).active = False
        cls.school_a.partner_id.write(
            {"partner_latitude": SCHOOL[0], "partner_longitude": SCHOOL[1]}
        )
        cls.firms = cls.env["res.partner"].create(
            [
                {
                    "name": name, "bde_employer": True, "is_company": True, "city": "Blanquefort",
                    "activity": "Mécanique", "country_id": cls.env.ref("base.fr").id,
                    "partner_latitude": SCHOOL[0] + north, "partner_longitude": SCHOOL[1],
                }
                for name, north in NORTH.items()
            ]
        )  # fmt: skip
        cls.nowhere = cls.make_employer(SIRET_OTHER, "Firme sans adresse")


@tagged("post_install", "-at_install")
class TestMapView(MapCase):
    """What the server accepts as a map, and what it tells the client."""

    def make_view(self, arch, model="res.partner"):
        return self.env["ir.ui.view"].create(
            {"name": "map", "model": model, "type": "bde_map", "arch": arch}
        )

    def test_map_names_two_coordinates_and_a_heading(self):
        good = '<bde_map latitude="partner_latitude" longitude="partner_longitude" heading="name"/>'
        self.assertEqual(self.make_view(good).type, "bde_map")
        for bad, sentence in (
            (good.replace('heading="name"', ""), "needs heading"),
            (good.replace("partner_latitude", "nowhere"), "nowhere"),
            (good.replace("/>", ' circle="1"/>'), "not circle"),
            (good.replace("/>", "><button name='x'/></bde_map>"), "not <button>"),
            (good.replace("/>", '><field name="nothing"/></bde_map>'), "nothing"),
        ):
            with self.subTest(bad), self.assertRaisesRegex(ValidationError, sentence):
                self.make_view(bad)

    def test_client_gets_the_fields_that_it_draws(self):
        env = self.as_user(self.manager_a)
        for model, expected in (
            ("res.partner", {"partner_latitude", "name", "city", "bde_school_status", "closed_on"}),
            ("bde.relation", {"latitude", "longitude", "partner_name", "status", "partner_id"}),
        ):
            views = env[model].get_views([(False, "bde_map")])
            self.assertLessEqual(expected, views["models"][model]["fields"].keys())

    def test_actions_offer_it_between_list_and_form(self):
        for name in ("action_employer", "action_relation"):
            action = self.env.ref(f"bde_partnerships.{name}")
            modes = [mode for _view, mode in action.views]
            self.assertIn("bde_map", modes)
            self.assertEqual(modes[0], "list")
            before = action.view_mode
            action._bde_add_map()
            self.assertEqual(action.view_mode, before, "once is enough")

    @mute_logger("odoo.sql_db")
    def test_action_may_name_it(self):
        action = self.env.ref("bde_partnerships.action_relation")
        values = {"act_window_id": action.id, "view_mode": "bde_map"}
        self.env["ir.actions.act_window.view"].create(values)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["ir.actions.act_window.view"].create(values)

    def test_settings_are_those_of_the_users_school(self):
        settings = self.as_user(self.manager_a)["bde.services"].get_map_settings()
        self.assertEqual(settings["tiles"], self.services.tiles_url)
        self.assertEqual(settings["attribution"], "© Test")
        self.assertEqual(settings["school"]["name"], "Lycée Ampère")
        self.assertAlmostEqual(settings["school"]["latitude"], 44.84)
        self.assertTrue(settings["may_prospect"])
        self.assertFalse(
            self.as_user(self.teacher_a)["bde.services"].get_map_settings()["may_prospect"]
        )
        self.assertIsNone(self.as_user(self.manager_b)["bde.services"].get_map_settings()["school"])
        self.switch_off("bde.map_tiles_url")
        self.assertEqual(self.env["bde.services"].get_map_settings()["tiles"], "")

    def test_settings_are_for_staff(self):
        portal = new_test_user(self.env, "portal_map", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["bde.services"].with_user(portal).get_map_settings()

    def test_colours_say_what_my_school_thinks_and_no_other(self):
        first, second = self.firms[:2]
        self.env["bde.relation"]._bde_ensure(first, self.school_a).status = "strong"
        self.env["bde.relation"]._bde_ensure(second, self.school_b).status = "strong"
        firms = self.firms.with_env(self.as_user(self.manager_a))
        self.assertEqual(firms.mapped("bde_school_status"), ["strong", "none", "none", "none"])
        firms = self.firms.with_env(self.as_user(self.correspondent))
        self.assertEqual(set(firms.mapped("bde_school_status")), {"none"})

    def test_points_cost_the_same_queries_for_one_and_for_many(self):
        counts = []
        env = self.as_user(self.manager_a)
        spec = {name: {} for name in ("name", "city", "bde_school_status", "closed_on", "activity")}
        for ids in (self.firms[0].ids, self.firms[1].ids, self.firms.ids):
            env.invalidate_all()
            start = self.env.cr.sql_log_count
            env["res.partner"].web_search_read([("id", "in", ids)], spec, limit=3000)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])

    def test_campaign_starts_from_the_selection(self):
        Campaign = self.as_user(self.manager_a)["bde.campaign"]
        action = Campaign.action_from_map(self.firms[:2].ids)
        campaign = Campaign.browse(action["res_id"])
        self.assertEqual(campaign.target_ids.partner_id, self.firms[:2].with_env(campaign.env))
        with self.assertRaises(UserError):
            Campaign.action_from_map([])


@tagged("post_install", "-at_install")
class TestMapBrowser(MapCase, HttpCase):
    def play(self, path, code, ready, **kwargs):
        self.browser_js(path, SCRIPT % code, ready=ready, login="manager_a", timeout=120, **kwargs)

    def play_map(self, code, **kwargs):
        self.play(
            "/odoo/bde-employers",
            "const icon = await until(() => document.querySelector('.o_switch_view.o_bde_map'));"
            "icon.click(); await until(() => lines().length);" + code,
            ready="!!document.querySelector('.o_list_view')",
            **kwargs,
        )

    def test_circle_rectangle_and_campaign(self):
        self.play_map("""
            await counts("located", 4);
            await counts("total", 5);
            await until(() => document.querySelector(".leaflet-tile-loaded"));
            same(document.querySelectorAll(".o_bde_map_town").length, 0);
            // the north of the map holds the two that are farthest from the school
            await press("rectangle");
            const map = document.querySelector(".o_bde_map_canvas");
            await until(() => map.classList.contains("o_bde_map_drawing"));
            const { left, top, width, height } = map.getBoundingClientRect();
            const pointer = (type, x, y) =>
                map.dispatchEvent(
                    new PointerEvent(type, { pointerId: 1, clientX: x, clientY: y, bubbles: true })
                );
            map.setPointerCapture = () => {};
            pointer("pointerdown", left + 80, top + 2);
            pointer("pointermove", left + width - 2, top + height / 2);
            pointer("pointerup", left + width - 2, top + height / 2);
            await counts("selected", 2);
            same(lines(), ["Firme 14 km", "Firme 18 km"]);
            await press("clear");
            await counts("selected", 0);

            await press("circle");
            await until(() =>
                document.querySelector(".o_bde_map_radius")?.textContent.includes("Lycée Ampère")
            );
            await counts("selected", 3);
            same(lines(), ["Firme 10 km", "Firme 14 km", "Firme 5 km"]);
            const slider = document.querySelector(".o_bde_map_radius input");
            slider.value = 11;
            slider.dispatchEvent(new Event("input"));
            await counts("selected", 2);
            document.querySelector(".o_bde_map_line input").click();
            await counts("selected", 1);
            await press("prospect");
            await until(() => document.querySelector(".o_form_view"));
        """)
        campaign = self.env["bde.campaign"].search([("company_id", "=", self.school_a.id)])
        self.assertEqual(campaign.target_ids.partner_id.name, "Firme 5 km")
        self.assertGreater(self.services.count("tiles"), 0)

    def test_more_points_than_drawn(self):
        """Two of four fit: the circle brings those around the school, whatever the limit."""
        view = self.env.ref("bde_partnerships.view_employer_map")
        view.arch = view.arch.replace("<bde_map ", '<bde_map limit="2" ')
        self.play_map("""
            await counts("shown", 2);
            await counts("located", 4);
            await press("circle");
            const slider = await until(() => document.querySelector(".o_bde_map_radius input"));
            slider.value = 12;
            slider.dispatchEvent(new Event("input"));
            await until(() => lines().join() === "Firme 10 km,Firme 5 km");
            await counts("selected", 2);
            await press("clear");
            await until(() => lines().join() === "Firme 10 km,Firme 14 km");
        """)

    def test_without_tiles_towns_have_their_names(self):
        self.switch_off("bde.map_tiles_url")
        self.play_map("""
            await until(() => document.querySelector(".o_bde_map_town"));
            same(document.querySelector(".o_bde_map_town").textContent, "Blanquefort");
            same(document.querySelectorAll(".leaflet-tile").length, 0);
            await until(() => document.querySelector(".leaflet-control-scale-line"));
        """)
        self.assertEqual(self.services.count("tiles"), 0)

    def test_tiles_that_fail_are_given_up(self):
        with self.services.failing("tiles", status=500):
            self.play_map(
                """
                await until(() => document.querySelector(".o_bde_map_town"));
                same(document.querySelectorAll(".leaflet-tile").length, 0);
                """,
            )
        self.assertGreaterEqual(self.services.count("tiles"), 3)

    def test_list_of_the_selected_and_back(self):
        self.play_map("""
            document.querySelectorAll(".o_bde_map_line input")[1].click();
            await counts("selected", 1);
            await press("open_list");
            await until(() => document.querySelectorAll(".o_data_row").length === 1);
            document.querySelector(".o_back_button, .breadcrumb-item a").click();
            await until(() => lines().length === 1);
            await counts("selected", 1);
        """)

    def test_coordinates_typed_on_the_page_of_a_company(self):
        relation = self.env["bde.relation"]._bde_ensure(self.nowhere, self.school_a)
        self.play(
            f"/odoo/bde-companies/{relation.id}",
            """
            (await until(() => document.querySelector('a[name="map"]'))).click();
            const find = (selector) =>
                until(() => document.querySelector(`.o_bde_point${selector}`));
            await find('[data-state="none"]');
            (await find(' button[name="type"]')).click();
            await find(" input");
            const boxes = document.querySelectorAll(".o_bde_point input");
            for (const [index, text] of ["44,9", "-0.6"].entries()) {
                boxes[index].value = text;
                boxes[index].dispatchEvent(new Event("input"));
            }
            (await find(' button[name="place"]')).click();
            await find('[data-state="hand"]');
            await find(" .leaflet-marker-draggable");
            """,
            ready="!!document.querySelector('.o_form_view')",
        )
        self.nowhere.invalidate_recordset()
        self.assertAlmostEqual(self.nowhere.partner_latitude, 44.9)
        self.assertAlmostEqual(self.nowhere.partner_longitude, -0.6)
        self.assertEqual(self.nowhere.bde_geo_state, "hand")
