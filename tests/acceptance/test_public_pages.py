"""Every page that somebody without an account may meet, on a phone and on a desk.

axe finds no violation, nothing scrolls sideways, the keyboard reaches what the mouse does. The
states are made beside the server by ``public_states.py``, with the cast of the modules' tests.
"""

import pytest

from tools import testing

from . import axe
from .conftest import DATABASE
from .people import PATIENCE
from .public_states import CODE

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
FOCUS = """() => {
    const seen = document.activeElement;
    if (!seen || seen === document.body) return null;
    return seen.id || seen.name || seen.textContent.trim().slice(0, 40);
}"""


@pytest.fixture(scope="module")
def paths(odoo):
    """{state: path}; made before the server runs, whose jobs would get in between."""
    testing.create_database(DATABASE)
    return odoo.run("tests.acceptance.public_states", "build")


@pytest.fixture(scope="module")
def server(paths):
    with testing.start_server(DATABASE) as running:
        yield running
    testing.drop_database(DATABASE)


@pytest.fixture
def visit(server, chromium, paths):
    """``visit(state, size)``: the page of a state in a window of its own."""
    contexts = []

    def open_page(state, size):
        context = chromium.new_context(viewport=size, locale="fr-FR", timezone_id="Europe/Paris")
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        page = context.new_page()
        page.goto(server.url + paths[state])
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_no_page_keeps_anybody_out(visit, paths):
    """All states at both sizes; what is folded is looked at folded, then unfolded.

    Folded on a phone alone: on a desk that shows nothing that is not there unfolded.
    """
    faults = []
    for state in sorted(paths):
        page = visit(state, PHONE)
        try:
            axe.check(page)
            if axe.unfold(page):
                axe.check(page)
            page.set_viewport_size(DESK)
            axe.check(page)
        except AssertionError as fault:
            faults.append(f"{state}: {fault}")
        page.context.close()
    assert not faults, "\n\n".join(faults)


def test_errors_and_answers_are_accessible(visit):
    """The page after a mistake, and after an answer, on a phone."""
    page = visit("sign_read", PHONE)
    page.locator("details:has(#change_text) > summary").click()
    page.locator("#change_text").fill("Fermé le lundi")
    page.locator("#change_text").press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**told=change*")
    axe.check(page, opened=True)
    page = visit("sign_many_code", PHONE)
    page.locator("#code").fill("000000")
    page.locator("form.bde_sign button[type=submit]").click()
    page.locator(".bde_error").wait_for()
    assert page.evaluate("document.activeElement.className") == "bde_error", "not read out"
    axe.check(page)


# state, section, what is typed, the button
SECTION_FAULTS = (
    ("stay_pupil", "quality", {}, "button[type=submit]"),
    ("stay_pupil", "evaluation", {}, "button[value=submit]"),
    ("stay_pupil", "incident", {}, "button[value=tell]"),
    ("stay_pupil", "incident", {}, "button[value=alone]"),
    ("stay_pupil_minor", "claim", {"quantity": "deux", "amount": "beaucoup"}, "button"),
    ("stay_pupil_minor", "presence", {}, "button[value=missed]"),
    ("stay_accident", "incident", {}, "button[value^=copy]"),
    ("stay_accident", "attestation", {"days": "99"}, "button"),
    ("stay_code", "attestation", {"code": "000000"}, "form.bde_sign button[type=submit]"),
    ("alumni_full", "me", {"email": "gina@"}, "button[type=submit]"),
    ("alumni_full", "offers", {"title": "", "city": "Orvane"}, "details button[type=submit]"),
    ("alumni_full", "mentors", {"max_count": "99"}, "details:has(#mentor_max) button"),
    ("alumni_full", "would_you", {"employer": "Garage Duval"}, "button[value=yes]"),
    ("alumni_full", "consents", {}, "button[value=object]"),
    ("alumni_pupil", "plan", {}, "button[value=agree]"),
    ("alumni_pupil", "plan", {"solution_text": "Orvane"}, "button[value=found]"),
)


@pytest.mark.parametrize("state, section, typed, button", SECTION_FAULTS)
def test_what_is_wrong_stands_at_its_line(visit, state, section, typed, button):
    """Each section of such a page after a mistake: read out, marked, nothing lost."""
    page = visit(state, PHONE)
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    part = page.locator(f"#{section}")
    for box in part.locator("input[type=radio][required], input[name=has_read]").all():
        box.check()
    for name, value in typed.items():
        part.locator(f"[name={name}]").first.fill(value)
    part.locator(button).first.click()
    page.locator("main > .bde_error").wait_for()
    assert "bde_error" in page.evaluate("document.activeElement.className"), "not read out"
    fault = part.locator(".bde_field_error").first
    fault.wait_for()
    described = part.locator(f"[aria-describedby~='{fault.get_attribute('id')}']")
    assert described.count(), "the field does not say what is wrong with it"
    for name, value in typed.items():
        if name != "code":
            assert part.locator(f"[name={name}]").first.input_value() == value
    axe.check(page, opened=True)


def test_the_page_of_an_alumnus_needs_no_script(chromium, server, paths):
    """Folds, forms and answers are the browser's own."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="fr-FR")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.goto(server.url + paths["alumni_no_script"])
    for section, button in (("survey", "button[value=looking]"), ("consents", "button")):
        part = page.locator(f"#{section}")
        if not part.is_visible():
            page.locator(f"details.bde_fold:has(> #{section}) > summary").click()
        part.locator(button).first.click()
        page.locator("main > .bde_done").wait_for()
    context.close()


# state, what is typed, the box that is wrong
TAX_FAULTS = (
    ("tax_form", {"kind": "will", "amount": "-800"}, "amount"),
    ("tax_form", {"kind": "wrong", "other_email": "lea@"}, "other_email"),
    ("tax_accountant", {}, None),
)


@pytest.mark.parametrize("state, typed, box", TAX_FAULTS)
def test_what_is_wrong_about_the_tax_stands_at_its_box(visit, state, typed, box):
    page = visit(state, PHONE)
    for name, value in typed.items():
        if name == "kind":
            page.locator(f"label:has(input[value={value}])").click()
        else:
            page.locator(f"[name={name}]").fill(value)
    page.locator("form button[type=submit]").first.click()
    page.locator("main > .bde_error").wait_for()
    assert "bde_error" in page.evaluate("document.activeElement.className"), "not read out"
    if box:
        field = page.locator(f"[name={box}]")
        assert f"{box}_error" in field.get_attribute("aria-describedby")
        assert field.input_value() == typed[box] and field.is_visible()
    axe.check(page)


def test_staff_session_is_closed_before_the_device_is_handed_over(server, visit, paths):
    page = visit("notice", DESK)
    page.goto(f"{server.url}/web/login")
    page.locator("#login").fill("manager_a")
    page.locator("#password").fill("manager_a")
    page.locator("button[type=submit]").first.click()
    page.wait_for_url("**/odoo**")
    page.goto(server.url + paths["tablet"])
    axe.check(page)
    page.locator("form[action$='/begin'] button").click()
    page.locator("form.bde_sign canvas").wait_for()
    axe.check(page)
    page.goto(f"{server.url}/odoo")
    assert "/web/login" in page.url


def test_a_signature_is_given_with_the_keyboard_alone(visit):
    """From the top of the page to the thank-you, by Tab, Space and Enter."""
    page = visit("sign_code", PHONE)
    assert page.evaluate(FOCUS) == "code", "whoever has the code types it at once"
    page.keyboard.type(CODE)
    reached = []
    while "signed_name" not in reached and len(reached) < 12:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
    # the drawing cannot be made with keys: the typed name is chosen to begin with
    assert reached[-1] == "signed_name", reached
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".bde_done").wait_for()
    axe.check(page)


def test_drawing_with_a_finger(chromium, server, paths):
    """In person, on a tablet: what is drawn is what is sent; the frame does not scroll away."""
    context = chromium.new_context(
        viewport={"width": 800, "height": 1200}, has_touch=True, is_mobile=True, locale="fr-FR"
    )
    page = context.new_page()
    page.goto(server.url + paths["tablet"])
    pad = page.locator("canvas.bde_pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(10):
        page.mouse.move(box["x"] + 20 + 15 * step, box["y"] + 60 + 5 * (step % 3))
    page.mouse.up()
    page.locator("input[name=has_read]").check()
    page.locator("form.bde_sign button[type=submit]").click()
    page.locator("form.bde_sign").wait_for(state="detached")
    assert page.locator("h1").count() == 1 and not page.locator("canvas").count()
    axe.check(page)
    context.close()
