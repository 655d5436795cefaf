"""Signing and correcting at the same second: real processes, committed, one comes first."""

import json
import subprocess
import threading
from pathlib import Path

import pytest

from tools import testing

DATABASE = "bde_correction_race"
SCRIPT = Path(__file__).with_name("correction_in_odoo.py")


def start(step):
    space = testing.environment()
    return subprocess.Popen(
        [str(space.python), str(SCRIPT), DATABASE, step],
        env=space.env, cwd=space.data, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def finish(process, said=None):
    out, errors = process.communicate(said, timeout=120)
    assert process.returncode == 0, errors[-3000:]
    return json.loads(out.splitlines()[-1])


def together(first, second):
    """The first holds the locks when the second begins; the second waits, then is judged."""
    one = start(first)
    assert one.stdout.readline() == "locked\n"
    other = start(second)
    answers = {}
    reader = threading.Thread(target=lambda: answers.update(other=finish(other)))
    reader.start()
    # long enough to reach the lock; ending before would show that it did not wait
    reader.join(15)
    assert reader.is_alive(), answers
    answers["one"] = finish(one, "go\n")
    reader.join(60)
    return answers["one"], answers["other"]


@pytest.fixture(autouse=True)
def database():
    testing.create_database(DATABASE)
    assert finish(start("prepare")) == "to_sign"
    yield
    testing.drop_database(DATABASE)


def test_who_signs_first_is_kept_by_the_correction():
    assert together("sign_slowly", "correct_at_once") == (1, 2)
    after = finish(start("picture"))
    assert after["given"] == [["host", 1, 1, False], ["host", 2, 1, True]]
    assert (after["state"], after["version"], after["faults"]) == ("partly_signed", 2, 0)


def test_who_signs_after_the_correction_has_to_read_it():
    version, answer = together("correct_slowly", "sign_at_once")
    assert version == 2
    assert "has changed since" in answer
    after = finish(start("picture"))
    assert after["given"] == [], "nothing was signed on the version that is not current"
    assert (after["state"], after["correcting"], after["faults"]) == ("to_sign", False, 0)
