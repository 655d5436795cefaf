"""A referent on the road without a network: the report stays on the phone, leaves once the network
is back, and reaches the school once.
"""

from datetime import date, timedelta

import pytest

from .pages import Office
from .people import wait_for
from .school import PASSWORD, REFERENT
from .visits_offline import answer_lost_on_the_way, report_without_network


@pytest.fixture
def teacher(room, window):
    """The referent's phone, signed in."""
    phone = Office(window(phone=True), room.school.server.url)
    phone.sign_in(REFERENT[0], PASSWORD)
    return phone


def follow(room, name):
    """A stay under way of a pupil whom the referent follows: its convention."""
    start, end = date.today() - timedelta(days=7), date.today() + timedelta(days=12)
    _pupil, _host, convention = room.signed(name, date_start=str(start), date_end=str(end))
    room.school.days("nightly", date.today())
    return convention


def reports(room, convention):
    """What reached the school of this stay."""
    return room.account.read(
        "bde.visit",
        [("placement_id.convention_id", "=", convention), ("state", "=", "done")],
        ["text", "alert", "mood", "client_uuid", "activity_ids"],
    )


def test_a_report_is_kept_on_the_phone_and_sent_later(room, teacher):
    """No network, the page closed and opened again: nothing is lost, the alert is raised."""
    convention = follow(room, "TUNNEL")
    sentence = "Le tuteur est parti : qui le suit ?"
    report_without_network(
        teacher.page, room.school.server.url, "TUNNEL", sentence, mood="bad", alert="watch"
    )
    [visit] = wait_for(lambda: reports(room, convention), "the report of the visit")
    assert (visit["text"], visit["mood"], visit["alert"]) == (sentence, "bad", "watch")
    assert visit["activity_ids"], "a task of the bureau"


def test_a_report_whose_answer_was_lost_is_there_once(room, teacher):
    """The school took it, the phone does not know: it sends again, and nothing is doubled."""
    convention = follow(room, "ECHO")
    sentence = "Tout va bien, il sait façonner."
    answer_lost_on_the_way(teacher.page, room.school.server.url, "ECHO", sentence)
    [visit] = wait_for(lambda: reports(room, convention), "the report of the visit")
    assert visit["text"] == sentence
    assert visit["client_uuid"], "what tells the second sending from another report"
