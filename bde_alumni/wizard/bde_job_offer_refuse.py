from odoo import fields, models

from ..models.bde_job_offer import REASONS


class BdeJobOfferRefuse(models.TransientModel):
    """Why an offer is not shown to alumni."""

    _name = "bde.job.offer.refuse"
    _description = "Refuse an offer"

    offer_ids = fields.Many2many("bde.job.offer", required=True)
    reason = fields.Selection(REASONS, required=True)

    def action_refuse(self):
        """Refuses the offers."""
        self.offer_ids._refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
