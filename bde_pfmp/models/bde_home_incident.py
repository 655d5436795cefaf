from odoo import api, fields, models


class BdeHome(models.AbstractModel):
    """Accidents to declare, incidents to see to; for the head, messages to open."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if followed := self._home_companies("teacher", "secretary"):
            cards += self._home_cards_incidents(followed)
        return cards + self._home_cards_harm()

    def _home_cards_incidents(self, company_ids):
        own = ("company_id", "in", company_ids)
        open_ones = [own, ("state", "!=", "closed")]
        to_declare = [own, ("state", "=", "open"), ("kind", "=", "accident")]
        now = fields.Datetime.to_string(fields.Datetime.now())
        Incident = self.env["bde.incident"]
        late = Incident.search_count([*to_declare, ("declare_until", "<", now)], limit=1)
        rows = [
            (
                "late",
                2,
                self.env._("Accidents to declare"),
                self.env._("One is late: call the company now.")
                if late
                else self.env._("The company has 48 hours, and sends you the copy."),
                to_declare,
                "danger",
            ),
            (
                "next",
                6,
                self.env._("Incidents to see to"),
                self.env._("Accidents, dangers, conflicts that are not closed."),
                open_ones,
                "warning",
            ),
        ]
        return [
            {
                "section": section,
                "sequence": sequence,
                "label": label,
                "help": text,
                "count": Incident.search_count(domain),
                "action": {
                    "xmlid": "bde_pfmp.action_incident",
                    "domain": domain,
                    "context": {},
                    "name": label,
                },
                "tone": tone,
            }
            for section, sequence, label, text, domain, tone in rows
        ]

    def _home_cards_harm(self):
        """Shown to those alone who may open one, with what waits for them."""
        Report = self.env["bde.harm.report"]
        if not Report.has_access("read"):
            return []
        domain = [("state", "!=", "closed")]
        # by the rules: others count nothing, and see no card
        count = Report.search_count(domain)
        if not count:
            return []
        return [
            {
                "section": "late",
                "sequence": 0,
                "label": self.env._("To open"),
                "help": self.env._("For you alone."),
                "count": count,
                "action": {
                    "xmlid": "bde_pfmp.action_harm_report",
                    "domain": domain,
                    "context": {},
                    "name": self.env._("To open"),
                },
                "tone": "danger",
            }
        ]
