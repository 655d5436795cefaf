from odoo import api, fields, models

from ..rules import turns
from .bde_document import SIGNED


class BdeDocumentSignature(models.Model):
    """What lists say of a signature: nobody "has to sign" what is only his to read."""

    _inherit = "bde.document.signature"

    status = fields.Selection(
        [
            ("waiting", "Not yet his turn"),
            ("to_sign", "Has to sign"),
            ("to_read", "To read"),
            ("signed", "Signed"),
            ("acknowledged", "Acknowledged"),
            ("refused", "Refused"),
            ("void", "Void"),
        ],
        string="Signature",
        compute="_compute_status",
        help="As the state, but who only acknowledges has something to read, not to sign.",
    )

    @api.depends("state", "required", "document_id.state")
    def _compute_status(self):
        for signature in self:
            is_reader = signature.state in turns.OPEN and not signature.required
            if is_reader and (signature.state == "to_sign" or signature.document_state in SIGNED):
                signature.status = "to_read"
            else:
                signature.status = signature.state
