"""Signing and correcting at the same second: real processes, committed, one comes first."""

import pytest

from tools import testing

from .conftest import DATABASE, wait_for_lock

MODULE = "tests.faults.correction_in_odoo"


@pytest.fixture
def together(odoo):
    """``together(first, second)``: the first holds the locks when the second begins, which waits
    and is judged after it."""

    def both(first, second):
        one = odoo.start(MODULE, first)
        other = None
        try:
            assert one.line() == "locked"
            other = odoo.start(MODULE, second)
            wait_for_lock(odoo)
            one.write("go")
            return one.result(), other.result()
        finally:
            one.kill()
            if other:
                other.kill()

    return both


@pytest.fixture(autouse=True)
def database(odoo):
    testing.create_database(DATABASE)
    assert odoo.run(MODULE, "prepare") == "to_sign"
    yield
    testing.drop_database(DATABASE)


def test_who_signs_first_is_kept_by_the_correction(odoo, together):
    assert together("sign_slowly", "correct_at_once") == (1, 2)
    after = odoo.run(MODULE, "picture")
    assert after["given"] == [["host", 1, 1, False], ["host", 2, 1, True]]
    assert (after["state"], after["version"], after["faults"]) == ("partly_signed", 2, 0)


def test_who_signs_after_the_correction_has_to_read_it(odoo, together):
    version, answer = together("correct_slowly", "sign_at_once")
    assert version == 2
    assert "has changed since" in answer
    after = odoo.run(MODULE, "picture")
    assert after["given"] == [], "nothing was signed on the version that is not current"
    assert (after["state"], after["correcting"], after["faults"]) == ("to_sign", False, 0)
