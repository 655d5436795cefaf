from odoo import fields, models
from odoo.exceptions import UserError


class BdeSiteBlockAnswer(models.TransientModel):
    """What the académie says when it refuses to forbid a company, or lifts it."""

    _name = "bde.site.block.answer"
    _description = "Answer of the académie about a company"

    request_id = fields.Many2one("bde.site.block.request")
    block_id = fields.Many2one("bde.site.block")
    decision = fields.Selection([("refuse", "Refuse"), ("lift", "Lift")], required=True)
    answer = fields.Char(string="Reason", required=True, help="The schools read it.")

    def action_confirm(self):
        """Refuses the proposal, or lifts the block."""
        self.ensure_one()
        if not (self.answer or "").strip():
            raise UserError(self.env._("Say why: the schools read it."))
        if self.decision == "refuse":
            self.request_id.action_refuse(self.answer)
        else:
            self.block_id.action_lift(self.answer)
        return {"type": "ir.actions.act_window_close"}
