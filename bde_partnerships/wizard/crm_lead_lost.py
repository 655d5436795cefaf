from odoo import fields, models
from odoo.exceptions import UserError


class CrmLeadLost(models.TransientModel):
    """Core's dialog, with the reasons of the pipeline alone."""

    _inherit = "crm.lead.lost"

    bde_pipeline_ids = fields.Many2many(
        "bde.pipeline", string="Pipelines", compute="_compute_bde_pipeline_ids"
    )

    def _compute_bde_pipeline_ids(self):
        for wizard in self:
            wizard.bde_pipeline_ids = wizard.lead_ids.bde_pipeline_id

    def action_lost_reason_apply(self):
        """As core; a school says why, for reasons are what is counted."""
        if not self.lost_reason_id and self.lead_ids._bde_of_schools():
            raise UserError(self.env._("Choose the reason of the refusal."))
        return super().action_lost_reason_apply()


class BdeTalkWizard(models.TransientModel):
    """A call about a lead that ends in a no goes on to the reason."""

    _inherit = "bde.talk.wizard"

    def action_log(self):
        action = super().action_log()
        refused = self.env.context.get("bde_outcome") == "refused"
        if refused and self.lead_id.won_status == "pending":
            return self.lead_id.action_lose()
        return action
