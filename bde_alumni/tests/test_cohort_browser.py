"""The page of a year in a real browser: horizons are chosen, each number opens its people."""

from odoo.tests import HttpCase, tagged

from .cohort_common import CohortCase

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
const all = (selector) => [...document.querySelectorAll(selector)];
const numbers = (element) => element.textContent.match(/\\d+/g).map(Number);
const same = (one, other) => {
    if (JSON.stringify(one) !== JSON.stringify(other)) {
        throw new Error(`${JSON.stringify(one)} is not ${JSON.stringify(other)}`);
    }
};
const horizons = () => all(".o_bde_cohort .btn-group button");
const jobs = () => all(".o_bde_cohort_situations tbody tr")[0];
const people = (count) =>
    until(() => all(".o_list_view .o_data_row").length === count && !all(".o_bde_cohort").length);
const back = async () => {
    history.back();
    await until(() => horizons().length === 2);
    horizons()[0].click();
    await until(() => numbers(jobs().cells[1]).join() === "5,8");
};
const run = async () => {
    await until(() => horizons().length === 2);
    // the last survey that somebody answered comes first
    same(horizons().map((one) => one.getAttribute("aria-pressed")), ["false", "true"]);
    same(numbers(jobs().cells[1]), [0, 2]);
    horizons()[0].click();
    await until(() => numbers(jobs().cells[1]).join() === "5,8");
    jobs().querySelector("button").click();
    await people(5);
    await back();
    // training, job, study, the employer of two and those of no company of the book
    const nodes = all(".o_bde_flow_opens");
    same(nodes.length, 5);
    same(nodes.map((one) => numbers(one.querySelector("tspan"))[0]), [8, 5, 3, 2, 3]);
    nodes[3].dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await people(2);
    await back();
    all(".o_bde_flow_opens")[4].dispatchEvent(new MouseEvent("click", { bubbles: true }));
    await people(3);
};
run().then(() => console.log("test successful"), (error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestCohortBrowser(CohortCase, HttpCase):
    def test_numbers_open_their_people(self):
        """Eight answered after six months, two after twelve."""
        leavers = self.new_cohort(2021, job=5, study=3, silent=2)
        self.ask(leavers, 2021, 12, ["study"] * 2)
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_a)
        outcomes = self.env["bde.outcome"].search([("alumnus_id", "in", leavers.ids)])
        worked = outcomes.filtered(lambda one: one.situation == "job")
        worked[:2].relation_id = relation
        page = self.cohort_of(2021, self.manager_a)
        self.browser_js(
            f"/odoo/bde-leavers-years/{page.id}",
            SCRIPT,
            ready="!!document.querySelector('.o_bde_cohort')",
            login="manager_a",
            timeout=120,
        )
