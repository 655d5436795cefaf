from odoo import api, fields, models


class BdePastErase(models.TransientModel):
    """Erases the names of pupils from past placements that are old enough."""

    _name = "bde.past.erase"
    _description = "Erase old names"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    years = fields.Integer(
        string="Older than, in school years", default=2, required=True, help="0: all of them."
    )
    count = fields.Integer(string="Names to erase", compute="_compute_count")

    @api.depends("years", "company_id")
    def _compute_count(self):
        Placement = self.env["bde.past.placement"]
        for wizard in self:
            found = Placement._with_names_older_than(wizard.company_id, max(wizard.years, 0))
            wizard.count = len(found)

    def action_erase(self):
        """Erases the names; companies, tutors, trainings and numbers of pupils stay."""
        self.ensure_one()
        Placement = self.env["bde.past.placement"]
        found = Placement._with_names_older_than(self.company_id, max(self.years, 0))
        found._erase_names()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Names erased: %(count)s.", count=len(found)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
