from odoo import fields, models


class BdeClaimRefuse(models.TransientModel):
    """Why claims are refused: one reason for all of them, read by the pupils."""

    _name = "bde.claim.refuse"
    _description = "Refuse claims"

    claim_ids = fields.Many2many("bde.claim", required=True)
    reason = fields.Char(help="The pupil reads it on his page.")

    def action_confirm(self):
        """Refuses them.

        :raises UserError: without a reason
        """
        self.ensure_one()
        self.claim_ids._refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
