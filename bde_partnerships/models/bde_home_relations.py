from odoo import fields, models

ACTION = "bde_partnerships.action_relation"
ENDS_SOON_DAYS = 30


class BdeHome(models.AbstractModel):
    """Companies on the home screen: whom to call, what was promised and not done."""

    _inherit = "bde.home"

    def _home_relation_cards(self):
        today = self.env.company._bde_today()
        cards = self._home_cards_my_steps(fields.Date.to_string(today))
        if secretary_of := self._home_companies("secretary"):
            own = [("company_id", "in", secretary_of)]
            cards += self._home_cards_bureau_relations(own, today)
        return cards

    def _home_relation_card(self, domain, **card):
        return card | {
            "count": self.env["bde.relation"].search_count(domain),
            "action": {"xmlid": ACTION, "domain": domain},
        }

    def _home_cards_my_steps(self, today):
        mine = ("activity_user_id", "=", self.env.uid)
        return [
            self._home_relation_card(
                [mine, ("activity_date_deadline", "<", today)],
                section="late",
                sequence=60,
                label=self.env._("Companies to call back"),
                help=self.env._("Your activities whose day has passed."),
                tone="danger",
            ),
            self._home_relation_card(
                [mine, ("activity_date_deadline", ">=", today)],
                section="next",
                sequence=60,
                label=self.env._("Companies to call"),
                help=self.env._("Your planned activities, the nearest first."),
                tone="info",
            ),
        ]

    def _home_cards_bureau_relations(self, own, today):
        day = fields.Date.to_string(today)
        soon = fields.Date.to_string(fields.Date.add(today, days=ENDS_SOON_DAYS))
        return [
            self._home_relation_card(
                [*own, ("next_step_on", "<", day), ("next_step_user_id", "!=", self.env.uid)],
                section="late",
                sequence=61,
                label=self.env._("Late steps of your colleagues"),
                help=self.env._("Ask them, do them, or move their day."),
                tone="warning",
            ),
            self._home_relation_card(
                [*own, ("status", "=", "revive")],
                section="next",
                sequence=62,
                label=self.env._("Companies to revive"),
                help=self.env._("Who has not been talked to for longest comes first."),
                tone="info",
            ),
            self._home_relation_card(
                [
                    *own,
                    ("status", "in", ("watch", "avoid")),
                    ("status_until", "<=", soon),
                ],
                section="next",
                sequence=70,
                label=self.env._("Companies no longer to watch soon"),
                help=self.env._("The reason ends within a month: does it still hold?"),
                tone="warning",
            ),
            self._home_relation_card(
                [
                    *own,
                    ("status", "in", ("active", "strong", "revive")),
                    ("contact_ids", "not any", [("bde_signatory", "=", True)]),
                ],
                section="next",
                sequence=80,
                label=self.env._("Companies without signatory"),
                help=self.env._("A convention needs the person who signs for the company."),
                tone="warning",
            ),
            self._home_relation_card(
                own,
                section="figures",
                sequence=60,
                label=self.env._("Companies of my school"),
                tone="muted",
            ),
        ]
