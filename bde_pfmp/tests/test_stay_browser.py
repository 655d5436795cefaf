"""The page of a stay in a real browser: what a tap sends, pressed once or twice."""

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .test_stay import StayCase

# The answer goes into a frame, so that the script outlives it.
PRESS_TWICE = """
const frame = document.createElement("iframe");
frame.name = "answer";
document.body.append(frame);
const button = document.querySelector("button[name=do][value=all]");
button.form.target = "answer";
frame.addEventListener("load", () => {
    const page = frame.contentDocument;
    if (page.querySelector(".bde_error")) {
        console.error(page.querySelector(".bde_error").textContent);
    } else if (page.querySelector(".bde_done")) {
        console.log(button.disabled ? "test successful" : "the button can be pressed again");
    }
});
button.click();
button.click();
"""


@tagged("post_install", "-at_install")
class TestStayBrowser(StayCase, HttpCase):
    def test_the_button_that_was_pressed_is_the_answer(self):
        """A button that a script disables too soon is left out of what is sent."""
        self.go_to(self.start + timedelta(days=7))
        self.placement_adult._note_arrival(True, "staff", "Ada")
        _link, path = self.link(self.tutor)
        self.browser_js(f"{path}/{self.adult.uuid}", PRESS_TWICE)
        self.env.invalidate_all()
        [week] = self.placement_adult.sudo().presence_week_ids
        self.assertEqual((week.by, week.name), ("tutor", "Yves Rabot"))
