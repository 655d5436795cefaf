"""A merge that is killed, and two at once: in real processes, on a real database."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tools import testing

DATABASE = "bde_merge_faults"
SCRIPT = Path(__file__).with_name("merge_in_odoo.py")


def start(step):
    space = testing.environment()
    return subprocess.Popen(
        [str(space.python), str(SCRIPT), DATABASE, step],
        env=space.env, cwd=space.data, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def run(step):
    process = start(step)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module", autouse=True)
def database():
    testing.create_database(DATABASE)
    run("prepare")
    yield
    testing.drop_database(DATABASE)


def test_killed_in_the_middle_nothing_happened():
    before = run("picture")
    process = start("killed")
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert run("picture") == before


def test_two_at_once_the_second_is_told_to_wait():
    first = start("slow")
    try:
        assert first.stdout.readline() == "locked\n"
        sentence, seconds = run("at_once")
        assert "Nothing was changed: try again in a minute." in sentence
        assert seconds < 10, "it must not hang behind the first one"
        out, errors = first.communicate("go\n", timeout=120)
        assert json.loads(out.splitlines()[-1]) == "done", errors
    finally:
        first.kill()
    after = run("picture")
    assert after["bde_relation"][0] == 1
    assert after["bde_talk"][0] == 2
