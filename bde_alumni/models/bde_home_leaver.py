from odoo import api, models
from odoo.fields import Domain


class BdeHome(models.AbstractModel):
    """What final-year pupils and leavers ask for: plans to begin, interviews, the safety net."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if followed := self._home_companies("teacher", "secretary"):
            cards += self._home_plan_cards(followed)
        if own := self._home_companies("secretary"):
            cards += self._home_net_cards(own) + self._home_workshop_cards(own)
        return cards

    def _home_leaver_card(self, model, xmlid, domain, **card):
        domain = list(domain)
        return card | {
            "count": self.env[model].search_count(domain),
            "action": {
                "xmlid": f"bde_alumni.{xmlid}",
                "domain": domain,
                "context": {},
                "name": card["label"],
            },
        }

    def _home_plan_cards(self, company_ids):
        """For teachers those of their classes: the rules say so."""
        today = self.env.company._bde_today()
        here = Domain("company_id", "in", company_ids) & Domain("has_left", "=", False)
        return [
            self._home_leaver_card(
                "bde.leaver.plan",
                "action_leaver_plan",
                here & Domain("state", "=", "to_do"),
                section="next",
                sequence=60,
                label=self.env._("Plans to begin"),
                help=self.env._("Final-year pupils whose wish nobody has asked yet."),
                tone="info",
            ),
            self._home_leaver_card(
                "bde.leaver.plan",
                "action_leaver_plan",
                here & Domain("solution", "=", "none") & Domain("next_interview_on", "<=", today),
                section="late",
                sequence=60,
                label=self.env._("Interviews due"),
                help=self.env._("The day that was agreed has come."),
                tone="warning",
            ),
        ]

    def _home_net_cards(self, company_ids):
        today = self.env.company._bde_today()
        running = Domain("company_id", "in", company_ids) & Domain("round_state", "=", "running")
        still = running & Domain("is_open", "=", True)
        return [
            self._home_leaver_card(
                "bde.leaver.net",
                "action_leaver_net",
                still & Domain("next_on", "<", today),
                section="late",
                sequence=20,
                label=self.env._("Leavers: next step late"),
                help=self.env._("Without a solution, and the day of the next step is over."),
                tone="danger",
            ),
            self._home_leaver_card(
                "bde.leaver.net",
                "action_leaver_net",
                still & Domain("user_id", "=", False),
                section="late",
                sequence=21,
                label=self.env._("Leavers for whom nobody acts"),
                help=self.env._("Without a solution: say who calls them, and when."),
                tone="warning",
            ),
            self._home_leaver_card(
                "bde.leaver.net",
                "action_leaver_net",
                still,
                section="next",
                sequence=61,
                label=self.env._("Leavers without a solution"),
                help=self.env._("The list of the round: it goes down to zero."),
                tone="info",
            ),
            self._home_leaver_card(
                "bde.leaver.handover",
                "action_leaver_handover",
                Domain("company_id", "in", company_ids) & Domain("state", "=", "agreed"),
                section="next",
                sequence=62,
                label=self.env._("Sheets to hand over"),
                help=self.env._("Agreed: give them to France Travail or the Mission locale."),
                tone="info",
            ),
        ]

    def _home_workshop_cards(self, company_ids):
        own = Domain("company_id", "in", company_ids)
        present = own & Domain("has_left", "=", False)
        cards = [
            self._home_leaver_card(
                "event.event",
                "action_event",
                own
                & Domain("date_end", "<", "now")
                & Domain("bde_kind", "in", ("avenirpro", "avenirpro_plus", "interview"))
                & Domain("registration_ids.state", "=", "open"),
                section="late",
                sequence=61,
                label=self.env._("Attendance to note"),
                help=self.env._("Workshops that are over: one tap a pupil."),
                tone="warning",
            ),
        ]
        # without a plan "0" would read as if all had their workshops
        if self.env["bde.leaver.plan"].search_count(present, limit=1):
            cards.append(
                self._home_leaver_card(
                    "bde.leaver.plan",
                    "action_leaver_plan",
                    present & Domain("has_enough_workshops", "=", False),
                    section="figures",
                    sequence=60,
                    label=self.env._("Fewer than four workshops"),
                    help=self.env._("Final-year pupils: AvenirPro asks for four at least."),
                    tone="muted",
                )
            )
        return cards
