from odoo import api, models


class BdeHome(models.AbstractModel):
    """What is said and given about the tax, and waits for somebody."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if own := self._home_companies("secretary"):
            cards += self._home_tax_money_cards([("company_id", "in", own)])
        return cards

    def _home_tax_money_cards(self, own):
        """Answers to read, rows of exports to settle, promises that did not come."""
        return [
            self._home_tax_card(
                "bde.tax.answer",
                [*own, ("state", "=", "new")],
                "bde_partnerships.action_tax_answer",
                section="late",
                sequence=48,
                label=self.env._("Answers about the tax to read"),
                help=self.env._("Companies answered by link: thank them, or act on it."),
                tone="warning",
            ),
            self._home_tax_card(
                "bde.tax.import.line",
                [*own, ("waits", "=", True)],
                "bde_partnerships.action_tax_import_open",
                section="late",
                sequence=49,
                label=self.env._("Rows of SOLTéA to settle"),
                help=self.env._("Money whose company was not recognised: say whose it is."),
                tone="warning",
            ),
            self._home_tax_card(
                "bde.pledge",
                [
                    *own,
                    ("state", "=", "not_received"),
                    ("campaign_id.state", "=", "running"),
                ],
                "bde_partnerships.action_pledge",
                section="next",
                sequence=66,
                label=self.env._("Promises not received"),
                help=self.env._("The last transfer is over: ask the company what happened."),
                tone="warning",
            ),
        ]

    def _home_tax_card(self, model, domain, xmlid, **card):
        """A card whose number is the count of its list."""
        return {
            "count": self.env[model].search_count(domain),
            "action": {"xmlid": xmlid, "domain": domain},
            **card,
        }
