from odoo import fields, models


class BdeReasonWizard(models.TransientModel):
    """Asks why a document goes back to draft or is cancelled; the parties read it."""

    _name = "bde.reason.wizard"
    _description = "Reason"

    document_ids = fields.Many2many("bde.document", readonly=True)
    action = fields.Selection(
        [("draft", "Back to draft"), ("cancel", "Cancel")], required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Applies the action with its reason."""
        self.ensure_one()
        if self.action == "draft":
            self.document_ids.action_back_to_draft(self.reason)
        else:
            self.document_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
