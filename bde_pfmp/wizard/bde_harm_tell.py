from odoo import fields, models


class BdeHarmTell(models.TransientModel):
    """What somebody of the school was told, for the head alone."""

    _name = "bde.harm.tell"
    _description = "Tell the head alone"

    placement_id = fields.Many2one("bde.placement", required=True, readonly=True)
    student_name = fields.Char(related="placement_id.student_name", string="Pupil")
    facts = fields.Text(string="What you were told")
    contact = fields.Char(string="How to reach the pupil")

    def action_send(self):
        """Gives it to the head and forgets it at once."""
        self.ensure_one()
        placement = self.placement_id
        placement.check_access("read")
        self.env["bde.harm.report"]._receive(
            placement, self.facts, self.contact, "staff", self.env.user.name
        )
        # sudo: nothing of it stays with whoever wrote it
        self.sudo().unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Given to the head alone. You cannot read it again."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
