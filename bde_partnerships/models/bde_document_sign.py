import base64

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..rules import turns
from ..rules.canonical import sha256_hex
from ..rules.signer import mask_ip


class BdeDocumentSignature(models.Model):
    """Signing and refusing: what the person does, and what the journal states of it."""

    _inherit = "bde.document.signature"

    # ------------------------------------------------------------
    # SIGNING
    # ------------------------------------------------------------

    def _sign(self, method, signed_name=None, image=None, proof=None, extra=None):
        """Signs, or acknowledges where that is what is asked. Constant queries.

        Called in sudo by the signing page and by :meth:`_sign_in_session`, which checked who
        acts; takes its own lock, and signs nothing twice.

        :param str method: ``drawn``, ``typed``, ``session``, ``button``, ``tablet``, ``paper``
        :param str signed_name: name as typed by the person
        :param bytes image: PNG of the drawing
        :param dict proof: ``ip``, ``user_agent``, ``code_channel`` and ``code_address``
        :param dict extra: columns of the signature that the road adds: ``witness_id``,
            ``paper_date``, ``scan_id``, ``scan_sha256``
        :return: the signatures given now; those given before are left out
        :raises UserError: see :meth:`_check_turn`
        """
        self._lock_for_signing()
        todo = self._check_turn()
        if not todo:
            return todo
        todo.version_id._ensure_pdf()
        if any(sha256_hex(v.content) != v.content_sha256 for v in todo.version_id):
            raise UserError(
                self.env._("The content of this document was altered: it cannot be signed.")
            )
        proof = proof or {}
        user = self.env.user if method == "session" else self.env["res.users"]
        for required, signatures in todo.grouped("required").items():
            signatures.write(
                {
                    "state": "signed" if required else "acknowledged",
                    "signed_on": fields.Datetime.now(),
                    "method": method,
                    "signed_name": signed_name or False,
                    "signed_by_id": user.id,
                    "image": base64.b64encode(image) if image else False,
                    "masked_ip": mask_ip(proof.get("ip")),
                    "code_channel": proof.get("code_channel") or False,
                }
                | (extra or {})
            )
        if user:
            delegated = todo.filtered(lambda s: s.role == "head" and s.company_id.head_id != user)
            delegated.write({"by_delegation": True})
        todo._log_signed(sha256_hex(image) if image else "", proof)
        todo.document_id._after_signing()
        return todo

    def _proof_payload(self):
        """What the chain of the journal states of a given signature, without any name.

        It grows only by keys that are set: rows that were written before must verify. Version
        and hashes are those of what was shown and signed, also when the signature was kept.
        """
        self.ensure_one()
        signed = (self.kept_from_id or self).version_id
        payload = {
            "signature": self.uuid,
            "role": self.role,
            "method": self.method,
            "signed_on": fields.Datetime.to_string(self.signed_on),
            "by_delegation": self.by_delegation,
            "version": signed.serial,
            "content_sha256": signed.content_sha256,
            "pdf_sha256": signed.pdf_sha256,
        }
        added = {
            "witness": self.witness_id.id,
            "paper_date": fields.Date.to_string(self.paper_date),
            "scan_sha256": self.scan_sha256,
        }
        if self.kept_from_id:
            added |= {
                "kept_from": self.kept_from_id.uuid,
                "kept_version": self.version_id.serial,
                "kept_content_sha256": self.version_id.content_sha256,
            }
        return payload | {key: value for key, value in added.items() if value}

    def _proof_detail(self):
        """What the erasable part of the journal states of a given signature."""
        self.ensure_one()
        return {
            "name": self.name,
            "signed_name": self.signed_name or "",
            "email": self.email or "",
            "phone": self.phone or "",
            "user": self.signed_by_id.login or "",
        } | ({"witness": self.witness_id.login} if self.witness_id else {})

    def _log_signed(self, image_sha256, proof):
        self.env["bde.journal"]._append(
            [
                (
                    signature.document_id,
                    "signed" if signature.required else "acknowledged",
                    signature._proof_payload() | {"image_sha256": image_sha256},
                    signature._proof_detail() | proof,
                )
                for signature in self
            ]
        )

    # ------------------------------------------------------------
    # IN SESSION
    # ------------------------------------------------------------

    def action_sign_in_session(self):
        """Opens the confirmation to sign the selected documents at once, all when none is."""
        mine = self.filtered("is_mine") if self else self.search([("is_mine", "=", True)])
        if not mine:
            raise UserError(self.env._("None of these documents is for you to sign now."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign"),
            "res_model": "bde.sign.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_signature_ids": mine.ids},
        }

    def _sign_in_session(self, signed_name, proof=None):
        """Signs as the signed-in user, without a code: his session vouches for him.

        :raises AccessError: when one of them is not his to sign
        :return: the signatures given now
        """
        self.check_access("read")
        # sudo: roles do not write signatures; who acts is checked on the next lines
        signatures = self.sudo()
        signatures.mapped("company_id.head_id")
        if not all(signature._may_sign(self.env.user) for signature in signatures):
            raise AccessError(self.env._("You may sign your own signatures only."))
        given = signatures.browse()
        for company, batch in signatures.grouped("company_id").items():
            batch = batch.with_company(company).with_context(allowed_company_ids=company.ids)
            given += batch._sign("session", signed_name, proof=proof)
        return given

    # ------------------------------------------------------------
    # REFUSING
    # ------------------------------------------------------------

    def _refuse(self, reason, proof=None):
        """Refuses, which stops the document until the school corrects or cancels it.

        :param str reason: required; staff and the other parties read it
        :raises UserError: without a reason, or when it is too late
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say in a few words what is wrong."))
        self._lock_for_signing()
        todo = self._check_turn()
        if not todo:
            raise UserError(self.env._("You have signed this document already."))
        todo.write({"state": "refused", "refusal_reason": reason})
        self.env["bde.journal"]._append(
            [
                (
                    signature.document_id,
                    "refused",
                    {"signature": signature.uuid, "role": signature.role, "reason": reason},
                    {"name": signature.name} | (proof or {}),
                )
                for signature in todo
            ]
        )
        for signature in todo:
            document = signature.document_id
            document.signature_ids.filtered(lambda s: s.state in turns.OPEN).write(
                {"state": "void"}
            )
            who = f"{signature.name}, {signature._role_label()}"
            document._set_state("refused", f"{who}: {reason}")
        self.env["bde.delivery"]._tell_refusal(todo)
