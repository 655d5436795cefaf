"""A merge that is killed, and two at once: in real processes, on a real database."""

import signal

import pytest

from tools import testing

from .conftest import DATABASE

MODULE = "tests.faults.merge_in_odoo"


@pytest.fixture(scope="module", autouse=True)
def database(odoo):
    testing.create_database(DATABASE)
    odoo.run(MODULE, "prepare")
    yield
    testing.drop_database(DATABASE)


def test_killed_in_the_middle_nothing_happened(odoo):
    before = odoo.run(MODULE, "picture")
    process = odoo.start(MODULE, "killed")
    assert process.wait() == -signal.SIGKILL, process.errors()
    assert odoo.run(MODULE, "picture") == before


def test_two_at_once_the_second_is_told_to_wait(odoo):
    first = odoo.start(MODULE, "slow")
    try:
        assert first.line() == "locked"
        sentence, seconds = odoo.run(MODULE, "at_once")
        assert "Nothing was changed: try again in a minute." in sentence
        assert seconds < 10, "it must not hang behind the first one"
        first.write("go")
        assert first.result() == "done"
    finally:
        first.kill()
    after = odoo.run(MODULE, "picture")
    assert after["bde_relation"][0] == 1
    assert after["bde_talk"][0] == 2
