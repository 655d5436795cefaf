"""The page of an alumnus on a telephone: it fits, and fingers find what to tap."""

from odoo.tests import HttpCase, tagged

from .alumni_common import AlumniCase
from .page_common import PageMixin

FITS = """
document.querySelectorAll("details").forEach((details) => { details.open = true; });
const wide = document.documentElement.scrollWidth - window.innerWidth;
const low = [...document.querySelectorAll("button, summary, label.bde_check")]
    .filter((element) => element.offsetHeight && element.offsetHeight < 24);
if (wide > 0) {
    console.error(`${wide} pixels too wide`);
} else if (low.length) {
    console.error(`too small to tap: ${low.map((element) => element.textContent.trim())}`);
} else if (!document.querySelector("#consents form")) {
    console.error("no choices on the page");
} else {
    console.log("test successful");
}
"""


@tagged("post_install", "-at_install")
class TestPageBrowser(PageMixin, AlumniCase, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_the_page_fits_a_phone(self):
        self.gina.write({"lastname": "De La Tour-Beauregard-Montmorency", "city": "Saint-Denis"})
        self.browser_js(self.page_path(self.gina), FITS)

    def test_the_page_of_a_minor_fits_a_phone(self):
        self.browser_js(self.page_path(self.hugo), FITS)
