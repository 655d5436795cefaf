from odoo import api, models
from odoo.fields import Domain

STALE_DAYS = 30


class BdeHome(models.AbstractModel):
    """What the home screen says about pupils and imports."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        companies = self._home_companies("secretary")
        if companies:
            cards += self._home_pupil_cards(companies) + self._home_import_cards(companies)
        return cards

    def _home_pupil_cards(self, companies):
        Student = self.env["bde.student"]
        present = Domain("company_id", "in", companies) & (
            Domain("date_end", "=", False) | Domain("date_end", ">", self.env.company._bde_today())
        )
        no_class = present & Domain("division_id", "=", False)
        minors = present & Domain("is_adult", "=", False) & Domain("is_emancipated", "=", False)
        no_guardian = minors & Domain("has_legal_guardian", "=", False)
        no_mail = Domain("company_id", "in", companies) & Domain("email", "=", False)
        return [
            {
                "section": "next",
                "sequence": 60,
                "label": self.env._("Pupils without class"),
                "count": Student.search_count(no_class),
                "help": self.env._("They cannot be placed. SIECLE gives the class."),
                "action": {"xmlid": "bde_pfmp.action_student", "domain": list(no_class)},
                "tone": "warning",
            },
            {
                "section": "next",
                "sequence": 61,
                "label": self.env._("Minors without legal guardian"),
                "count": Student.search_count(no_guardian),
                "help": self.env._("Nobody may sign their convention."),
                "action": {"xmlid": "bde_pfmp.action_student", "domain": list(no_guardian)},
                "tone": "warning",
            },
            {
                "section": "next",
                "sequence": 62,
                "label": self.env._("Teachers without e-mail"),
                "count": self.env["bde.teacher"].search_count(no_mail),
                "help": self.env._("A referent signs by a link sent to his address."),
                "action": {"xmlid": "bde_pfmp.action_teacher", "domain": list(no_mail)},
                "tone": "info",
            },
            {
                "section": "figures",
                "sequence": 20,
                "label": self.env._("Pupils at the school"),
                "count": Student.search_count(present),
                "help": "",
                "action": {"xmlid": "bde_pfmp.action_student"},
                "tone": "muted",
            },
        ]

    def _home_import_cards(self, companies):
        Import = self.env["bde.import"]
        waiting = Domain("company_id", "in", companies) & Domain("state", "=", "previewed")
        cards = [
            {
                "section": "next",
                "sequence": 65,
                "label": self.env._("Imports looked at but not applied"),
                "count": Import.search_count(waiting),
                "help": self.env._("Nothing is written until you apply them."),
                "action": {"xmlid": "bde_pfmp.action_import", "domain": list(waiting)},
                "tone": "info",
            }
        ]
        last = Import.search(
            [("company_id", "in", companies), ("state", "=", "applied")],
            order="applied_on desc",
            limit=1,
        )
        company = self.env.company
        days = (company._bde_today() - company._bde_date_of(last.applied_on)).days if last else 0
        if days >= STALE_DAYS:
            cards.append(
                {
                    "section": "next",
                    "sequence": 66,
                    "label": self.env._("Days since the last import"),
                    "count": days,
                    "help": self.env._("Pupils come, go and change class: import SIECLE again."),
                    "action": {"xmlid": "bde_pfmp.action_import"},
                    "tone": "info",
                }
            )
        return cards

    @api.model
    def _home_steps(self):
        steps = super()._home_steps()
        companies = self._home_companies("secretary")
        if companies:
            known = self.env["bde.student"].search_count(
                [("company_id", "in", companies)], limit=1
            )
            steps.append(
                {
                    "sequence": 30,
                    "label": self.env._("Import your pupils and teachers"),
                    "help": self.env._("The exports of SIECLE and STS-web, all at once."),
                    "action": {"xmlid": "bde_pfmp.action_import"},
                    "done": bool(known),
                }
            )
        return sorted(steps, key=lambda step: step["sequence"])
