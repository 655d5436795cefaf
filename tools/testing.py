"""For conftest.py files: databases, servers and a browser, as ``bde`` sets them up.

    from tools import testing

    space = testing.environment()
    testing.create_database("essai")
    with testing.start_server("essai") as server:
        server.url, server.mail_url, server.port, server.mail_port

Works under ``./bde test`` and under a plain ``pytest`` of the environment's Python.
"""

import contextlib
import functools
import json
import os
import shutil
import urllib.parse
import urllib.request

from . import browser, database, ports, server, workspace
from .test_run import DATABASE

CHROMIUM_FLAGS = browser.FLAGS


@functools.cache
def environment():
    """The ready workspace of the tests: ``python``, ``conf``, ``env``, ``postgres``…"""
    space = workspace.prepare("test", "test")
    found = shutil.which("chromium")
    folder = space.cache / "bin"
    if found and (folder / "chromium").exists():
        space.browser = folder
    return space


def create_database(name, template=None):
    """Create a database afresh by copying another one.

    :param template: name of the source; by default a database with our modules and
        French, without data.
    """
    space = environment()
    source = template or _installed_database()
    database.drop(space, name)
    space.postgres.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
        [source],
    )
    database.copy(space, source, name)
    return name


def drop_database(name):
    database.drop(environment(), name)


@contextlib.contextmanager
def start_server(name, port=None, workers=0):
    """Start Odoo and a mail catcher on a database; stop both at the end.

    Yields a ``server.Running`` once the sign-in page answers. Mail of this server is
    apart from others': see ``messages``.
    """
    space = environment()
    port = port or ports.free()
    database.set_address(space, name, f"http://127.0.0.1:{port}")
    mail = space.data / "mail-tests" / f"{name}-{port}"
    catcher = server.start_catcher(space, mail, avoid={port})
    started = [catcher.process.pid]
    try:
        found, odoo = server.start_odoo(space, name, port, catcher, workers, f"odoo-{name}")
        started.append(odoo.pid)
        yield found
    finally:
        server.stop_processes(*started)
        shutil.rmtree(mail, ignore_errors=True)


def messages(running, to=""):
    """Messages caught for a recipient, newest first, as dicts."""
    address = f"{running.mail_url}/api/messages?to={urllib.parse.quote(to)}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)


def clear_messages(running):
    request = urllib.request.Request(f"{running.mail_url}/api/messages", method="DELETE")
    urllib.request.urlopen(request, timeout=30).close()


def chromium_path():
    """Path of Chromium for Playwright's ``executable_path``, or None."""
    return browser.find_chromium()


def _installed_database():
    space = environment()
    name = os.environ.get("BDE_TEST_DATABASE", DATABASE)
    database.ensure_test_database(space, name)
    return name
