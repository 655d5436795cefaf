from odoo import api, models


class BdeHome(models.AbstractModel):
    """Cards of the network: what waits until the bureau has read it."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        companies = self._home_companies("secretary")
        return cards + self._home_network_cards(companies) if companies else cards

    def _home_network_cards(self, companies):
        own = ("company_id", "in", companies)
        rows = (
            (
                "bde.mentor.request",
                "bde_alumni.action_mentor_request",
                [own, ("reported_on", "!=", False), ("report_handled_on", "=", False)],
                {
                    "section": "late",
                    "sequence": 15,
                    "label": self.env._("Mentoring: reported"),
                    "help": self.env._(
                        "Somebody says that something is wrong: look into it today."
                    ),
                    "tone": "danger",
                },
            ),
            (
                "bde.mentor.request",
                "bde_alumni.action_mentor_request",
                [own, ("state", "=", "to_check")],
                {
                    "section": "next",
                    "sequence": 72,
                    "label": self.env._("Requests to mentors to read"),
                    "help": self.env._("A minor writes or is written to: you read it first."),
                    "tone": "warning",
                },
            ),
            (
                "bde.job.offer",
                "bde_alumni.action_job_offer",
                [own, ("state", "=", "proposed")],
                {
                    "section": "next",
                    "sequence": 73,
                    "label": self.env._("Offers to read"),
                    "help": self.env._("Alumni see them once you have published them."),
                    "tone": "info",
                },
            ),
        )
        return [
            card
            | {
                "count": self.env[model].search_count(domain),
                "action": {"xmlid": xmlid, "domain": domain, "name": card["label"]},
            }
            for model, xmlid, domain, card in rows
        ]
