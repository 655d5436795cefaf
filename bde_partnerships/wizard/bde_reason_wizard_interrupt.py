from odoo import fields, models


class BdeReasonWizard(models.TransientModel):
    _inherit = "bde.reason.wizard"

    action = fields.Selection(
        selection_add=[("interrupt", "End before the term")], ondelete={"interrupt": "cascade"}
    )

    def action_apply(self):
        self.ensure_one()
        if self.action != "interrupt":
            return super().action_apply()
        self.document_ids.action_interrupt(self.reason)
        return {"type": "ir.actions.act_window_close"}
