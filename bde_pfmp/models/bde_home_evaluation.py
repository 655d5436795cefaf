from datetime import timedelta

from odoo import api, models

from .bde_evaluation_stay import OPEN_STATES

# the last letter has left: only the telephone helps
CALL_AFTER = 10
# nobody remembers the trainee any more
CALL_UNTIL = 120


class BdeHome(models.AbstractModel):
    """Tutors who did not answer any letter: to be called."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        companies = self._home_companies("secretary")
        if companies:
            domain = [
                ("company_id", "in", companies),
                ("state", "in", OPEN_STATES),
                ("date_end", "<=", self.env.company._bde_today() - timedelta(days=CALL_AFTER)),
                ("evaluation_state", "!=", "submitted"),
                ("date_end", ">=", self.env.company._bde_today() - timedelta(days=CALL_UNTIL)),
            ]
            label = self.env._("Evaluations to ask for by telephone")
            cards.append(
                {
                    "section": "late",
                    "sequence": 60,
                    "label": label,
                    "count": self.env["bde.placement"].search_count(domain),
                    "help": self.env._("The tutor answered none of the three letters."),
                    "tone": "warning",
                    "action": {
                        "xmlid": "bde_pfmp.action_placement_evaluation",
                        "domain": domain,
                        "name": label,
                    },
                }
            )
        return cards
