from odoo import api, models


class BdeHome(models.AbstractModel):
    """Pages of paper that wait for somebody to look at them."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if secretary_of := self._home_companies("secretary"):
            cards += self._home_cards_paper(secretary_of)
        return cards

    def _home_cards_paper(self, company_ids):
        waiting = [
            ("company_id", "in", company_ids),
            ("state", "in", ("matched", "to_match", "outdated")),
        ]
        return [
            {
                "section": "next",
                "sequence": 12,
                "label": self.env._("Scanned pages to confirm"),
                "help": self.env._("Look at them, say who signed, record them in one go."),
                "count": self.env["bde.paper.scan"].search_count(waiting),
                "action": {"xmlid": "bde_partnerships.action_paper_scan", "domain": waiting},
                "tone": "warning",
            }
        ]
