"""Catch the mail of the demonstration and show it on a local page.

    python -m tools.mailcatcher WEB_PORT SMTP_PORT FOLDER

Nothing leaves the machine. Messages are kept as .eml files in FOLDER, the newest
5000 of them. A message for ``<number>@sms.bde.example`` is an SMS of a mail-to-SMS
gateway and is shown as such. ``GET /api/messages?to=...`` and ``DELETE
/api/messages`` serve the tests.
"""

import email
import email.policy
import html
import itertools
import json
import re
import signal
import sys
import threading
import time
from email.utils import getaddresses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

CAP = 5000
PAGE = 100
SMS_DOMAIN = "@sms.bde.example"
LINK = re.compile(r"""https?://[^\s"'<>)\]]+""")


class Message:
    """One caught message, read from its file."""

    def __init__(self, path):
        self.id = path.stem
        self.raw = path.read_bytes()
        self.mail = email.message_from_bytes(self.raw, policy=email.policy.default)
        self.received = int(path.stem.split("-")[0]) / 1e9

    @property
    def envelope(self):
        return [part.strip() for part in str(self.mail["X-Bde-To"] or "").split(",") if part]

    @property
    def recipients(self):
        """Addresses of the header, then those of the envelope alone (blind copies)."""
        headers = [str(value) for name in ("To", "Cc") for value in self.mail.get_all(name, [])]
        shown = [address for _name, address in getaddresses(headers) if address]
        low = {address.lower() for address in shown}
        return shown + [to for to in self.envelope if to.lower() not in low]

    @property
    def to(self):
        return ", ".join(self.recipients)

    @property
    def subject(self):
        return str(self.mail["Subject"] or "")

    @property
    def sender(self):
        return str(self.mail["From"] or "")

    @property
    def date(self):
        return time.strftime("%d/%m/%Y %H:%M:%S", time.localtime(self.received))

    @property
    def sms_number(self):
        """The phone number when the message is an SMS, else None."""
        for address in self.recipients:
            if address.lower().endswith(SMS_DOMAIN):
                return address[: -len(SMS_DOMAIN)]
        return None

    def body(self, kind):
        """The ``html`` or ``plain`` body, decoded; empty when there is none."""
        part = self.mail.get_body((kind,))
        if part is None:
            return ""
        try:
            return part.get_content()
        except (LookupError, ValueError):
            return (part.get_payload(decode=True) or b"").decode(errors="replace")

    def attachments(self):
        return list(self.mail.iter_attachments()) if self.mail.is_multipart() else []

    def links(self):
        """Addresses in the message, each once, in order."""
        text = html.unescape(self.body("html")) or self.body("plain")
        found = (link.rstrip(".,;") for link in LINK.findall(text))
        return list(dict.fromkeys(found))

    def as_dict(self):
        return {
            "id": self.id,
            "to": self.to,
            "recipients": self.recipients,
            "from": self.sender,
            "subject": self.subject,
            "date": self.date,
            "timestamp": self.received,
            "sms": self.sms_number,
            "text": self.body("plain"),
            "html": self.body("html"),
            "links": self.links(),
            "attachments": [part.get_filename() or "sans-nom" for part in self.attachments()],
        }


class Store:
    """The messages of a folder, newest first."""

    def __init__(self, folder, cap=CAP):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.cap = cap
        self.lock = threading.Lock()
        self.counter = itertools.count()
        self.known = {}
        for path in self.folder.glob(".*.partial"):
            path.unlink()
        for path in sorted(self.folder.glob("*.eml")):
            self._learn(path)

    def add(self, content, recipients):
        """Keep a message; the envelope's recipients are noted in a header."""
        with self.lock:
            name = f"{time.time_ns():020d}-{next(self.counter):04d}"
            path = self.folder / f"{name}.eml"
            header = "X-Bde-To: " + ", ".join(recipients) + "\r\n"
            temporary = self.folder / f".{name}.partial"
            temporary.write_bytes(header.encode() + content)
            temporary.replace(path)
            self._learn(path)
            while len(self.known) > self.cap:
                self._forget(next(iter(self.known)))
        return name

    def find(self, to="", offset=0, limit=None):
        """Messages whose recipient contains ``to``, newest first."""
        wanted = to.strip().lower()
        with self.lock:
            names = [name for name, known in reversed(self.known.items()) if wanted in known]
        end = None if limit is None else offset + limit
        return [message for name in names[offset:end] if (message := self.get(name))]

    def count(self, to=""):
        wanted = to.strip().lower()
        with self.lock:
            return sum(1 for known in self.known.values() if wanted in known)

    def get(self, name):
        """The message of that name, or None."""
        if name not in self.known:
            return None
        try:
            return Message(self.folder / f"{name}.eml")
        except FileNotFoundError:
            return None

    def clear(self):
        with self.lock:
            for name in list(self.known):
                self._forget(name)

    def _learn(self, path):
        self.known[path.stem] = Message(path).to.lower()

    def _forget(self, name):
        del self.known[name]
        (self.folder / f"{name}.eml").unlink(missing_ok=True)


class Handler:
    """What aiosmtpd calls for each message."""

    def __init__(self, store):
        self.store = store

    async def handle_DATA(self, _server, _session, envelope):
        self.store.add(envelope.original_content, envelope.rcpt_tos)
        return "250 OK"


STYLE = """
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:#1e2430;
background:#f4f5f8}header{background:#000091;color:#fff;padding:.8rem 1.2rem;display:flex;
gap:1.2rem;align-items:center;flex-wrap:wrap}header a{color:#fff;text-decoration:none;
font-weight:600}header form{margin-left:auto;display:flex;gap:.5rem}input,button{font:inherit;
padding:.35rem .6rem;border:1px solid #bbc;border-radius:4px}main{max-width:70rem;margin:1.2rem
auto;padding:0 1rem}table{width:100%;border-collapse:collapse;background:#fff}th,td{padding:.5rem
.8rem;text-align:left;border-bottom:1px solid #e4e6ee;overflow-wrap:anywhere}tr:hover td{
background:#eef1ff}td:last-child{white-space:nowrap;color:#444b5c}td a{color:inherit;
text-decoration:none;display:block}.card{background:#fff;padding:1rem 1.2rem;margin-bottom:1rem;
border-radius:6px}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}
dt{color:#444b5c}dd{margin:0;overflow-wrap:anywhere}iframe{width:100%;height:65vh;border:1px solid
#e4e6ee;background:#fff}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}.sms{background:
#e3fdeb;border-radius:1rem;padding:.8rem 1rem;max-width:24rem}.tag{background:#b8fec9;
border-radius:4px;padding:0 .4rem;font-size:.85em}.empty{padding:3rem;text-align:center;
color:#444b5c}summary{cursor:pointer;padding:.5rem 0}
@media(max-width:40rem){header form{margin-left:0;width:100%}header input{flex:1}thead{display:none}
tr{display:block;padding:.5rem 0;border-bottom:1px solid #e4e6ee}td{display:block;border:0;
padding:.1rem .8rem}td:nth-child(2){font-weight:600}}
"""
FRAME = (
    '<meta charset="utf-8"><base target="_blank" rel="noopener">'
    '<meta name="viewport" content="width=device-width">'
    "<style>body{font-family:system-ui,sans-serif}</style>"
)


def page(title, body, query=""):
    """A whole page of the site."""
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{html.escape(title)}'
        '</title><meta name="viewport" content="width=device-width"><style>'
        f'{STYLE}</style></head><body><header><a href="/">Courriels de démonstration</a>'
        '<form action="/"><input type="search" name="to" aria-label="Destinataire" '
        f'placeholder="Destinataire" value="{html.escape(query)}">'
        f"<button>Chercher</button></form></header><main>{body}</main></body></html>"
    )


def list_page(store, to="", offset=0):
    """The list, newest first, a hundred a page."""
    total = store.count(to)
    rows = "".join(_row(message) for message in store.find(to, offset, PAGE))
    if not rows:
        empty = (
            "Aucun message pour ce destinataire."
            if to
            else "Aucun message. Ceux que la démonstration envoie arrivent ici."
        )
        return page("Courriels", f'<p class="card empty">{empty}</p>', to)
    more = ""
    if offset + PAGE < total:
        more = f'<p><a href="/?to={quote(to)}&amp;offset={offset + PAGE}">Plus anciens</a></p>'
    table = (
        "<table><thead><tr><th>À</th><th>Objet</th><th>Reçu le</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
    label = "message" if total == 1 else "messages"
    return page("Courriels", f"<p>{total} {label}</p>{table}{more}", to)


def _row(message):
    address = f"/message/{message.id}"
    if message.sms_number:
        to = f'<span class="tag">SMS</span> {html.escape(message.sms_number)}'
        subject = message.body("plain")[:120] or message.subject
    else:
        to, subject = html.escape(message.to), message.subject or "(sans objet)"
    cells = (to, html.escape(subject), message.date)
    return "<tr>" + "".join(f'<td><a href="{address}">{c}</a></td>' for c in cells) + "</tr>"


def message_page(message):
    """One message: headers, body in a sandbox, text, attachments."""
    if message.sms_number:
        text = message.body("plain") or message.subject
        linked = LINK.sub(
            lambda m: f'<a href="{m[0]}" target="_blank" rel="noopener">{m[0]}</a>',
            html.escape(text, quote=False),
        )
        body = (
            f'<div class="card"><p>SMS au <strong>{html.escape(message.sms_number)}</strong>, '
            f'{message.date}</p><pre class="sms">{linked}</pre></div>'
        )
        return page("SMS", body)
    fields = (
        ("De", message.sender),
        ("À", message.to),
        ("Objet", message.subject),
        ("Reçu le", message.date),
    )
    head = "".join(f"<dt>{name}</dt><dd>{html.escape(value)}</dd>" for name, value in fields)
    parts = [f'<div class="card"><dl>{head}</dl></div>']
    text = message.body("plain")
    if message.body("html"):
        parts.append(
            '<iframe title="Message" sandbox="allow-popups '
            f'allow-popups-to-escape-sandbox" src="/message/{message.id}/html"></iframe>'
        )
        if text:
            parts.append(
                f"<details><summary>Version texte</summary><pre class='card'>"
                f"{html.escape(text)}</pre></details>"
            )
    else:
        parts.append(f'<pre class="card">{html.escape(text)}</pre>')
    files = "".join(
        f'<li><a href="/message/{message.id}/file/{index}">'
        f"{html.escape(part.get_filename() or 'sans-nom')}</a></li>"
        for index, part in enumerate(message.attachments())
    )
    if files:
        parts.append(f'<div class="card">Pièces jointes<ul>{files}</ul></div>')
    return page(message.subject or "(sans objet)", "".join(parts))


class Web(BaseHTTPRequestHandler):
    """The pages and the two calls of the tests."""

    store = None
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        address = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        parts = [part for part in address.path.split("/") if part]
        to = query.get("to", "")
        if not self._local():
            return self._send(403, "Interdit")
        if not parts:
            offset = query.get("offset", "0")
            start = int(offset) if offset.isdecimal() else 0
            return self._send(200, list_page(self.store, to, start))
        if parts == ["api", "messages"]:
            found = [message.as_dict() for message in self.store.find(to)]
            return self._send(200, json.dumps(found), "application/json")
        if parts[0] == "message" and len(parts) > 1:
            message = self.store.get(parts[1])
            if message:
                return self._message(message, parts[2:])
        return self._send(404, page("Introuvable", "<p>Ce message n'existe plus.</p>"))

    def do_DELETE(self):
        if not self._local() or urlsplit(self.path).path != "/api/messages":
            return self._send(404, "")
        self.store.clear()
        return self._send(204, "")

    def _local(self):
        """A page elsewhere on the web must not read the mail through a borrowed name."""
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        return host in ("127.0.0.1", "localhost", "[::1]")

    def _message(self, message, rest):
        if not rest:
            return self._send(200, message_page(message))
        if rest == ["html"]:
            return self._send(200, FRAME + message.body("html"), policy="sandbox allow-popups "
                              "allow-popups-to-escape-sandbox; script-src 'none'")  # fmt: skip
        files = message.attachments()
        if len(rest) == 2 and rest[1].isdecimal() and int(rest[1]) < len(files):
            return self._file(files[int(rest[1])])
        return self._send(404, "")

    def _file(self, part):
        name = quote(part.get_filename() or "sans-nom")
        content = part.get_payload(decode=True)
        if content is None:  # a message attached to a message
            content = part.get_payload(0).as_bytes()
        self._send(200, content, "application/octet-stream", disposition=(
            f"attachment; filename*=UTF-8''{name}"))  # fmt: skip

    def _send(self, status, content, kind="text/html", policy=None, disposition=None):
        data = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        charset = "; charset=utf-8" if isinstance(content, str) else ""
        self.send_header("Content-Type", kind + charset)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments):
        """Say nothing: each page read is no event."""


def serve(web_port, smtp_port, folder, host="127.0.0.1"):
    """Start both servers; return them so that a caller can stop them."""
    from aiosmtpd.controller import Controller

    store = Store(folder)
    smtp = Controller(
        Handler(store), hostname=host, port=smtp_port, data_size_limit=50 * 2**20,
        enable_SMTPUTF8=True,
    )  # fmt: skip
    smtp.start()
    web = ThreadingHTTPServer((host, web_port), type("BoundWeb", (Web,), {"store": store}))
    web.daemon_threads = True
    threading.Thread(target=web.serve_forever, daemon=True).start()
    return smtp, web


def main(web_port, smtp_port, folder):
    smtp, web = serve(int(web_port), int(smtp_port), folder)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    web.shutdown()
    smtp.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
