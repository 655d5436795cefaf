from odoo import api, models


class BdeHome(models.AbstractModel):
    _inherit = "bde.home"

    @api.model
    def _home_steps(self):
        steps = super()._home_steps()
        if companies := self._home_companies("secretary"):
            loaded = self.env["bde.book.import"].search_count(
                [("company_id", "in", companies), ("state", "=", "done")], limit=1
            )
            steps.append(
                {
                    "sequence": 38,
                    "label": self.env._("Load your list of companies"),
                    "help": self.env._("The Excel list that your school keeps, as it is."),
                    "action": {"xmlid": "bde_partnerships.action_book_import"},
                    "done": bool(loaded),
                }
            )
        return sorted(steps, key=lambda step: step["sequence"])

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if companies := self._home_companies("secretary"):
            domain = [
                ("company_id", "in", companies),
                ("state", "in", ("columns", "preview", "running")),
            ]
            cards.append(
                {
                    "section": "next",
                    "sequence": 85,
                    "label": self.env._("Lists to finish loading"),
                    "help": self.env._("Read, but not yet written into the book."),
                    "count": self.env["bde.book.import"].search_count(domain),
                    "action": {"xmlid": "bde_partnerships.action_book_import", "domain": domain},
                    "tone": "info",
                }
            )
        return cards
