from odoo import api, models
from odoo.tools import format_date


class BdeHome(models.AbstractModel):
    """What the home screen says about wordings: the national text changed, a board is awaited."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if managed := self._home_companies("manager"):
            cards += self._home_wording_cards(managed)
        return cards

    def _home_wording_cards(self, company_ids):
        """Own wordings alone are asked for: a school that follows the nation has none."""
        Template = self.env["bde.document.template"]
        own = Template.search([("company_id", "in", company_ids)])
        newer = own._newer_national()
        dates = [format_date(self.env, text.date_from) for text in newer.values()]
        waiting = [("company_id", "in", company_ids), ("deliberation_date", "=", False)]
        action = "bde_partnerships.action_document_template"
        return [
            {
                "section": "next",
                "sequence": 35,
                "label": self.env._("National wordings that changed"),
                "count": len(newer),
                "help": self.env._(
                    "New national text from %(date)s on: look at what differs and take it up.",
                    date=", ".join(dict.fromkeys(dates)),
                ),
                "action": {
                    "xmlid": action,
                    "domain": [("id", "in", [template.id for template in newer])],
                    "name": self.env._("Wordings to bring up to the national text"),
                },
                "tone": "warning",
            },
            {
                "section": "next",
                "sequence": 36,
                "label": self.env._("Wordings for the board"),
                "count": len(own.filtered(lambda t: not t.deliberation_date)),
                "help": self.env._("They are used once the board approved them: note the day."),
                "action": {
                    "xmlid": action,
                    "domain": waiting,
                    "name": self.env._("Wordings for the board"),
                },
                "tone": "info",
            },
        ]
