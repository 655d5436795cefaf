from odoo import api, fields, models


class BdeRelation(models.Model):
    """The next step with a company is the nearest of its activities."""

    _inherit = "bde.relation"

    next_step_on = fields.Date(
        string="Next step on",
        compute="_compute_next_step",
        store=True,
        help="Day of its next activity.",
    )
    next_step = fields.Char(compute="_compute_next_step", store=True)
    next_step_user_id = fields.Many2one(
        "res.users",
        string="Next step by",
        compute="_compute_next_step",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # who to call first: what is due, then who has not been talked to for longest
    _step_idx = models.Index("(company_id, next_step_on, last_talk_on, partner_name, id)")

    @api.depends(
        "partner_id",
        "activity_ids.active",
        "activity_ids.date_deadline",
        "activity_ids.summary",
        "activity_ids.activity_type_id",
        "activity_ids.user_id",
    )
    def _compute_next_step(self):
        """Stored: the page and the lists show it without reading activities."""
        for relation in self:
            activity = relation.activity_ids.sorted(lambda a: (a.date_deadline, a.id))[:1]
            relation.next_step_on = activity.date_deadline
            relation.next_step = activity.summary or activity.activity_type_id.name
            relation.next_step_user_id = activity.user_id

    def action_open_step(self):
        """Opens the next activity, to do it, to move it or to cancel it."""
        self.ensure_one()
        return self._bde_activity_action(
            self.next_step or self.env._("Next step"), self.activity_ids[:1]
        )

    def action_plan_step(self):
        """Opens the small form that plans the next step with this company."""
        self.ensure_one()
        name = self.env._("Next step with %(company)s", company=self.partner_name)
        return self._bde_activity_action(name, self.env["mail.activity"])

    def _bde_activity_action(self, name, activity):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mail.activity",
            "res_id": activity.id,
            "view_mode": "form",
            "views": [(self.env.ref("mail.mail_activity_view_form_popup").id, "form")],
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_user_id": self.env.uid,
            },
        }
