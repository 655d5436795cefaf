"""A database for the faults of each file, and the process whose forks are killed and raced."""

import time

import pytest

from tests.forked import Forked

DATABASE = "bde_faults"
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


@pytest.fixture(scope="session")
def odoo():
    """Runs the steps, see ``tests/forked.py``; the database is there before the first one."""
    with Forked(DATABASE) as forked:
        yield forked


def wait_for_lock(odoo, patience=60):
    """Until a process waits for what another one holds."""
    deadline = time.monotonic() + patience
    while not odoo.space.postgres.sql(WAITING, [odoo.database]):
        assert time.monotonic() < deadline, "nobody waits: the second one was let through"
        time.sleep(0.2)
