"""The page about the tax in a real browser, as small as a phone: what a tap sends."""

from odoo.tests import tagged

from .test_tax_page import TaxPageCase

# The answer goes into a frame, so that the script outlives it. The button is pressed twice.
ANSWER = """
const frame = document.createElement("iframe");
frame.name = "answer";
document.body.append(frame);
const shown = (selector) => document.querySelector(selector).offsetParent !== null;
const faults = [];
if (document.documentElement.scrollWidth > window.innerWidth) {
    faults.push("scrolls sideways");
}
if (CSS.supports("selector(:has(*))") && (shown(".bde_tax_money") || shown(".bde_tax_other"))) {
    faults.push("boxes are shown before an answer is chosen");
}
document.querySelector("input[name=kind][value=%(kind)s]").closest("label").click();
for (const [selector, wanted] of Object.entries(%(shown)s)) {
    if (shown(selector) !== wanted) {
        faults.push(selector);
    }
}
for (const [name, value] of Object.entries(%(typed)s)) {
    document.querySelector(`[name=${name}]`).value = value;
}
const button = document.querySelector("form button[type=submit]");
button.form.target = "answer";
frame.addEventListener("load", () => {
    const page = frame.contentDocument;
    if (!page.querySelector("main")) {
        return;
    }
    if (!page.querySelector(".bde_done")) {
        faults.push(page.querySelector("main").textContent);
    }
    if (faults.length) {
        console.error(faults.join("; "));
    } else {
        console.log("test successful");
    }
});
button.click();
button.click();
"""

COPY = """
const buttons = [...document.querySelectorAll(".bde_copy_button")];
document.execCommand = () => true;
if (!buttons.length || buttons.some((one) => one.hidden)) {
    console.error("no button copies");
}
buttons.find((one) => one.dataset.copy === "0330994B").click();
const wait = setInterval(() => {
    if (document.getElementById("copied").textContent.includes("0330994B")) {
        clearInterval(wait);
        console.log("test successful");
    }
}, 20);
"""


@tagged("post_install", "-at_install")
class TestTaxPageBrowser(TaxPageCase):
    browser_size = "390x844"
    touch_enabled = True

    def play(self, kind, money, other, **typed):
        script = ANSWER % {
            "kind": kind,
            "shown": f'{{".bde_tax_money": {money}, ".bde_tax_other": {other}}}',
            "typed": repr(typed),
        }
        # the browser's clock is its own
        self.browser_js(f"/bde/x/{self.token}", script)
        self.env.invalidate_all()
        answers = self.answers()
        self.assertEqual(answers.mapped("kind"), [kind])
        return answers

    def test_we_have_chosen_you(self):
        answer = self.play("chosen", "true", "false", amount="50", unit="percent")
        self.assertEqual(answer.percent, 50)

    def test_we_will(self):
        answer = self.play("will", "true", "false", amount="1 200,50", course=str(self.course.id))
        self.assertEqual((answer.amount, answer.course_id), (1200.5, self.course))

    def test_not_this_year(self):
        self.assertEqual(self.play("no", "false", "false", remark="Désolé").remark, "Désolé")

    def test_wrong_person(self):
        answer = self.play("wrong", "false", "true", other_name="Léa Petit")
        self.assertEqual(answer.other_name, "Léa Petit")

    def test_copy(self):
        self.link._tax_take({self.target: self.values("will")})
        self.browser_js(f"/bde/x/{self.token}", COPY)
