"""The grid in a real browser: one tap a line, a draft that is kept when the page is left."""

from odoo.tests import HttpCase, tagged

from .test_evaluation import EvaluationCase

TAP_AND_LEAVE = """
const run = async () => {
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const form = document.querySelector("form.bde_evaluation_form");
    const count = () => form.querySelector(".bde_count").textContent;
    const lines = [...form.querySelectorAll("fieldset.bde_grid_line")];
    if (count() !== "0" || lines.length !== 9) {
        throw new Error(`${count()} of ${lines.length}`);
    }
    lines[0].querySelectorAll("label")[1].click();
    lines[1].querySelectorAll("label")[5].click();
    lines[1].querySelectorAll("label")[4].click();
    if (count() !== "2") {
        throw new Error(count());
    }
    Object.defineProperty(document, "visibilityState", { value: "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
    await wait(1500);
};
run().then(() => console.log("test successful"), (error) => console.error(error));
"""


@tagged("post_install", "-at_install")
class TestEvaluationBrowser(EvaluationCase, HttpCase):
    def test_tap_and_leave(self):
        _link, path = self.link(self.tutor)
        self.browser_js(
            f"{path}/{self.adult.uuid}",
            TAP_AND_LEAVE,
            "!!document.querySelector('.bde_progress:not([hidden])')",
        )
        [evaluation] = self.evaluations()
        self.assertEqual(evaluation.state, "draft")
        self.assertEqual(evaluation.answer_ids.level_id.mapped("name"), ["Fragile", "Très bien"])
