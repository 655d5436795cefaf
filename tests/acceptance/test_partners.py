"""Partners: one shared book of companies, each school's own relations.

From the points of a map to a sealed agreement; two schools that want the same company; an Excel
list of 500 rows with 40 bad ones; a merge that one school proposes while three have pages; a
handover. Names and numbers are invented, counts are those of the rows written here.
"""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from playwright.sync_api import expect

from data.book import BAD, ROWS, book_rows

from . import bureaus as people
from .pages import Office, SignPage
from .people import wait_for
from .school import HEAD, PASSWORD

GARAGES = ("Garage Belfontin", "Garage Castanier", "Garage Duvermeil", "Garage Estranguin")
AWAY = "Garage du Bout-du-Monde"
SIGNATORY = ("Yvette Belfontin", "yvette@belfontin.example", "06 39 98 55 01")
BAKER = "Boulangerie Marcoulet"
PROMISE = "Accueillir deux élèves en mars"


@pytest.fixture(scope="module")
def bureaus(school):
    return people.open_bureaus(school)


def garage(name, place=0):
    """Values of the form of a new company, with its signatory."""
    lastname = name.split()[-1]
    email = f"contact@{lastname.lower()}.example"
    contact = {"name": f"Yvette {lastname}", "email": email, "phone": "06 39 98 55 10"}
    if lastname == "Belfontin":
        contact = dict(zip(("name", "email", "phone"), SIGNATORY, strict=True))
    return {
        "name": name,
        "activity": "Réparation automobile",
        "naf_code": "45.20A",
        "street": f"{place + 1} rue des Ateliers",
        "zip": "96000",
        "city": "ORVANE",
        "contact_ids": [(0, 0, contact | {"function": "Gérante", "bde_signatory": True})],
    }


def put_on_the_map(bureau, name, latitude, longitude):
    bureau.account.call(
        "res.partner", "action_bde_place", [bureau.employer(name)], latitude, longitude
    )


def office(window, school, login, **kwargs):
    desk = Office(window(**kwargs), school.server.url)
    desk.sign_in(login, PASSWORD)
    return desk


# ------------------------------------------------------------------
# From the map to a sealed agreement
# ------------------------------------------------------------------


def test_a_campaign_from_the_map_to_a_signed_agreement(school, bureaus, window, shots):
    """Circle on the map, campaign, a call in two clicks, a yes, an agreement, its seal."""
    rives = bureaus[0]
    for place, name in enumerate((*GARAGES, AWAY)):
        rives.register([garage(name, place)])
        far = name == AWAY
        put_on_the_map(
            rives, name, people.LATITUDE + (0.9 if far else 0.01 * place), people.LONGITUDE
        )
    manager = office(window, school, rives.login)
    select_on_the_map(manager, shots)
    fill_the_pipeline(manager, rives, shots)
    call_in_two_clicks(manager, rives, shots)
    make_the_agreement(manager, rives, shots)
    sign_the_agreement(school, rives, window, shots)


def select_on_the_map(manager, shots):
    """Those within the circle, not the one that is a hundred kilometres away."""
    manager.open("bde-companies")
    manager.show("bde_map")
    side = manager.page.locator(".o_bde_map_side")
    expect(side).to_have_attribute("data-shown", str(len(GARAGES) + 1))
    manager.page.locator("button[name='circle']").click()
    expect(side).to_have_attribute("data-selected", str(len(GARAGES)))
    shots.take(manager.page, "carte")
    manager.page.locator("button[name='prospect']").click()


def fill_the_pipeline(manager, rives, shots):
    """The campaign names its companies; cards and calls come with one button."""
    expect(manager.field("name")).to_be_visible()
    manager.fill("name", "Garages autour du lycée")
    manager.fill("per_week", "2")
    manager.save()
    expect(manager.rows()).to_have_count(len(GARAGES))
    manager.press("action_create_leads")
    wait_for(
        lambda: (
            len(rives.account.read("crm.lead", [("bde_campaign_id", "!=", False)], ["id"]))
            == len(GARAGES)
        ),
        "the cards of the campaign",
    )
    days = planned_days(rives)
    # two a week: the third company waits for the next week
    assert len(days) == len(GARAGES)
    assert days[2].isocalendar()[:2] > days[1].isocalendar()[:2], days
    assert all(day.weekday() < 5 for day in days), days
    manager.open("bde-prospecting-placements")
    expect(manager.cards()).to_have_count(len(GARAGES))
    shots.take(manager.page, "prospection")


def planned_days(rives):
    leads = rives.account.read("crm.lead", [("bde_campaign_id", "!=", False)], ["bde_call_on"])
    return sorted(date.fromisoformat(lead["bde_call_on"]) for lead in leads)


def call_in_two_clicks(manager, rives, shots):
    """The telephone of the card, then what happened; nothing else is asked."""
    manager.card(GARAGES[0]).locator("button[name='action_log_call']").click()
    expect(manager.dialog()).to_be_visible()
    shots.take(manager.page, "appel")
    manager.dialog().locator("button.btn-success").click()
    expect(manager.dialog()).to_have_count(0)
    page = rives.page(GARAGES[0], ["last_talk_on", "offer_ids"])
    assert page["last_talk_on"] and page["offer_ids"]


def make_the_agreement(manager, rives, shots):
    """From the page of the company: object, a commitment of each side, sent for signature."""
    manager.open(f"bde-companies/{rives.page(GARAGES[0], ['id'])['id']}")
    shots.take(manager.page, "entreprise-360")
    manager.press("action_new_agreement")
    expect(manager.field("object")).to_be_visible()
    manager.fill("object", "Former ensemble les mécaniciens de demain")
    manager.save()
    [agreement] = rives.account.read("bde.partnership", [], ["state"])
    rives.account.call(
        "bde.partnership",
        "write",
        [agreement["id"]],
        {
            "commitment_ids": [
                (0, 0, {"side": "company", "name": PROMISE, "quantity": 2}),
                (0, 0, {"side": "school", "name": "Inviter au forum des métiers"}),
            ]
        },
    )
    manager.page.reload()
    expect(manager.page.get_by_text(PROMISE).first).to_be_visible()
    shots.take(manager.page, "accord")
    manager.press("action_send")
    manager.expect_state("to_sign")


def sign_the_agreement(school, rives, window, shots):
    """The signatory by his link, then the head in the session; the job seals."""
    name, email, _phone = SIGNATORY
    link = school.mailbox.link(email, "/bde/s/")
    page = SignPage(window(phone=True), school.server.url)
    page.open(link)
    expect(page.page.get_by_text("Former ensemble").first).to_be_visible()
    shots.take(page.page, "signer-accord")
    page.ask_code()
    page.sign_typed(code_of_signatory(school), name)
    head = people.head(school)
    [mine] = head.read("bde.document.signature", [("is_mine", "=", True)], ["title"])
    action = head.call("bde.document.signature", "action_sign_in_session", [mine["id"]])
    wizard = head.call(
        "bde.sign.wizard",
        "create",
        [{"has_read": True, "signed_name": HEAD[1]}],
        context=action["context"],
    )
    head.call("bde.sign.wizard", "action_sign", wizard, context=action["context"])

    def sealed():
        [found] = rives.account.read("bde.partnership", [], ["state", "seal_state"])
        return found if found["seal_state"] == "done" else None

    assert wait_for(sealed, "the seal of the agreement")["state"] in ("signed", "running")


def code_of_signatory(school):
    """By SMS, as a mobile phone is known."""
    from .people import sms

    return school.mailbox.code(sms(SIGNATORY[2]))


# ------------------------------------------------------------------
# Two schools want the same company
# ------------------------------------------------------------------


def test_two_schools_want_the_same_company(school, bureaus, window, shots):
    """Each sees that the other called, never what was said; a no to all stops both."""
    rives, armence = bureaus[:2]
    (mine,) = rives.register([garage(BAKER)])
    talk(rives, mine, summary="SECRET-RIVES veut deux élèves")
    employer = rives.employer(BAKER)
    armence.account.call("res.partner", "action_bde_follow", [employer])
    theirs = armence.page(BAKER, ["solicitation_level", "solicitation_text"])
    assert theirs["solicitation_level"] == "warn"
    assert "Trois-Rives" in theirs["solicitation_text"]

    desk = office(window, school, armence.login)
    desk.open(f"bde-companies/{theirs['id']}")
    expect(desk.page.get_by_text("Trois-Rives").first).to_be_visible()
    expect(desk.page.get_by_text("SECRET-RIVES")).to_have_count(0)
    shots.take(desk.page, "delai-de-respect")
    ask_why(desk)
    talk(armence, theirs["id"], reason="pupil_without_place")

    say_no(rives, mine)
    for bureau in (rives, armence):
        level = bureau.page(BAKER, ["solicitation_level"])["solicitation_level"]
        assert level == "stop", bureau.name
        assert not bureau.account.read("bde.talk", [("summary", "ilike", "SECRET")], ["id"]) or (
            bureau is rives
        )


def ask_why(desk):
    """The dialog of the call says who called, and waits for a listed reason."""
    desk.press("action_log_call")
    expect(desk.dialog().get_by_text("Trois-Rives").first).to_be_visible()
    desk.dialog().locator("footer button.btn-primary, .modal-footer button.btn-primary").click()
    invalid = ".o_field_invalid[name='reason'], [name='reason'].o_field_invalid"
    expect(desk.dialog().locator(invalid).first).to_be_visible()
    desk.page.keyboard.press("Escape")


def talk(bureau, relation, reason=False, summary=""):
    """A call that the dialog notes: reached."""
    account = bureau.account
    wizard = account.create(
        "bde.talk.wizard",
        {"relation_id": relation, "purpose": "placements", "summary": summary, "reason": reason},
    )
    account.call("bde.talk.wizard", "action_log", [wizard], context={"bde_outcome": "reached"})


def say_no(bureau, relation):
    """The company says no for all schools of the académie."""
    account = bureau.account
    action = account.call("bde.relation", "action_said_no", [relation])
    [wizard] = account.call(
        "bde.optout.wizard", "create", [{"where": "all"}], context=action["context"]
    )
    account.call("bde.optout.wizard", "action_record", [wizard], context=action["context"])


# ------------------------------------------------------------------
# An Excel list
# ------------------------------------------------------------------


def test_a_list_of_500_rows_with_40_bad_ones(school, bureaus, window, shots):
    """The good ones are in the book, the bad ones come back with their reason; twice is once."""
    tirelle = bureaus[2]
    rows = book_rows()
    desk = office(window, school, tirelle.login)
    before = count(tirelle, "bde.relation")
    record = load(desk, tirelle, rows.xlsx(), shots)
    found = tirelle.account.call("bde.book.import", "read", [record], ["refused_count"])[0]
    assert found["refused_count"] == BAD
    desk.press("action_apply")
    wait_for(lambda: state(tirelle, record) == "done", "the end of the import")
    assert count(tirelle, "bde.relation") == before + ROWS - BAD

    desk.page.reload()
    desk.ready()
    refused = openpyxl.load_workbook(
        io.BytesIO(desk.download(lambda: desk.press("action_download_refused")))
    ).active
    assert refused.max_row - 1 == BAD
    assert all(row[-1].value for row in refused.iter_rows(min_row=2)), "a reason on every row"

    again = load(desk, tirelle, rows.xlsx())
    found = tirelle.account.call("bde.book.import", "read", [again], ["new_count"])[0]
    assert found["new_count"] == 0


def load(desk, bureau, content, shots=None):
    """Upload, columns, preview: id of the import."""
    desk.open("home")
    desk.menu("bde_partnerships.menu_bde_partners", "bde_partnerships.menu_book_import")
    desk.create()
    desk.page.locator(".o_field_widget[name='file'] input[type=file]").set_input_files(
        {"name": "entreprises.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    desk.press("action_read")
    desk.expect_state("columns")
    desk.press("action_preview")
    desk.expect_state("preview")
    if shots:
        shots.take(desk.page, "liste-apercu")
    return bureau.account.call("bde.book.import", "search", [], order="id desc", limit=1)[0]


def count(bureau, model):
    return bureau.account.call(model, "search_count", [])


def state(bureau, record):
    return bureau.account.call("bde.book.import", "read", [record], ["state"])[0]["state"]


# ------------------------------------------------------------------
# A merge
# ------------------------------------------------------------------


def test_a_merge_that_one_school_proposes_while_three_have_pages(school, bureaus, window, shots):
    """The académie decides; each school finds its own notes on the page that stays, no other's."""
    keep, drop = "Menuiserie Vautrelin", "Vautrelin menuisiers"
    rives = bureaus[0]
    rives.register([garage(keep), garage(drop) | {"street": "9 chemin des Scieurs"}])
    kept, dropped = rives.employer(keep), rives.employer(drop)
    for bureau in bureaus[1:]:
        bureau.account.call("res.partner", "action_bde_follow", [dropped])
    for bureau in bureaus:
        page = bureau.page(drop, ["id"])["id"]
        bureau.account.call("bde.relation", "write", [page], {"notes": f"Notes {bureau.login}"})
        talk(bureau, page, reason="known_host", summary=f"Appel {bureau.login}")
    wizard = rives.account.create(
        "bde.merge.propose",
        {"first_id": kept, "second_id": dropped, "kept": "first", "reason": "Saisie deux fois"},
    )
    rives.account.call("bde.merge.propose", "action_propose", [wizard])

    academy = office(window, school, people.CORRESPONDENT[0])
    academy.open("home")
    [merge] = people.academy(school).read("bde.merge", [("state", "=", "proposed")], ["state"])
    people.academy(school).call("bde.merge", "action_merge", [merge["id"]])
    for bureau in bureaus:
        page = bureau.page(keep, ["notes"])
        assert f"Notes {bureau.login}" in page["notes"]
        assert not any(f"Notes {one.login}" in page["notes"] for one in bureaus if one != bureau)
        [said] = bureau.account.read("bde.talk", [("relation_id", "=", page["id"])], ["summary"])
        assert said["summary"] == f"Appel {bureau.login}"
        assert not bureau.account.read("bde.relation", [("partner_name", "=", drop)], ["id"])


# ------------------------------------------------------------------
# A handover
# ------------------------------------------------------------------


def test_a_handover(school, bureaus, window, shots):
    """Nothing is left with the one who leaves, and the successor says that he has read it."""
    rives = bureaus[0]
    successor = people.colleague(school, "manager", ("suivante@rives.example", "Sonia Delcourtois"))
    (page,) = rives.register([garage("Ferronnerie Blanchetin")])
    me = rives.account.context["uid"]
    rives.account.call("bde.relation", "write", [page], {"user_id": me})
    rives.account.call(
        "bde.relation",
        "activity_schedule",
        [page],
        "mail.mail_activity_data_call",
        str(date.today() + timedelta(days=4)),
        summary="Rappeler pour mars",
        user_id=me,
    )
    given = rives.account.create(
        "bde.handover",
        {"from_user_id": me, "to_user_id": successor.context["uid"], "notes": "Calme en juillet."},
    )
    rives.account.call("bde.handover", "action_collect", [given])
    desk = office(window, school, rives.login)
    desk.open(f"action-bde_partnerships.action_handover/{given}")
    expect(desk.page.get_by_text("Ferronnerie Blanchetin").first).to_be_visible()
    shots.take(desk.page, "passation")
    desk.press("action_give")
    if desk.dialog().count():
        desk.dialog().locator("button.btn-primary").first.click()
    desk.expect_state("given")
    left = rives.account.read("mail.activity", [("user_id", "=", me)], ["summary"])
    assert not left, left
    assert not rives.account.read("bde.relation", [("user_id", "=", me)], ["id"])

    other = office(window, school, "suivante@rives.example", phone=True)
    other.open(f"action-bde_partnerships.action_handover/{given}")
    other.press("action_acknowledge")
    wait_for(
        lambda: (
            successor.read("bde.handover", [("id", "=", given)], ["state"])[0]["state"]
            == "acknowledged"
        ),
        "the successor's word",
    )
