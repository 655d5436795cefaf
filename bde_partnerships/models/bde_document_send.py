from odoo import api, models
from odoo.exceptions import UserError

from ..rules import turns
from ..rules.canonical import sha256_hex
from .bde_document import EDITABLE, IN_SIGNATURE


class BdeDocument(models.Model):
    """Sending for signature, reminding, taking back, cancelling; the job that renders."""

    _inherit = "bde.document"

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    def action_send(self):
        """Sends documents for signature: links go to those whose turn it is.

        What is sent is what the records say now: a document whose content changed since its
        version gets a new one first. Documents already in signature are left alone.

        :raises UserError: for one that is over, or that nobody has to sign
        """
        self._check_staff()
        for documents in self._as_engine():
            documents._lock()
            documents._send()
        return True

    def _send(self):
        todo = self.filtered(lambda d: d.state not in IN_SIGNATURE)
        if any(document.state not in EDITABLE for document in todo):
            raise UserError(self.env._("Only a draft or a checked document can be sent."))
        contents = todo._build_contents()
        stale = todo.filtered(
            lambda d: d.version_id.content_sha256 != sha256_hex(contents[d]) or d.state == "draft"
        )
        if stale:
            stale._store_versions()
        (todo - stale)._refresh_parties()
        unsigned = todo.filtered(lambda d: not d.signature_count)
        if unsigned:
            raise UserError(
                self.env._(
                    "Nobody has to sign: %(documents)s",
                    documents=", ".join(unsigned.mapped("display_name")),
                )
            )
        todo._log("sent")
        todo._set_state("to_sign")
        self.env["bde.document.signature"]._open_turns(todo)
        self._trigger_job("ir_cron_render")

    def _refresh_parties(self):
        """Addresses as they are now; they are not part of what is signed."""
        for document, parties in self._parties_vals().items():
            by_uuid = {(vals["role"], vals["party_uuid"]): vals for vals in parties}
            for signature in document.signature_ids:
                vals = by_uuid.get((signature.role, signature.party_uuid))
                changed = {
                    name: value
                    for name in ("email", "phone", "user_id", "signer_key", "sequence")
                    if vals and signature._column(name) != (value := vals[name])
                }
                if changed:
                    signature.write(changed)

    def action_remind(self):
        """Sends a fresh link to everybody whose turn it is; at most one a day each."""
        # Teachers follow their own documents: reminding needs no right to write.
        self.check_access("read")
        # sudo: to reach signatures of documents that the user may read
        signatures = self.sudo().signature_ids.filtered(lambda s: s.state == "to_sign")
        return signatures.with_env(self.env).action_remind()

    # ------------------------------------------------------------
    # BACK, CANCEL
    # ------------------------------------------------------------

    def action_back_to_draft(self, reason=None):
        """Opens documents for correction; all sign the new version.

        Links stay good: they lead to the current version.

        :param str reason: shown to those who had signed
        :raises UserError: once all have signed, or when cancelled
        """
        self._check_staff()
        for documents in self._as_engine():
            documents._lock()
            documents = documents.filtered(lambda d: d.state != "draft")
            if any(d.state not in (*IN_SIGNATURE, "to_check", "refused") for d in documents):
                raise UserError(
                    self.env._("After the last signature a document does not go back to draft.")
                )
            documents._log("draft", {"reason": reason or ""})
            documents.signature_ids.filtered(lambda s: s.state in turns.OPEN).write(
                {"state": "void"}
            )
            documents.write(
                {"signed_count": 0, "correcting_since": False, "correcting_reason": False}
            )
            documents._set_state("draft", reason)
        return True

    def action_cancel(self, reason=None):
        """Stops documents for good; their links say so.

        :param str reason: shown to the parties
        """
        self._check_staff()
        for documents in self._as_engine():
            documents._lock()
            documents = documents.filtered(lambda d: d.state != "cancelled")
            if any(d.state in ("attested", "closed") for d in documents):
                raise UserError(self.env._("What is attested is not cancelled any more."))
            documents._log("cancelled", {"reason": reason or ""})
            documents.signature_ids.filtered(lambda s: s.state in turns.OPEN).write(
                {"state": "void"}
            )
            documents.write({"correcting_since": False, "correcting_reason": False})
            documents._set_state("cancelled", reason)
        return True

    def action_ask_back_to_draft(self):
        """Asks for the reason of :meth:`action_back_to_draft`."""
        return self._ask_reason("draft", self.env._("Back to draft"))

    def action_ask_cancel(self):
        """Asks for the reason of :meth:`action_cancel`."""
        return self._ask_reason("cancel", self.env._("Cancel"))

    def _ask_reason(self, action, name):
        self._check_staff()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "bde.reason.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.ids, "default_action": action},
        }

    # ------------------------------------------------------------
    # JOBS
    # ------------------------------------------------------------

    @api.model
    def _trigger_job(self, xmlid):
        """Runs a job of the engine as soon as the transaction is done."""
        # sudo: jobs are the engine's own
        job = self.env.ref(f"bde_partnerships.{xmlid}", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()
