from odoo import api, models

from .bde_presence import UNDER_WAY


class BdeHome(models.AbstractModel):
    """Who did not arrive, who nobody has heard of, absences to decide on."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if followed := self._home_companies("teacher", "secretary"):
            cards += self._home_cards_presence(followed)
        return cards

    def _home_cards_presence(self, company_ids):
        own = ("company_id", "in", company_ids)
        today, _same = self._home_days(0)
        # until they are settled, were it after the last day
        missing = [own, ("state", "in", (*UNDER_WAY, "ended")), ("arrival", "=", "missing")]
        silent = [own, *self.env["bde.placement"]._silent_domain(today)]
        Absence = self.env["bde.absence"]
        contested = [own, ("state", "=", "contested")]
        declared = [own, ("state", "=", "declared")]
        arrivals = "bde_pfmp.action_placement_arrival"
        return [
            {
                "section": "late",
                "sequence": 1,
                "label": self.env._("Did not arrive"),
                "help": self.env._("Call the company, then the family."),
                "count": self.env["bde.placement"].search_count(missing),
                "action": {
                    "xmlid": arrivals,
                    "domain": missing,
                    "context": {},
                    "name": self.env._("Did not arrive"),
                },
                "tone": "danger",
            },
            {
                "section": "next",
                "sequence": 5,
                "label": self.env._("First days: no news yet"),
                "help": self.env._("Their tutors have not answered: call them."),
                "count": self.env["bde.placement"].search_count(silent),
                "action": {
                    "xmlid": arrivals,
                    "domain": silent,
                    "context": {},
                    "name": self.env._("First days: no news yet"),
                },
                "tone": "warning",
            },
            {
                "section": "late",
                "sequence": 25,
                "label": self.env._("Contested absences"),
                "help": self.env._("Company and pupil say different things: decide."),
                "count": Absence.search_count(contested),
                "action": {
                    "xmlid": "bde_pfmp.action_absence",
                    "domain": contested,
                    "context": {},
                    "name": self.env._("Contested absences"),
                },
                "tone": "warning",
            },
            {
                "section": "next",
                "sequence": 35,
                "label": self.env._("Absences declared"),
                "help": self.env._("Said by companies and pupils: read, excuse, confirm."),
                "count": Absence.search_count(declared),
                "action": {
                    "xmlid": "bde_pfmp.action_absence",
                    "domain": declared,
                    "context": {},
                    "name": self.env._("Absences declared"),
                },
                "tone": "info",
            },
        ]
