from odoo import fields, models


class BdeEvaluationAside(models.TransientModel):
    """Asks why an evaluation counts no more."""

    _name = "bde.evaluation.aside"
    _description = "Set an evaluation aside"

    evaluation_ids = fields.Many2many("bde.evaluation", readonly=True)
    reason = fields.Char(
        required=True, help="For instance: about another trainee, given by the wrong person."
    )

    def action_apply(self):
        """Sets them aside; the tutor may answer again."""
        self.ensure_one()
        self.evaluation_ids._set_aside(self.reason)
        return {"type": "ir.actions.act_window_close"}
