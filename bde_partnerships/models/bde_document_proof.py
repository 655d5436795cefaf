import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.canonical import sha256_hex

KEPT_DAYS = 30


class BdeDocumentProof(models.Model):
    """A proof file that was made: everything that is known of one document, in one PDF.

    It names everybody with address and network, so the manager and the head read it alone. The
    file goes after a month; its digest stays here and in the journal.
    """

    _name = "bde.document.proof"
    _description = "Proof file"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "filename"

    document_id = fields.Many2one(
        "bde.document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    user_id = fields.Many2one("res.users", string="Made by", readonly=True, index="btree_not_null")
    sha256 = fields.Char(string="SHA-256", readonly=True)
    file = fields.Binary(attachment=True, readonly=True)
    filename = fields.Char(readonly=True)
    file_until = fields.Date(string="File kept until", readonly=True)
    is_sealed = fields.Boolean(string="Sealed", readonly=True)

    _sha256_idx = models.Index("(sha256)")

    @api.autovacuum
    def _gc_files(self):
        """Removes files after a month: what they say is in the journal, and can be made again."""
        old = self.search([("file_until", "<", fields.Date.today())], limit=100)
        old.write({"file": False, "file_until": False})


class BdeDocument(models.Model):
    _inherit = "bde.document"

    proof_ids = fields.One2many("bde.document.proof", "document_id", readonly=True)

    def action_open_proof(self):
        """Makes the proof file of a document and opens it.

        :raises AccessError: for who is not the manager or the head of the school
        :raises UserError: while there is nothing to prove
        """
        self.ensure_one()
        self.check_access("read")
        self.company_id._bde_check_user_is("manager")
        if not self.version_id:
            raise UserError(self.env._("This document has no version yet."))
        proof = self._make_proof()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{proof._name}/{proof.id}/file/{proof.filename}?download=false",
            "target": "new",
        }

    def _make_proof(self):
        """Makes the proof file, keeps it for a month and writes its digest to the journal.

        :rtype: bde.document.proof
        """
        self.ensure_one()
        user = self.env.user
        [document] = self._as_engine()
        document._lock()
        pdf, is_sealed = document._proof_pdf()
        digest = sha256_hex(pdf)
        proof = (
            self.env["bde.document.proof"]
            .sudo()
            .create(  # sudo: nobody writes proofs himself
                {
                    "document_id": document.id,
                    "company_id": document.company_id.id,
                    "user_id": user.id,
                    "sha256": digest,
                    "file": base64.b64encode(pdf),
                    "filename": f"{document.number}-preuve.pdf",
                    "file_until": fields.Date.add(fields.Date.today(), days=KEPT_DAYS),
                    "is_sealed": is_sealed,
                }
            )
        )
        document.with_user(user).sudo()._log("proof", {"sha256": digest, "sealed": is_sealed})
        return proof.with_env(self.env)


class BdeDocumentMixin(models.AbstractModel):
    _inherit = "bde.document.mixin"

    def action_open_proof(self):
        """The proof file of this record's document."""
        return self.document_id.action_open_proof()
