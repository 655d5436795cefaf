from odoo import api, models
from odoo.fields import Domain


class BdeHome(models.AbstractModel):
    """Home of the académie: schools of which no official figures were read in."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if academies := self._home_companies("admin", "correspondent"):
            cards.append(self._home_official_card(academies))
        return cards

    @api.model
    def _home_official_card(self, academies):
        Company, Line = self.env["res.company"], self.env["bde.inserjeunes"]
        rows = Line._read_group(
            [("company_id", "in", academies), ("school_id", "!=", False)], ["school_id"]
        )
        missing = Domain([("bde_kind", "=", "school"), ("id", "child_of", academies)])
        missing &= Domain("id", "not in", [school.id for (school,) in rows])
        return {
            "section": "next",
            "sequence": 84,
            "label": self.env._("Schools without official figures"),
            "help": self.env._("InserJeunes: read in the file of the open data, once a year."),
            "count": Company.search_count(missing),
            "action": {"xmlid": "bde_alumni.action_inserjeunes_import"},
            "tone": "info",
        }
