from odoo import api, models

from odoo.addons.bde_partnerships.models.bde_document import IN_SIGNATURE


class BdeHome(models.AbstractModel):
    """What the law leaves to the head: guardians who disagree while a convention is out."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if own := self._home_companies("head"):
            domain = [
                ("company_id", "in", own),
                ("guardian_stop", "=", True),
                ("state", "in", IN_SIGNATURE),
            ]
            label = self.env._("Guardians who disagree")
            cards.append(
                {
                    "section": "late",
                    "sequence": 1,
                    "label": label,
                    "help": self.env._("They sign nothing until you decide on the convention."),
                    "count": self.env["bde.convention"].search_count(domain),
                    "tone": "danger",
                    "action": {
                        "xmlid": "bde_pfmp.action_convention",
                        "domain": domain,
                        "name": label,
                    },
                }
            )
        return cards
