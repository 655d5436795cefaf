from odoo.tests import HttpCase

from .engine_common import EngineCase


class SignPageCase(EngineCase, HttpCase):
    """One document out for signature, and the page of its host as a browser without an account."""

    def setUp(self):
        super().setUp()
        self.fix_code("123456")
        self.document = self.sent()
        self.token = self.token_for("Sophie Duval")
        self.host = self.of(self.document, "host")
        self.authenticate(None, None)

    def get(self, path="", token=None):
        return self.url_open(f"/bde/s/{token or self.token}{path}", allow_redirects=False)

    def post(self, path, token=None, csrf=True, **data):
        page = self.get(token=token).text
        if csrf:
            data["csrf_token"] = page.split('name="csrf_token" value="')[1].split('"')[0]
        url = f"/bde/s/{token or self.token}/{path}"
        response = self.url_open(url, data=data, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def value(self, document=None):
        """What the form says of a document: its identity and what was shown."""
        document = document or self.document
        return f"{document.uuid}:{document.version_id.content_sha256}"

    def sign(self, documents=None, **data):
        data = {"code": "123456", "method": "typed", "signed_name": "Sophie Duval"} | data
        documents = documents or self.document
        return self.post("sign", document=[self.value(d) for d in documents], **data)

    def ask_code(self):
        return self.post("code", has_read="1")
