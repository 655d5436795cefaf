import shutil
import tempfile
from unittest.mock import patch

from odoo.addons.mail.models.mail_mail import MailMail

from ..pdf.certificate import KeyStore
from ..rules import secret
from .common import BdeCase

# The five parties of a convention, in the order in which they sign: host and pupil's side
# and referent at once, then the head.
PARTIES = [
    {
        "role": "host",
        "name": "Sophie Duval",
        "email": "contact@duval.example",
        "quality": "gérante",
    },
    {"role": "tutor", "name": "Marc Petit", "email": "contact@duval.example"},
    {"role": "student", "name": "Léa Martin", "email": "lea@martin.example", "phone": "0612345678"},
    {"role": "referent", "name": "Teacher A", "email": "teacher_a@ac-test.example"},
    {"role": "head", "name": "Head A", "email": "head_a@ac-test.example", "sequence": 90},
]
FONT = "Liberation Sans, DejaVu Sans, sans-serif"


class EngineCase(BdeCase):
    """Documents to sign without any concrete module.

    The hooks of ``bde.document.mixin`` are lent to ``bde.training``: any record can stand
    behind a document. What the hooks answer is in ``cls.facts[record.id]``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facts = {}
        cls._lend_hooks()
        cls._keys()
        cls.school_a._bde_ensure_demo_certificate()

    @classmethod
    def _lend_hooks(cls):
        case = cls

        def content(self):
            facts = case.facts[self.id]
            return {"title": facts["title"], "text": facts["text"]}

        def html(self, content, proof=None):
            if content["text"] == "cannot be rendered":
                raise ValueError("a page that cannot be rendered")
            return (
                f'<!DOCTYPE html><html lang="fr"><head><title>{content["title"]}</title>'
                f"<style>body {{ font-family: {FONT} }}</style></head><body>"
                f"<h1>{content['title']}</h1><p>{content['text']}</p>"
                f"{proof['html'] if proof else ''}</body></html>"
            )

        def state_changed(self, old, new):
            for record in self:
                case.facts[record.id]["states"].append((old, new))

        hooks = {
            "_document_content": content,
            "_document_parties": lambda self: case.facts[self.id]["parties"],
            "_document_html": html,
            "_document_summary": lambda self, content: {
                "title": content["title"],
                "facts": [("Text", content["text"])],
            },
            "_document_labels": lambda self: {
                "title": case.facts[self.id]["title"],
                "group_label": "2MELEC",
                "batch_label": "PFMP 1",
            },
            "_document_state_changed": state_changed,
            "_obstacles_to_send": lambda self: {record: [] for record in self},
            "_content_obstacles": lambda self: {},
            "_document_edit_action": lambda self: {"res_model": self._name, "res_id": self.id},
            "_document_value_text": lambda self, path, value: str(value),
        }
        lent = patch.multiple(cls.registry["bde.training"], create=True, **hooks)
        lent.start()
        cls.addClassCleanup(lent.stop)

    @classmethod
    def _keys(cls):
        folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.key_store = KeyStore(folder)
        cls.classPatch(
            cls.registry["bde.document.version"], "_key_store", lambda self: cls.key_store
        )

    # ------------------------------------------------------------
    # MAKING
    # ------------------------------------------------------------

    @classmethod
    def parties(cls, *roles, **changes):
        """Parties of these roles, all five by default; ``changes`` by role."""
        users = {"referent": cls.teacher_a.id, "head": cls.head_a.id}
        return [
            party
            | {"uuid": f"party-{party['role']}", "user_id": users.get(party["role"])}
            | changes.get(party["role"], {})
            for party in PARTIES
            if not roles or party["role"] in roles
        ]

    @classmethod
    def make_documents(cls, count=1, company=None, parties=None, text="Du lundi au vendredi"):
        """Draft documents, with a record behind each of them.

        :return: documents in sudo
        """
        company = company or cls.school_a
        records = cls.env["bde.training"].create(
            [
                {"name": f"Record {i}", "diploma": "bac_pro", "company_id": company.id}
                for i in range(count)
            ]
        )
        for number, record in enumerate(records, 1):
            cls.facts[record.id] = {
                "title": f"Convention {number}",
                "text": text,
                "parties": cls.parties() if parties is None else parties,
                "states": [],
            }
        return cls.env["bde.document"].create(
            [
                {
                    "company_id": company.id,
                    "school_year_id": cls.year.id,
                    "res_model": "bde.training",
                    "res_id": record.id,
                    # the language of the sources: tests read pages and messages
                    "lang": "en_US",
                }
                for record in records
            ]
        )

    @classmethod
    def fact(cls, document):
        """What the hooks answer for a document; change it to change the record."""
        return cls.facts[document.res_id]

    @classmethod
    def sent(cls, count=1, **kwargs):
        """Documents sent for signature by the manager of the school."""
        documents = cls.make_documents(count, **kwargs)
        documents.with_env(cls.as_user(cls.manager_a)).action_send()
        return documents

    def of(self, documents, role):
        """Current signatures of a role."""
        return documents.signature_ids.filtered(lambda s: s.role == role)

    def sign_all(self, documents):
        """Everybody signs, in the order of the turns."""
        for _turn in range(5):
            documents.signature_ids.filtered(lambda s: s.state == "to_sign")._sign("typed", "X")

    # ------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------

    def mails(self, since=None):
        """Mails that wait in the outgoing queue."""
        domain = [("id", ">", since)] if since else []
        return self.env["mail.mail"].search(domain, order="id")

    def last_mail(self):
        return self.env["mail.mail"].search([], order="id desc", limit=1)

    def token_for(self, name):
        """Token in the last message sent to a person."""
        for mail in self.env["mail.mail"].search([], order="id desc"):
            if name in (mail.email_to or "") and "/bde/s/" in mail.body_html:
                return mail.body_html.split("/bde/s/")[1].split('"')[0].split("<")[0]
        raise AssertionError(f"no link for {name}")

    def link_for(self, name):
        """Link of the last message sent to a person."""
        return self.env["bde.link"]._find(self.token_for(name), "sign")

    def fix_code(self, code="123456"):
        """Every code sent from now on is this one."""
        self.patch(secret, "new_code", lambda: code)
        # Codes go out at once: keep the mail, do not connect to any server.
        self.patch(MailMail, "send_after_commit", lambda mails: None)
        return code
