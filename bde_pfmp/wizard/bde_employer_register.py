from odoo import models


class BdeEmployerRegister(models.TransientModel):
    _inherit = "bde.employer.register"

    def action_register(self):
        """Opened from a placement, the company becomes its host and the form comes back."""
        action = super().action_register()
        placement_id = self.env.context.get("bde_placement_id")
        if not placement_id:
            return action
        relation = self.env["bde.relation"].browse(action["res_id"])
        self.env["bde.placement"].browse(placement_id).host_id = relation.partner_id
        return {"type": "ir.actions.act_window_close"}
