"""Somebody with a personal link, without a browser: what his forms would send."""

import re

import requests

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
DOCUMENT = re.compile(r'name="document"[^>]*value="([^"]+)"')
CODE = re.compile(r"\b\d{6}\b")
PATIENCE = 60  # seconds


class Visitor:
    """Reads the page of a link, asks for a code, signs by typing a name.

    ``page`` is the text last read; ``post`` sends any form of that page.
    """

    def __init__(self, link):
        self.url = link
        self.session = requests.Session()
        self.page = ""

    def read(self, query=""):
        answer = self.session.get(self.url + query, timeout=PATIENCE)
        answer.raise_for_status()
        self.page = answer.text
        return self

    def post(self, verb, fields):
        """The answer to a form, redirections not followed."""
        fields = [("csrf_token", CSRF.search(self.page)[1]), *fields]
        return self.session.post(
            f"{self.url}/{verb}", data=fields, timeout=PATIENCE, allow_redirects=False
        )

    def documents(self):
        """Fields that name the documents of the page, as they were shown."""
        return [("document", value) for value in dict.fromkeys(DOCUMENT.findall(self.page))]

    def ask_code(self):
        answer = self.post("code", [("has_read", "1")])
        assert answer.status_code == 303, answer.text

    def send_signature(self, code, name):
        """The answer to the signature of all documents of the page."""
        documents = self.documents()
        assert documents, "nothing to sign on the page"
        return self.post(
            "sign", [*documents, ("code", code), ("signed_name", name), ("method", "typed")]
        )
