from odoo import api, models


class BdeHome(models.AbstractModel):
    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if academies := self._home_companies("admin", "correspondent"):
            cards.append(self._home_merges_to_decide(academies))
        if schools := self._home_companies("secretary"):
            cards.append(self._home_merges_proposed(schools))
        return cards

    def _home_merges_to_decide(self, academies):
        domain = [("state", "=", "proposed"), ("company_id", "child_of", academies)]
        return {
            "section": "next",
            "sequence": 30,
            "label": self.env._("Merges to decide"),
            "help": self.env._("Companies that stand twice in the directory."),
            "count": self.env["bde.merge"].search_count(domain),
            "action": {"xmlid": "bde_partnerships.action_merge", "domain": domain},
            "tone": "warning",
        }

    def _home_merges_proposed(self, schools):
        domain = [("state", "=", "proposed"), ("company_id", "in", schools)]
        return {
            "section": "next",
            "sequence": 95,
            "label": self.env._("Merges proposed"),
            "help": self.env._("The académie has not decided yet."),
            "count": self.env["bde.merge"].search_count(domain),
            "action": {"xmlid": "bde_partnerships.action_merge", "domain": domain},
            "tone": "muted",
        }
