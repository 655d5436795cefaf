from odoo import fields, models


class BdeTaxGiftCancel(models.TransientModel):
    """Asks why a receipt is cancelled, and whether another one takes its place."""

    _name = "bde.tax.gift.cancel"
    _description = "Cancel a receipt"

    gift_id = fields.Many2one("bde.tax.gift", required=True, readonly=True, ondelete="cascade")
    reason = fields.Char(required=True)

    def action_cancel(self):
        """The receipt counts no more; its number stays."""
        self.ensure_one()
        self.gift_id._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_replace(self):
        """The same, and opens the one that replaces it."""
        self.ensure_one()
        self.gift_id._cancel(self.reason)
        return self.gift_id.action_replace()
