from datetime import timedelta

from odoo import api, fields, models

LATE_DAYS = 7


class BdeHome(models.AbstractModel):
    """What signatures ask for: mine first, then those that block the others."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if self._home_companies("staff"):
            cards += self._home_cards_mine()
        if secretary_of := self._home_companies("secretary"):
            cards += self._home_cards_signatures(secretary_of)
            cards += self._home_cards_documents(secretary_of)
        if self._home_companies("admin"):
            cards += self._home_cards_checks()
        return cards

    def _home_cards_mine(self):
        mine = [("is_mine", "=", True)]
        return [
            {
                "section": "next",
                "sequence": 5,
                "label": self.env._("For me to sign"),
                "help": self.env._("Read them, then sign them all in one go."),
                "count": self.env["bde.document.signature"].search_count(mine),
                "action": {"xmlid": "bde_partnerships.action_sign_mine"},
                "tone": "warning",
            }
        ]

    def _home_cards_signatures(self, company_ids):
        # those who only acknowledge (a minor, the second guardian) keep nobody waiting
        waiting = [
            ("company_id", "in", company_ids),
            ("state", "=", "to_sign"),
            ("required", "=", True),
        ]
        limit = fields.Datetime.now() - timedelta(days=LATE_DAYS)
        slow = [*waiting, ("since", "<", fields.Datetime.to_string(limit))]
        unreachable = [*waiting, ("unreachable", "=", True)]
        action = "bde_partnerships.action_signature"
        count = self.env["bde.document.signature"].search_count
        return [
            {
                "section": "late",
                "sequence": 20,
                "label": self.env._("Signatures awaited for a week"),
                "help": self.env._("Select them and remind them in one click, or call."),
                "count": count(slow),
                "action": {"xmlid": action, "domain": slow},
                "tone": "danger",
            },
            {
                "section": "late",
                "sequence": 21,
                "label": self.env._("Signers without an address"),
                "help": self.env._("Neither e-mail nor phone: no link could be sent."),
                "count": count(unreachable),
                "action": {"xmlid": action, "domain": unreachable},
                "tone": "danger",
            },
        ]

    def _home_cards_documents(self, company_ids):
        own = ("company_id", "in", company_ids)
        action = "bde_partnerships.action_document"
        refused = [own, ("state", "=", "refused")]
        unsealed = [own, ("seal_state", "in", ("no_key", "failed"))]
        altered = [own, ("journal_fault", "!=", False)]
        count = self.env["bde.document"].search_count
        return [
            {
                "section": "late",
                "sequence": 15,
                "label": self.env._("Refused by a party"),
                "help": self.env._("Read the reason, correct, send again."),
                "count": count(refused),
                "action": {"xmlid": action, "domain": refused},
                "tone": "danger",
            },
            {
                "section": "late",
                "sequence": 70,
                "label": self.env._("Signed, but not sealed"),
                "help": self.env._("The key of the school is missing or does not open."),
                "count": count(unsealed),
                "action": {"xmlid": action, "domain": unsealed},
                "tone": "warning",
            },
            {
                "section": "late",
                "sequence": 1,
                "label": self.env._("Altered records"),
                "help": self.env._(
                    "The check of the journals found a change made behind its back."
                ),
                "count": count(altered),
                "action": {"xmlid": action, "domain": altered},
                "tone": "danger",
            },
        ]

    def _home_cards_checks(self):
        since = fields.Datetime.now() - timedelta(days=30)
        faulty = [("fault_count", ">", 0), ("checked_on", ">", fields.Datetime.to_string(since))]
        return [
            {
                "section": "late",
                "sequence": 1,
                "label": self.env._("Checks of the journals that found a fault"),
                "help": self.env._("In the last 30 days: read what was found, keep the backups."),
                "count": self.env["bde.journal.check"].search_count(faulty),
                "action": {"xmlid": "bde_partnerships.action_journal_check", "domain": faulty},
                "tone": "danger",
            }
        ]
