from odoo import api, models

from ..rules import turns


class BdeHome(models.AbstractModel):
    """Whom to call because writing does not help."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if secretary_of := self._home_companies("secretary"):
            cards += self._home_cards_to_reach(secretary_of)
        if self._home_companies("teacher"):
            cards += self._home_cards_silent()
        return cards

    def _home_cards_to_reach(self, company_ids):
        current = [("company_id", "in", company_ids), ("is_current", "=", True)]
        silent = [
            *current,
            ("state", "=", "to_sign"),
            ("required", "=", True),
            ("to_call_since", "!=", False),
        ]
        wrong = [*current, ("bounced_on", "!=", False), ("state", "in", [*turns.OPEN, *turns.DONE])]
        count = self.env["bde.document.signature"].search_count
        return [
            {
                "section": "late",
                "sequence": 17,
                "label": self.env._("Signers to call"),
                "help": self.env._("Reminders did not help: the phone number stands in the list."),
                "count": count(silent),
                "action": {"xmlid": "bde_partnerships.action_signature_to_call", "domain": silent},
                "tone": "danger",
            },
            {
                "section": "late",
                "sequence": 16,
                "label": self.env._("Wrong addresses"),
                "help": self.env._("A message did not arrive: put the address right, or call."),
                "count": count(wrong),
                "action": {"xmlid": "bde_partnerships.action_signature_wrong", "domain": wrong},
                "tone": "danger",
            },
        ]

    def _home_cards_silent(self):
        silent = [
            ("referent_user_id", "=", self.env.uid),
            ("state", "=", "to_sign"),
            ("escalated_on", "!=", False),
        ]
        return [
            {
                "section": "late",
                "sequence": 18,
                "label": self.env._("Signers of my pupils who do not answer"),
                "help": self.env._("Call them: the phone number stands in the list."),
                "count": self.env["bde.document.signature"].search_count(silent),
                "action": {
                    "xmlid": "bde_partnerships.action_signature_silent",
                    "domain": silent,
                },
                "tone": "warning",
            }
        ]
