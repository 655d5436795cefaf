"""The mail catcher over real SMTP and HTTP on this machine."""

import json
import smtplib
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from tools import mailcatcher, ports


@pytest.fixture
def catcher(tmp_path):
    web_port = ports.free()
    smtp_port = ports.free(avoid={web_port})
    smtp, web = mailcatcher.serve(web_port, smtp_port, tmp_path)
    yield Client(web_port, smtp_port)
    web.shutdown()
    web.server_close()
    smtp.stop()


class Client:
    def __init__(self, web_port, smtp_port):
        self.url = f"http://127.0.0.1:{web_port}"
        self.smtp_port = smtp_port

    def send(self, message, recipients=None):
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as smtp:
            smtp.send_message(message, to_addrs=recipients)

    def get(self, path, host=None):
        request = urllib.request.Request(self.url + path, headers={"Host": host} if host else {})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer, answer.read().decode(errors="replace")

    def messages(self, to=""):
        return json.loads(self.get(f"/api/messages?to={to}")[1])


def letter(to="tutrice@garage.example", subject="Convention à signer", text="Bonjour"):
    message = EmailMessage()
    message["From"] = "Lycée <bureau@lycee.example>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    return message


def test_a_message_is_told_with_its_parts_and_links(catcher):
    message = letter(text="Signer : http://127.0.0.1:8069/bde/s/abc.")
    message.add_alternative(
        '<p>Signez <a href="http://127.0.0.1:8069/bde/s/abc?a=1&amp;b=2">ici</a></p>',
        subtype="html",
    )
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="été.pdf")
    catcher.send(message)
    (found,) = catcher.messages()
    assert found["to"] == "tutrice@garage.example"
    assert found["subject"] == "Convention à signer"
    assert found["text"].startswith("Signer : ")
    assert found["links"] == ["http://127.0.0.1:8069/bde/s/abc?a=1&b=2"]
    assert found["attachments"] == ["été.pdf"]
    assert found["sms"] is None


def test_newest_first_and_search_by_recipient(catcher):
    catcher.send(letter(to="un@a.example", subject="Premier"))
    catcher.send(letter(to="deux@a.example", subject="Second"))
    assert [m["subject"] for m in catcher.messages()] == ["Second", "Premier"]
    assert [m["subject"] for m in catcher.messages("UN@")] == ["Premier"]
    page = catcher.get("/")[1]
    assert page.index("Second") < page.index("Premier")
    assert "Second" not in catcher.get("/?to=un%40")[1]


def test_blind_copies_are_recipients_too(catcher):
    catcher.send(letter(), recipients=["tutrice@garage.example", "cachee@a.example"])
    (found,) = catcher.messages("cachee@")
    assert found["recipients"] == ["tutrice@garage.example", "cachee@a.example"]


def test_a_gateway_message_is_an_sms(catcher):
    catcher.send(letter(to="+33612345678@sms.bde.example", text="Code : 123456"))
    (found,) = catcher.messages("+33612345678".replace("+", "%2B"))
    assert found["sms"] == "+33612345678"
    page = catcher.get(f"/message/{found['id']}")[1]
    assert "SMS au" in page and "Code : 123456" in page and "<iframe" not in page


def test_a_hostile_message_runs_nothing(catcher):
    message = letter(subject="<script>alert(1)</script>", text="<script>alert(2)</script>")
    message.add_alternative("<script>alert(3)</script><p>Bonjour</p>", subtype="html")
    catcher.send(message)
    (found,) = catcher.messages()
    page = catcher.get(f"/message/{found['id']}")[1]
    assert "<script>" not in page and "<script>" not in catcher.get("/")[1]
    assert "sandbox=" in page
    answer, body = catcher.get(f"/message/{found['id']}/html")
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    assert '<base target="_blank"' in body


def test_an_attachment_is_downloaded_whole(catcher):
    message = letter()
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    catcher.send(message)
    name = catcher.messages()[0]["id"]
    answer, body = catcher.get(f"/message/{name}/file/0")
    assert body == "%PDF-1.7"
    assert "a.pdf" in answer.headers["Content-Disposition"]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        catcher.get(f"/message/{name}/file/1")


def test_deleting_and_strangers(catcher):
    catcher.send(letter())
    with pytest.raises(urllib.error.HTTPError, match="403"):
        catcher.get("/api/messages", host="evil.example")
    request = urllib.request.Request(f"{catcher.url}/api/messages", method="DELETE")
    assert urllib.request.urlopen(request, timeout=5).status == 204
    assert catcher.messages() == []
    assert "Aucun message" in catcher.get("/")[1]


def test_messages_outlive_a_restart_and_the_oldest_leave(tmp_path):
    store = mailcatcher.Store(tmp_path, cap=2)
    for number in range(3):
        store.add(letter(subject=f"n{number}").as_bytes(), ["a@a.example"])
    again = mailcatcher.Store(tmp_path, cap=2)
    assert [message.subject for message in again.find()] == ["n2", "n1"]
    assert len(list(tmp_path.glob("*.eml"))) == 2


def test_a_name_is_not_a_path(tmp_path):
    store = mailcatcher.Store(tmp_path / "in")
    (tmp_path / "out.eml").write_text("Subject: x\n\ny")
    assert store.get("../out") is None
