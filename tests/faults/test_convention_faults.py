"""Each step of a convention's life is killed in its middle: in real processes, committed.

Nothing signed twice, nothing lost, nothing half sealed. The steps follow each other as in life;
what was killed is done again, and the numbers are those of one go.
"""

import signal

import pytest

from tools import testing

from .conftest import DATABASE

MODULE = "tests.faults.convention_in_odoo"


@pytest.fixture(scope="module")
def start(odoo):
    return lambda step, *arguments: odoo.start(MODULE, step, *arguments)


@pytest.fixture(scope="module")
def run(odoo):
    return lambda step, *arguments: odoo.run(MODULE, step, *arguments)


@pytest.fixture(scope="module")
def kill(run, start):
    """Runs a step that dies in its middle; nothing of it may be left."""

    def kill_step(step, *arguments):
        before = run("picture")
        process = start(step, *arguments)
        assert process.wait() == -signal.SIGKILL, process.errors()
        assert run("picture") == before
        return before

    return kill_step


@pytest.fixture(scope="module", autouse=True)
def database(run):
    testing.create_database(DATABASE)
    assert run("prepare") == ["to_check"] * 3
    yield
    testing.drop_database(DATABASE)


def test_1_sending_is_whole_or_not_at_all(run, kill):
    before = kill("sent", "_log_delivered")
    assert before["links"] == 0
    assert run("sent") == ["to_sign"] * 3
    after = run("picture")
    assert after["links"] == after["mails"] > 0
    assert after["faults"] == 0


def test_2_one_page_that_cannot_be_made_stops_no_other(run):
    number = "000002"
    assert run("rendered", number) == 2
    assert run("rendered") == 3


def test_3_letters_wait_for_a_mail_server_that_is_away(run):
    before = run("picture")["mails"]
    states = run("queue")
    assert sum(states.values()) == before, "none is lost"
    states, wrong_addresses = run("retried")
    assert states == {"outgoing": before}
    assert wrong_addresses == 0, "nobody's address is to blame"


def test_4_a_signature_is_whole_or_not_at_all(run, start, kill):
    before = kill("signed", "_after_signing")
    assert "signed" not in before["signatures"]
    first = start("slowly")
    try:
        assert first.line() == "locked"
        second = start("twice")
        first.write("go")
        assert first.result() == 3
        assert second.result() == 0
    finally:
        first.kill()
    after = run("picture")
    assert after["signatures"]["signed"] == 3
    assert after["journal"]["signed"] == 3
    assert after["faults"] == 0


def test_5_a_correction_is_whole_or_not_at_all(run, kill):
    before = kill("corrected", "_tell_correction")
    assert before["versions"] == 3
    assert run("corrected") == [2, 2, 2]
    after = run("picture")
    assert after["versions"] == 6
    # other hours concern the company: the boss signs again
    assert "signed" not in after["signatures"]
    assert after["faults"] == 0


def test_6_a_batch_goes_on_where_it_was_killed(run, start):
    lines = run("batch", "pdf")
    assert lines == 3
    process = start("worked", "1")
    assert process.wait() == -signal.SIGKILL, process.errors()
    assert run("picture")["lines"] == {"done": 1, "todo": 2}
    assert run("worked") == {"done": 3}
    assert run("picture")["pdfs"] == 6, "each rendered once: three of the first versions, three now"


def test_7_nothing_is_half_sealed(run, kill):
    assert run("all_signed") == ["signed"] * 3
    before = kill("sealed", "_log")
    assert before["seals"] == {"pending": 3}
    assert run("sealed") == ["done"] * 3
    after = run("picture")
    assert after["journal"]["sealed"] == 3
    assert after["faults"] == 0
