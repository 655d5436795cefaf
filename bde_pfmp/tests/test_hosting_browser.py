"""The table of hours and the public form in a real browser."""

from odoo.tests import HttpCase, tagged

from odoo.addons.bde_partnerships.tests.common import SIRET_HOST

from .placement_common import PlacementCase

# writes in a box as a person does, and leaves it
TYPE = """
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
const type = (selector, text) => {
    const box = document.querySelector(selector);
    box.focus();
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.blur();
};
const run = async () => { %s };
run().then(() => console.log("test successful"), (error) => console.error(error));
"""


@tagged("post_install", "-at_install")
class TestHostingBrowser(PlacementCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.placement = cls.new_placement(cls.aline)

    def test_hours_at_the_desk(self):
        """Monday typed, copied to the week, an error shown, the total while typing, saved."""
        code = (
            TYPE
            % """
            const table = await until(() => document.querySelector(".o_bde_schedule table"));
            const box = (index) => `[id$="_mon_${index}"]`;
            type(box(0), "8");
            type(box(1), "1230");
            type(box(2), "13h30");
            type(box(3), "12h");
            await until(() => document.querySelector(".o_bde_schedule .is-invalid"));
            type(box(3), "16h30");
            await until(() => !document.querySelector(".o_bde_schedule .is-invalid"));
            table.querySelector("button").click();
            await until(() => table.querySelector("tfoot td:last-child").textContent === "37h30");
            type('[id$="_fri_2"]', "");
            type('[id$="_fri_3"]', "");
            await until(() => table.querySelector("tfoot td:last-child").textContent === "34h30");
            document.querySelector(".o_form_button_save").click();
            await until(() => document.querySelector(".o_form_saved"));
        """
        )
        self.browser_js(
            f"/odoo/bde-placements/{self.placement.id}",
            code,
            ready="!!document.querySelector('.o_bde_schedule')",
            login="secretary_a",
            timeout=120,
        )
        self.placement.invalidate_recordset()
        self.assertEqual(self.placement.schedule["thu"], [["08:00", "12:30"], ["13:30", "16:30"]])
        self.assertEqual(self.placement.schedule["fri"], [["08:00", "12:30"]])
        self.assertEqual(self.placement.weekly_hours, 34.5)


@tagged("post_install", "-at_install")
class TestHostingPhone(PlacementCase, HttpCase):
    browser_size = "360x740"

    def test_form_of_a_host(self):
        """SIRET known: name and address come; tutor same; hours copied; sent."""
        hosting = self.new_placement(self.aline)._ensure_hostings()
        _link, url = hosting._mint_links()[hosting]
        task = self.training_a.activity_ids[:1].id
        code = (
            TYPE
            % f"""
            type("#siret", "{SIRET_HOST}");
            await until(() => document.querySelector("#host_name").value === "Menuiserie Duval");
            type("#activity", "Menuiserie");
            type("#signatory_name", "Anne Duval");
            type("#signatory_function", "Gérante");
            type("#signatory_phone", "06 12 34 56 78");
            document.querySelector("#tutor_same").click();
            await until(() => document.querySelector(".bde_tutor").hidden);
            type("#mon_0_from", "8"); type("#mon_0_to", "12");
            type("#mon_1_from", "13"); type("#mon_1_to", "16");
            document.querySelector(".bde_copy").click();
            await until(() => document.querySelector(".bde_week").textContent === "35h");
            document.querySelector("[name=activity_{task}]").click();
            type("#insurance_company", "Groupama");
            if (document.documentElement.scrollWidth > window.innerWidth) {{
                throw new Error("the page is wider than the phone");
            }}
            // posted as the button does, without leaving the page that runs this
            const form = document.querySelector(".bde_hosting_form");
            const answer = await fetch(form.action, {{ method: "POST", body: new FormData(form) }});
            if (!answer.url.endsWith("?done=1")) {{
                throw new Error("the form came back");
            }}
        """
        )
        self.browser_js(
            url[url.index("/bde/a/") :],
            code,
            ready="!!document.querySelector('.bde_copy:not([hidden])')",
            timeout=60,
        )
        hosting.invalidate_recordset()
        self.assertEqual((hosting.state, hosting.host_city), ("submitted", "Bordeaux"))
        self.assertEqual(hosting.weekly_hours, 35)
        self.assertTrue(hosting.tutor_same)
