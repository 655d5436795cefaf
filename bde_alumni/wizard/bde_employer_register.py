from odoo import fields, models


class BdeEmployerRegister(models.TransientModel):
    """A company that a leaver told of: once registered, his outcome is joined to it."""

    _inherit = "bde.employer.register"

    bde_outcome_id = fields.Many2one("bde.outcome", ondelete="set null")

    def _make_or_join(self, siret):
        action = super()._make_or_join(siret)
        outcome = self.bde_outcome_id
        if not outcome or action.get("res_model") != "bde.relation":
            return action
        outcome.relation_id = action["res_id"]
        return {"type": "ir.actions.act_window_close"}
