from odoo import fields, models
from odoo.exceptions import UserError

from ..models.bde_leaver_plan import SOLUTIONS, SOURCES


class BdeLeaverClose(models.TransientModel):
    """Says how it ended for leavers of the safety net, one or many."""

    _name = "bde.leaver.close"
    _description = "How it ended for leavers"

    line_ids = fields.Many2many("bde.leaver.net", string="Leavers")
    solution = fields.Selection(
        [row for row in SOLUTIONS if row[0] != "none"], string="What they found", required=True
    )
    solution_text = fields.Char(string="Where", help="Company, school, town.")
    source = fields.Selection(SOURCES, string="Who said so", required=True, default="pupil")

    def action_close(self):
        """Notes the solution on the plans: the lines close with it.

        :raises UserError: nobody is left to close
        """
        self.ensure_one()
        lines = self.line_ids.filtered("is_open")
        if not lines:
            raise UserError(self.env._("Nobody of these is without a solution any more."))
        lines.plan_id._solve(self.solution, self.source, self.solution_text or "")
        return {"type": "ir.actions.act_window_close"}
