"""The convention's whole life: what happens when something changes after the first signature.

A correction asks no more signatures than the change concerns; paper, a birthday, a refusal, an
amendment, another company; thirty at once; a proof that somebody tampered with; a baker who is
boss and tutor. Each story has a convention of its own, made through the verbs behind the buttons;
the person that it is about has a real browser.
"""

import io
import re
from datetime import date, timedelta

import pypdfium2
import pytest
from playwright.sync_api import expect

from . import papers
from .classroom import birthday
from .pages import Office, SignPage
from .people import wait_for
from .school import HEAD, PASSWORD, REFERENT

EARLIER = [["08:00", "12:00"], ["13:00", "16:00"]]


@pytest.fixture
def phone(room, window):
    """Opens the signing page of somebody on his own phone."""

    def open_page(link):
        page = SignPage(window(phone=True), room.school.server.url)
        page.open(link)
        return page

    return open_page


def out(room, name, company="Boulangerie", **person):
    """A pupil, his company, and their convention on its way: (pupil, company, convention)."""
    pupil = room.pupil(name, **person)
    host = room.company(f"{company} {name.capitalize()}")
    [convention] = room.convene(room.place(pupil, host))
    return pupil, host, convention


def open_convention(manager, convention):
    manager.open(f"action-bde_pfmp.action_convention/{convention}")
    expect(manager.page.locator(".o_form_view")).to_be_visible()


def correct(manager, convention, reason):
    """Opens the convention for correction: the placement is shown, its terms are free."""
    open_convention(manager, convention)
    manager.press("action_correct")
    manager.fill("reason", reason)
    manager.press("action_open_terms", ".modal")
    expect(manager.dialog()).to_have_count(0)


def send_correction(manager, convention, shots=None, shot=None):
    """Looks at what changed and whom it concerns, then sends: the text of that screen."""
    open_convention(manager, convention)
    manager.press("action_correct")
    expect(manager.dialog().locator(".o_bde_correction")).to_be_visible()
    told = manager.dialog().inner_text()
    if shots:
        shots.take(manager.page, shot)
    manager.press("action_send", ".modal")
    expect(manager.dialog()).to_have_count(0)
    return told


# --- corrections ----------------------------------------------------------------------------------


def test_a_typo_after_three_signatures_costs_nothing(room, manager, shots):
    """Nobody signs again: the three who signed are told, the two others sign the right text."""
    pupil, host, convention = out(room, "MARTAIN")
    for person in (host.boss, host.tutor, *pupil.guardians):
        room.sign(person)
    manager.open(f"action-bde_pfmp.action_student/{pupil.id}")
    manager.fill("lastname", "MARTIN")
    manager.save()
    told = send_correction(manager, convention, shots, "correction-faute")
    assert "MARTAIN" in told and "MARTIN" in told
    assert room.version(convention) == 2
    assert room.signatures(convention) == {
        "host": "signed",
        "tutor": "signed",
        "student": "to_sign",
        "guardian": "signed",
        "referent": "to_sign",
        "head": "waiting",
    }
    for person in (host.boss, host.tutor, *pupil.guardians):
        mail = room.school.mailbox.next(person.email)
        assert "MARTIN" in mail["text"] + mail["html"]
        assert not [link for link in mail["links"] if "/bde/s/" in link and "signer" in link]
    room.sign_in_session(REFERENT[0])
    room.sign_in_session(HEAD[0])
    assert room.state(convention) == "signed"


def test_other_hours_concern_the_company_and_the_side_of_the_pupil(room, manager, phone, shots):
    """Boss, tutor and mother sign again with the difference before their eyes, not the teacher."""
    pupil, host, convention = out(room, "HORAIRES")
    links = {person.email: room.sign(person) for person in (host.boss, host.tutor)}
    links[pupil.guardians[0].email] = room.sign(pupil.guardians[0])
    room.sign_in_session(REFERENT[0])
    assert room.signatures(convention)["head"] == "to_sign"
    correct(manager, convention, "Horaires du mardi")
    # meanwhile nobody signs
    page = phone(links[host.boss.email])
    expect(page.page.locator("main")).to_contain_text("corrige")
    [placement] = room.account.read(
        "bde.placement", [("convention_id", "=", convention)], ["schedule"]
    )
    schedule = placement["schedule"] | {"tue": EARLIER}
    room.account.call("bde.placement", "write", [placement["id"]], {"schedule": schedule})
    send_correction(manager, convention, shots, "correction-horaires")
    states = room.signatures(convention)
    assert {states[role] for role in ("host", "tutor", "guardian")} == {"to_sign"}
    assert (states["referent"], states["head"]) == ("signed", "waiting")
    page = phone(links[host.boss.email])
    main = page.page.locator("main")
    expect(main).to_contain_text("Horaires du mardi")
    expect(main).to_contain_text("08:00")
    expect(main).to_contain_text("09:00")
    shots.take(page.page, "signer-a-nouveau-telephone", whole=True)
    for person in (host.boss, host.tutor, *pupil.guardians):
        room.sign(person)
    room.sign_in_session(HEAD[0])
    assert room.state(convention) == "signed"


def test_other_dates_concern_everybody(room, manager, shots):
    """A day less: all who signed sign again, and the old version cannot be signed."""
    pupil, host, convention = out(room, "DATES")
    for person in (host.boss, host.tutor, *pupil.guardians):
        room.sign(person)
    room.sign_in_session(REFERENT[0])
    correct(manager, convention, "Un jour de moins")
    [placement] = room.account.read("bde.placement", [("convention_id", "=", convention)], ["id"])
    end = room.end - timedelta(days=1)
    room.account.call("bde.placement", "write", [placement["id"]], {"date_end": str(end)})
    send_correction(manager, convention, shots, "correction-dates")
    states = room.signatures(convention)
    assert {states[role] for role in ("host", "tutor", "guardian", "referent")} == {"to_sign"}
    assert states["head"] == "waiting"
    for person in (host.boss, host.tutor, *pupil.guardians):
        room.sign(person)
    room.sign_in_session(REFERENT[0])
    room.sign_in_session(HEAD[0])
    assert room.state(convention) == "signed"


# --- roads ----------------------------------------------------------------------------------------


def test_a_paper_between_four_electronic_signatures(room, manager, shots, tmp_path):
    """The tutor has neither mail nor telephone: his sheet comes back, its code says whose it is."""
    pupil = room.pupil("PAPIER")
    host = room.company("Boulangerie Papier")
    room.account.call("res.partner", "write", [host.tutor.id], {"email": False})
    [convention] = room.convene(room.place(pupil, host), send=False)
    open_convention(manager, convention)
    manager.press("action_send_on_paper")
    with manager.page.expect_popup() as sheet:
        manager.dialog().locator("button.btn-primary").click()
    sheet.value.close()
    manager.expect_state("to_sign")
    document = room.document(convention)
    [signature] = room.account.read(
        "bde.document.signature",
        [("document_id", "=", document), ("role", "=", "tutor"), ("is_current", "=", True)],
        ["id"],
    )
    answer = room.account.call("bde.document.signature", "action_print_paper", [signature["id"]])
    printed = room.account.get(answer["url"].removeprefix(room.school.server.url))
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(scanned(printed))
    room.sign(host.boss)
    hand_in(manager, scan, shots)
    room.sign(pupil.guardians[0])
    room.sign_in_session(REFERENT[0])
    room.sign_in_session(HEAD[0])
    assert room.state(convention) == "signed"
    sealed = sealed_pdf(room, document)
    text = " ".join(papers.pages(sealed))
    assert "papier" in text.casefold()
    assert host.tutor.name in text


def scanned(pdf):
    """The pages as a scanner at the desk gives them back: pictures, upside down."""
    pictures = [
        page.render(scale=2, rotation=180, grayscale=True).to_pil()
        for page in pypdfium2.PdfDocument(pdf)
    ]
    stream = io.BytesIO()
    pictures[0].save(stream, "PDF", save_all=True, append_images=pictures[1:])
    return stream.getvalue()


def hand_in(manager, scan, shots):
    """Uploaded, looked at, dated, recorded."""
    manager.open("bde-paper")
    manager.page.locator("button:visible", has_text="Déposer des scans").first.click()
    manager.page.locator(".modal input[type=file]").set_input_files(scan)
    expect(manager.page.locator(".modal .o_attachment")).to_have_count(1)
    manager.press("action_read", ".modal")
    expect(manager.dialog()).to_have_count(0)
    manager.open("bde-paper")
    shots.take(manager.page, "papier-a-confirmer")
    manager.press("action_record")
    wait_for(lambda: not manager.page.locator(".modal:visible").count(), "the record of the scan")


def sealed_pdf(room, document):
    """The file of a document once the job has sealed it."""

    def sealed():
        return room.account.read(
            "bde.document",
            [("id", "=", document), ("seal_state", "=", "done")],
            ["sealed_attachment_id"],
        )

    [found] = wait_for(sealed, "seal")
    return room.account.get(f"/web/content/{found['sealed_attachment_id'][0]}")


def test_a_pupil_who_turns_eighteen_signs_himself(room, phone, shots):
    """The mother had not signed yet: from his birthday on it is his to do."""
    tomorrow = birthday(18, days=-1)
    pupil, host, convention = out(room, "MAJEUR", born=tomorrow)
    assert room.signatures(convention)["guardian"] == "to_sign"
    mother, own = room.link(pupil.guardians[0]), room.link(pupil)
    room.school.days("birthdays", date.today() + timedelta(days=1))
    states = room.signatures(convention)
    assert states["student"] == "to_sign"
    assert "guardian" not in states
    page = phone(mother)
    expect(page.page.locator("main")).to_contain_text("Rien à signer")
    # as a minor he was asked to read: the same link now asks for his signature
    page = phone(own)
    page.ask_code()
    page.sign_drawn(room.school.mailbox.code(pupil.email))
    shots.take(page.page, "majeur-telephone")
    assert room.signatures(convention)["student"] == "signed"
    assert room.signatures(convention)["host"] == "to_sign"


def test_a_baker_who_is_boss_and_tutor_of_two_signs_once(room, phone, shots):
    """One message, one page, one code, one signature for four places to sign."""
    baker = room.company("Fournil Doublet", same_person=True)
    pupils = [room.pupil("DOUBLET", firstname=name) for name in ("Ana", "Noé")]
    conventions = room.convene(*(room.place(pupil, baker) for pupil in pupils))
    page = phone(room.link(baker.boss))
    assert not room.school.mailbox.waiting(baker.boss.email), "one message"
    for pupil in pupils:
        expect(page.page.locator("main")).to_contain_text(pupil.name)
    shots.take(page.page, "boulanger-deux-telephone", whole=True)
    page.ask_code()
    page.sign_drawn(room.school.mailbox.code(baker.boss.email))
    for convention in conventions:
        states = room.signatures(convention)
        assert (states["host"], states["tutor"]) == ("signed", "signed")


# --- refusal --------------------------------------------------------------------------------------


def test_a_refusal_and_its_correction(room, manager, phone, shots):
    """The tutor says what is wrong; corrected, he signs; who was not concerned does not."""
    pupil, host, convention = out(room, "REFUS")
    boss = room.sign(host.boss)
    page = phone(room.link(host.tutor))
    page.refuse("Il manque mon numéro de téléphone")
    shots.take(page.page, "refus-suite-telephone")
    assert room.state(convention) == "refused"
    expect(phone(boss).page.locator("main")).to_contain_text("numéro de téléphone")
    room.account.call("res.partner", "write", [host.tutor.id], {"phone": "06 39 98 44 10"})
    open_convention(manager, convention)
    manager.press("action_correct")
    manager.fill("reason", "Téléphone du tuteur")
    manager.press("action_send", ".modal")
    expect(manager.dialog()).to_have_count(0)
    states = room.signatures(convention)
    assert (states["host"], states["tutor"]) == ("signed", "to_sign")
    assert room.state(convention) == "partly_signed"


# --- after the last signature ---------------------------------------------------------------------


def test_an_amendment_is_signed_and_changes_the_stay(room, manager, phone, shots):
    """Other hours from the second week on: a document of its own, then dated terms."""
    pupil, host, convention = room.signed("AVENANT")
    open_convention(manager, convention)
    manager.press("action_amend")
    manager.page.locator("input[type=radio][data-value='hours']").check()
    later = room.start + timedelta(days=7)
    manager.date("date_effect", f"{later:%d/%m/%Y}")
    manager.fill("reason", "Le magasin ouvre plus tôt")
    manager.schedule("8h", "12h", "13h", "16h")
    manager.save()
    shots.take(manager.page, "avenant")
    manager.press("action_send")
    expect(manager.page.locator(".o_arrow_button_current[data-value='to_sign']")).to_be_visible()
    [amendment] = room.account.read(
        "bde.amendment", [("convention_id", "=", convention)], ["id", "document_id"]
    )
    # the sealed copy of the convention may come first
    link = room.school.mailbox.link(host.boss.email, "/bde/s/", "à signer")
    page = phone(link)
    expect(page.page.locator("main")).to_contain_text("venant")
    shots.take(page.page, "avenant-telephone", whole=True)
    room.sign(host.boss, link)
    room.school.days("sign_document", amendment["document_id"][0])
    [done] = room.account.read("bde.amendment", [("id", "=", amendment["id"])], ["state"])
    assert done["state"] in ("signed", "running")
    assert room.state(convention) == "signed"
    [placement] = room.account.read(
        "bde.placement", [("convention_id", "=", convention)], ["term_ids"]
    )
    assert placement["term_ids"], "dated terms"


def test_an_interruption_with_another_company(room, manager, shots):
    """Two clicks end it; the pupil stands without a place again, his days are counted once."""
    monday = date.today() - timedelta(days=date.today().weekday() + 7)
    pupil, host, convention = room.signed(
        "RUPTURE", date_start=str(monday), date_end=str(monday + timedelta(days=25))
    )
    room.school.days("nightly", date.today())
    assert room.state(convention) == "running"
    open_convention(manager, convention)
    manager.press("action_ask_interrupt")
    manager.dialog().locator("input[type=radio][data-value='host']").check()
    shots.take(manager.page, "interruption")
    manager.press("action_apply", ".modal")
    expect(manager.dialog()).to_have_count(0)
    assert room.state(convention) == "interrupted"
    chain = room.account.read(
        "bde.placement",
        [("schooling_id", "=", pupil.schooling)],
        ["state", "date_start", "date_end", "replaces_id"],
    )
    first, second = sorted(chain, key=lambda row: row["date_start"])
    assert first["date_end"] == str(date.today())
    assert second["replaces_id"][0] == first["id"]
    assert second["date_start"] == str(date.today() + timedelta(days=1))
    assert second["state"] == "to_place"
    # the sealed copy of the convention may come first
    wait_for(
        lambda: [
            mail
            for mail in room.school.mailbox.waiting(host.boss.email)
            if re.search("interromp|interruption", mail["subject"] + mail["text"], re.IGNORECASE)
        ],
        "the letter of the interruption",
    )


# --- many at once, proof --------------------------------------------------------------------------


def test_the_head_signs_thirty_at_once_and_the_proof_tells_when_somebody_tampered(
    room, window, phone, shots, tmp_path
):
    """Thirty in one go; then a file changed by one byte, and a row of the journal."""
    company = room.company("Hôtel des Trente")
    pupils = [
        room.pupil(f"TRENTE{number:02d}", born=birthday(19), guardians=0) for number in range(30)
    ]
    conventions = room.convene(*(room.place(pupil, company) for pupil in pupils))
    room.school.days("sign", *conventions, "--but-head")
    head = Office(window(), room.school.server.url)
    head.sign_in(HEAD[0], PASSWORD)
    head.open("bde-to-sign")
    shots.take(head.page, "signer-trente")
    head.press("action_sign_in_session")
    head.tick("has_read")
    head.fill("signed_name", HEAD[1])
    head.press("action_sign", ".modal")
    expect(head.dialog()).to_have_count(0)
    assert {room.state(convention) for convention in conventions} == {"signed"}

    document = room.document(conventions[0])
    sealed = sealed_pdf(room, document)
    verify(room, window, sealed, "Authentique", tmp_path, shots)
    altered = sealed.replace(b"/Producer", b"/Producez", 1)
    assert altered != sealed
    verify(room, window, altered, "modifié", tmp_path)
    proof_file(room, head, conventions[0], shots)
    room.school.days("tamper", document)
    answer = room.account.call("bde.document", "action_verify_journal", [document])
    assert answer["params"]["type"] == "danger"


def verify(room, window, pdf, verdict, folder, shots=None):
    """A stranger hands in the file that he was given."""
    path = folder / "convention.pdf"
    path.write_bytes(pdf)
    page = window(phone=True)
    page.goto(f"{room.school.server.url}/bde/v")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(verdict)
    expect(page.locator("main")).not_to_contain_text("TRENTE")
    if shots:
        shots.take(page, "verification-fichier-telephone")


def proof_file(room, head, convention, shots):
    """Head and bureau get everything in one sealed file."""
    head.open(f"action-bde_pfmp.action_convention/{convention}")
    with head.page.expect_popup() as waiting:
        head.press("action_open_proof")
    address = waiting.value.url
    waiting.value.close()
    pdf = room.head.get(address.removeprefix(room.school.server.url))
    text = " ".join(papers.pages(pdf))
    for expected in ("signature électronique simple", "TRENTE00", HEAD[1]):
        assert expected in text, expected
    if shots.folder:
        for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
            page.render(scale=1.2).to_pil().save(shots.folder / f"preuve-{number + 1}.png")
