"""What a person does with a page: the web client of staff, the pages without an account.

Buttons, fields and menus are found by their technical names, so that a better wording breaks
nothing here; what users must be able to read is asserted by the stories.
"""

import re
from pathlib import Path

from playwright.sync_api import expect

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


class Shots:
    """Pictures for the guide, taken on the way when a folder is given."""

    def __init__(self, folder):
        self.folder = folder and Path(folder)
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)

    def take(self, page, name, whole=False):
        if self.folder:
            page.screenshot(path=self.folder / f"{name}.png", full_page=whole)


class Page:
    """A browser window of one person."""

    def __init__(self, page, url):
        self.page = page
        self.url = url


class Office(Page):
    """The web client of somebody of the school."""

    def accept_invitation(self, link, password):
        """The link of the mail: choose a password, then the application opens."""
        self.page.goto(link)
        self.page.fill("input[name=password]", password)
        self.page.fill("input[name=confirm_password]", password)
        self.page.click("form .oe_login_buttons button[type=submit]")
        self.ready()

    def sign_in(self, login, password):
        self.page.goto(f"{self.url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.click("form .oe_login_buttons button[type=submit]")
        self.ready()

    def ready(self):
        expect(self.page.locator(".o_main_navbar")).to_be_visible()
        expect(self.page.locator(".o_action_manager > *").first).to_be_visible()

    def open(self, path):
        """An address of the application that people keep: ``bde-periods``."""
        self.page.goto(f"{self.url}/odoo/{path}")
        self.ready()

    def menu(self, *xmlids):
        """From the bar: section, then entry. Returns once the former screen is gone."""
        self.page.locator(".o_action").first.evaluate("screen => screen.dataset.left = '1'")
        more = self.page.locator(".o_menu_sections_more button")
        section = self.page.locator(f"[data-menu-xmlid='{xmlids[0]}']:visible")
        section.or_(more).first.wait_for()
        # what the bar has no room for stands behind its plus, open as a whole
        (section if section.count() else more).click()
        for xmlid in xmlids[1:]:
            self.page.locator(f"[data-menu-xmlid='{xmlid}']:visible").click()
        expect(self.page.locator("[data-left]")).to_have_count(0)
        self.ready()

    def create(self):
        self.page.locator(".o_list_button_add, .o-kanban-button-new").first.click()

    def save(self):
        """Save the form, and wait until it is done."""
        self.page.locator(".o_form_button_save").click()
        expect(self.page.locator(".o_form_status_indicator_buttons.invisible")).to_have_count(1)

    def show(self, view):
        """Another view of the same records: ``list``, ``kanban``."""
        self.page.locator(f".o_switch_view.o_{view}").click()

    def press(self, name, within=""):
        """A button by the name of its method; confirmations are the caller's."""
        self.page.locator(f"{within} button[name='{name}']:visible").first.click()

    def dialog(self):
        return self.page.locator(".modal-dialog")

    def field(self, name):
        return self.page.locator(f".o_field_widget[name='{name}']:visible").first

    def text(self, name):
        return self.field(name).inner_text().strip()

    def fill(self, name, value):
        box = self.field(name).locator("input, textarea").first
        box.fill(value)
        box.press("Tab")

    def choose(self, name, value):
        """A record in a many2one or in tags, by typing its name."""
        self.field(name).locator("input").first.fill(value)
        self.page.locator(".o-autocomplete--dropdown-item", has_text=value).first.click()

    def date(self, name, value):
        """A day in a box of its own or in one of a range; written as in France."""
        self.page.locator(f"[data-field='{name}']:visible").first.click()
        box = self.page.locator(f"input[data-field='{name}']:visible").first
        box.fill(value)
        box.press("Tab")

    def schedule(self, *times):
        """Weekly hours: Monday's, then the same from Monday to Friday."""
        boxes = self.page.locator(".o_bde_schedule tbody tr").first.locator("input")
        for box, time in zip(boxes.all(), times, strict=True):
            box.fill(time)
        self.page.locator(".o_bde_schedule tfoot button").click()

    def tick(self, name):
        self.field(name).locator("input[type=checkbox]").first.check()

    def search(self, text):
        """In the search box, as the first proposal understands it."""
        self.page.fill(".o_searchview_input", text)
        self.page.locator(".o_searchview_autocomplete .o-dropdown-item").first.click()

    def rows(self):
        return self.page.locator(".o_list_view .o_data_row")

    def row(self, text):
        return self.rows().filter(has_text=text)

    def select(self, text):
        self.row(text).locator(".o_list_record_selector input").check()

    def open_group(self, text):
        self.page.locator(".o_group_header", has_text=text).click()

    def cards(self):
        return self.page.locator(".o_kanban_record:not(.o_kanban_ghost)")

    def card(self, text):
        return self.cards().filter(has_text=text)

    def record(self, text):
        """A record of a list or of cards, whichever the screen shows."""
        return self.page.locator(".o_kanban_record, .o_data_row").filter(has_text=text)

    def home_card(self, text):
        return self.page.locator(".o_bde_home_card", has_text=text)

    def select_all(self):
        self.page.locator(".o_list_view thead .o_list_record_selector input").check()

    def expect_state(self, value):
        button = f".o_statusbar_status .o_arrow_button_current[data-value='{value}']"
        expect(self.page.locator(button)).to_be_visible()

    def download(self, act):
        """Bytes of the file that an action gives."""
        with self.page.expect_download() as waiting:
            act()
        return Path(waiting.value.path()).read_bytes()

    def popup(self, act):
        """Address that an action opens in another tab."""
        with self.page.expect_popup() as waiting:
            act()
        address = waiting.value.url
        waiting.value.close()
        return address


class HostForm(Page):
    """The accord d'accueil behind the QR code, without an account."""

    def open(self, link):
        self.page.goto(link)

    def fill(self, values):
        for name, value in values.items():
            self.page.fill(f"[name='{name}']", value)

    def copy_monday(self):
        self.page.locator(".bde_copy").tap()

    def send(self):
        self.page.locator("form.bde_hosting_form button[type=submit]").tap()

    def errors(self):
        """{box: sentence} of the summary."""
        expect(self.page.locator("#errors")).to_be_visible()
        links = self.page.locator("#errors li")
        return {
            re.search(r"#(.*)", entry.locator("a").get_attribute("href"))[1]: entry.inner_text()
            for entry in links.all()
        }


class SignPage(Page):
    """The page behind a personal link."""

    def open(self, link):
        self.page.goto(link)

    def ask_code(self):
        self.page.check("input[name=has_read]")
        self.page.locator("form[action$='/code'] button[type=submit]").click()
        expect(self.page.locator("#code")).to_be_visible()

    def sign_typed(self, code, name=None):
        self.page.fill("#code", code)
        if name:
            self.page.check("input[name=method][value=typed]")
            self.page.fill("#signed_name", name)
        self.page.locator("form.bde_sign button[type=submit]").first.click()
        expect(self.page.locator(".bde_done")).to_be_visible()

    def sign_drawn(self, code):
        """A stroke of the finger in the frame."""
        self.page.fill("#code", code)
        self.page.check("input[name=method][value=drawn]")
        pad = self.page.locator("canvas.bde_pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        left, middle = box["x"] + 30, box["y"] + box["height"] / 2
        self.page.mouse.move(left, middle)
        self.page.mouse.down()
        for step in range(1, 12):
            self.page.mouse.move(left + 15 * step, middle + (20 if step % 2 else -20))
        self.page.mouse.up()
        self.page.locator("form.bde_sign button[type=submit]").first.click()
        expect(self.page.locator(".bde_done")).to_be_visible()

    def acknowledge(self):
        self.page.check("input[name=has_read]")
        self.page.locator("form[action$='/acknowledge'] button[type=submit]").click()
        expect(self.page.locator(".bde_done")).to_be_visible()

    def refuse(self, reason):
        self.page.locator("details:has(form[action$='/refuse']) > summary").click()
        self.page.fill("#reason", reason)
        self.page.locator("form[action$='/refuse'] button[type=submit]").click()


class StayPage(Page):
    """The page of a stay behind a personal link; ``section`` is the key of its part."""

    def open(self, link):
        self.page.goto(link)

    def open_stay(self, pupil):
        """One of several trainees, from the list of this person."""
        self.page.locator("section.bde_card").filter(has_text=pupil).locator("a.bde_button").click()
        expect(self.page.locator("h1")).to_contain_text(pupil)

    def back_to_list(self):
        self.page.goto(self.page.url.rsplit("/", 1)[0])

    def section(self, key):
        """A part of the page; a tap opens it when it is folded."""
        # the end of the page may still be on its way
        self.page.locator(f"#{key}").wait_for(state="attached")
        fold = self.page.locator(f"details.bde_fold:not([open]):has(> #{key}) > summary")
        if fold.count():
            fold.click()
        return self.page.locator(f"#{key}")

    def press(self, section, value):
        """The button of a section whose value is that one, then the page that thanks."""
        self.section(section).locator(f"button[value='{value}']:visible").first.click()
        expect(self.page.locator(".bde_done, .bde_error").first).to_be_visible()

    def expect_done(self):
        expect(self.page.locator("main > .bde_done")).to_be_visible()

    def answer_all(self, section, choice=0):
        """One tap a line: the same choice in each, from left to right."""
        for line in self.section(section).locator("fieldset.bde_grid_line").all():
            line.locator("label.bde_level").nth(choice).tap()

    def submit(self, section):
        self.section(section).locator("button[type=submit]:visible").first.click()


class AlumnusPage(StayPage):
    """The page of an alumnus: made of sections too, under a link of its own."""

    def choose(self, section, name, value):
        """One of the answers of a section."""
        box = self.section(section).locator(f"input[name='{name}'][value='{value}']")
        box.check(force=True)

    def tick(self, section, *names):
        for name in names:
            self.section(section).locator(f"input[name='{name}']").check(force=True)
