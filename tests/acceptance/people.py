"""People of the story outside the browser: JSON-RPC as a signed-in user, links of mails."""

import re
import time

import lxml.html
import requests

from tools import testing

PATIENCE = 90  # seconds; a loaded machine is slow, a broken one is told soon enough


def wait_for(condition, what, patience=PATIENCE):
    """Ask until the answer is true, and return it."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.25)
    return found


class Mailbox:
    """What the mail catcher holds; a message is read once."""

    def __init__(self, server):
        self.server = server
        self.seen = set()

    def waiting(self, to):
        """Unread messages for a recipient, oldest first."""
        found = testing.messages(self.server, to)
        return [mail for mail in reversed(found) if mail["id"] not in self.seen]

    def next(self, to, about=""):
        """The oldest unread message to somebody whose subject holds ``about``."""

        def arrived():
            return [mail for mail in self.waiting(to) if about in mail["subject"]]

        mail = wait_for(arrived, f"mail to {to} about {about!r}")[0]
        self.seen.add(mail["id"])
        return mail

    def skip(self, *recipients):
        """What came so far is read."""
        for to in recipients:
            self.seen |= {mail["id"] for mail in self.waiting(to)}

    def link(self, to, path, about=""):
        """Address of that path (``/bde/s/``) in the next message with one, which holds it once.

        A copy that a job sends may come in between; it has no link.
        """

        def arrived():
            for mail in self.waiting(to):
                if about in mail["subject"] and any(path in link for link in mail["links"]):
                    return mail
            return None

        mail = wait_for(arrived, f"link {path} to {to} about {about!r}")
        self.seen.add(mail["id"])
        found = [link for link in mail["links"] if path in link]
        assert len(found) == 1, (mail["subject"], mail["links"])
        return found[0]

    def code(self, to):
        """The six digits of the next code: the subject of a mail says it, an SMS has none."""

        def arrived():
            for mail in self.waiting(to):
                if found := re.search(r"\b\d{6}\b", mail["text" if mail["sms"] else "subject"]):
                    return mail["id"], found[0]
            return None

        number, code = wait_for(arrived, f"code for {to}")
        self.seen.add(number)
        return code


def sms(phone):
    """Address of the catcher for a French mobile: ``06 39 98 35 20``."""
    return "+33" + re.sub(r"\D", "", phone)[1:]


class Account:
    """Somebody who is signed in, for what is done beside the screens."""

    def __init__(self, server, login, password):
        self.server = server
        self.session = requests.Session()
        self.login, self.password = login, password
        answer = self._post(
            "/web/session/authenticate",
            {"db": server.database, "login": login, "password": password},
        )
        self.company_id = answer["user_companies"]["current_company"]
        self.context = dict(answer["user_context"], allowed_company_ids=[self.company_id])

    def call(self, model, method, *args, **kwargs):
        """A public method, with the rights of this person and nothing more."""
        kwargs["context"] = self.context | kwargs.get("context", {})
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def create(self, model, values):
        [number] = self.call(model, "create", [values])
        return number

    def read(self, model, domain, fields):
        return self.call(model, "search_read", domain, fields)

    def get(self, path):
        """A file of the server, as this person."""
        answer = self.session.get(self.server.url + path, timeout=120)
        answer.raise_for_status()
        return answer.content

    def _post(self, path, params):
        answer = self.session.post(
            self.server.url + path, json={"jsonrpc": "2.0", "params": params}, timeout=120
        ).json()
        if error := answer.get("error"):
            raise AssertionError(error["data"].get("debug") or error)
        return answer.get("result")  # nothing for a verb that gives nothing back


def choose_password(link, password):
    """Follow the link of an invitation, as the form of the page does."""
    session = requests.Session()
    page = session.get(link, timeout=120)
    form = next(f for f in lxml.html.fromstring(page.text).forms if "password" in f.fields)
    boxes = {name: value or "" for name, value in form.form_values()}
    boxes |= {"password": password, "confirm_password": password}
    answer = session.post(page.url, data=boxes, timeout=120)
    assert "o_web_client" in answer.text, answer.text
