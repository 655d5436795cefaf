"""During and after: a period from its first day to its closing, mostly on phones.

A baker signs for her company and is the tutor of three trainees; one page and one link serve her
to the end. A pupil does not arrive; a referent gives an alert; a company breaks a stay off; three
pupils say how it was, and the baker answers.
"""

from datetime import date, timedelta

import holidays
import pytest
from playwright.sync_api import expect

from .classroom import Pupil
from .pages import Office, StayPage
from .people import wait_for
from .school import PASSWORD, REFERENT

# a stay of two weeks that is over, whatever the day of the week
MONDAY = date.today() - timedelta(days=date.today().weekday() + 14)
FRIDAY = MONDAY + timedelta(days=11)
NAMES = ("PERIODE", "SECONDE", "TROISIEME")


def working_days(first, last):
    """Days of presence of a company that is closed on week-ends and public holidays."""
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in every if day.weekday() < 5 and day not in holidays.France()]


@pytest.fixture
def phone(room, window):
    """Opens the page of a stay of somebody on his own phone."""

    def open_page(link):
        page = StayPage(window(phone=True), room.school.server.url)
        page.open(link)
        return page

    return open_page


@pytest.fixture(scope="module")
def bakery(room):
    """The baker and her three trainees, whose stays are over: (company, {name: (pupil, ids)})."""
    host = room.company("Boulangerie du Suivi", same_person=True)
    stays = {}
    for name in NAMES:
        pupil, _host, convention = room.signed(
            name, host, date_start=str(MONDAY), date_end=str(FRIDAY)
        )
        stays[name] = pupil, convention
    room.school.days("nightly", date.today())
    room.school.mailbox.skip(host.boss.email)
    return host, stays


def letter(room, person, day):
    """The link that the job of that day writes to somebody; copies of what was signed may come
    in between.
    """
    room.school.days("letters", day)
    about = "Votre PFMP" if isinstance(person, Pupil) else "Vos stagiaires"
    return room.school.mailbox.link(person.email, "/bde/p/", about)


def placement(room, convention, *fields):
    [row] = room.account.read(
        "bde.placement", [("convention_id", "=", convention)], ["id", *fields]
    )
    return row


# --- day one --------------------------------------------------------------------------------------


def test_a_pupil_does_not_arrive(room, manager, phone, shots):
    """The tutor says it by one tap; referent and bureau know it the same minute."""
    first = working_days(date.today() - timedelta(days=5), date.today())[-1]
    pupil, host, convention = room.signed(
        "ABSENT", date_start=str(first), date_end=str(first + timedelta(days=18))
    )
    room.school.days("nightly", date.today())
    room.school.mailbox.skip(REFERENT[0], host.tutor.email)
    page = phone(letter(room, host.tutor, first))
    shots.take(page.page, "page-tuteur-premier-jour", whole=True)
    page.press("presence", "missing")
    page.expect_done()
    mail = room.school.mailbox.next(REFERENT[0])
    assert "ABSENT" not in mail["subject"], "no name of a pupil in a subject"
    row = placement(room, convention, "arrival")
    assert row["arrival"] == "missing"
    [absence] = room.account.read(
        "bde.absence", [("placement_id", "=", row["id"])], ["date_from", "source"]
    )
    assert absence == {"id": absence["id"], "date_from": str(first), "source": "tutor"}
    page.press("presence", "arrived")
    assert placement(room, convention, "arrival")["arrival"] == "arrived"


# --- during ---------------------------------------------------------------------------------------


def test_the_referent_gives_an_alert(room, window, shots):
    """Three taps and a sentence on a phone; the bureau has a task."""
    pupil, _host, convention = room.signed(
        "ALERTE",
        date_start=str(date.today() - timedelta(days=7)),
        date_end=str(date.today() + timedelta(days=12)),
    )
    room.school.days("nightly", date.today())
    teacher = Office(window(phone=True), room.school.server.url)
    teacher.sign_in(REFERENT[0], PASSWORD)
    teacher.page.goto(f"{room.school.server.url}/bde/visits")
    card = teacher.page.locator("details.bde_visits_card", has_text="ALERTE")
    card.locator("summary").first.tap()
    for name, value in (("met", "both"), ("mood", "bad"), ("alert", "watch")):
        card.locator("label", has=teacher.page.locator(f"input[name={name}][value={value}]")).tap()
    card.locator("textarea[name=text]").fill("Le tuteur manque souvent : qui le remplace ?")
    shots.take(teacher.page, "visite-telephone", whole=True)
    card.locator("form > button[type=submit]").tap()

    def reported():
        return room.account.read(
            "bde.visit",
            [("placement_id.convention_id", "=", convention), ("state", "=", "done")],
            ["alert", "alert_state", "is_meeting", "activity_ids"],
        )

    [visit] = wait_for(reported, "the report of the visit")
    assert (visit["alert"], visit["alert_state"]) == ("watch", "open")
    assert visit["activity_ids"], "a task of the bureau"


def test_an_interruption_and_what_is_left_to_certify(room):
    """Broken off on its first Friday: that week is to be certified, the pupil has no place."""
    pupil, host, convention = room.signed(
        "ROMPU", date_start=str(MONDAY), date_end=str(date.today() + timedelta(days=12))
    )
    room.school.days("nightly", date.today())
    wizard = room.account.create(
        "bde.interrupt",
        {
            "convention_id": convention,
            "code": "host",
            "last_day": str(MONDAY + timedelta(days=4)),
        },
    )
    room.account.call("bde.interrupt", "action_apply", [wizard])
    assert room.state(convention) == "interrupted"
    [row] = room.account.call("bde.convention", "read", [convention], ["effective_days"])
    assert row["effective_days"] == len(working_days(MONDAY, MONDAY + timedelta(days=4)))
    [after] = room.account.read(
        "bde.placement", [("replaces_id.convention_id", "=", convention)], ["state"]
    )
    assert after["state"] == "to_place"


# --- the end --------------------------------------------------------------------------------------


def test_one_page_and_one_link_for_the_end(room, bakery, phone, shots):
    """Absence, evaluation, attestation, next year: the baker never leaves her page.

    One code signs for two of her trainees; she takes the third off the list.
    """
    host, stays = bakery
    pupil, convention = stays["PERIODE"]
    page = phone(letter(room, host.boss, FRIDAY - timedelta(days=1)))
    expect(page.page.locator("section.bde_card")).to_have_count(3)
    shots.take(page.page, "page-entreprise-liste")
    page.open_stay("PERIODE")
    week = page.section("presence").locator("form:has(input[name=week])").first
    week.locator("summary").tap()
    week.locator("select[name^=part_]").first.select_option("day")
    week.locator("select[name=reason]").select_option("illness")
    week.locator("button[value=missed]").tap()
    page.expect_done()
    page.answer_all("evaluation")
    page.page.fill("#appreciation", "Ponctuel, curieux, il sait façonner.")
    shots.take(page.page, "evaluation-telephone", whole=True)
    page.press("evaluation", "submit")
    page.expect_done()
    days = page.section("attestation").locator("#attestation_days")
    done = len(working_days(MONDAY, FRIDAY)) - 1
    expect(days).to_have_value(str(done))
    shots.take(page.page, "attestation-telephone")
    beside = page.section("attestation").locator("fieldset.bde_beside .bde_card")
    beside.filter(has_text="SECONDE").locator("input[name=with]").uncheck()
    page.submit("attestation")
    page.page.check("#attestation input[name=has_read]")
    page.page.fill("#code", room.school.mailbox.code(host.boss.email))
    typed = page.page.locator("#attestation input[name=method][value=typed]")
    if typed.count():
        typed.check()
    page.page.fill("#signed_name", host.boss.name)
    page.page.locator("#attestation form.bde_sign button[type=submit]").click()
    page.expect_done()
    states = {name: room.state(number) for name, (_pupil, number) in stays.items()}
    assert states == {"PERIODE": "attested", "TROISIEME": "attested", "SECONDE": "ended"}
    [row] = room.account.call("bde.convention", "read", [convention], ["effective_days"])
    assert row["effective_days"] == done
    page.section("next_year").locator("input[value=yes]").check()
    page.submit("next_year")
    page.expect_done()


def test_days_over_the_calendar_are_refused(room, bakery, phone):
    """Eleven days of a stay of two weeks: a sentence says so, and nothing is signed."""
    host, stays = bakery
    page = phone(by_hand(room, host.boss, stays["SECONDE"][1], "host"))
    page.open_stay("SECONDE")
    page.section("attestation").locator("#attestation_days").fill("11")
    page.submit("attestation")
    expect(page.page.locator("main > .bde_error")).to_be_visible()
    expect(page.page.locator("#attestation_days")).to_have_value("11")
    assert room.state(stays["SECONDE"][1]) == "ended"


def by_hand(room, person, convention, role):
    """The link that the bureau sends again."""
    room.school.mailbox.skip(person.email)
    number = placement(room, convention)["id"]
    wizard = room.account.create(
        "bde.stay.send", {"placement_ids": [(6, 0, [number])], f"to_{role}": True}
    )
    room.account.call("bde.stay.send", "action_send", [wizard])
    return room.school.mailbox.link(person.email, "/bde/p/", "Vos stagiaires")


# --- three views, one reply, the closing ----------------------------------------------------------


def test_three_pupils_say_how_it_was_and_the_baker_answers(room, bakery, phone, manager, shots):
    """No name and no word of a pupil reaches her: three answers together, once files are closed."""
    host, stays = bakery
    for rank, (pupil, _convention) in enumerate(stays.values()):
        page = phone(letter(room, pupil, FRIDAY + timedelta(days=3)))
        page.answer_all("quality", choice=1)
        page.page.fill("#quality_comment", f"MOT-SECRET-{rank}")
        if rank == 0:
            shots.take(page.page, "avis-eleve-telephone", whole=True)
        page.submit("quality")
        page.expect_done()
    ids = [placement(room, convention)["id"] for _pupil, convention in stays.values()]
    close(room, ids)
    assert {room.state(convention) for _pupil, convention in stays.values()} == {"closed"}
    room.school.days("released")
    page = phone(by_hand(room, host.boss, stays["PERIODE"][1], "host"))
    page.open_stay("PERIODE")
    section = page.section("site_quality")
    expect(section).to_be_visible()
    text = section.inner_text()
    assert "MOT-SECRET" not in text
    assert not any(name in text for name in NAMES)
    section.locator("summary").tap()
    section.locator("select").first.select_option(index=1)
    page.submit("site_quality")
    page.expect_done()
    shots.take(page.page, "reponse-entreprise-telephone", whole=True)
    [quality] = room.account.read(
        "bde.site.quality",
        [("partner_id", "=", host.id), ("training_code", "=", "")],
        ["count", "is_shown"],
    )
    assert (quality["count"], quality["is_shown"]) == (3, True)


def close(room, ids):
    """Closed with a reason: an attestation and the visits are missing."""
    wizard = room.account.create(
        "bde.closing.wizard",
        {"placement_ids": [(6, 0, ids)], "with_lacking": True, "reason": "other", "note": "Essai"},
    )
    room.account.call("bde.closing.wizard", "action_close", [wizard])


def test_the_allowance_says_what_is_missing(room, bakery, manager):
    """The days of the attestation × 15 €, what a première bac pro has a day in 2026-2027.

    A year whose rates are not published yet is shown as unknown, never guessed.
    """
    _host, stays = bakery
    row = placement(room, stays["PERIODE"][1])
    [allowance] = room.account.read(
        "bde.allowance",
        [("placement_id", "=", row["id"])],
        ["days", "rate_known", "daily", "amount", "status", "missing"],
    )
    days = len(working_days(MONDAY, FRIDAY)) - 1
    known = date(2026, 9, 1) <= MONDAY < date(2027, 9, 1)
    assert (allowance["days"], allowance["rate_known"]) == (days, known)
    assert (allowance["daily"], allowance["amount"]) == ((15, 15 * days) if known else (0, 0))
    assert allowance["status"] == "missing"
    assert {"decision", "rib"} <= set(allowance["missing"]), "nobody has said that they are there"
