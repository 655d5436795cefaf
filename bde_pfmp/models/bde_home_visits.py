from odoo import api, models

from .bde_visit_phone import FOLLOWED


class BdeHome(models.AbstractModel):
    """What visits ask for: those to make, alerts to handle, stays that end without enough."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if taught := self._home_companies("teacher"):
            cards += self._home_cards_my_visits(taught)
        if own := self._home_companies("secretary"):
            cards += self._home_cards_visits(own)
        return cards

    def _home_visit_card(self, domain, **card):
        return card | {
            "count": self.env["bde.visit"].search_count(domain),
            "action": {
                "xmlid": "bde_pfmp.action_visit",
                "domain": domain,
                "context": {},
                "name": card["label"],
            },
        }

    def _home_cards_my_visits(self, company_ids):
        today, week = self._home_days(7)
        mine = [
            ("company_id", "in", company_ids),
            ("teacher_id.user_id", "=", self.env.uid),
            ("state", "=", "planned"),
            # those that his page of visits shows
            ("placement_id.state", "in", FOLLOWED),
        ]
        return [
            self._home_visit_card(
                [*mine, ("planned_on", "<", today)],
                section="late",
                sequence=15,
                label=self.env._("My late visits"),
                help=self.env._("Report those that were made: three taps on your phone."),
                tone="danger",
            ),
            self._home_visit_card(
                [*mine, ("planned_on", ">=", today), ("planned_on", "<=", week)],
                section="next",
                sequence=15,
                label=self.env._("My visits of the week"),
                help=self.env._("Today and the seven days that follow."),
                tone="info",
            ),
        ]

    def _home_cards_visits(self, company_ids):
        today, _soon = self._home_days(0)
        _today, five_days_ago = self._home_days(-5)
        _today, week = self._home_days(7)
        own = ("company_id", "in", company_ids)
        return [
            self._home_visit_card(
                [own, ("alert_state", "=", "open")],
                section="late",
                sequence=3,
                label=self.env._("Alerts from visits"),
                help=self.env._("Read the report, act, write what was done."),
                tone="danger",
            ),
            self._home_visit_card(
                [own, ("state", "=", "planned"), ("planned_on", "<", five_days_ago)],
                section="late",
                sequence=35,
                label=self.env._("Visits without a report"),
                help=self.env._("Planned more than five days ago: ask the teachers."),
                tone="warning",
            ),
            self._home_placement_card(
                [
                    own,
                    ("state", "in", FOLLOWED),
                    ("is_replaced", "=", False),
                    ("visit_status", "!=", "enough"),
                    ("date_end", ">=", today),
                    ("date_end", "<=", week),
                ],
                section="late",
                sequence=36,
                label=self.env._("End within 7 days, too few contacts"),
                help=self.env._("The law asks that a stay is checked several times (L124-1)."),
                tone="warning",
            ),
        ]
