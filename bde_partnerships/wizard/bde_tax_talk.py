from odoo import models


class BdeTalkWizard(models.TransientModel):
    """A call about the tax that says yes goes on with the promise."""

    _inherit = "bde.talk.wizard"

    def action_log(self):
        result = super().action_log()
        agreed = self.env.context.get("bde_outcome") == "agreed" and self.purpose == "tax"
        if not agreed or not self.env["bde.tax.target"].has_access("read"):
            return result
        target = self.env["bde.tax.target"].search(
            [
                ("relation_id", "=", self.relation_id.id),
                ("campaign_id.state", "!=", "closed"),
            ],
            order="year desc",
            limit=1,
        )
        return target.action_pledge() if target else result
