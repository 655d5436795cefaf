from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from .bde_tax_reminder import BEFORE_END_DAYS


class BdeHome(models.AbstractModel):
    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if schools := self._home_companies("secretary"):
            cards += self._home_tax_cards(schools)
        if academies := self._home_companies("admin", "correspondent"):
            cards += self._home_tax_calendar_cards(academies)
        return cards

    @api.model
    def _home_tax_cards(self, schools):
        """Cards of the schools: the campaign to prepare, the period that ends."""
        Campaign = self.env["bde.tax.campaign"]
        today = self.env.company._bde_today()
        own = Domain("company_id", "in", schools)
        preparing = own & Domain("state", "=", "preparing")
        ending = (
            own
            & Domain("state", "=", "running")
            & Domain(
                "tax_year_id.window_ids",
                "any",
                [
                    ("is_period", "=", True),
                    ("date_from", "<=", today),
                    ("date_to", ">=", today),
                    ("date_to", "<=", today + timedelta(days=BEFORE_END_DAYS)),
                ],
            )
        )
        action = "bde_partnerships.action_tax_campaign"
        cards = [
            {
                "section": "next",
                "sequence": 70,
                "label": self.env._("Campaign of the tax to prepare"),
                "help": self.env._("Its page says what lacks before the first letter."),
                "count": Campaign.search_count(preparing),
                "action": {"xmlid": action, "domain": list(preparing)},
                "tone": "info",
            },
            {
                "section": "late",
                "sequence": 35,
                "label": self.env._("Employers choose for ten days more at most"),
                "help": self.env._("Taxe d'apprentissage: the period ends, make the last calls."),
                "count": Campaign.search_count(ending),
                "action": {"xmlid": action, "domain": list(ending)},
                "tone": "warning",
            },
        ]
        return cards + self._home_tax_missing_cards(schools, today.year)

    @api.model
    def _home_tax_missing_cards(self, schools, year):
        """A school that ran a campaign before has none of this year yet."""
        of_year = self.env["bde.tax.campaign"]._read_group(
            [("company_id", "in", schools)], ["company_id"], ["year:max"]
        )
        behind = [school for school, last in of_year if last < year]
        return [
            {
                "section": "next",
                "sequence": 71,
                "label": self.env._("No campaign of the tax for %(year)s yet", year=year),
                "help": self.env._("Last year's is copied in one click."),
                "count": len(behind),
                "action": {"xmlid": "bde_partnerships.action_tax_campaign"},
                "tone": "info",
            }
        ]

    @api.model
    def _home_tax_calendar_cards(self, academies):
        """Card of the académie: windows of this year that still have no dates."""
        domain = [
            ("company_id", "in", academies),
            ("year", ">=", self.env.company._bde_today().year),
            ("is_unknown", "=", True),
        ]
        return [
            {
                "section": "next",
                "sequence": 60,
                "label": self.env._("Windows of the tax without dates"),
                "help": self.env._("Set them as soon as the arrêté is out: schools are told."),
                "count": self.env["bde.tax.window"].search_count(domain),
                "action": {"xmlid": "bde_partnerships.action_tax_window", "domain": domain},
                "tone": "info",
            }
        ]
