"""Steps that run side by side: whose remark is whose, and what becomes of a failure."""

import threading

import pytest

from tools import ui


def test_jobs_meet_each_other_and_each_remark_says_whose_it_is(capsys):
    meeting = threading.Barrier(2, timeout=30)

    def job(result):
        meeting.wait()
        with ui.step(f"étape {result}"):
            ui.note("vu")
        return result

    done = ui.side_by_side({"un": lambda: job(1), "deux": lambda: job(2)}, 2)
    assert done == {"un": 1, "deux": 2}
    lines = capsys.readouterr().out.splitlines()
    assert {"==> étape 1", "==> étape 2", "    un : vu", "    deux : vu"} <= set(lines)


def test_whoever_ends_takes_the_next_job():
    second, third = threading.Event(), threading.Event()
    ended = []

    def waits():
        # the third one begins although this one goes on
        assert third.wait(30)
        ended.append("long")

    ui.side_by_side({"long": waits, "court": second.set, "suivant": third.set}, 2)
    assert second.is_set() and ended == ["long"]


def test_outside_no_lane_is_named(capsys):
    ui.side_by_side({"un": lambda: None}, 2)
    ui.note("seul")
    assert capsys.readouterr().out == "    seul\n"


def test_a_failure_is_told_once_the_others_are_done():
    failed, done = threading.Event(), threading.Event()

    def fails():
        failed.set()
        raise ui.BdeError("perdu")

    def goes_on():
        assert failed.wait(30)
        done.set()

    with pytest.raises(ui.BdeError, match="perdu"):
        ui.side_by_side({"échec": fails, "autre": goes_on}, 2)
    assert done.is_set()
