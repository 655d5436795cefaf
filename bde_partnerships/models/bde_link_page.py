from odoo import models

from ..rules import turns
from .bde_document import IN_SIGNATURE, SIGNED

# a document in one of these states waits for the school, nobody signs it
STOPPED = ("refused", "cancelled", "draft", "to_check")


class BdeLink(models.Model):
    """What the signing page shows to one person: all his documents, by what he can do."""

    _inherit = "bde.link"

    def _page_values(self):
        """Everything of this person at this school, sorted by what he can do with it.

        :rtype: dict
        """
        signatures = self._signatures()
        groups = {name: signatures.browse() for name in self._page_groups()}
        for signature in signatures:
            groups[self._page_group(signature)] += signature
        to_sign = groups["to_sign"]
        changes = (to_sign + groups["done"].filtered("kept_from_id"))._changes_since_each()
        return {
            "company": self.company_id,
            "to_sign": [
                self._entry(batch, changes) for batch in to_sign.grouped("document_id").values()
            ],
            "needs_code": any(to_sign.mapped("required")),
            "locked_until": self._locked_text() if self._locked_until() else False,
            "to_read": groups["to_read"].document_id,
            "waiting": groups["waiting"],
            "correcting": groups["correcting"].document_id,
            "refused": groups["refused"],
            "stopped": groups["stopped"],
            "done": [
                self._done_entry(given, changes)
                for given in groups["done"].grouped("document_id").values()
            ],
            "others": self._others(signatures),
            "answers": self._open_answers(signatures),
        }

    def _page_groups(self):
        return ("to_sign", "to_read", "waiting", "correcting", "refused", "stopped", "done", "past")

    def _page_group(self, signature):
        """Where one signature stands on the page of its person."""
        document = signature.document_id
        if signature.state in turns.DONE:
            return "done"
        if document.correcting_since:
            return "correcting"
        if document.state in STOPPED:
            is_mine = signature.state == "refused" and document.state == "refused"
            return "refused" if is_mine else "stopped"
        if document.state in IN_SIGNATURE:
            return signature.state if signature.state in turns.OPEN else "past"
        # Who only acknowledges stops nobody: all others may have signed before he looked.
        is_reader = signature.state in turns.OPEN and document.state in SIGNED
        return "to_read" if is_reader else "past"

    def _entry(self, signatures, changes):
        """One document to sign, in one role or more: its essential facts, from its content.

        :param dict changes: what changed for each signature since its person last saw it
        """
        document, version = signatures.document_id, signatures.version_id
        summary = document._concrete_one()._document_summary(version._content())
        guardians = document.signature_ids.filtered(lambda s: s.role == "guardian") - signatures
        return {
            "document": document,
            "kind": document._kind_label(),
            "title": summary["title"],
            "facts": summary["facts"],
            "roles": ", ".join(signature._role_label() for signature in signatures),
            "is_pupil": "student" in signatures.mapped("role"),
            "is_guardian": "guardian" in signatures.mapped("role"),
            "guardian_signed": "signed" in guardians.mapped("state"),
            "required": any(signatures.mapped("required")),
            "version": version,
            "value": f"{document.uuid}:{version.content_sha256}",
            "pdf": f"{document.uuid}.pdf",
            "parties": self._parties(document, signatures),
            "changes": changes[signatures[0]],
        }

    def _parties(self, document, mine):
        """Who signs this document and who has: dicts of texts, in the order of the turns."""
        texts = {
            "signed": self.env._("has signed"),
            "acknowledged": self.env._("has read it"),
            "refused": self.env._("has refused"),
        }
        # both guardians are asked, the first signature is enough
        asked = document.signature_ids.filtered(lambda s: s.alternative and s.required)
        asked = asked.filtered(lambda s: s.state in turns.OPEN).grouped("alternative")
        shared = {key for key, signatures in asked.items() if len(signatures) > 1}
        rows = []
        for signature in document.signature_ids.sorted(lambda s: (s.sequence, s.id)):
            if signature.state == "void" or not (signature.required or signature in mine):
                # the parent or pupil who only reads is nobody's business but his
                continue
            if signature in mine and signature.state == "to_sign":
                text = self.env._("your turn")
                if signature.alternative in shared:
                    text = self.env._("your turn, one of the two is enough")
            elif signature.state in texts:
                text = texts[signature.state]
            elif signature.state == "waiting":
                text = self.env._("signs after the others")
            elif signature.alternative in shared:
                text = self.env._("has not signed yet, one of the two is enough")
            else:
                text = self.env._("has not signed yet")
            rows.append(
                {
                    "name": signature.name,
                    "role": signature._role_label(),
                    "text": text,
                    "is_done": signature.state in turns.DONE,
                    "is_me": signature in mine,
                }
            )
        return rows

    def _done_entry(self, signatures, changes):
        """One document that this person signed, in one role or more."""
        kept = signatures.filtered("kept_from_id")
        return {
            "document": signatures.document_id,
            "state": "signed" if "signed" in signatures.mapped("state") else "acknowledged",
            "signed_on": max(signatures.mapped("signed_on")),
            "roles": ", ".join(signature._role_label() for signature in signatures),
            "is_kept": bool(kept),
            "changes": changes[kept[0]] if kept else [],
        }

    def _others(self, signatures):
        """Whom each document still waits for, by document."""
        return {
            document: document.signature_ids.filtered(
                lambda s: s.required and s.state in turns.OPEN
            ).sorted("sequence")
            for document in signatures.document_id
        }

    def _open_answers(self, signatures):
        """What this person told the school and nobody has dealt with yet, by document."""
        answers = self.env["bde.document.answer"].search(
            [
                ("document_id", "in", signatures.document_id.ids),
                ("signer_key", "=", self.signer_key),
                ("state", "=", "open"),
                ("kind", "in", ("change", "no_authority")),
            ]
        )
        return answers.grouped("document_id")
