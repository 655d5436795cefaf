from odoo import api, fields, models


class BdeRelation(models.Model):
    """The next step with a company is the nearest of its activities."""

    _inherit = "bde.relation"

    next_step_on = fields.Date(
        string="Next step on",
        compute="_compute_next_step_on",
        store=True,
        help="Day of its next activity.",
    )
    next_step = fields.Char(compute="_compute_next_step")
    next_step_user_id = fields.Many2one(
        "res.users", string="Next step by", compute="_compute_next_step"
    )

    # who to call first: what is due, then who has not been talked to for longest
    _step_idx = models.Index("(company_id, next_step_on, last_talk_on, partner_name, id)")

    @api.depends("partner_id", "activity_ids.date_deadline", "activity_ids.active")
    def _compute_next_step_on(self):
        for relation in self:
            relation.next_step_on = relation.activity_ids[:1].date_deadline

    @api.depends("activity_ids.summary", "activity_ids.activity_type_id", "activity_ids.user_id")
    def _compute_next_step(self):
        for relation in self:
            activity = relation.activity_ids[:1]
            relation.next_step = activity.summary or activity.activity_type_id.name or ""
            relation.next_step_user_id = activity.user_id

    def action_plan_step(self):
        """Opens the small form that plans the next step with this company."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Next step with %(company)s", company=self.partner_name),
            "res_model": "mail.activity",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_user_id": self.env.uid,
            },
        }
