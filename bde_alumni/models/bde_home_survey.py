from odoo import api, models
from odoo.fields import Domain


class BdeHome(models.AbstractModel):
    """Home: leavers to call, employers to join, answers to the surveys that run."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if schools := self._home_companies("secretary"):
            cards += self._home_survey_cards(schools)
        return cards

    @api.model
    def _home_survey_cards(self, schools):
        Line, Outcome = self.env["bde.alumni.wave.line"], self.env["bde.outcome"]
        own = Domain("company_id", "in", schools)
        to_call = own & Line._to_call_domain(self.env.company._bde_today())
        to_join = own & Outcome._to_join_domain()
        answered = own & Domain(
            [("wave_id.state", "=", "running"), ("state", "in", ("answered", "partial"))]
        )
        return [
            {
                "section": "next",
                "sequence": 80,
                "label": self.env._("Leavers to call"),
                "help": self.env._("They did not answer the survey: one tap for what they say."),
                "count": Line.search_count(to_call),
                "action": {"xmlid": "bde_alumni.action_wave_call", "domain": list(to_call)},
                "tone": "warning",
            },
            {
                "section": "next",
                "sequence": 81,
                "label": self.env._("Employers of former pupils to join"),
                "help": self.env._("Leavers told where they work: which company of your book?"),
                "count": Outcome.search_count(to_join),
                "action": {"xmlid": "bde_alumni.action_outcome_join", "domain": list(to_join)},
                "tone": "info",
            },
            {
                "section": "next",
                "sequence": 82,
                "label": self.env._("Answers to the surveys that run"),
                "help": self.env._("What became of your leavers."),
                "count": Line.search_count(answered),
                "action": {
                    "xmlid": "bde_alumni.action_wave",
                    "domain": [("state", "=", "running")],
                },
                "tone": "success",
            },
        ]
