"""Alumni: a class in its final year, what becomes of it, and a tutor five years later.

Six pupils are told of the follow-up and choose, one objects; the list of those without a solution
goes down to zero; a survey gets answers, half of them in part; years later one of the class is the
tutor of a pupil, another says no for good. Figures are worked out by hand from what is written
here.
"""

import re
from datetime import date

import pytest
import requests
from playwright.sync_api import expect

from . import bureaus as people
from .leavers import SAID, SCHOOL_MAIL, Leavers
from .pages import AlumnusPage
from .people import wait_for
from .school import first_day

BAKERY = "Boulangerie des Deux-Ponts"


@pytest.fixture(scope="module")
def story(room):
    return Leavers(room)


# ------------------------------------------------------------------
# The final year: information, choices
# ------------------------------------------------------------------


def test_the_final_year_is_prepared(story, window, shots):
    """From the class, in one dialog: who is taken, and that one has no address of his own."""
    desk = story.desk(window)
    desk.open(f"action-bde_pfmp.action_division/{story.division}")
    desk.press("action_make_alumni")
    expect(desk.dialog()).to_be_visible()
    expect(desk.dialog().locator("[name='taken_count']")).to_have_text("6")
    expect(desk.dialog().locator("[name='school_mail_count']")).to_have_text("1")
    desk.tick("tell")
    shots.take(desk.page, "anciens-preparer")
    desk.press("action_prepare", within=".modal-dialog")
    expect(desk.dialog()).to_have_count(0)
    expect(desk.rows()).to_have_count(6)
    shots.take(desk.page, "anciens-liste")
    found = story.alumni("cohort", "email", "has_left", "training_id")
    assert {row["cohort"] for row in found.values()} == {story.cohort}
    assert not any(row["has_left"] for row in found.values())
    assert found["Tom"]["email"] is False, "an address of the school dies with it"
    assert found["Léa"]["email"] == story.pupils["Léa"].email


def test_nothing_is_ticked_in_advance(story, window, shots):
    """The information first; Léa agrees to three things and shows where she works."""
    story.morning()
    page = story.phone(window, "Léa")
    choices = page.section("consents")
    expect(choices.locator("input:checked")).to_have_count(0)
    assert "cnil.fr" in choices.text_content()
    shots.take(page.page, "ancien-choix-telephone", whole=True)
    page.tick("consents", "ok_news", "ok_directory", "show_employer", "ok_solicitation")
    page.submit("consents")
    page.expect_done()
    found = story.alumni("ok_news", "ok_directory", "ok_solicitation", "ok_mentoring")["Léa"]
    assert [found[name] for name in ("ok_news", "ok_directory", "ok_solicitation")] == [True] * 3
    assert not found["ok_mentoring"]
    [consent] = story.account.read(
        "bde.alumni.consent",
        [("alumnus_id", "=", found["id"]), ("purpose", "=", "directory")],
        ["shown_fields", "channel", "text"],
    )
    assert (consent["shown_fields"], consent["channel"]) == (["employer"], "link")
    assert consent["text"], "what was read is kept"


def test_a_minor_promises_nothing(story, window):
    """Noé is 17: being asked for help and portraits are not offered; news are his to say."""
    page = story.phone(window, "Noé")
    choices = page.section("consents")
    for name in ("ok_solicitation", "ok_portrait"):
        expect(choices.locator(f"input[name={name}]")).to_have_count(0)
    page.tick("consents", "ok_news")
    page.submit("consents")
    page.expect_done()
    assert story.alumni("ok_news")["Noé"]["ok_news"]


def test_one_agrees_and_one_ticks_nothing(story, window):
    """Zoé agrees to news and to be asked for help, Sami to nothing: both are answers."""
    page = story.phone(window, "Zoé")
    page.tick("consents", "ok_news", "ok_solicitation")
    page.submit("consents")
    page.expect_done()
    page = story.phone(window, "Sami")
    page.submit("consents")
    page.expect_done()
    found = story.alumni("ok_solicitation", "ok_news", "informed_on", "choices_on")
    assert found["Zoé"]["ok_solicitation"] and found["Zoé"]["ok_news"]
    assert not found["Sami"]["ok_news"]
    assert found["Sami"]["informed_on"] and found["Sami"]["choices_on"]


def test_one_objects_and_is_only_counted(story, window):
    """Everything about Inès is erased, her link is dead, she is not made an alumna again."""
    page = story.phone(window, "Inès")
    choices = page.section("consents")
    choices.locator("details:has(input[name=sure]) > summary").click()
    choices.locator("input[name=sure]").check(force=True)
    choices.locator("button[value=object]").click()
    wait_for(lambda: "Inès" not in story.alumni(), "the erasure of Inès")
    assert requests.get(story.links["Inès"], timeout=60).status_code in (404, 410)
    [count] = story.account.read(
        "bde.alumni.count", [("objected_count", ">", 0)], ["cohort", "objected_count"]
    )
    assert (count["cohort"], count["objected_count"]) == (story.cohort, 1)
    form = story.account.create("bde.alumni.prepare", {"division_ids": [(6, 0, [story.division])]})
    [counts] = story.account.call(
        "bde.alumni.prepare", "read", [form], ["taken_count", "there_count", "objected_count"]
    )
    assert [counts[n] for n in ("taken_count", "there_count", "objected_count")] == [0, 5, 1]


def test_a_paper_sheet_is_typed_in(story):
    """Tom has no mail of his own: he signed the sheet, agreed to nothing, gave his telephone."""
    assert not story.school.mailbox.waiting(SCHOOL_MAIL), "the school's address is written to"
    pdf = story.account.get(f"/bde/alumni/sheets?ids={story.id_of('Tom')}")
    assert pdf.startswith(b"%PDF")
    story.type_sheet({story.id_of("Tom"): {"informed": True}})
    found = story.alumni("informed_on", "phone")["Tom"]
    assert found["informed_on"] and found["phone"]


def test_four_workshops(story):
    """AvenirPro asks for four: Léa came to all of them, Zoé missed the last one."""
    account = story.account
    for number in range(4):
        form = account.create("bde.workshop.new", {"name": f"Atelier {number + 1}", "minutes": 90})
        action = account.call("bde.workshop.new", "action_create", [form])
        event = action["context"]["default_event_id"]
        if number == 3:
            invited = account.read(
                "event.registration", [("event_id", "=", event)], ["bde_student_id"]
            )
            [zoe] = [row for row in invited if "FANTIN" in row["bde_student_id"][1]]
            account.call("event.registration", "action_bde_absent", [zoe["id"]])
        account.call("event.event", "action_bde_all_came", [event])
    rows = account.read(
        "bde.leaver.plan", [], ["name", "workshop_count", "workshop_hours", "has_enough_workshops"]
    )
    plans = {row["name"].split()[0]: row for row in rows}
    assert (plans["AMBROISE"]["workshop_count"], plans["AMBROISE"]["workshop_hours"]) == (4, 6)
    assert plans["AMBROISE"]["has_enough_workshops"]
    assert (plans["FANTIN"]["workshop_count"], plans["FANTIN"]["has_enough_workshops"]) == (
        3,
        False,
    )


# ------------------------------------------------------------------
# The safety net
# ------------------------------------------------------------------


def test_the_round_of_june(story, window, shots):
    """Five without a solution. The bureau acts for all; one question goes out by link."""
    # that of June, on any day: the question goes out in the weeks after it alone
    story.june = story.account.create(
        "bde.leaver.round",
        {"cohort": story.cohort, "month": "06", "date": str(date.today())},
    )
    desk = story.desk(window)
    desk.open(f"action-bde_alumni.action_leaver_round/{story.june}")
    desk.press("action_begin")
    desk.expect_state("running")
    desk.press("action_lines")
    expect(desk.rows()).to_have_count(5)
    desk.select_all()
    desk.press("action_take", within=".o_control_panel")
    wait_for(
        lambda: all(line["user_id"] for line in story.net(story.june, "user_id").values()),
        "who acts for the five",
    )
    shots.take(desk.page, "anciens-sans-solution")
    assert story.round(story.june) == ("running", 5, 5)


def test_answers_to_the_one_question(story, window, shots):
    """Léa has found an apprenticeship: her line closes. Noé wants to be called."""
    story.morning()
    page = story.phone(window, "Léa")
    shots.take(page.page, "ancien-question-telephone", whole=True)
    page.choose("net", "answer", "apprenticeship")
    page.section("net").locator("input[name=solution_text]").fill(f"{BAKERY}, Orvane")
    page.submit("net")
    page.expect_done()
    page = story.phone(window, "Noé")
    page.choose("net", "answer", "looking")
    page.tick("net", "wants_help")
    page.submit("net")
    page.expect_done()
    lines = story.net(story.june, "is_open", "solution", "situation", "wants_help", "answered_on")
    assert (lines["AMBROISE"]["is_open"], lines["AMBROISE"]["solution"]) == (
        False,
        "apprenticeship",
    )
    noe = lines["BERTILLE"]
    assert (noe["is_open"], noe["situation"], noe["wants_help"]) == (True, "looking", True)
    assert story.round(story.june) == ("running", 5, 4)


def test_a_hand_over_with_his_consent(story, window, shots):
    """The Mission locale helps Sami: nothing leaves before he agreed on his page, line by line."""
    account = story.account
    [plan] = account.read("bde.leaver.plan", [("name", "ilike", "EDGARD")], ["id"])
    sheet = account.call("bde.leaver.plan", "action_handover", [plan["id"]])["res_id"]
    with pytest.raises(AssertionError):
        account.call("bde.leaver.handover", "action_send", [sheet])
    page = story.phone(window, "Sami")
    part = page.section("plan")
    expect(part.locator("dl dd").first).to_be_visible()
    shots.take(page.page, "ancien-liaison-telephone", whole=True)
    part.locator("input[name=read]").check(force=True)
    page.press("plan", "agree")
    page.expect_done()
    action = account.call("bde.leaver.handover", "action_send", [sheet])
    assert account.get(action["url"]).startswith(b"%PDF")
    lines = story.net(story.june, "is_open", "solution")
    assert (lines["EDGARD"]["is_open"], lines["EDGARD"]["solution"]) == (False, "mission_locale")
    assert story.round(story.june) == ("running", 5, 3)


def test_they_leave_and_the_next_round_takes_over(story):
    """A year later they have left; October lists the three of June, with who acts for them."""
    story.years_pass(1)
    found = story.alumni("has_left", "cohort", "stays_on", "ok_news")
    assert all(row["has_left"] for row in found.values())
    assert {row["cohort"] for row in found.values()} == {story.cohort}
    # he turned 18: what he had agreed to as a minor has ended
    assert not found["Noé"]["ok_news"] and found["Léa"]["ok_news"]
    story.october = story.account.create(
        "bde.leaver.round",
        {"cohort": story.cohort, "month": "10", "date": str(date.today())},
    )
    story.account.call("bde.leaver.round", "action_begin", [story.october])
    lines = story.net(story.october, "user_id", "situation")
    assert set(lines) == {"BERTILLE", "DELPHIN", "FANTIN"}
    assert all(line["user_id"] for line in lines.values())
    assert lines["BERTILLE"]["situation"] == "looking"
    assert story.round(story.june)[0] == "over"


def test_the_list_goes_down_to_zero(story, window, shots):
    """By a link, by a text message, by the bureau: the round is over when nobody is left."""
    story.morning()
    page = story.phone(window, "Noé")
    page.choose("net", "answer", "study")
    page.section("net").locator("input[name=solution_text]").fill("BTS, lycée de la Tirelle")
    page.submit("net")
    page.expect_done()
    page = story.phone(window, "Tom")
    page.choose("net", "answer", "job")
    page.submit("net")
    page.expect_done()
    assert story.round(story.october) == ("running", 3, 1)
    desk = story.desk(window)
    desk.open("bde-without-solution")
    expect(desk.rows()).to_have_count(1)
    desk.select("FANTIN")
    desk.press("action_close", within=".o_control_panel")
    desk.dialog().locator("[name='solution'] input").click()
    job = desk.page.locator(".o_select_menu_item", has_text=re.compile("emploi|job", re.I))
    job.first.click()
    desk.dialog().locator("[name='solution_text'] input").fill("Hôtel du Confluent")
    shots.take(desk.page, "anciens-solution")
    desk.press("action_close", within=".modal-dialog")
    expect(desk.dialog()).to_have_count(0)
    expect(desk.page.locator(".o_view_nocontent")).to_be_visible()
    shots.take(desk.page, "anciens-zero")
    assert story.round(story.october) == ("over", 3, 0)


# ------------------------------------------------------------------
# The survey, half a year after leaving
# ------------------------------------------------------------------


def test_a_survey_begins(story, window, shots):
    """25 leavers, one of whom was never told: 24 are asked, one of them cannot be reached."""
    story.later(120, "days")
    story.others = story.type_others()
    account = story.account
    form = account.create("bde.alumni.wave.add", {"cohort": story.cohort, "horizon": "6"})
    story.wave = account.call("bde.alumni.wave.add", "action_add", [form])["res_id"]
    desk = story.desk(window)
    desk.open(f"action-bde_alumni.action_wave/{story.wave}")
    if story.survey("state")["state"] == "planned":
        desk.press("action_begin")
        desk.page.locator(".modal-footer .btn-primary").click()
    desk.expect_state("running")
    story.morning()
    counts = story.survey("leaver_count", "asked_count", "unreachable_count", "not_told_count")
    del counts["id"]
    assert counts == {
        "leaver_count": 25, "asked_count": 24, "unreachable_count": 1, "not_told_count": 1,
    }  # fmt: skip
    shots.take(desk.page, "enquete-commence")


def test_one_tap_is_an_answer(story, window, shots):
    """Noé and Tom tap once; Zoé says a bit more; Léa says it all: three in part, one in full."""
    for firstname, situation in (("Noé", "study"), ("Tom", "job")):
        page = story.phone(window, firstname)
        page.press("survey", situation)
        line = story.asked(story.id_of(firstname), "state", "situation")
        assert (line["state"], line["situation"]) == ("partial", situation)
    page = story.phone(window, "Zoé")
    page.press("survey", "job")
    page.section("survey").locator("input[name=place]").fill("Hôtel du Confluent, Orvane")
    page.submit("survey")
    page.expect_done()
    assert story.asked(story.id_of("Zoé"), "state")["state"] == "partial"

    page = story.phone(window, "Léa")
    shots.take(page.page, "ancien-enquete-telephone", whole=True)
    page.press("survey", "apprenticeship")
    for name, value in (("place", BAKERY), ("trade", "Boulangère"), ("study", "BP boulanger")):
        page.section("survey").locator(f"input[name={name}]").fill(value)
    page.choose("survey", "linked", "yes")
    shots.take(page.page, "ancien-enquete-suite-telephone", whole=True)
    page.submit("survey")
    page.expect_done()
    line = story.asked(story.id_of("Léa"), "state", "outcome_id")
    assert line["state"] == "answered"
    [outcome] = story.account.call(
        "bde.outcome", "read", [line["outcome_id"][0]], ["contract", "trade", "months", "source"]
    )
    assert (outcome["contract"], outcome["months"], outcome["source"]) == ("apprentice", 6, "link")


def test_reminders_stop_with_the_answer(story, window, shots):
    """Two reminders to Sami, none to those who answered; then he is called: one tap."""
    for reminder in (1, 2):
        story.morning(11)
        story.letter("Sami")
        assert story.asked(story.id_of("Sami"), "reminder_count")["reminder_count"] == reminder
        assert not any(story.has_letter(name) for name in ("Léa", "Noé", "Tom", "Zoé"))
    story.later(6, "days")
    desk = story.desk(window)
    desk.open(f"action-bde_alumni.action_wave/{story.wave}")
    desk.press("action_to_call")
    card = desk.card("EDGARD")
    expect(card).to_be_visible()
    shots.take(desk.page, "enquete-appeler")
    card.locator("button[name=action_call_situation]").nth(3).click()
    expect(card).to_have_count(0)
    line = story.asked(story.id_of("Sami"), "state", "situation", "call_count")
    assert (line["state"], line["situation"], line["call_count"]) == ("answered", "looking", 1)


def test_rates_worked_out_by_hand(story, window, shots):
    """24 asked, one died: 23 leavers. 21 answered: the five of the class and sixteen others.

    Jobs: Tom, Zoé and ten others, 12 of 21 = 57 %, between 37 and 76 % (Wilson). Apprentices: Léa
    and two, 3. Studies: Noé and one, 2. Looking: Sami and two, 3. Other: 1. In part: Noé, Tom,
    Zoé and the thirteen others of whom more might be asked, 16.
    """
    account, said = story.account, dict(zip(story.others, SAID, strict=False))
    for alumnus, situation in said.items():
        number = story.asked(alumnus)["id"]
        account.call(
            "bde.alumni.wave.line",
            "action_call_situation",
            [number],
            context={"bde_situation": situation},
        )
    refuses, _unreachable, dies, _untold = story.others[len(SAID) :]
    account.call("bde.alumni.wave.line", "action_refuse", [story.asked(refuses)["id"]])
    account.call("bde.alumnus", "action_note_death", [dies])
    counts = story.survey("asked_count", "answered_count", "partial_count", "response")
    assert (counts["asked_count"], counts["answered_count"], counts["partial_count"]) == (
        23, 21, 16,
    )  # fmt: skip
    assert numbers(counts["response"])[:3] == [21, 23, 91]

    desk = story.desk(window)
    desk.open(f"action-bde_alumni.action_wave/{story.wave}")
    table = desk.field("figures").locator("table").first
    found = [numbers(cell.inner_text()) for cell in table.locator("tbody td:nth-child(2)").all()]
    shots.take(desk.page, "enquete-resultats")
    assert found[0] == [12, 21, 57, 37, 76]
    assert [row[:3] for row in found[1:5]] == [[3, 21, 14], [2, 21, 10], [3, 21, 14], [1, 21, 5]]
    # a class of five is shown as counts alone
    groups = desk.field("figures").locator("table").nth(1)
    bakers = groups.locator("tbody tr", has_text="Boulanger").locator("td").all()
    assert [numbers(cell.inner_text()) for cell in bakers[1:]] == [[5, 5], [2], [1], [1], [1], [0]]
    summary = desk.field("figures").locator("p").first.inner_text()
    # asked, answered, objected, died
    assert numbers(summary)[:4] == [23, 21, 1, 1]


def numbers(text):
    """The whole numbers of a text: ``12 of 21 – 57 % (37 to 76 %)``."""
    return [int(found) for found in re.findall(r"\d+", text)]


def test_nobody_else_reads_a_name(story):
    """Neither another school nor the académie: not even in the words of a refusal."""
    other = people.open_bureaus(story.school)[1].account
    lea = story.id_of("Léa")
    assert other.read("bde.alumnus", [], ["name"]) == []
    for account in (other, people.academy(story.school)):
        with pytest.raises(AssertionError) as refusal:
            account.call("bde.alumnus", "read", [lea], ["name"])
        assert "AMBROISE" not in str(refusal.value)
    for model in ("bde.outcome", "bde.alumni.wave.line", "bde.leaver.plan", "bde.would.you"):
        with pytest.raises(AssertionError):
            people.academy(story.school).read(model, [], ["id"])


# ------------------------------------------------------------------
# Five years later
# ------------------------------------------------------------------


def test_five_years_later_two_are_left(story):
    """Nobody else agreed to anything: 23 became a count, Léa and Zoé stay."""
    story.account.call("bde.alumni.wave", "action_close", [story.wave])
    story.years_pass(5)
    story.school.days("alumni_job", "forget")
    rows = story.account.read("bde.alumnus", [], ["firstname", "cohort"])
    assert {(row["firstname"], row["cohort"]) for row in rows} == {
        ("Léa", story.cohort),
        ("Zoé", story.cohort),
    }
    counts = story.account.read(
        "bde.alumni.count", [("cohort", "=", story.cohort)], ["objected_count", "forgotten_count"]
    )
    assert sum(row["objected_count"] for row in counts) == 1
    assert sum(row["forgotten_count"] for row in counts) == 23


def test_an_old_link_sends_a_fresh_one(story, window):
    """The link of the final year has long expired: one button, and a new one is in the mail."""
    page = AlumnusPage(window(phone=True), story.school.server.url)
    page.open(story.links["Léa"])
    story.school.mailbox.skip(story.address("Léa"))
    page.page.locator("form[action$='/renew'] button").click()
    page = story.phone(window, "Léa")
    expect(page.section("consents").locator("input[name=ok_news]")).to_be_checked()


def test_would_you(story, window, shots):
    """Once a year, of the two who agreed: Léa would be a tutor, Zoé sit in a jury."""
    desk = story.desk(window)
    desk.open("bde-would-you")
    desk.press("action_ask_year")
    desk.page.locator(".modal-footer .btn-primary").click()
    asked = "the two rows of the year"
    wait_for(lambda: len(story.account.read("bde.would.you", [], ["id"])) == 2, asked)
    story.morning()
    page = story.phone(window, "Léa")
    shots.take(page.page, "ancien-souhaits-telephone", whole=True)
    page.tick("would_you", "would_tutor")
    page.section("would_you").locator("input[name=employer]").fill(f"{BAKERY}, Orvane")
    page.press("would_you", "yes")
    page = story.phone(window, "Zoé")
    page.tick("would_you", "would_jury")
    page.press("would_you", "yes")
    rows = story.would_you()
    assert rows["AMBROISE"]["tutor"] and not rows["AMBROISE"]["jury"]
    assert rows["FANTIN"]["jury"] and rows["FANTIN"]["state"] == "yes"
    assert all(row["activity_ids"] for row in rows.values()), "a task of the bureau"
    desk.open("bde-would-you")
    shots.take(desk.page, "anciens-souhaits")


def test_she_is_recognised_in_her_company(story, window, shots):
    """A contact with her address is proposed, staff confirm it; the company's page shows it."""
    email = story.pupils["Léa"].email
    boss = {"name": "Yvon Deuxponts", "email": "yvon@deuxponts.example", "bde_signatory": True}
    tutor = {"name": "Léa Ambroise", "email": email, "function": "Boulangère", "bde_tutor": True}
    story.bakery = story.company(BAKERY, boss, tutor)
    desk = story.desk(window)
    desk.open("bde-alumni-in-companies")
    desk.press("action_find")
    expect(desk.row("Ambroise")).to_have_count(1)
    shots.take(desk.page, "anciens-dans-entreprises")
    desk.row("Ambroise").locator("button[name=action_confirm]").click()
    wait_for(
        lambda: story.bureau.page(BAKERY, ["alumni_count"])["alumni_count"] == 1,
        "the former pupil on the page of her company",
    )
    assert story.bureau.page(BAKERY, ["alumni_ids"])["alumni_ids"] == [story.id_of("Léa")]
    contacts = story.account.read(
        "res.partner", [("parent_id", "=", story.bakery.id)], ["email", "bde_alumni"]
    )
    assert {row["email"] for row in contacts if row["bde_alumni"]} == {email}


def test_yesterdays_pupil_is_todays_tutor(story, window, shots):
    """Léa follows a pupil of this year: one tutor of her cohort, counted once."""
    room, account = story.room, story.account
    room.division = account.create(
        "bde.division", {"name": "1BPN", "training_ids": [(6, 0, [room.training])]}
    )
    room.period = account.create(
        "bde.period",
        {
            "name": "PFMP 1 – 1BPN",
            "division_ids": [(6, 0, [room.division])],
            "date_start": str(room.start),
            "date_end": str(room.end),
        },
    )
    for name in ("APPRENANT", "SECOND"):
        room.signed(name, story.bakery)
    [tutor] = account.read(
        "bde.alumni.tutor", [], ["alumnus_id", "cohort", "year", "placement_count"]
    )
    assert tutor["alumnus_id"][0] == story.id_of("Léa")
    assert (tutor["cohort"], tutor["year"]) == (story.cohort, first_day().year + 1)
    assert tutor["placement_count"] == 2
    [placement] = account.read("bde.placement", [], ["host_alumni_text"])[:1]
    assert "AMBROISE" in placement["host_alumni_text"]
    desk = story.desk(window)
    desk.open("bde-alumni-tutors")
    expect(desk.page.locator(".o_action_manager")).to_contain_text(str(story.cohort))
    shots.take(desk.page, "anciens-tuteurs")


# ------------------------------------------------------------------
# A year later: no for good
# ------------------------------------------------------------------


def test_no_for_good(story, window, shots):
    """Zoé said yes once; asked again a year later she says no for good, in one tap."""
    story.years_pass(1)
    story.account.call("bde.would.you", "action_ask_year", [])
    story.morning()
    page = story.phone(window, "Zoé")
    page.press("would_you", "no_more")
    page.expect_done()
    shots.take(page.page, "ancien-non-telephone", whole=True)
    found = story.alumni("no_more_on", "ok_news", "ok_solicitation")
    assert found["Zoé"]["no_more_on"]
    assert not found["Zoé"]["ok_news"] and not found["Zoé"]["ok_solicitation"]
    assert found["Léa"]["ok_solicitation"], "nobody else is touched"
    answers = story.account.read(
        "bde.would.you", [("alumnus_id", "=", found["Zoé"]["id"])], ["year", "state"]
    )
    states = [row["state"] for row in sorted(answers, key=lambda row: row["year"])]
    assert states == ["yes", "no_more"]


def test_nothing_more_is_sent(story):
    """News go to Léa alone, and next year nobody asks Zoé; what she does stays in the counts."""
    account = story.account
    news = account.create(
        "bde.alumni.news", {"subject": "Portes ouvertes", "body": "<p>Samedi, venez.</p>"}
    )
    [row] = account.call("bde.alumni.news", "read", [news], ["agreed_count"])
    assert row["agreed_count"] == 1
    account.call("bde.alumni.news", "action_send", [news])
    story.school.days("alumni_letters")
    mail = story.school.mailbox.next(story.address("Léa"), "Portes ouvertes")
    assert "Samedi" in mail["text"]
    story.years_pass(1)
    account.call("bde.would.you", "action_ask_year", [])
    story.morning()
    story.letter("Léa")
    assert not story.has_letter("Zoé")
    with pytest.raises(AssertionError):
        account.call("bde.alumnus", "action_send_page_link", [story.id_of("Zoé")])
    outcomes = account.read("bde.outcome", [("alumnus_id.firstname", "=", "Zoé")], ["situation"])
    assert {outcome["situation"] for outcome in outcomes} == {"job"}


def test_she_comes_back_if_she_wants(story, window):
    """Only she takes it back; what she had agreed to before does not stand again."""
    page = AlumnusPage(window(phone=True), story.school.server.url)
    action = story.account.call("bde.alumnus", "action_open_page", [story.id_of("Zoé")])
    page.open(action["url"])
    page.section("consents").locator("button[value=resume]").click()
    page.expect_done()
    found = story.alumni("no_more_on", "ok_news")["Zoé"]
    assert not found["no_more_on"] and not found["ok_news"]
