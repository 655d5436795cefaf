from odoo import fields, models
from odoo.exceptions import UserError


class BdeDocumentSignature(models.Model):
    """A refusal stops everybody, and a link may have been forwarded.

    Refusing stays as easy as it is: a word and a button, no code. The person named is told at
    his address that he refused, and takes it back by one button as long as the school has not
    begun to correct: nothing was signed meanwhile, so nothing is lost either way.
    """

    _inherit = "bde.document.signature"

    refused_on = fields.Datetime(readonly=True)

    def _refuse(self, reason, proof=None):
        refusing = self.filtered(lambda s: s.state == "to_sign")
        result = super()._refuse(reason, proof)
        refused = refusing.filtered(lambda s: s.state == "refused")
        refused.write({"refused_on": fields.Datetime.now()})
        self.env["bde.delivery"]._tell_refuser(refused)
        return result

    def _take_back_refusal(self, proof=None):
        """Undoes a refusal: whoever had signed has signed, the others sign on.

        Called in sudo by the signing page, for the signatures of its person.

        :raises UserError: once the school has begun to correct or has stopped the document
        """
        self._lock_for_signing()
        todo = self.filtered(lambda s: s.is_current and s.state == "refused")
        if not todo:
            return todo
        documents = todo.document_id
        if any(d.state != "refused" or d.correcting_since for d in documents):
            raise UserError(
                self.env._(
                    "The school is dealing with your refusal already: you will hear from it."
                )
            )
        self.env["bde.journal"]._append(
            [
                (
                    signature.document_id,
                    "answered",
                    {"signature": signature.uuid, "kind": "refusal_taken_back"},
                    {"name": signature.name} | (proof or {}),
                )
                for signature in todo
            ]
        )
        current = self.search([("document_id", "in", documents.ids), ("is_current", "=", True)])
        current.filtered(lambda s: s.state in ("void", "refused")).write({"state": "waiting"})
        todo.write({"refusal_reason": False, "refused_on": False})
        for document in documents:
            document._set_state("partly_signed" if document.signed_count else "to_sign")
        self.env["bde.delivery"]._tell_refusal_taken_back(todo)
        self._open_turns(documents)
        return todo
