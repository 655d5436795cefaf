"""Which databases are taken again and which are made anew, without a server."""

from types import SimpleNamespace

import pytest

from tools import database


@pytest.fixture
def calls(monkeypatch):
    """What was done, in order; the database exists and holds what ``current`` says."""
    done = SimpleNamespace(order=[], exists=True, current=True)
    monkeypatch.setattr(database, "exists", lambda space, name: done.exists)
    monkeypatch.setattr(database, "is_current", lambda space, name: done.current)
    for step in ("drop", "ensure_template", "ensure_database"):
        monkeypatch.setattr(
            database, step, lambda *args, step=step, **options: done.order.append(step)
        )
    return done


@pytest.mark.parametrize(
    ("exists", "current", "order"),
    [
        (True, True, ["ensure_template", "ensure_database"]),
        (False, False, ["ensure_template", "ensure_database"]),
        # a database that earlier code left: an update of it may fail on a view that went
        (True, False, ["drop", "ensure_template", "ensure_database"]),
    ],
)
def test_a_database_of_other_code_is_made_anew_for_tests(calls, tmp_path, exists, current, order):
    calls.exists, calls.current = exists, current
    database.ensure_test_database(SimpleNamespace(data=tmp_path), "bde_test")
    assert calls.order == order
