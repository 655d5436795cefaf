"""What must have become of the database that ``fill_19_0_3.py`` filled in version 19.0.3.0.0."""

import hashlib
from datetime import date

import pytest

from tools.database import manifest
from tools.paths import our_modules

# pupil: state, SHA-256 of the content and of the PDF that was signed, as they stand in the dump
CONVENTIONS = {
    "Draft": (
        "to_check",
        "cd59c5a3c0d4cff06f44dd69019e66c84d2006ce615893fc0aee2211f16877c3",
        None,
    ),
    "Sent": (
        "to_sign",
        "741dfaca075c4fd53e3fd9d307f5ce827fcb0796d2831a0b890af36951005856",
        None,
    ),
    "Signed": (
        "signed",
        "0de74c4b319ff3d47397cf7e5439aa5658846f3e401598431b2f775d811edeeb",
        "0ffd0aa487356d0b408464faed33f55dfc263ca8a2375d6d5581f87d2030d032",
    ),
    "Over": (
        "ended",
        "f43024db55baaacfe197519aae3a78e80b3979cb8c018337474d19df7963bd37",
        "f3ec682a721fa30492e274786916a78fd963f6be29c1afd67c47f35910491fbf",
    ),
    "Attested": (
        "attested",
        "dba2cfb9a54e6765aceb12467f45a5e636b460d75610c66e3ef728103681f57d",
        "d775db7eaebd09eacdaa67797f2c7b4ddfd3a4597079d31a6ed88a531f454d20",
    ),
    "Broken": (
        "interrupted",
        "17a0ba1383c609200767ee809471d3e10fcde7b166a24cfbf3cfbb0248df3450",
        "14f096e43c1ec0e347c9f353922c7891661b7ac6930c2ba2a58cf1e084bfb289",
    ),
}
# pupil: days and hours done. 20 days of seven hours, less 2.5 days and 3 hours: 140 - 17.5 - 3;
# less one day; broken off on the tenth day; 15 days ahead of the others
DONE = {
    "Over": (17.5, 119.5),
    "Attested": (19, 133),
    "Broken": (10, 70),
    "Signed": (15, 105),
}


@pytest.fixture
def convention(env):
    def find(firstname):
        return env["bde.convention"].search([("student_id.firstname", "=", firstname)])

    return find


def test_versions(env):
    for module in our_modules():
        found = env["ir.module.module"].search([("name", "=", module)])
        assert (found.state, found.latest_version) == ("installed", manifest(module)["version"])


@pytest.mark.parametrize("pupil", CONVENTIONS)
def test_conventions_are_untouched(convention, pupil):
    found = convention(pupil)
    version = found.version_id
    state, content, pdf = CONVENTIONS[pupil]
    assert (found.state, version.content_sha256) == (state, content)
    assert found.placement_id.state == found.state
    if pdf:
        assert hashlib.sha256(version.pdf_attachment_id.raw).hexdigest() == pdf


def test_what_was_signed_still_verifies(env):
    documents = env["bde.document"].search([])
    assert len(documents) == 8, "six conventions, an amendment, an agreement"
    assert not env["bde.journal.check"]._check_documents(documents)


@pytest.mark.parametrize("pupil", DONE)
def test_days_that_were_typed_still_count(convention, pupil):
    found = convention(pupil)
    assert (found.effective_days, found.effective_hours) == DONE[pupil]


def test_days_that_were_typed_are_one_absence_each(env, convention):
    rows = env["bde.absence"].search([])
    assert {
        (row.placement_id.convention_id, row.part, row.total_days, row.missed_hours, row.state)
        for row in rows
    } == {
        (convention("Over"), "total", 2.5, 3, "confirmed"),
        (convention("Attested"), "total", 1, 0, "confirmed"),
    }


def test_gratification_is_kept(convention):
    assert convention("Over").gratification_total == 150


def test_the_broken_stay_ends_on_its_last_day(convention):
    broken = convention("Broken")
    assert broken.interrupted_on == date(2026, 10, 9)
    assert broken.placement_id.date_end == date(2026, 10, 9)


def test_what_follows_a_stay_is_as_the_fields_count_it(env, convention):
    """Columns that the upgrade fills in SQL: what the fields would say."""
    over = convention("Over").placement_id
    assert over.attestation_due_on == date(2026, 12, 23)
    given = convention("Attested")
    assert given.attestation_on and given.placement_id.attested_on == given.attestation_on
    names = ("attestation_due_on", "attested_on", "visit_count", "last_visit_on", "next_visit_on",
             "visit_status", "meeting_done", "departure_decision", "evaluation_state")  # fmt: skip
    placements = env["bde.placement"].search([])
    before = {one: [one[name] for name in names] for one in placements}
    for name in names:
        env.add_to_compute(placements._fields[name], placements)
    env.flush_all()
    assert {one: [one[name] for name in names] for one in placements} == before


def test_amended_hours_still_hold(convention):
    placement = convention("Signed").placement_id
    assert [term.date_from for term in placement.term_ids.sorted("date_from")] == [
        date(2027, 1, 11),
        date(2027, 1, 18),
    ]
    assert placement.presence_days == 15
