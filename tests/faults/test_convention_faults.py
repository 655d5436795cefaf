"""Each step of a convention's life is killed in its middle: in real processes, committed.

Nothing signed twice, nothing lost, nothing half sealed. The steps follow each other as in life;
what was killed is done again, and the numbers are those of one go.
"""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tools import testing

DATABASE = "bde_convention_faults"
SCRIPT = Path(__file__).with_name("convention_in_odoo.py")


def start(step, *arguments):
    space = testing.environment()
    return subprocess.Popen(
        [str(space.python), str(SCRIPT), DATABASE, step, *arguments],
        env=space.env, cwd=space.data, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def run(step, *arguments):
    process = start(step, *arguments)
    out, errors = process.communicate(timeout=180)
    assert process.returncode == 0, errors[-3000:]
    return json.loads(out.splitlines()[-1])


def kill(step, *arguments):
    """Runs a step that dies in its middle; nothing of it may be left."""
    before = run("picture")
    process = start(step, *arguments)
    _out, errors = process.communicate(timeout=180)
    assert process.returncode == -signal.SIGKILL, errors[-3000:]
    assert run("picture") == before
    return before


@pytest.fixture(scope="module", autouse=True)
def database():
    testing.create_database(DATABASE)
    assert run("prepare") == ["to_check"] * 3
    yield
    testing.drop_database(DATABASE)


def test_1_sending_is_whole_or_not_at_all():
    before = kill("sent", "_log_delivered")
    assert before["links"] == 0
    assert run("sent") == ["to_sign"] * 3
    after = run("picture")
    assert after["links"] == after["mails"] > 0
    assert after["faults"] == 0


def test_2_one_page_that_cannot_be_made_stops_no_other():
    number = "000002"
    assert run("rendered", number) == 2
    assert run("rendered") == 3


def test_3_letters_wait_for_a_mail_server_that_is_away():
    before = run("picture")["mails"]
    states = run("queue")
    assert sum(states.values()) == before, "none is lost"
    states, wrong_addresses = run("retried")
    assert states == {"outgoing": before}
    assert wrong_addresses == 0, "nobody's address is to blame"


def test_4_a_signature_is_whole_or_not_at_all():
    before = kill("signed", "_after_signing")
    assert "signed" not in before["signatures"]
    first = start("slowly")
    try:
        assert first.stdout.readline() == "locked\n"
        second = start("twice")
        out, errors = first.communicate("go\n", timeout=180)
        assert json.loads(out.splitlines()[-1]) == 3, errors[-3000:]
        out, errors = second.communicate(timeout=180)
        assert json.loads(out.splitlines()[-1]) == 0, errors[-3000:]
    finally:
        first.kill()
    after = run("picture")
    assert after["signatures"]["signed"] == 3
    assert after["journal"]["signed"] == 3
    assert after["faults"] == 0


def test_5_a_correction_is_whole_or_not_at_all():
    before = kill("corrected", "_tell_correction")
    assert before["versions"] == 3
    assert run("corrected") == [2, 2, 2]
    after = run("picture")
    assert after["versions"] == 6
    # other hours concern the company: the boss signs again
    assert "signed" not in after["signatures"]
    assert after["faults"] == 0


def test_6_a_batch_goes_on_where_it_was_killed():
    lines = run("batch", "pdf")
    assert lines == 3
    process = start("worked", "1")
    _out, errors = process.communicate(timeout=180)
    assert process.returncode == -signal.SIGKILL, errors[-3000:]
    assert run("picture")["lines"] == {"done": 1, "todo": 2}
    assert run("worked") == {"done": 3}
    assert run("picture")["pdfs"] == 6, "each rendered once: three of the first versions, three now"


def test_7_nothing_is_half_sealed():
    assert run("all_signed") == ["signed"] * 3
    before = kill("sealed", "_log")
    assert before["seals"] == {"pending": 3}
    assert run("sealed") == ["done"] * 3
    after = run("picture")
    assert after["journal"]["sealed"] == 3
    assert after["faults"] == 0
