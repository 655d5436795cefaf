from odoo import api, models


class BdeHome(models.AbstractModel):
    """Givers whom nobody has thanked yet."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if own := self._home_companies("secretary"):
            cards += self._home_thanks_cards(own)
        return cards

    @api.model
    def _home_thanks_cards(self, own):
        domain = [("company_id", "in", own), ("thanks_state", "=", "to_thank")]
        return [
            {
                "section": "next",
                "sequence": 75,
                "label": self.env._("Givers of the tax to thank"),
                "help": self.env._("Select them and press “Thank”: mails or pages to print."),
                "count": self.env["bde.tax.target"].search_count(domain),
                "action": {
                    "xmlid": "bde_partnerships.action_tax_target",
                    "domain": domain,
                    "context": {},
                    "name": self.env._("Givers of the tax to thank"),
                },
                "tone": "info",
            }
        ]
