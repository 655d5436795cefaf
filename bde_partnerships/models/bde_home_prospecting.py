from odoo import api, fields, models


class BdeHome(models.AbstractModel):
    """What prospecting asks for this morning."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if own := self._home_companies("secretary"):
            cards += self._home_request_cards(own) + self._home_call_cards(own)
        return cards

    def _home_request_cards(self, own):
        domain = [
            ("company_id", "in", own),
            ("type", "=", "lead"),
            ("bde_pipeline_id", "!=", False),
        ]
        return [
            {
                "section": "late",
                "sequence": 40,
                "label": self.env._("Requests to sort"),
                "help": self.env._("Companies wrote to you: accept, or decline kindly."),
                "count": self.env["crm.lead"].search_count(domain),
                "action": {"xmlid": "bde_partnerships.action_lead_requests", "domain": domain},
                "tone": "warning",
            }
        ]

    def _home_call_cards(self, own):
        Lead = self.env["crm.lead"]
        today = fields.Date.to_string(self.env.company._bde_today())
        action = "bde_partnerships.action_lead_board"
        context = {"search_default_group_pipeline": 0, "search_default_pending": 0}
        pending = [
            ("company_id", "in", own),
            ("type", "=", "opportunity"),
            ("bde_pipeline_id", "!=", False),
            ("won_status", "=", "pending"),
        ]
        mine = [*pending, ("activity_user_id", "=", self.env.uid)]
        due = [*mine, ("activity_date_deadline", "<=", today)]
        idle = [*pending, ("activity_ids", "=", False)]
        return [
            {
                "section": "late",
                "sequence": 45,
                "label": self.env._("Calls due today"),
                "help": self.env._("Companies that you prospect, today or late."),
                "count": Lead.search_count(due),
                "action": {
                    "xmlid": action,
                    "domain": due,
                    "context": context,
                    "name": self.env._("Calls due today"),
                },
                "tone": "danger",
            },
            {
                "section": "next",
                "sequence": 65,
                "label": self.env._("Prospects without next step"),
                "help": self.env._("Nothing is planned: they will be forgotten."),
                "count": Lead.search_count(idle),
                "action": {
                    "xmlid": action,
                    "domain": idle,
                    "context": context,
                    "name": self.env._("Prospects without next step"),
                },
                "tone": "warning",
            },
        ]
