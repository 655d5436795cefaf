from odoo import api, models


class BdeHome(models.AbstractModel):
    """Corrections that were begun: while they are not sent nobody can sign."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if secretary_of := self._home_companies("secretary"):
            open_ones = [("company_id", "in", secretary_of), ("correcting_since", "!=", False)]
            cards.append(
                {
                    "section": "late",
                    "sequence": 18,
                    "label": self.env._("Corrections to send"),
                    "help": self.env._("Nobody can sign these until the correction is sent."),
                    "count": self.env["bde.document"].search_count(open_ones),
                    "action": {"xmlid": "bde_partnerships.action_document", "domain": open_ones},
                    "tone": "warning",
                }
            )
        return cards
