from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request


class BdeSignWizard(models.TransientModel):
    """Confirmation of many signatures at once: how many, of what, and the name typed once."""

    _name = "bde.sign.wizard"
    _description = "Sign in session"

    signature_ids = fields.Many2many("bde.document.signature", readonly=True)
    signature_count = fields.Integer(compute="_compute_signature_count")
    signed_name = fields.Char(string="Your name, as a signature")
    by_delegation = fields.Boolean(compute="_compute_signature_count")
    has_read = fields.Boolean(string="I have read these documents")

    @api.depends("signature_ids")
    def _compute_signature_count(self):
        for wizard in self:
            wizard.signature_count = len(wizard.signature_ids)
            wizard.by_delegation = any(
                s.role == "head" and s.company_id.sudo().head_id != self.env.user
                for s in wizard.signature_ids
            )

    def action_sign(self):
        """Signs them all.

        :raises UserError: without a name, or without the confirmation of having read
        """
        self.ensure_one()
        name = (self.signed_name or "").strip()
        if not name or not self.has_read:
            raise UserError(self.env._("Confirm that you have read them, and type your name."))
        given = self.signature_ids._sign_in_session(name, self._proof())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("%(count)s documents signed.", count=len(given)),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _proof(self):
        """Where the session comes from, for the erasable part of the journal."""
        if not request:
            return {}
        return {
            "ip": request.httprequest.remote_addr or "",
            "user_agent": (request.httprequest.user_agent.string or "")[:300],
        }
