from odoo import fields, models


class BdeRatingHide(models.TransientModel):
    """Why the words of an answer are hidden: a reason of the list."""

    _name = "bde.rating.hide"
    _description = "Hide the words of an answer"

    rating_ids = fields.Many2many("bde.rating", required=True)
    reason = fields.Selection(
        selection=lambda self: [
            *self.env["bde.rating"]._fields["moderation_reason"]._description_selection(self.env),
            ("serious", self.env._("Serious facts: pass them on to the head")),
        ],
        required=True,
        default="insult",
    )

    def action_hide(self):
        """Hides the words of these answers."""
        self.rating_ids._hide(self.reason)
        return {"type": "ir.actions.act_window_close"}
