from odoo import models
from odoo.exceptions import UserError

from ..rules import turns
from ..rules.canonical import canonical, sha256_hex
from ..rules.signer import signer_key
from .bde_document import DEFAULT_SEQUENCE, EDITABLE
from .bde_document_version import CONTENT_SCHEMA


class BdeDocument(models.Model):
    """Versions: what a document says now, and who has to sign that."""

    _inherit = "bde.document"

    def action_make_version(self):
        """Makes the wording that will be signed, to check before it is sent."""
        self._check_staff()
        self._make_version()
        return True

    def _make_version(self):
        """New version of each document: content, hash, expected signatures; state to check.

        The PDF is rendered by a job, or when somebody opens it, and always before the first
        signature. Constant queries.

        :raises UserError: for documents that are not drafts
        """
        for documents in self._as_engine():
            documents._lock()
            if any(document.state not in EDITABLE for document in documents):
                raise UserError(self.env._("Only a draft gets a new version."))
            documents._store_versions()
        self._trigger_job("ir_cron_render")

    def _build_contents(self):
        """Canonical text of what each document says now.

        :return: {document: text}
        """
        base_url = self.env["bde.link"]._base_url()
        contents = {}
        for document, record in self._concrete_by_document().items():
            content = dict(record._document_content())
            content |= {
                "schema": CONTENT_SCHEMA,
                "document": document.uuid,
                "number": document.number,
                "kind": document.kind,
                "lang": document.lang,
                "tz": document.company_id.bde_tz,
                "template_version": (
                    document.template_id._version_label() if document.template_id else ""
                ),
                "check_url": f"{base_url}/bde/v/{document.check_token}",
            }
            contents[document] = canonical(content)
        return contents

    def _store_versions(self, plans=None):
        """Makes the next version of each document, and what is owed on it.

        :param dict plans: of a correction (``_correction_plan``): signatures that are kept, and
            the documents stay out for signature
        """
        if plans is None:
            contents = self._build_contents()
            parties = self._parties_vals()
        else:
            contents = {document: plans[document]["content"] for document in self}
            parties = {document: document._kept_vals(plans[document]["rows"]) for document in self}
        versions = self.env["bde.document.version"].create(
            [
                {
                    "document_id": document.id,
                    "company_id": document.company_id.id,
                    "serial": document.version_id.serial + 1,
                    "template_id": document.template_id.id,
                    "lang": document.lang,
                    "reason": document.correcting_reason or document.state_reason,
                    "content": text,
                    "content_sha256": sha256_hex(text),
                    "referent_user_id": referent_of(parties[document]),
                }
                for document, text in contents.items()
            ]
        )
        self._retire_signatures()
        self._store_each(
            {
                document.id: document._version_columns(version, parties[document])
                for document, version in zip(contents, versions, strict=True)
            }
        )
        signatures = self.env["bde.document.signature"].create(
            [vals for document in contents for vals in document._signatures_vals(parties[document])]
        )
        self.env["bde.journal"]._append(
            [
                (
                    document,
                    "version",
                    {
                        "serial": document.version_id.serial,
                        "content_sha256": document.version_id.content_sha256,
                    },
                    self._actor(),
                )
                for document in contents
            ]
        )
        signatures._log_kept()
        if plans is None:
            self._set_state("to_check")
        else:
            signed = self.filtered("signed_count")
            signed._set_state("partly_signed")
            (self - signed)._set_state("to_sign")

    def _version_columns(self, version, parties):
        """Columns of this document once a version is its current one."""
        labels = self._concrete_one()._document_labels()
        needed, given = turns.count(
            [
                (p["sequence"], p["required"], p.get("state", "waiting"), p["alternative"] or None)
                for p in parties
            ]
        )
        return {
            "version_id": version.id,
            "title": labels.get("title") or None,
            "group_label": labels.get("group_label") or None,
            "batch_label": labels.get("batch_label") or None,
            "referent_user_id": version.referent_user_id.id or None,
            "signature_count": needed,
            "signed_count": given,
            "correcting_since": None,
            "correcting_reason": None,
        }

    def _retire_signatures(self):
        """Signatures of the version before: kept as they are, open ones void."""
        old = self.env["bde.document.signature"].search(
            [("document_id", "in", self.ids), ("is_current", "=", True)]
        )
        if old:
            old.filtered(lambda s: s.state in turns.OPEN).write({"state": "void"})
            old.write({"is_current": False})

    def _signatures_vals(self, parties):
        """Values of the signatures that the parties owe on the current version.

        :param parties: of :meth:`_parties_vals`
        """
        self.ensure_one()
        common = {
            "document_id": self.id,
            "version_id": self.version_id.id,
            "company_id": self.company_id.id,
            "school_year_id": self.school_year_id.id,
            "title": self.title,
            "group_label": self.group_label,
            "batch_label": self.batch_label,
            "referent_user_id": self.referent_user_id.id,
        }
        return [common | vals for vals in parties]

    def _parties_vals(self):
        """Who signs each of these documents now.

        :return: {document: list of values of signatures}; constant queries
        """
        orders = self.env["bde.signing.order"]._orders(self.company_id)
        return {
            document: [
                document._party_vals(party)
                | orders.get((document.company_id.id, document.kind, party["role"]), {})
                for party in record._document_parties()
            ]
            for document, record in self._concrete_by_document().items()
        }

    def _party_vals(self, party):
        """Who signs: the part of a signature's values that comes from a party."""
        email, phone = party.get("email") or False, party.get("phone") or False
        key = signer_key(party["name"], email, phone, fallback=party["uuid"])
        return {
            "role": party["role"],
            "quality": party.get("quality") or False,
            "party_uuid": party["uuid"],
            "sequence": party.get("sequence", DEFAULT_SEQUENCE),
            "required": party.get("required", True),
            "name": party["name"],
            "email": email,
            "phone": phone,
            "user_id": party.get("user_id") or False,
            "partner_id": party.get("partner_id") or False,
            "lang": party.get("lang") or self.lang,
            "signer_key": key,
            "person_ref": person_ref(party, key),
            "alternative": party.get("alternative") or False,
        }


def referent_of(parties):
    """User of the referent teacher among the parties, or False."""
    return next((p["user_id"] for p in parties if p["role"] == "referent" and p["user_id"]), False)


def person_ref(party, key):
    """Which person a party is, whatever the spelling of the name and the address.

    :param str key: of a person of whom nothing else is known: name and address
    """
    if party.get("person"):
        return party["person"]
    if party.get("partner_id"):
        return f"res.partner,{party['partner_id']}"
    if party.get("user_id"):
        return f"res.users,{party['user_id']}"
    return f"key,{key}"
