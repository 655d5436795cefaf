"""The bureau's main job, from the school's files to a sealed convention and its attestation.

A class of the sample files goes to companies. One pupil, a minor, is received by a baker who
fills the accord d'accueil on a phone; his convention goes round its parties and is sealed. For
another the guardian refuses. Numbers and names are counted in the files themselves.
"""

import json
import re
from datetime import timedelta
from urllib.parse import urljoin

import requests
from playwright.sync_api import expect

from tools import testing

from . import papers
from .pages import HostForm, Office, SignPage
from .people import sms, wait_for
from .school import (
    HEAD,
    MANAGER,
    PASSWORD,
    REFERENT,
    UAI,
    add_tasks,
    period,
    sample_files,
)

CLASS = "1MCVA"
PUPIL = "PEREIRINHA Jérémy"
CLASSMATE = "TRÉMELIN Evan"
PUPIL_MAIL = "jeremy.pereirinha@eleves.rives.example"
# rank 1, rank 2 and a contact of the file, who must never hear of anything
MOTHER, MOTHER_MAIL, MOTHER_PHONE = (
    "Sophie Verdegnac", "sophie.verdegnac@exemple.example.org", "06 39 98 31 15",
)  # fmt: skip
FATHER_MAIL = "damien.pereirinha@exemple.example.org"
CONTACT_MAIL = "laetitia.lagrerin@exemple.example.org"
SIRET = "09904356400014"
# the second story
OTHER_CLASS, OTHER_PUPIL = "1ASSP", "CHAMOUROL Rayan"
OTHER_MOTHER, OTHER_MOTHER_MAIL, OTHER_MOTHER_PHONE = (
    "Maryse Méroulin", "maryse.meroulin@exemple.example.org", "06 39 98 68 59",
)  # fmt: skip
HOME_FOR_THE_ELDERLY = {
    "siret": "09901766700017",
    "host_name": "EHPAD Kouyadé",
    "host_street": "72 rue des Tanneurs",
    "host_zip": "96600",
    "host_city": "LUSSANDRE",
    "activity": "Hébergement de personnes âgées",
    "signatory_name": "Cédric Cassignac",
    "signatory_function": "Ressources humaines",
    "signatory_email": "cedric.cassignac@ehpadkouyade45.example",
    "tutor_name": "Thierry Dalmevel",
    "tutor_email": "thierry.dalmevel@ehpadkouyade45.example",
    "tasks": "Aide aux repas, entretien des chambres, animation",
    "insurance_company": "Prévoyance artisanale",
    "insurance_policy": "EH 4471",
}
REASON = "Le lieu de travail est le site de la rue de la Forge."
SITE = "27 rue de la Forge, 96600 LUSSANDRE"
BAKERY = {
    "host_name": "Boulangerie Gabovel",
    "host_street": "30 rue du Vieux-Lavoir",
    "host_zip": "96410",
    "host_city": "PONT-D'ARMENCE",
    "activity": "Boulangerie-pâtisserie",
    "signatory_name": "Didier Valmareau",
    "signatory_function": "Gérant",
    "signatory_email": "contact@boulangeriegabovel115.example",
    "signatory_phone": "06 39 98 77 29",
    "insurance_company": "Assurances du Val",
    "insurance_policy": "RC4442357",
}
BAKER_MAIL, BAKER_PHONE = BAKERY["signatory_email"], BAKERY["signatory_phone"]
# What the five files hold, counted by hand: 133 pupils, one of whom has left; 239 persons, two
# of whom belong to the one who left and two are pupils in their own charge.
FILES = 5
NEW = {
    "Formation": 5, "Classe": 5, "Professeur": 16, "Heures d'enseignement": 47,
    "Élève": 132, "Responsable": 235, "Autorité": 251,
}  # fmt: skip
CLASS_SIZE = 27


def test_a_convention_from_the_files_to_the_attestation(school, window, shots, tmp_path):
    """Import, accord d'accueil on a phone, five signatures, seal, attestation."""
    manager = manager_signs_in(school, window)
    shots.take(manager.page, "accueil")
    import_files(manager, school, shots, tmp_path)
    link_of_sheet = open_period(manager, school, shots)

    host_fills_the_form(HostForm(window(phone=True), school.server.url), link_of_sheet, shots)
    expect_no_company(manager)
    referent = Office(window(phone=True), school.server.url)
    referent_accepts(referent, school, shots)
    nothing_is_typed_again(manager, school, shots)

    pdf = make_convention(manager, school, shots)
    send(manager)
    sign_all(manager, referent, school, window, shots)
    sealed = check_sealed(manager, school, pdf, window, shots)
    everybody_has_a_copy(school, sealed)
    attestation(manager, school, shots)


def test_a_guardian_refuses_and_the_school_corrects(school, window, shots, tmp_path):
    """A refusal with its reason, a correction, and the old link shows the new version."""
    manager = manager_signs_in(school, window)
    if not school.is_imported:
        import_files(manager, school, shots, tmp_path)
    place_other_pupil(school)
    type_the_sheet(manager, shots)
    manager.open("bde-placements")
    manager.card(OTHER_PUPIL).click()
    manager.press("action_make_conventions")
    manager.expect_state("to_check")
    send(manager)
    link = school.mailbox.link(OTHER_MOTHER_MAIL, "/bde/s/")
    mother_refuses(sign_page(window, school), link, school, shots)
    school_corrects(manager, shots)
    mother_signs_by_the_old_link(sign_page(window, school), link, school, shots)


def manager_signs_in(school, window):
    """The first time by the link of the invitation."""
    manager = Office(window(), school.server.url)
    if school.has_manager:
        manager.sign_in(MANAGER[0], PASSWORD)
    else:
        manager.accept_invitation(school.invite("manager", MANAGER), PASSWORD)
        school.has_manager = True
    return manager


# --- the files ------------------------------------------------------------------------------------


def import_files(manager, school, shots, folder):
    """Five files at once, the preview, then the same files again: nothing changes."""
    files = sample_files(school.year, folder)
    assert len(files) == FILES
    preview_import(manager, files)
    shots.take(manager.page, "import-apercu")
    found = import_counts(manager)
    assert {key: found[key, "Nouveau"] for key in NEW} == NEW
    assert found["Élève", "Déjà parti"] == 1
    manager.press("action_apply")
    manager.expect_state("applied")
    preview_import(manager, files)
    assert not [key for key in import_counts(manager) if key[1] == "Nouveau"]
    assert "Rien à écrire" in manager.text("sentence")
    account = school.manager()
    before = population(account)
    assert before["bde.student"] == NEW["Élève"]
    manager.press("action_apply")
    manager.expect_state("applied")
    assert population(account) == before
    school.is_imported = True


def preview_import(manager, files):
    manager.menu("bde_partnerships.menu_bde_setup", "bde_pfmp.menu_import")
    manager.create()
    manager.page.locator("input[type=file]").first.set_input_files(files)
    expect(manager.page.locator(".o_attachment")).to_have_count(len(files))
    manager.press("action_preview")
    manager.expect_state("previewed")


def import_counts(manager):
    """{(subject, status): number} of the table of the preview."""
    table = manager.field("summary").locator("table")
    statuses = table.locator("thead th").all_inner_texts()[1:]
    counts = {}
    for row in table.locator("tbody tr").all():
        numbers = row.locator("td").all_inner_texts()
        for status, number in zip(statuses, numbers, strict=True):
            if number.strip():
                counts[row.locator("th").inner_text(), status] = int(number)
    return counts


def population(account):
    models = ("bde.student", "bde.guardian", "bde.guardianship", "bde.teacher", "bde.teaching")
    return {model: account.call(model, "search_count", []) for model in models}


# --- the period -----------------------------------------------------------------------------------


def open_period(manager, school, shots):
    """A period for the class, a placement a pupil, the sheets; the address on one sheet."""
    add_tasks(school.manager())
    start, end = period(school.year)
    manager.menu("bde_partnerships.menu_bde_work", "bde_pfmp.menu_period")
    manager.create()
    manager.fill("name", f"PFMP 1 – {CLASS}")
    manager.date("date_start", f"{start:%d/%m/%Y}")
    manager.date("date_end", f"{end:%d/%m/%Y}")
    manager.choose("division_ids", CLASS)
    manager.save()
    expect(manager.field("weeks")).to_have_text("4")
    shots.take(manager.page, "periode")
    manager.press("action_create_placements")
    expect(manager.cards()).to_have_count(CLASS_SIZE)
    shots.take(manager.page, "tableau")
    manager.show("list")
    expect(manager.rows()).to_have_count(CLASS_SIZE)
    for pupil in (PUPIL, CLASSMATE):
        manager.select(pupil)
    manager.press("action_assign_referent")
    manager.choose("teacher_id", "JOUBANEL")
    manager.press("action_assign", ".modal")
    expect(manager.row(PUPIL)).to_contain_text("JOUBANEL")
    manager.select_all()
    pdf = manager.download(lambda: manager.press("action_print_sheets"))
    return read_sheet(pdf)


def read_sheet(pdf):
    """One sheet a pupil; the one of our pupil names nobody else."""
    texts = papers.pages(pdf)
    assert len(texts) == CLASS_SIZE
    [number] = [index for index, text in enumerate(texts) if PUPIL in text]
    assert CLASSMATE not in texts[number]
    assert "JOUBANEL" in texts[number]
    [link] = papers.links(pdf, number)
    return link


# --- the accord d'accueil -------------------------------------------------------------------------


def host_fills_the_form(form, link, shots):
    """A baker on a phone: one digit wrong, nothing lost, then all is well."""
    form.open(link)
    shots.take(form.page, "accord-telephone")
    expect(form.page.locator("main")).to_contain_text("Jérémy P.")
    expect(form.page.locator("body")).not_to_contain_text("PEREIRINHA")
    form.fill(BAKERY | {"siret": SIRET[:-1] + "5"})
    form.page.check("#tutor_same")
    form.fill({"mon_0_from": "8h", "mon_0_to": "12h", "mon_1_from": "14h", "mon_1_to": "17h"})
    form.copy_monday()
    expect(form.page.locator(".bde_week")).to_contain_text("35h")
    for task in ("Encaisser et prendre congé du client", "Mettre en rayon et tenir les linéaires"):
        form.page.get_by_text(task).tap()
    form.send()
    [(box, sentence)] = form.errors().items()
    assert box == "siret"
    assert "n'est pas un SIRET" in sentence
    shots.take(form.page, "accord-erreur-telephone")
    for name, value in BAKERY.items():
        expect(form.page.locator(f"#{name}")).to_have_value(value)
    expect(form.page.locator("#tutor_same")).to_be_checked()
    expect(form.page.locator("#fri_1_to")).to_have_value("17h")
    form.fill({"siret": f"{SIRET[:3]} {SIRET[3:6]} {SIRET[6:9]} {SIRET[9:]}"})
    form.send()
    expect(form.page.locator(".bde_done h1")).to_contain_text("Merci")
    shots.take(form.page, "accord-recu-telephone")


def expect_no_company(manager):
    """What a stranger typed is not in the directory yet."""
    manager.open("bde-employers")
    expect(manager.page.locator(".o_view_nocontent")).to_be_visible()


def referent_accepts(referent, school, shots):
    """The teacher, invited by the head, signs in on a phone and accepts."""
    referent.accept_invitation(school.invite("teacher", REFERENT), PASSWORD)
    shots.take(referent.page, "accueil-professeur-telephone")
    referent.home_card("Accords à vérifier").tap()
    referent.record(PUPIL).tap()
    expect(referent.field("host_name").locator("input")).to_have_value(BAKERY["host_name"])
    shots.take(referent.page, "accord-verifier-telephone")
    referent.press("action_accept")
    expect(referent.page.locator("button[name=action_accept]")).to_have_count(0)


def nothing_is_typed_again(manager, school, shots):
    """The placement has its host, people, hours, tasks and insurer from the form."""
    add_mail_of_pupil(manager)
    manager.open("bde-placements")
    manager.card(PUPIL).click()
    manager.expect_state("agreed")
    for name, value in (
        ("host_id", BAKERY["host_name"]),
        ("signatory_id", "Didier Valmareau"),
        ("tutor_id", "Didier Valmareau"),
        ("referent_id", "JOUBANEL Philippe"),
    ):
        expect(manager.field(name).locator("input")).to_have_value(re.compile(value))
    expect(manager.field("weekly_hours")).to_have_text("35:00")
    shots.take(manager.page, "placement")
    account = school.manager()
    [host] = account.read(
        "res.partner",
        [("company_registry", "=", SIRET)],
        ["name", "zip", "city", "child_ids", "company_id"],
    )
    assert (host["name"], host["zip"]) == (BAKERY["host_name"], BAKERY["host_zip"])
    assert not host["company_id"], "the company is shared by the schools"
    assert len(host["child_ids"]) == 1, "boss and tutor are one person"
    [placement] = account.read(
        "bde.placement",
        [("student_name", "=", PUPIL)],
        ["activity_ids", "insurance_company", "insurance_policy"],
    )
    assert len(placement["activity_ids"]) == 2
    assert placement["insurance_policy"] == BAKERY["insurance_policy"]


def add_mail_of_pupil(manager):
    """The export without addresses has no mail of pupils: the bureau types the one it needs."""
    manager.menu("bde_partnerships.menu_bde_work", "bde_pfmp.menu_student")
    manager.search(PUPIL)
    manager.open_group(CLASS)
    manager.row(PUPIL).locator("td.o_data_cell").first.click()
    manager.fill("email", PUPIL_MAIL)
    manager.save()


# --- the convention -------------------------------------------------------------------------------


def make_convention(manager, school, shots):
    """From the placement in one click; the PDF is complete, accessible and made to last."""
    manager.open("bde-placements")
    manager.card(PUPIL).click()
    manager.press("action_make_conventions")
    manager.expect_state("to_check")
    address = manager.popup(lambda: manager.press("action_open_pdf"))
    pdf = school.manager().get(address.removeprefix(school.server.url))
    assert papers.conformance(pdf) == ("3", "A")
    text = " ".join(papers.pages(pdf))
    for expected in (PUPIL, "099 043 564 00014", "Assurances du Val", "35 heures", "D. 124-4",
                     "VERDEGNAC Sophie", "JOUBANEL Philippe", "Agnès Corbeval"):  # fmt: skip
        assert expected in text, expected
    assert CLASSMATE not in text
    shots.take(manager.page, "convention")
    return pdf


def send(manager):
    manager.press("action_send")
    manager.expect_state("to_sign")


def sign_all(manager, referent, school, window, shots):
    """Baker, pupil, mother, teacher, then the head; the board tells whom to call meanwhile."""
    mailbox = school.mailbox
    baker = mailbox.link(BAKER_MAIL, "/bde/s/")
    links = [baker] + [mailbox.link(to, "/bde/s/") for to in (PUPIL_MAIL, MOTHER_MAIL, FATHER_MAIL)]
    scan(links, school)

    page = sign_page(window, school)
    page.open(baker)
    shots.take(page.page, "signer-telephone", whole=True)
    page.ask_code()
    page.sign_drawn(mailbox.code(sms(BAKER_PHONE)))
    assert signed(school) == {"host", "tutor"}, "boss and tutor in one go"
    assert not mailbox.waiting(BAKER_MAIL), "one link"
    assert not mailbox.waiting(sms(BAKER_PHONE)), "one code"

    page = sign_page(window, school)
    page.open(links[1])
    page.acknowledge()

    manager.open("bde-placements")
    expect(manager.card(PUPIL)).to_contain_text("Responsable légal, Professeur référent")
    shots.take(manager.page, "tableau-signatures")
    school.days("pass", 2)
    manager.open("bde-signatures")
    shots.take(manager.page, "qui-doit-signer")
    manager.select(MOTHER.split()[0])
    manager.press("action_remind")

    page = sign_page(window, school)
    page.open(mailbox.link(MOTHER_MAIL, "/bde/s/", "Rappel"))
    page.ask_code()
    page.sign_typed(mailbox.code(sms(MOTHER_PHONE)), MOTHER)
    sign_in_session(referent, REFERENT[1])
    assert signed(school) == {"host", "tutor", "guardian", "referent"}

    head = Office(window(), school.server.url)
    head.sign_in(HEAD[0], PASSWORD)
    head.home_card("À signer par moi").click()
    expect(head.row(PUPIL)).to_be_visible()
    shots.take(head.page, "signer-proviseur")
    sign_in_session(head, HEAD[1])
    assert signed(school) == {"host", "tutor", "guardian", "referent", "head"}


def sign_page(window, school):
    return SignPage(window(phone=True), school.server.url)


def scan(links, school):
    """The virus scanner of a mailbox opens every address it finds: nothing is signed."""
    for link in links:
        page = requests.get(link, timeout=60)
        assert page.status_code == 200
        requests.head(link, timeout=60)
        for address in re.findall(r'(?:href|src|action)="([^"#]+)"', page.text):
            address = urljoin(link, address)
            if address.startswith(school.server.url):
                requests.get(address, timeout=60)
    assert not signed(school)
    states = school.manager().read("bde.document.signature", [], ["state"])
    assert {row["state"] for row in states} == {"to_sign", "waiting"}


def signed(school):
    """Roles that have signed."""
    rows = school.manager().read("bde.document.signature", [("state", "=", "signed")], ["role"])
    return {row["role"] for row in rows}


def sign_in_session(office, name):
    """All that waits for a member of staff, in one go."""
    office.open("bde-to-sign")
    office.press("action_sign_in_session")
    office.tick("has_read")
    office.fill("signed_name", name)
    office.press("action_sign", ".modal")
    expect(office.dialog()).to_have_count(0)


# --- the seal -------------------------------------------------------------------------------------


def check_sealed(manager, school, signed_pdf, window, shots):
    """The job seals it; the file proves by itself who signed what, and that it is genuine."""
    account = school.manager()

    def sealed_document():
        return account.read(
            "bde.document",
            [("seal_state", "=", "done"), ("copies_sent_on", "!=", False)],
            ["number", "version_id", "sealed_attachment_id"],
        )

    [document] = wait_for(sealed_document, "seal and copies")
    manager.open("bde-conventions")
    manager.row(PUPIL).locator("td.o_data_cell").first.click()
    manager.expect_state("signed")
    address = manager.popup(lambda: manager.press("action_open_pdf"))
    sealed = account.get(address.removeprefix(school.server.url))
    shots.take(manager.page, "convention-signee")
    assert papers.conformance(sealed) == ("3", "A")
    assert UAI in papers.check_seal(sealed, testing.environment().keys, UAI)

    [version] = account.read(
        "bde.document.version",
        [("id", "=", document["version_id"][0])],
        ["serial", "content_sha256", "pdf_sha256"],
    )
    files = papers.embedded(sealed)
    name = f"{document['number']}-v{version['serial']}"
    assert files[f"{name}.pdf"] == signed_pdf, "what was shown is what was signed"
    assert papers.sha256(files[f"{name}.pdf"]) == version["pdf_sha256"]
    assert papers.sha256(files[f"{name}.json"]) == version["content_sha256"]
    assert PUPIL.split()[0] in json.dumps(json.loads(files[f"{name}.json"]), ensure_ascii=False)

    proof = papers.pages(sealed)[-1]
    for name in ("Didier Valmareau", "VERDEGNAC Sophie", PUPIL, "JOUBANEL Philippe", HEAD[1]):
        assert name in proof, name
    for digest in (version["content_sha256"], version["pdf_sha256"]):
        assert digest in proof.replace(" ", ""), "a hash may be broken over two lines"
    check_page(window(phone=True), proof, document["number"], version, shots)
    return f"{document['number']}.pdf"


def check_page(page, proof, number, version, shots):
    """Whoever holds the paper learns that it is genuine, and nothing about people."""
    page.goto(papers.check_address(proof))
    expect(page.locator("main")).to_contain_text("Authentique")
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).to_contain_text(version["content_sha256"])
    shots.take(page, "verification-telephone")
    source = page.content().casefold()
    for name in (*PUPIL.split(), *MOTHER.split(), "valmareau", "gabovel", "joubanel", "corbeval"):
        assert name.casefold() not in source, name


def everybody_has_a_copy(school, name):
    """Parties outside the school get the sealed file; a simple contact never got anything."""
    for address in (BAKER_MAIL, PUPIL_MAIL, MOTHER_MAIL, FATHER_MAIL):
        mail = school.mailbox.next(address, "votre exemplaire")
        assert mail["attachments"] == [name]
        assert not school.mailbox.waiting(address)
    assert not testing.messages(school.server, CONTACT_MAIL)


def attestation(manager, school, shots):
    """The stay is over: one page for the baker to sign, with nothing left to type."""
    start, end = period(school.year)
    school.days("nightly", end + timedelta(days=1))
    manager.open("bde-conventions")
    manager.row(PUPIL).locator("td.o_data_cell").first.click()
    manager.expect_state("ended")
    address = manager.popup(lambda: manager.press("action_print_attestation"))
    pdf = school.manager().get(address.removeprefix(school.server.url))
    [text] = papers.pages(pdf)
    for expected in ("Attestation", PUPIL, BAKERY["host_name"], "099 043 564 00014", str(end.year)):
        assert expected in text, expected
    assert papers.conformance(pdf) == ("3", "A")
    manager.press("action_record_attestation")
    manager.expect_state("attested")
    shots.take(manager.page, "attestee")


# --- a refusal ------------------------------------------------------------------------------------


def place_other_pupil(school):
    """The period of another class, with a referent who has no account."""
    account = school.manager()
    [division] = account.read(
        "bde.division", [("name", "=", OTHER_CLASS)], ["principal_ids", "training_ids"]
    )
    [training] = account.call("bde.training", "read", division["training_ids"], ["mef"])
    add_tasks(account, training["mef"])
    start, end = period(school.year)
    number = account.create(
        "bde.period",
        {
            "name": f"PFMP 1 – {OTHER_CLASS}",
            "division_ids": [(6, 0, [division["id"]])],
            "date_start": str(start),
            "date_end": str(end),
        },
    )
    account.call("bde.period", "action_create_placements", [number])
    [placement] = account.read("bde.placement", [("student_name", "=", OTHER_PUPIL)], ["id"])
    referent = {"referent_id": division["principal_ids"][0]}
    account.call("bde.placement", "write", [placement["id"]], referent)


def type_the_sheet(manager, shots):
    """The other road: the pupil brings the paper back, the bureau types it once."""
    manager.open("bde-placements")
    manager.card(OTHER_PUPIL).click()
    manager.expect_state("to_place")
    manager.page.locator("button[name=action_view_hosting]:visible").last.click()
    manager.expect_state("draft")
    for name, value in HOME_FOR_THE_ELDERLY.items():
        manager.fill(name, value)
    manager.schedule("9h", "12h", "13h", "17h")
    shots.take(manager.page, "fiche-saisie", whole=True)
    manager.press("action_desk_submit")
    manager.expect_state("submitted")
    manager.press("action_accept")
    manager.expect_state("accepted")


def mother_refuses(page, link, school, shots):
    """She says why; the bureau is told at once, and whoever opens the link."""
    page.open(link)
    page.refuse(REASON)
    shots.take(page.page, "refus-telephone")
    expect(page.page.locator("main")).to_contain_text(REASON)
    mail = school.mailbox.next("bde-0960011r@ac-orvane.example", "Refus")
    assert REASON in mail["text"]


def school_corrects(manager, shots):
    """Back to draft with the reason, the place of work corrected, a new version sent."""
    manager.open("bde-conventions")
    manager.row(OTHER_PUPIL).locator("td.o_data_cell").first.click()
    manager.expect_state("refused")
    expect(manager.field("state_reason")).to_contain_text(REASON)
    shots.take(manager.page, "refus")
    manager.press("action_ask_back_to_draft")
    manager.fill("reason", "Lieu de travail corrigé")
    manager.press("action_apply", ".modal")
    manager.expect_state("draft")
    manager.press("action_open_placement")
    manager.fill("site_address", SITE)
    manager.save()
    manager.press("action_make_conventions")
    manager.expect_state("to_check")
    send(manager)


def mother_signs_by_the_old_link(page, link, school, shots):
    """The first link leads to the version that counts now, and is enough to sign it."""
    page.open(link)
    main = page.page.locator("main")
    expect(main).to_contain_text("Lieu de travail corrigé")
    expect(main).not_to_contain_text(REASON)
    shots.take(page.page, "nouvelle-version-telephone")
    page.ask_code()
    page.sign_typed(school.mailbox.code(sms(OTHER_MOTHER_PHONE)), OTHER_MOTHER)
    [signature] = school.manager().read(
        "bde.document.signature",
        [("state", "=", "signed"), ("name", "like", "MÉROULIN")],
        ["role", "version_id"],
    )
    assert signature["role"] == "guardian"
    [version] = school.manager().read(
        "bde.document.version", [("id", "=", signature["version_id"][0])], ["serial", "content"]
    )
    assert version["serial"] == 2
    assert SITE in version["content"]
