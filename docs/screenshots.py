#!/usr/bin/env python3
"""Takes the pictures of README.md and of the guides again, on a running demonstration.

    ./bde start --detach
    python3 docs/screenshots.py              all of them, into docs/images
    python3 docs/screenshots.py accueil …    those whose name begins so
    ./bde stop

Any Python starts it; it goes on in the environment that ``./bde test`` installs, with the
machine's Chromium. Pages of PDFs need ``pdftoppm`` (package poppler-utils) and are left out
without it. The scenes of the class to sign sign a convention for real: take all pictures on a
fresh demonstration (``./bde start --reset``).
"""

import contextlib
import datetime as dt
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import browser, paths, python_env, server  # noqa: E402

IMAGES = ROOT / "docs/images"
SAMPLES = ROOT / "data/samples/0960011R"
COMPANIES = ROOT / "data/samples/liste_entreprises.xlsx"
LIMIT = 200_000  # bytes of a picture
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PASSWORD = "demo"
RBDE, HEAD = "rbde@rives.example", "proviseure@rives.example"
TEACHER, REFERENT = "prof@rives.example", "referente@rives.example"
SUITE, CORRESPONDENT = "suite@orvane.example", "correspondant@orvane.example"
CPE, SECRETARY = "cpe@rives.example", "secretaire@rives.example"
INTENDANCE = "intendance@rives.example"
SCENES = []


def scene(*names):
    """Declares the pictures that a function takes, in the order of the story."""

    def declare(function):
        SCENES.append((names, function))
        return function

    return declare


class Album:
    """Where the pictures go, and the doors to the running demonstration."""

    def __init__(self, playwright, running, wanted):
        self.running = running
        self.wanted = wanted
        self.browser = playwright.chromium.launch(
            executable_path=browser.find_chromium(), args=list(browser.FLAGS)
        )
        self.pages = {}
        self.notes = {}  # what a scene leaves for the next ones

    def wants(self, names):
        return not self.wanted or any(
            name.startswith(prefix) for name in names for prefix in self.wanted
        )

    def _page(self, key, size):
        phone = size is PHONE
        if key not in self.pages:
            context = self.browser.new_context(
                viewport=size,
                locale="fr-FR",
                timezone_id="Europe/Paris",
                is_mobile=phone,
                has_touch=phone,
            )
            self.pages[key] = context.new_page()
            self.pages[key].set_default_timeout(90_000)
            watch(self.pages[key])
        return self.pages[key]

    def office(self, login, size=DESKTOP):
        """The web client of somebody of the school, signed in."""
        known = (login, size["width"]) in self.pages
        page = self._page((login, size["width"]), size)
        if not known:
            page.goto(f"{self.running.url}/web/login")
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", PASSWORD)
            page.click("form .oe_login_buttons button[type=submit]")
            settle(page)
        return page

    def visitor(self, size=PHONE):
        """A browser without an account."""
        return self._page(("nobody", size["width"]), size)

    def open(self, page, path):
        """An address of the application."""
        page.goto(f"{self.running.url}/odoo/{path}")
        settle(page)

    def call(self, page, model, method, *args, **kwargs):
        """A method of a model, in the session of a signed-in page."""
        kwargs["context"] = {"lang": "fr_FR"} | kwargs.get("context", {})
        answer = page.request.post(
            f"{self.running.url}/web/dataset/call_kw/{model}/{method}",
            data={
                "jsonrpc": "2.0",
                "params": {"model": model, "method": method, "args": args, "kwargs": kwargs},
            },
        ).json()
        if "error" in answer:
            raise SystemExit(f"{model}.{method}: {answer['error']['data']['message']}")
        return answer["result"]

    def find(self, page, model, domain, fields, **kwargs):
        """Records that the signed-in person reads."""
        return self.call(page, model, "search_read", domain, fields, **kwargs)

    def mails(self, to):
        """Messages of the catcher, newest first."""
        page = self.visitor(DESKTOP)
        return page.request.get(f"{self.running.mail_url}/api/messages", params={"to": to}).json()

    def take(self, page, name, whole=False, clip=None):
        """One picture of what the page shows now."""
        self.keep(name, page.screenshot(full_page=whole, clip=clip))

    def take_pdf(self, name, content, number=1, dpi=70):
        """One page of a PDF."""
        if not shutil.which("pdftoppm"):
            print(f"  {name}: left out, no pdftoppm")
            return
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "file.pdf"
            source.write_bytes(content)
            command = ["pdftoppm", "-png", "-singlefile", "-r", str(dpi), "-f", str(number)]
            subprocess.run([*command, source, Path(folder) / "page"], check=True)
            self.keep(name, (Path(folder) / "page.png").read_bytes())

    def keep(self, name, png):
        """Saves a picture with a palette, small enough for a page that is read on the web."""
        from PIL import Image

        picture = Image.open(io.BytesIO(png)).convert("RGB")
        for colors in (256, 128, 64, 32):
            out = io.BytesIO()
            palette = picture.quantize(colors, dither=Image.Dither.NONE)
            palette.save(out, "PNG", optimize=True)
            if out.tell() < LIMIT:
                break
        else:
            raise SystemExit(f"{name}: {out.tell()} bytes, more than {LIMIT}")
        (IMAGES / f"{name}.png").write_bytes(out.getvalue())
        print(f"  {name}.png {picture.width}x{picture.height} {out.tell() // 1000} kB", flush=True)


ASKING = {}  # page: what it asked of the server and has not got


def watch(page):
    """Follows what a page asks, but for the wait for notices, which never ends."""
    asked = ASKING[page] = set()

    def begin(request):
        if request.resource_type in ("xhr", "fetch", "image") and "websocket" not in request.url:
            asked.add(request)

    page.on("request", begin)
    page.on("requestfinished", lambda request: asked.discard(request))
    page.on("requestfailed", lambda request: asked.discard(request))
    page.on("framenavigated", lambda frame: frame.parent_frame or asked.clear())


def settle(page, limit=60):
    """Waits until the web client shows its screen and asks nothing more of the server."""
    page.locator(".o_main_navbar").wait_for()
    page.locator(".o_action_manager > *").first.wait_for()
    quiet, end = 0, time.monotonic() + limit
    while quiet < 6 and time.monotonic() < end:
        page.wait_for_timeout(100)
        quiet = 0 if ASKING[page] else quiet + 1
    page.locator(".o_blockUI").first.wait_for(state="hidden")


def press(page, name):
    """A button, by the name of its method."""
    page.locator(f"button[name='{name}']:visible").first.click()
    settle(page)


def go(page, section, item=None):
    """A menu; what the bar has no room for stands behind its plus, open as a whole."""
    shown = page.locator(f"[data-menu-xmlid='{section}']:visible")
    if shown.count():
        shown.first.click()
    else:
        page.locator(".o_menu_sections_more button").click()
    if item:
        page.locator(f"[data-menu-xmlid='{item}']:visible").first.click()


def first(records, what):
    if not records:
        raise SystemExit(f"The demonstration has none left: {what} (./bde start --reset)")
    return records[0]


# ------------------------------------------------------------
# The desk of the bureau
# ------------------------------------------------------------


@scene("accueil", "accueil-telephone")
def home(album):
    for name, size in (("accueil", DESKTOP), ("accueil-telephone", PHONE)):
        page = album.office(RBDE, size)
        album.open(page, "bde")
        album.take(page, name)


@scene("menus")
def menus(album):
    page = album.office(RBDE)
    album.open(page, "bde")
    go(page, "bde_partnerships.menu_bde_work")
    time.sleep(0.5)
    album.take(page, "menus")
    page.keyboard.press("Escape")


def changed_export(folder):
    """Today's export of the pupils: one changed class, one left out, one with a bad date."""
    with zipfile.ZipFile(SAMPLES / "ExportXML_ElevesSansAdresses.zip") as archive:
        inside = archive.namelist()[0]
        text = archive.read(inside).decode("iso-8859-15")
    pupils = re.findall(r"<ELEVE [^>]*>.*?</ELEVE>", text, re.S)
    places = re.findall(r"<STRUCTURES_ELEVE [^>]*>.*?</STRUCTURES_ELEVE>", text, re.S)
    gone = re.search(r'ELEVE_ID="(\d+)"', pupils[20])[0]
    for part in (pupils[20], *(place for place in places if gone in place)):
        text = text.replace(part, "")
    born = re.sub(r"(<DATE_NAISS>)[^<]*", r"\g<1>14/05/2031", pupils[30])
    text = text.replace(pupils[30], born)
    codes = re.findall(r"<CODE_STRUCTURE>([^<]+)</CODE_STRUCTURE>\s*<TYPE_STRUCTURE>D<", text)
    other = next(code for code in codes if code != codes[0])
    moved = re.sub(rf"(<CODE_STRUCTURE>){codes[0]}<", rf"\g<1>{other}<", places[5], count=1)
    text = text.replace(places[5], moved)
    path = Path(folder) / inside
    path.write_bytes(text.encode("iso-8859-15"))
    return path


@scene("import-fichiers", "import-apercu", "import-refus")
def pupil_import(album):
    page = album.office(RBDE)
    album.open(page, "pupil-imports/new")
    with tempfile.TemporaryDirectory() as folder:
        files = [changed_export(folder), *sorted(SAMPLES.glob("*.xml"))]
        page.locator("input[type=file]").first.set_input_files(files)
        page.get_by_text(files[-1].name).first.wait_for()
        settle(page)
        album.take(page, "import-fichiers")
        press(page, "action_preview")
        page.locator("button[name='action_apply']").wait_for()
        settle(page)
    album.take(page, "import-apercu")
    page.locator(".o_notebook .nav-link[name='refused']").click()
    settle(page)
    album.take(page, "import-refus")
    number = int(re.search(r"pupil-imports/(\d+)", page.url)[1])
    # looked at, not applied: nothing of it stays
    album.call(page, "bde.import", "unlink", [number])


@scene("eleve")
def pupil(album):
    page = album.office(RBDE)
    found = first(
        album.find(
            page, "bde.student", [("division_id.name", "=", "2MRC")], ["id"], limit=1, offset=4
        ),
        "a pupil of 2MRC",
    )
    album.open(page, f"pupils/{found['id']}")
    album.take(page, "eleve")


@scene("entreprises")
def companies(album):
    page = album.office(RBDE)
    album.open(page, "bde-companies")
    album.take(page, "entreprises")


@scene("entreprise-nouvelle")
def new_company(album):
    page = album.office(RBDE)
    album.open(page, "bde-companies")
    go(page, "bde_partnerships.menu_bde_partners", "bde_partnerships.menu_employer_register")
    page.locator(".modal-dialog").wait_for()
    settle(page)
    album.take(page, "entreprise-nouvelle")
    page.locator(".modal .btn-close").first.click()


@scene("carnet", "liste-apercu", "entreprise-360", "entreprise-telephone", "appel")
def book(album):
    """The shared book, a list being loaded, the page of a company and its telephone."""
    page = album.office(RBDE)
    album.open(page, "action-bde_partnerships.action_employer")
    album.take(page, "carnet")
    _load_list(album, page)
    domain = [("last_talk_on", "!=", False), ("status", "=", "strong")]
    found = first(album.find(page, "bde.relation", domain, ["id"], limit=1), "a known company")
    album.open(page, f"bde-companies/{found['id']}")
    album.take(page, "entreprise-360")
    press(page, "action_log_call")
    album.take(page, "appel")
    phone = album.office(RBDE, PHONE)
    album.open(phone, f"bde-companies/{found['id']}")
    album.take(phone, "entreprise-telephone")


def _load_list(album, page):
    album.open(page, "action-bde_partnerships.action_book_import/new")
    page.locator(".o_field_widget[name='file'] input[type=file]").set_input_files(COMPANIES)
    press(page, "action_read")
    press(page, "action_preview")
    album.take(page, "liste-apercu")


@scene("carte", "prospection", "page-bureau", "accord", "passation")
def partners(album):
    """The map, a board, the page of the bureau, an agreement, a handover."""
    page = album.office(RBDE)
    album.open(page, "bde-companies")
    page.locator(".o_switch_view.o_bde_map").click()
    settle(page)
    page.locator("button[name='circle']").click()
    settle(page)
    album.take(page, "carte")
    album.open(page, "bde-prospecting-placements")
    album.take(page, "prospection")
    company = first(album.find(page, "res.company", [("uai", "!=", False)], ["uai"]), "a school")
    visitor = album.visitor()
    visitor.goto(f"{album.running.url}/bde/c/{company['uai']}")
    visitor.locator("form").first.wait_for()
    album.take(visitor, "page-bureau")
    found = album.find(page, "bde.partnership", [("state", "=", "running")], ["id"], limit=1)
    agreement = first(found, "an agreement")
    album.open(page, f"action-bde_partnerships.action_partnership/{agreement['id']}")
    album.take(page, "accord")
    _hand_over(album, page)


def _hand_over(album, page):
    me = album.call(page, "res.users", "search", [("login", "=", RBDE)])[0]
    other = album.call(page, "res.users", "search", [("login", "=", SECRETARY)])[0]
    number = album.call(
        page, "bde.handover", "create", [{"from_user_id": me, "to_user_id": other}]
    )[0]
    album.call(page, "bde.handover", "action_collect", [number])
    album.open(page, f"action-bde_partnerships.action_handover/{number}")
    album.take(page, "passation")


def prepared_period(album, page):
    return first(
        album.find(page, "bde.period", [("name", "ilike", "PFMP 2")], ["id"]), "the coming period"
    )["id"]


@scene("periodes", "periode", "tableau")
def period(album):
    page = album.office(RBDE)
    album.open(page, "bde-periods")
    album.take(page, "periodes")
    album.open(page, f"bde-periods/{prepared_period(album, page)}")
    album.take(page, "periode")
    album.open(page, "bde-placements")
    album.take(page, "tableau")


@scene("sans-entreprise", "fiches-selection")
def without_host(album):
    page = album.office(RBDE)
    album.open(page, "bde-no-host")
    album.take(page, "sans-entreprise")
    page.locator(".o_data_row .o_list_record_selector input").first.check()
    page.locator(".o_data_row .o_list_record_selector input").nth(1).check()
    settle(page)
    album.take(page, "fiches-selection")


@scene("pfmp")
def placement(album):
    page = album.office(RBDE)
    domain = [("state", "=", "agreed"), ("company_id.uai", "=", "0960011R")]
    found = first(album.find(page, "bde.placement", domain, ["id"], limit=1), "an agreed placement")
    album.open(page, f"bde-placements/{found['id']}")
    album.take(page, "pfmp")


# ------------------------------------------------------------
# Accord d'accueil
# ------------------------------------------------------------


@scene("fiche", "accord-telephone", "accord-telephone-suite")
def sheet(album):
    page = album.office(RBDE)
    domain = [("state", "=", "to_place"), ("hosting_state", "=", "draft")]
    domain = domain if album.find(page, "bde.placement", domain, ["id"]) else domain[:1]
    found = first(album.find(page, "bde.placement", domain, ["id"], limit=1), "a pupil to place")
    album.open(page, f"bde-placements/{found['id']}")
    button = page.locator("button[name='action_print_sheets']:visible").first
    with page.expect_download() as waiting:
        button.click()
    content = Path(waiting.value.path()).read_bytes()
    album.take_pdf("fiche", content, dpi=80)
    link = re.search(rb"https?://[^\s)]+/bde/a/[\w-]+", decoded(content))
    if not link:
        print("  accord-telephone: no link in the sheet")
        return
    phone = album.visitor()
    phone.goto(link[0].decode())
    album.take(phone, "accord-telephone")
    phone.locator("fieldset", has_text="4.").first.scroll_into_view_if_needed()
    album.take(phone, "accord-telephone-suite")


def decoded(content):
    """The objects of a PDF, without compression."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        modes = {"object_stream_mode": pikepdf.ObjectStreamMode.disable, "compress_streams": False}
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.all, **modes)
    return out.getvalue()


@scene("accords", "accord-a-verifier", "accord-a-verifier-telephone")
def hosting(album):
    page = album.office(RBDE)
    album.open(page, "bde-hostings")
    album.take(page, "accords")
    for name, login, size in (
        ("accord-a-verifier", RBDE, DESKTOP),
        ("accord-a-verifier-telephone", TEACHER, PHONE),
    ):
        page = album.office(login, size)
        found = first(
            album.find(page, "bde.hosting", [("state", "=", "submitted")], ["id"], limit=1),
            "an accord to check",
        )
        album.open(page, f"bde-hostings/{found['id']}")
        album.take(page, name)


# ------------------------------------------------------------
# A convention, from the check to the seal
# ------------------------------------------------------------


@scene("conventions", "convention", "convention-pdf", "convention-annexe")
def convention(album):
    page = album.office(RBDE)
    album.open(page, "bde-conventions")
    album.take(page, "conventions")
    found = to_send(album, page)
    album.open(page, f"bde-conventions/{found['id']}")
    album.take(page, "convention")
    content = page.request.get(
        f"{album.running.url}/web/content/bde.convention/{found['id']}/pdf"
    ).body()
    if content.startswith(b"%PDF"):
        album.take_pdf("convention-pdf", content, 1)


def to_send(album, page):
    """The convention that is played: checked, of a minor, followed by the teacher who signs in."""
    domain = [("state", "=", "to_check"), ("period_id.name", "ilike", "PFMP 2")]
    fields = ["id", "document_id", "student_name", "referent_id", "number"]
    found = album.find(page, "bde.convention", domain, fields, order="id")
    teacher = album.find(page, "bde.teacher", [("email", "=", REFERENT)], ["id"])
    ours = [c for c in found if teacher and c["referent_id"][0] == teacher[0]["id"]]
    return first(ours or found, "a convention to check")


def outsiders(album, page, document):
    """{role: (name, address, phone)} of those who sign by link."""
    fields = ["role", "name", "email", "phone", "state", "required"]
    domain = [("document_id", "=", document), ("is_current", "=", True)]
    return {
        entry["role"]: entry
        for entry in album.find(page, "bde.document.signature", domain, fields)
        if entry["required"]
    }


def latest(album, to, pattern, after, patience=120):
    """First match of a pattern in a message that came after a moment."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        for mail in album.mails(to):
            if mail["timestamp"] >= after:
                if found := re.search(pattern, f"{mail['subject']} {mail['text']} {mail['html']}"):
                    return found[0].replace("&amp;", "&"), mail
        time.sleep(1)
    raise SystemExit(f"no message to {to} with {pattern}")


@scene(
    "courriels",
    "courriel-lien",
    "signer-lire",
    "signer-code",
    "signer-merci",
    "signer-professeur",
    "signer-professeur-fenetre",
    "signer-cheffe",
    "signer-cheffe-fenetre",
    "convention-signee",
    "preuve",
    "verification",
)
def signatures(album):
    page = album.office(RBDE)
    found = to_send(album, page)
    sent = time.time() - 1
    album.open(page, f"bde-conventions/{found['id']}")
    press(page, "action_send")
    document = found["document_id"][0]
    signers = outsiders(album, page, document)
    print(f"  {found['student_name']}: {', '.join(signers)}")
    for role in ("host", "tutor", "guardian", "student"):
        if role in signers and signers[role]["state"] != "signed":
            _sign_by_link(album, signers[role], sent, pictures=role == "host")
    referent = signers["referent"]
    if album.find(
        album.office(REFERENT, PHONE),
        "bde.document.signature",
        [("id", "=", referent["id"]), ("is_mine", "=", True)],
        ["id"],
    ):
        _teacher(album)
    else:
        _sign_by_link(album, referent, sent, pictures=False)
    _head(album)
    page = album.office(RBDE)
    _wait_for_seal(album, page, document)
    album.open(page, f"bde-conventions/{found['id']}")
    album.take(page, "convention-signee")
    content = page.request.get(
        f"{album.running.url}/web/content/bde.convention/{found['id']}/pdf"
    ).body()
    album.take_pdf("preuve", content, page_count(content))
    [row] = album.find(page, "bde.document", [("id", "=", document)], ["check_token"])
    phone = album.visitor()
    phone.goto(f"{album.running.url}/bde/v/{row['check_token']}")
    album.take(phone, "verification")


def page_count(content):
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def _sign_by_link(album, signer, sent, pictures):
    sms = "+33" + re.sub(r"\D", "", signer["phone"] or "")[-9:] if signer["phone"] else ""
    link, mail = latest(album, signer["email"] or sms, r"https?://[^\s\"'<>]+/bde/s/[\w-]+", sent)
    if pictures:
        desk = album.visitor(DESKTOP)
        desk.goto(album.running.mail_url)
        album.take(desk, "courriels")
        desk.goto(f"{album.running.mail_url}/message/{mail['id']}")
        desk.wait_for_timeout(500)
        album.take(desk, "courriel-lien")
    phone = album.visitor()
    phone.goto(link)
    if pictures:
        album.take(phone, "signer-lire")
    if not phone.locator("form[action$='/code']").count():
        return  # the same person signed with another role
    phone.check("input[name=has_read]")
    asked = time.time() - 1
    phone.locator("form[action$='/code'] button[type=submit]").first.click()
    phone.locator("#code").wait_for()
    channel = signer["email"]
    if sms and any(mail["timestamp"] >= asked for mail in _wait_mails(album, sms, asked)):
        channel = sms
    code, _mail = latest(album, channel, r"\b\d{6}\b", asked)
    phone.fill("#code", code)
    if pictures:
        phone.check("input[name=method][value=drawn]")
        _draw(phone)
        phone.locator("#sign").scroll_into_view_if_needed()
        album.take(phone, "signer-code")
    phone.locator("form.bde_sign button[type=submit]").first.click()
    phone.locator(".bde_done").wait_for()
    if pictures:
        album.take(phone, "signer-merci")


def _wait_mails(album, to, after):
    """Messages to a phone, for some seconds: the code goes by the other road if there is one."""
    for _turn in range(8):
        found = [mail for mail in album.mails(to) if mail["timestamp"] >= after]
        if found:
            return found
        time.sleep(0.5)
    return []


def _draw(page):
    """A signature with the finger."""
    pad = page.locator("canvas.bde_pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    left, middle = box["x"] + 40, box["y"] + box["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    for step in range(1, 24):
        page.mouse.move(left + 9 * step, middle + (-1) ** step * (26 - step))
    page.mouse.up()


def _sign_in_session(album, page, name, signer):
    """Ticks, types the name, signs; one picture of the list, one of the dialog."""
    page.locator("button[name='action_sign_in_session']:visible").first.wait_for()
    album.take(page, name)
    press(page, "action_sign_in_session")
    page.locator(".modal [name='has_read'] input").check()
    page.locator(".modal [name='signed_name'] input").fill(signer)
    album.take(page, f"{name}-fenetre")
    page.locator(".modal button[name='action_sign']").click()
    page.locator(".modal").wait_for(state="hidden")
    settle(page)


def _teacher(album):
    page = album.office(REFERENT, PHONE)
    album.open(page, "bde-to-sign")
    _sign_in_session(album, page, "signer-professeur", "Isabelle Bérouzac")


def _head(album):
    page = album.office(HEAD)
    album.open(page, "bde-to-sign")
    page.locator("thead .o_list_record_selector input").check()
    settle(page)  # all that waits: the head signs a class in one go
    _sign_in_session(album, page, "signer-cheffe", "Agnès Corbeval")


def _wait_for_seal(album, page, document):
    for _turn in range(120):
        [row] = album.find(page, "bde.document", [("id", "=", document)], ["seal_state"])
        if row["seal_state"] == "done":
            return
        time.sleep(1)
    raise SystemExit(f"not sealed after two minutes: {row['seal_state']}")


# ------------------------------------------------------------
# Follow-up
# ------------------------------------------------------------


@scene("qui-doit-signer", "departs", "departs-telephone")
def follow(album):
    page = album.office(RBDE)
    album.open(page, "bde-signatures")
    album.take(page, "qui-doit-signer")
    page = album.office(CPE)
    album.open(page, "bde-departures")
    everybody(page)
    album.take(page, "departs")
    page = album.office(CPE, PHONE)
    album.open(page, "bde-departures")
    everybody(page)
    album.take(page, "departs-telephone")


def everybody(page):
    """All departures to come when nobody leaves within a week."""
    if not page.locator(".o_data_row").count() and page.locator(".o_facet_remove").count():
        page.locator(".o_facet_remove").first.click()
        settle(page)


@scene("attestation", "presence")
def attestation(album):
    page = album.office(RBDE)
    found = first(
        album.find(page, "bde.convention", [("state", "=", "ended")], ["id"], limit=1),
        "an ended convention",
    )
    album.open(page, f"bde-conventions/{found['id']}")
    page.locator(".o_notebook .nav-link[name='presence']").click()
    settle(page)
    album.take(page, "presence")
    content = page.request.get(f"{album.running.url}/bde/attestations?ids={found['id']}").body()
    album.take_pdf("attestation", content)


# ------------------------------------------------------------
# After the convention went out
# ------------------------------------------------------------


@scene("correction", "correction-telephone")
def correction(album):
    """The screen of a correction, then the page of who signs again."""
    page = album.office(RBDE)
    found = first(
        album.find(
            page,
            "bde.convention",
            [("state", "=", "partly_signed"), ("correcting_since", "=", False)],
            ["id", "placement_id"],
            order="id desc",
            limit=1,
        ),
        "a convention with its first signatures",
    )
    [placement] = album.find(
        page, "bde.placement", [("id", "=", found["placement_id"][0])], ["schedule"]
    )
    album.open(page, f"bde-conventions/{found['id']}")
    press(page, "action_correct")
    page.locator(".modal [name='reason'] input").fill("Le mercredi commence plus tôt")
    page.locator(".modal button[name='action_open_terms']").click()
    settle(page)
    schedule = placement["schedule"] | {"wed": [["08:30", "12:30"]]}
    album.call(page, "bde.placement", "write", [placement["id"]], {"schedule": schedule})
    album.open(page, f"bde-conventions/{found['id']}")
    press(page, "action_correct")
    page.locator(".modal .o_bde_correction").wait_for()
    album.take(page, "correction")
    after = time.time()
    page.locator(".modal button[name='action_send']").click()
    settle(page)
    [signature] = album.find(
        page,
        "bde.document.signature",
        [("document_id.res_id", "=", found["id"]), ("document_id.kind", "=", "convention"),
         ("role", "=", "host"), ("is_current", "=", True)],
        ["email"],
    )  # fmt: skip
    link, _mail = latest(album, signature["email"], r"https?://\S+/bde/s/[\w-]+", after)
    visitor = album.visitor()
    visitor.goto(link)
    album.take(visitor, "correction-telephone")


@scene("papier", "reponses", "relances")
def roads(album):
    page = album.office(RBDE)
    album.open(page, "bde-paper")
    album.take(page, "papier")
    album.open(page, "bde-answers")
    album.take(page, "reponses")
    album.open(page, "bde-reminder-rules")
    album.take(page, "relances")


@scene("avenant", "interruption")
def after_signing(album):
    page = album.office(RBDE)
    amendment = first(
        album.find(page, "bde.amendment", [("state", "=", "to_sign")], ["id"], limit=1),
        "an amendment to sign",
    )
    album.open(page, f"bde-amendments/{amendment['id']}")
    album.take(page, "avenant")
    running = first(
        album.find(page, "bde.convention", [("state", "=", "running")], ["id"], limit=1),
        "a running convention",
    )
    album.open(page, f"bde-conventions/{running['id']}")
    press(page, "action_ask_interrupt")
    page.locator(".modal [name='code']").wait_for()
    album.take(page, "interruption")
    page.locator(".modal .btn-close").click()


@scene("traitement", "regles")
def many(album):
    page = album.office(RBDE)
    batch = first(album.find(page, "bde.batch", [], ["id"], limit=1), "mass work")
    album.open(page, f"bde-mass-work/{batch['id']}")
    album.take(page, "traitement")
    album.open(page, "bde-rules")
    album.take(page, "regles")


@scene("preuve-dossier", "preuve-dossier-2", "convention-deux-langues")
def proof_file(album):
    """The proof file of a sealed convention, and the first pages of one in two languages."""
    page = album.office(HEAD)
    found = first(
        album.find(
            page, "bde.convention", [("seal_state", "=", "done")], ["id", "document_id"], limit=1
        ),
        "a sealed convention",
    )
    answer = album.call(page, "bde.document", "action_open_proof", [found["document_id"][0]])
    content = page.request.get(album.running.url + answer["url"]).body()
    album.take_pdf("preuve-dossier", content, 1)
    album.take_pdf("preuve-dossier-2", content, 2)
    template = first(
        album.find(page, "bde.document.template", [("kind", "=", "pfmp")], ["id"], limit=1),
        "a wording",
    )
    placement = first(
        album.find(page, "bde.placement", [("state", "=", "signed")], ["id"], limit=1),
        "a placement",
    )
    address = f"/bde/template/{template['id']}/preview?placement_id={placement['id']}&lang=de_DE"
    content = page.request.get(album.running.url + address).body()
    from pypdf import PdfReader

    pages = [text.extract_text() for text in PdfReader(io.BytesIO(content)).pages]
    german = next(number for number, text in enumerate(pages, 1) if "Übersetzung" in text)
    album.take_pdf("convention-deux-langues", content, german)


# ------------------------------------------------------------
# During and after the stay
# ------------------------------------------------------------


def stay_page(album, domain, role, key, order="id"):
    """Sends somebody the link of his page, as the bureau does, and opens a section on a phone."""
    page = album.office(RBDE)
    wanted = ["id", "convention_id", "tutor_id", "signatory_id"]
    domain = [*domain, ("tutor_id.email", "!=", False), ("signatory_id.email", "!=", False)]
    found = album.find(page, "bde.placement", domain, wanted, limit=1, order=order)
    stay = first(found, "a stay")
    [convention] = album.find(
        page, "bde.convention", [("id", "=", stay["convention_id"][0])], ["uuid"]
    )
    person = stay["tutor_id" if role == "tutor" else "signatory_id"][0]
    [contact] = album.find(page, "res.partner", [("id", "=", person)], ["email"])
    wizard = album.call(
        page,
        "bde.stay.send",
        "create",
        {
            "placement_ids": [[6, 0, [stay["id"]]]],
            "to_host": role == "host",
            "to_tutor": role == "tutor",
        },
    )
    after = time.time() - 1
    album.call(page, "bde.stay.send", "action_send", [wizard])
    link, _mail = latest(album, contact["email"], r"https?://[^\s\"'<>]+/bde/p/[\w-]+", after)
    phone = album.visitor()
    phone.goto(f"{link}/{convention['uuid']}")
    phone.evaluate(
        """key => {
            const part = document.getElementById(key);
            if (part.closest("details")) part.closest("details").open = true;
            (part.closest("details") || part).scrollIntoView();
        }""",
        key,
    )
    return phone


@scene("suivi-tuteur", "suivi-evaluation-telephone", "suivi-attestation-telephone")
def by_link(album):
    """What tutors and companies see on their phones."""
    phone = stay_page(album, [("state", "=", "running")], "tutor", "tutor")
    album.take(phone, "suivi-tuteur")
    over = [("state", "=", "ended"), ("period_id.name", "ilike", "AGOrA")]
    phone = stay_page(album, over, "tutor", "evaluation")
    album.take(phone, "suivi-evaluation-telephone")
    # another stay: a person gets one letter a minute
    phone = stay_page(album, over, "host", "attestation", "id desc")
    album.take(phone, "suivi-attestation-telephone")


@scene("suivi-departs", "suivi-visites-telephone")
def on_the_way(album):
    page = album.office(HEAD)
    album.open(page, "bde-departures")
    everybody(page)
    album.take(page, "suivi-departs")
    phone = album.office(TEACHER, PHONE)
    phone.goto(f"{album.running.url}/bde/visits")
    phone.locator("details summary").first.click()
    phone.wait_for_timeout(500)
    album.take(phone, "suivi-visites-telephone")


@scene(
    "suivi-accueil",
    "suivi-visites",
    "suivi-premiers-jours",
    "suivi-absences",
    "suivi-evaluations",
    "suivi-attestations",
    "suivi-qualite",
    "suivi-allocation",
)
def followed(album):
    """The lists of the bureau."""
    page = album.office(RBDE)
    for name, path, prepare in (
        ("suivi-accueil", "bde", None),
        ("suivi-visites", "bde-follow-up", the_class_away),
        ("suivi-premiers-jours", "bde", who_did_not_arrive),
        ("suivi-absences", "bde-absences", None),
        ("suivi-evaluations", "bde-placement-evaluations", None),
        ("suivi-attestations", "bde-attestations", open_groups),
        ("suivi-qualite", "bde-quality", None),
        ("suivi-allocation", "allowances", None),
    ):
        album.open(page, path)
        if prepare:
            prepare(page)
        album.take(page, name)


def the_class_away(page):
    """One class, in the panel beside the list."""
    page.locator(".o_search_panel .o_search_panel_label", has_text="1MCVA").first.click()
    settle(page)


def who_did_not_arrive(page):
    """The list behind the card of the home screen."""
    page.get_by_text("Ne s'est pas présenté", exact=False).first.click()
    page.locator(".o_list_view, .o_form_view").first.wait_for()
    settle(page)


def open_groups(page):
    """The groups of a list that are folded."""
    for group in page.locator(".o_group_header:not(.o_group_open)").all()[::-1]:
        group.click()
        settle(page)


@scene("suivi-accident", "suivi-frais")
def asked(album):
    page = album.office(RBDE)
    [incident] = album.find(page, "bde.incident", [], ["id"], limit=1)
    album.open(page, f"bde-incidents/{incident['id']}")
    album.take(page, "suivi-accident")
    page = album.office(INTENDANCE)
    album.open(page, "bde-claims")
    album.take(page, "suivi-frais")


@scene("suivi-livret", "suivi-bilan")
def printed(album):
    """The booklet of a pupil and the report of a period, as PDFs."""
    page = album.office(RBDE)
    domain = [("evaluation_state", "=", "submitted"), ("state", "=", "attested")]
    stay = first(
        album.find(page, "bde.placement", domain, ["student_id", "period_id"], limit=1),
        "an evaluated stay",
    )
    for name, address, number in (
        ("suivi-livret", f"booklets?ids={stay['student_id'][0]}", 2),
        ("suivi-bilan", f"period-report?ids={stay['period_id'][0]}", 1),
    ):
        content = page.request.get(f"{album.running.url}/bde/{address}").body()
        album.take_pdf(name, content, number)


# ------------------------------------------------------------
# Taxe d'apprentissage
# ------------------------------------------------------------


def running_campaign(album, page):
    domain = [("state", "=", "running")]
    return first(
        album.find(page, "bde.tax.campaign", domain, ["id"], limit=1), "a campaign of the tax"
    )["id"]


@scene("taxe-resultats", "taxe-campagne", "taxe-ecrire", "taxe-entreprises")
def tax_campaign(album):
    """The campaign of the year: its funnel, its identity, a letter, its companies."""
    page = album.office(RBDE)
    album.open(page, f"bde-tax-campaigns/{running_campaign(album, page)}")
    album.take(page, "taxe-resultats")
    page.locator(".o_notebook .nav-link[name='identity']").click()
    settle(page)
    album.take(page, "taxe-campagne")
    press(page, "action_write")
    page.locator(".modal .o_notebook").wait_for()
    settle(page)
    album.take(page, "taxe-ecrire")
    page.locator(".modal .btn-close").click()
    album.open(page, "bde-tax-companies")
    album.take(page, "taxe-entreprises")


@scene("taxe-repondre")
def tax_answer(album):
    """A letter on paper; its code, scanned with a phone."""
    page = album.office(RBDE)
    campaign = running_campaign(album, page)
    domain = [
        ("campaign_id", "=", campaign),
        ("stage", "=", "reached"),
        ("state", "=", "kept"),
        ("contact_id", "!=", False),
    ]
    target = first(album.find(page, "bde.tax.target", domain, ["id"], limit=1), "a company to ask")
    model = first(
        album.find(page, "bde.tax.letter.model", [("kind", "=", "reminder")], ["id"], limit=1),
        "a model of letters",
    )
    values = {
        "campaign_id": campaign,
        "target_ids": [[6, 0, [target["id"]]]],
        "model_id": model["id"],
        "all_on_paper": True,
    }
    wizard = album.call(page, "bde.tax.write", "create", values)
    answer = album.call(page, "bde.tax.write", "action_print", [wizard])
    content = page.request.get(album.running.url + answer["url"]).body()
    phone = album.visitor()
    phone.goto(scanned(content))
    phone.locator("form").first.wait_for()
    album.take(phone, "taxe-repondre")


def scanned(content):
    """The address in the code of a printed page."""
    import pypdfium2
    import zxingcpp

    picture = pypdfium2.PdfDocument(content)[0].render(scale=3).to_pil()
    codes = [code.text for code in zxingcpp.read_barcodes(picture)]
    return first([text for text in codes if "/bde/x/" in text], "a letter with a code")


@scene("taxe-import", "taxe-donateur")
def tax_money(album):
    """An export that was counted, and the page of a giver of last year."""
    page = album.office(RBDE)
    domain = [("state", "=", "done")]
    found = album.find(page, "bde.tax.import", domain, ["id"], limit=1, order="applied_on desc")
    album.open(page, f"bde-tax-imports/{first(found, 'an export of SOLTéA')['id']}")
    album.take(page, "taxe-import")
    domain = [("campaign_id.state", "=", "closed"), ("received_amount", ">", 1000)]
    giver = first(album.find(page, "bde.tax.target", domain, ["id"], limit=1), "a giver")
    address = f"/bde/tax/thanks.pdf?ids={giver['id']}"
    album.take_pdf("taxe-donateur", page.request.get(album.running.url + address).body())


# ------------------------------------------------------------
# Former pupils
# ------------------------------------------------------------


@scene("anciens-liste", "anciens-preparer", "anciens-filet", "anciens-enquete")
def leavers(album):
    """The list of former pupils, answers typed in, those without a solution, a survey."""
    page = album.office(RBDE)
    album.open(page, "bde-alumni")
    album.take(page, "anciens-liste")
    # those of the final year too, whose sheets are typed in
    while page.locator(".o_facet_remove").count():
        page.locator(".o_facet_remove").first.click()
        settle(page)
    for row in range(3):
        page.locator(".o_data_row .o_list_record_selector input").nth(row).check()
    press(page, "action_type_answers")
    page.locator(".modal .o_data_row").first.wait_for()
    settle(page)
    album.take(page, "anciens-preparer")
    page.locator(".modal .btn-close").click()
    album.open(page, "bde-without-solution")
    album.take(page, "anciens-filet")
    waves = album.find(page, "bde.alumni.wave", [], ["id", "answered_count"])
    asked = max(waves, key=lambda wave: wave["answered_count"], default=None)
    album.open(page, f"bde-surveys/{first([asked] if asked else [], 'a survey')['id']}")
    album.take(page, "anciens-enquete")


@scene("anciens-page-telephone", "anciens-annuaire-telephone")
def own_page(album):
    """What a former pupil sees of his page and of the directory, by the link that he is sent."""
    page = album.office(RBDE)
    domain = [("ok_directory", "=", True), ("has_left", "=", True), ("email", "!=", False)]
    found = album.find(page, "bde.alumnus", domain, ["id", "email"], limit=1, order="id")
    alumnus = first(found, "somebody of the directory")
    after = time.time() - 1
    album.call(page, "bde.alumnus", "action_send_page_link", [alumnus["id"]])
    link, _mail = latest(album, alumnus["email"], r"https?://[^\s\"'<>#]+/bde/m/[\w-]+", after)
    phone = album.visitor()
    phone.goto(link)
    phone.locator("form").first.wait_for()
    album.take(phone, "anciens-page-telephone")
    phone.goto(f"{link}/directory?cohort={dt.date.today().year - 1}")
    phone.locator(".bde_people").wait_for()
    album.take(phone, "anciens-annuaire-telephone")


@scene("anciens-seriez-vous", "anciens-portraits")
def giving_back(album):
    """Who would help, and a portrait that is shown."""
    page = album.office(RBDE)
    album.open(page, "bde-would-you")
    for _turn in range(2):  # those who said yes first
        page.locator("th[data-name='state']").click()
        settle(page)
    page.mouse.move(0, 0)
    album.take(page, "anciens-seriez-vous")
    domain = [("state", "=", "published")]
    found = first(album.find(page, "bde.portrait", domain, ["id"], limit=1), "a portrait")
    album.open(page, f"bde-portraits/{found['id']}")
    album.take(page, "anciens-portraits")


@scene("anciens-promotion", "anciens-flux", "anciens-conseil")
def leavers_of_a_year(album):
    """What became of them, the way to their employers, the page for the board."""
    page = album.office(RBDE)
    cohorts = album.find(page, "bde.alumni.cohort", [], ["id"], order="cohort", limit=1)
    cohort = first(cohorts, "leavers of a year")["id"]
    album.open(page, f"bde-leavers-years/{cohort}")
    page.locator(".o_bde_cohort button").first.click()
    page.mouse.move(0, 0)
    settle(page)
    album.take(page, "anciens-promotion")
    page.locator(".o_bde_flow").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.o_bde_flow').parentElement.scrollIntoView()")
    settle(page)
    album.take(page, "anciens-flux")
    content = page.request.get(f"{album.running.url}/bde/alumni/report?ids={cohort}").body()
    album.take_pdf("anciens-conseil", content)


# ------------------------------------------------------------
# Set-up
# ------------------------------------------------------------


@scene("equipe", "invitation", "modele", "etablissement", "document")
def set_up(album):
    page = album.office(HEAD)
    album.open(page, "bde-team")
    album.take(page, "equipe")
    page.locator("button[name]:visible", has_text="Inviter").first.click()
    page.locator(".modal-dialog").wait_for()
    page.locator(".modal .o_field_x2many_list_row_add a").click()
    page.locator(".modal .o_data_row [name='email'] input").fill("lea.martinel@rives.example")
    page.locator(".modal .o_data_row [name='name'] input").fill("Léa Martinel")
    settle(page)
    album.take(page, "invitation")
    page.locator(".modal .btn-close").first.click()
    domain = [("deliberation_date", "!=", False)]
    found = first(album.find(page, "bde.document.template", domain, ["id"], limit=1), "a model")
    album.open(page, "bde")
    go(page, "bde_partnerships.menu_bde_setup", "bde_pfmp.menu_document_template")
    settle(page)
    page.locator(".o_data_row").filter(has_text="Trois-Rives").first.locator("td").nth(1).click()
    settle(page)
    album.take(page, "modele")
    go(page, "bde_partnerships.menu_bde_setup", "bde_partnerships.menu_my_school")
    settle(page)
    album.take(page, "etablissement")
    domain = [("seal_state", "=", "done")]
    found = first(album.find(page, "bde.document", domain, ["id"], limit=1), "a sealed document")
    album.open(page, f"bde-documents/{found['id']}")
    album.take(page, "document")


@scene("academie", "etablissements", "correspondant")
def academy(album):
    page = album.office(SUITE)
    album.open(page, "bde")
    album.take(page, "academie")
    album.open(page, "bde-schools")
    album.take(page, "etablissements")
    page = album.office(CORRESPONDENT)
    album.open(page, "bde")
    album.take(page, "correspondant")


@scene("secretaire", "cpe", "professeur-telephone")
def other_homes(album):
    for name, login, size in (
        ("secretaire", SECRETARY, DESKTOP),
        ("cpe", CPE, DESKTOP),
        ("professeur-telephone", TEACHER, PHONE),
    ):
        page = album.office(login, size)
        album.open(page, "bde")
        album.take(page, name)


def main(wanted):
    from playwright.sync_api import sync_playwright

    running = server.running(paths.data_dir())
    if not running or not running.demo:
        raise SystemExit("No demonstration runs here: ./bde start --detach")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        album = Album(playwright, running, wanted)
        for names, function in SCENES:
            if album.wants(names):
                print(function.__name__, flush=True)
                function(album)
        album.browser.close()


if __name__ == "__main__":
    python = python_env.python_environment(paths.cache_dir(), "test")
    if Path(sys.executable).absolute() != python.absolute():
        with contextlib.suppress(KeyboardInterrupt):
            os.execv(python, [str(python), *sys.argv])
    main(sys.argv[1:])
