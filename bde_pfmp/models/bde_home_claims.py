from odoo import api, models


class BdeHome(models.AbstractModel):
    """What pupils' claims ask for on the home screen."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if deciding := self._home_companies("intendance", "manager"):
            domain = [("company_id", "in", deciding), ("state", "=", "submitted")]
            cards.append(
                {
                    "section": "next",
                    "sequence": 60,
                    "label": self.env._("Claims to decide"),
                    "help": self.env._(
                        "Journeys, meals, lodging: grant them within the caps of the board."
                    ),
                    "count": self.env["bde.claim"].search_count(domain),
                    "action": {"xmlid": "bde_pfmp.action_claim", "domain": domain},
                    "tone": "info",
                }
            )
        return cards
