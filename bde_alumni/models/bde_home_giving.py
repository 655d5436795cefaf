from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

# the question of the year is a matter of the school year, not of its first weeks nor of the summer
ASKING_MONTHS = (10, 11, 12, 1, 2, 3, 4)
ENDS_SOON_DAYS = 30


class BdeHome(models.AbstractModel):
    """Cards of those who give back: whom to recognise, whom to ask, what to show."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if schools := self._home_companies("secretary"):
            cards += self._home_giving_cards(schools)
        return cards

    @api.model
    def _home_giving_cards(self, schools):
        own = Domain("company_id", "in", schools)
        today = self.env.company._bde_today()
        rows = (
            (
                "bde.alumni.contact",
                "bde_alumni.action_alumni_contact",
                own & Domain("state", "=", "proposed"),
                {
                    "sequence": 76,
                    "label": self.env._("Contacts who may be former pupils"),
                    "help": self.env._(
                        "Say who is the same person: tutors of today, pupils of yesterday."
                    ),
                },
            ),
            (
                "bde.alumnus",
                "bde_alumni.action_alumnus",
                own & self._unasked(today),
                {
                    "sequence": 77,
                    "label": self.env._("Agree to help, not asked this year"),
                    "help": self.env._(
                        "Network > Would you…: one button asks them all, once a year."
                    ),
                },
            ),
            (
                "bde.portrait",
                "bde_alumni.action_portrait",
                own & Domain("state", "=", "approved"),
                {
                    "sequence": 78,
                    "label": self.env._("Portraits that everybody agrees to"),
                    "help": self.env._("Show them: on the public page, in letters, in class."),
                },
            ),
            (
                "bde.portrait",
                "bde_alumni.action_portrait",
                own
                & Domain("state", "=", "published")
                & Domain("until", "<=", today + timedelta(days=ENDS_SOON_DAYS)),
                {
                    "sequence": 79,
                    "label": self.env._("Portraits that end within a month"),
                    "help": self.env._("Ask again, or let them go."),
                },
            ),
        )
        return [
            card
            | {
                "section": "next",
                "tone": "info",
                "count": self.env[model].search_count(domain),
                "action": {
                    "xmlid": action,
                    "domain": list(domain),
                    "context": {},
                    "name": card["label"],
                },
            }
            for model, action, domain, card in rows
        ]

    @api.model
    def _unasked(self, today):
        """Those who agreed to be asked and were not this school year; nobody in summer."""
        if today.month not in ASKING_MONTHS:
            return Domain.FALSE
        Alumnus = self.env["bde.alumnus"]
        asked = self.env["bde.would.you"]._search(
            [("year", "=", Alumnus._would_year(self.env.company))]
        )
        return Alumnus._may_write_domain("solicitation") & Domain(
            "id", "not in", asked.subselect("alumnus_id")
        )
