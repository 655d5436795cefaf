from odoo import fields, models
from odoo.exceptions import UserError


class BdeEmployerMark(models.TransientModel):
    """Puts tags on companies, or says which trainings they welcome: for one or many."""

    _name = "bde.employer.mark"
    _description = "Tags and trainings of companies"

    partner_ids = fields.Many2many("res.partner", string="Companies", required=True)
    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    tag_ids = fields.Many2many("bde.employer.tag", string="Tags to add")
    training_ids = fields.Many2many(
        "bde.training",
        string="Trainings that they welcome",
        domain="[('company_id', '=', company_id)]",
    )

    def action_apply(self):
        """Adds what was chosen; what the companies have already stays."""
        self.ensure_one()
        if not (self.tag_ids or self.training_ids):
            raise UserError(self.env._("Choose a tag or a training."))
        employers = self.partner_ids.filtered("bde_employer")
        if self.tag_ids:
            employers._bde_add_tags(self.tag_ids, self.company_id)
        if self.training_ids:
            employers._bde_say_welcomes(self.training_ids, self.company_id)
        return {"type": "ir.actions.act_window_close"}
