"""The suite as its users meet it: a fresh database without the demonstration, Odoo and a mail
catcher started as ``./bde`` does, one real Chromium with a window per person, and a school that
its administrator has just opened. With BDE_SHOTS set to a folder, the stories leave there the
pictures of the guide; a story that fails leaves what each window showed in the logs' folder.
"""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.forked import Forked
from tools import testing

from .classroom import Classroom
from .pages import DESKTOP, PHONE, Office, Shots
from .people import PATIENCE
from .school import MANAGER, PASSWORD, open_school, opened_school

DATABASE = "bde_acceptance"
OPENED = "bde_acceptance_opened"


@pytest.fixture(scope="session")
def odoo():
    """What is done beside the server, in its database: see ``tests/forked.py``."""
    with Forked(DATABASE) as forked:
        yield forked


@pytest.fixture(scope="session")
def opened():
    """A database in which the school has just been opened; each file of stories has its copy."""
    testing.create_database(OPENED)
    with Forked(OPENED) as forked:
        forked.run("tools.in_odoo", "pages")
    with testing.start_server(OPENED) as running:
        open_school(running)
    yield OPENED
    testing.drop_database(OPENED)


@pytest.fixture(scope="module")
def server(opened):
    testing.create_database(DATABASE, opened)
    with testing.start_server(DATABASE) as running:
        yield running
    testing.drop_database(DATABASE)


@pytest.fixture(scope="module")
def school(server, odoo):
    return opened_school(server, odoo)


@pytest.fixture(scope="module")
def room(school):
    """A class at work, for stories that begin with a convention."""
    return Classroom(school)


@pytest.fixture
def manager(room, window):
    """The bureau's manager at her desk."""
    desk = Office(window(), room.school.server.url)
    desk.sign_in(MANAGER[0], PASSWORD)
    return desk


@pytest.fixture(scope="module")
def chromium():
    if not testing.chromium_path():
        pytest.skip("pas de Chromium sur cette machine : apt-get install chromium")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=testing.chromium_path(), args=list(testing.CHROMIUM_FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shots():
    return Shots(os.environ.get("BDE_SHOTS"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.failed = report.failed
    return report


@pytest.fixture
def window(chromium, request):
    """Windows of people who share nothing: ``window()`` at a desk, ``window(phone=True)``."""
    opened = []

    def open_window(phone=False):
        context = chromium.new_context(
            viewport=PHONE if phone else DESKTOP,
            device_scale_factor=2 if phone else 1,
            is_mobile=phone,
            has_touch=phone,
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        context.set_default_timeout(PATIENCE * 1000)
        opened.append(context)
        return context.new_page()

    yield open_window
    if getattr(request.node, "failed", False):
        _keep(opened, testing.environment().data / "logs/acceptance" / request.node.name)
    for context in opened:
        context.close()


def _keep(contexts, folder):
    """What each window showed when the story failed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages):
        page.screenshot(path=folder / f"{number}.png", timeout=10_000)
    print(f"écrans de l'échec : {folder}")
