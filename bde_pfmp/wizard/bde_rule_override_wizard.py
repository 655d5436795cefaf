from odoo import fields, models
from odoo.exceptions import UserError


class BdeRuleOverrideWizard(models.TransientModel):
    """The head sets rules aside for one placement: those whose legal ground he writes."""

    _name = "bde.rule.override.wizard"
    _description = "Set a rule aside"

    placement_id = fields.Many2one("bde.placement", required=True, readonly=True)
    student_name = fields.Char(related="placement_id.student_name", string="Pupil")
    line_ids = fields.One2many("bde.rule.override.line", "wizard_id", string="What stops it")

    def action_confirm(self):
        """Sets aside the rules that have a ground.

        :raises UserError: when no ground is written
        """
        self.ensure_one()
        grounds = {line.code: line.ground for line in self.line_ids if (line.ground or "").strip()}
        if not grounds:
            raise UserError(
                self.env._("Write the legal ground beside the rule that you set aside.")
            )
        self.placement_id._set_aside(grounds)
        return {"type": "ir.actions.act_window_close"}


class BdeRuleOverrideLine(models.TransientModel):
    _name = "bde.rule.override.line"
    _description = "Rule to set aside"

    wizard_id = fields.Many2one(
        "bde.rule.override.wizard", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    text = fields.Text(string="What stops it", readonly=True)
    working = fields.Text(string="How it is counted", readonly=True)
    article = fields.Char(readonly=True)
    ground = fields.Text(string="Legal ground")
