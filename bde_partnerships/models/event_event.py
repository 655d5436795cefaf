from odoo import api, fields, models


class EventEvent(models.Model):
    """An event of a school: a forum, a workshop, a meeting.

    Core's events, without what a school does not do with them: no tickets, no automatic letters,
    no contact made from who comes. Modules add their kinds to ``bde_kind``.
    """

    _name = "event.event"
    _inherit = ["event.event", "bde.owned"]

    company_id = fields.Many2one(string="School", required=True, change_default=False)
    bde_kind = fields.Selection(
        [("other", "Other")], string="Kind of event", required=True, default="other", index=True
    )
    # nothing of core's is sent to people whom the school may not write to
    event_mail_ids = fields.One2many(compute=None)
    question_ids = fields.Many2many(compute=None, precompute=False, default=None)
    description = fields.Html(default=None)
    organizer_id = fields.Many2one(default=None)
    stage_id = fields.Many2one(default=lambda self: self._bde_first_stage())
    # slots are no school's: counted for core's sums alone
    event_slot_count = fields.Integer(compute_sudo=True)

    _bde_company_date_idx = models.Index("(company_id, date_begin)")

    @api.depends("company_id")
    def _compute_date_tz(self):
        """The clock of the school, wherever the user is."""
        for event in self:
            event.date_tz = event.company_id.bde_tz or "Europe/Paris"

    @api.model
    def _bde_first_stage(self):
        # sudo: steps of events are data of the instance
        return self.env["event.stage"].sudo().search([], limit=1).id

    @api.model
    def _bde_flatten_core_rules(self):
        """Makes core's rules on events flat: every event has its school (core's are noupdate)."""
        # sudo: called by the update of the module
        for name in ("event_event_company_rule", "event_registration_company_rule"):
            if rule := self.sudo().env.ref(f"event.{name}", raise_if_not_found=False):
                rule.domain_force = "[('company_id', 'in', company_ids)]"
