from odoo import api, fields, models


class BdeHome(models.AbstractModel):
    """Agreements: what was promised and is late, what ends soon."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if secretary_of := self._home_companies("secretary"):
            cards += self._home_cards_commitments(secretary_of)
            cards += self._home_cards_agreements(secretary_of)
        if self._home_companies("secretary"):
            cards.append(self._home_card_handover())
        if academies := self._home_companies("admin", "correspondent"):
            cards.append(self._home_card_frameworks(academies))
        return cards

    def _home_cards_commitments(self, company_ids):
        Commitment = self.env["bde.commitment"]
        today = fields.Date.to_string(self.env.company._bde_today())
        late = [("company_id", "in", company_ids), *Commitment._late_domain(today)]
        ours, theirs = ([*late, ("side", "=", side)] for side in ("school", "company"))
        action = "bde_partnerships.action_commitment"
        return [
            {
                "section": "late",
                "sequence": 40,
                "label": self.env._("Promises of the school that are late"),
                "help": self.env._("What the school committed to, and whose day has passed."),
                "count": Commitment.search_count(ours),
                "action": {"xmlid": action, "domain": ours, "context": {}},
                "tone": "danger",
            },
            {
                "section": "late",
                "sequence": 65,
                "label": self.env._("Promises of companies that are late"),
                "help": self.env._("Call, then note what was done."),
                "count": Commitment.search_count(theirs),
                "action": {"xmlid": action, "domain": theirs, "context": {}},
                "tone": "warning",
            },
        ]

    def _home_cards_agreements(self, company_ids):
        Partnership = self.env["bde.partnership"]
        own = ("company_id", "in", company_ids)
        today = fields.Date.to_string(self.env.company._bde_today())
        renew = [own, *Partnership._to_renew_domain(today)]
        in_force = [own, ("state", "in", ("signed", "running"))]
        action = "bde_partnerships.action_partnership"
        return [
            {
                "section": "next",
                "sequence": 45,
                "label": self.env._("Agreements to renew"),
                "help": self.env._("They end soon: renew them, or say that they are not renewed."),
                "count": Partnership.search_count(renew),
                "action": {"xmlid": action, "domain": renew, "context": {}},
                "tone": "warning",
            },
            {
                "section": "figures",
                "sequence": 65,
                "label": self.env._("Agreements in force"),
                "count": Partnership.search_count(in_force),
                "action": {"xmlid": action, "domain": in_force, "context": {}},
                "tone": "muted",
            },
        ]

    def _home_card_handover(self):
        mine = [("to_user_id", "=", self.env.uid), ("state", "=", "given")]
        return {
            "section": "next",
            "sequence": 4,
            "label": self.env._("Handovers to read"),
            "help": self.env._("A colleague gave you work over: read it, then acknowledge it."),
            "count": self.env["bde.handover"].search_count(mine),
            "action": {"xmlid": "bde_partnerships.action_handover", "domain": mine, "context": {}},
            "tone": "warning",
        }

    def _home_card_frameworks(self, academy_ids):
        today = fields.Date.to_string(self.env.company._bde_today())
        soon = [
            ("company_id", "in", academy_ids),
            ("renewal_date", "<=", today),
            ("date_end", ">=", today),
        ]
        return {
            "section": "next",
            "sequence": 40,
            "label": self.env._("Framework agreements that end soon"),
            "help": self.env._("Renew them, or tell the schools what follows."),
            "count": self.env["bde.framework"].search_count(soon),
            "action": {"xmlid": "bde_partnerships.action_framework", "domain": soon, "context": {}},
            "tone": "warning",
        }
