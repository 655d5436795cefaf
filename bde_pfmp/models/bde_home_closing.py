from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from .bde_attestation_follow import SOON_DAYS


class BdeHome(models.AbstractModel):
    """What the end of stays asks for: attestations, people to call, stays to close."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if own := self._home_companies("secretary"):
            cards += self._home_cards_attestations(own) + self._home_cards_closing(own)
        return cards

    def _home_followup_card(self, domain, **card):
        return card | {
            "count": self.env["bde.placement"].search_count(domain),
            "action": {
                "xmlid": "bde_pfmp.action_attestation_followup",
                "domain": list(domain),
                "context": {"search_default_group_division": 1},
                "name": card["label"],
            },
        }

    def _home_cards_attestations(self, company_ids):
        Placement = self.env["bde.placement"]
        waits = Placement._attestation_domain() & Domain("company_id", "in", company_ids)
        today, soon = self._home_days(SOON_DAYS)
        [(first,)] = Placement._read_group(
            waits & Domain("attestation_due_on", ">=", today),
            aggregates=["attestation_due_on:min"],
        )
        help_text = self.env._("Their hosts get the link by themselves; call those who do not.")
        if first:
            help_text = self.env._(
                "The first ones are due on %(day)s, for the état liquidatif.",
                day=format_date(self.env, first),
            )
        return [
            self._home_followup_card(
                waits,
                section="next",
                sequence=40,
                label=self.env._("Attestations to get back"),
                help=help_text,
                tone="info",
            ),
            self._home_followup_card(
                waits & Domain("attestation_due_on", "<", today),
                section="late",
                sequence=13,
                label=self.env._("Attestations overdue"),
                help=self.env._("The état liquidatif was due: the pupil waits for his allowance."),
                tone="danger",
            ),
            self._home_followup_card(
                waits
                & Domain("attestation_due_on", ">=", today)
                & Domain("attestation_due_on", "<=", soon),
                section="late",
                sequence=14,
                label=self.env._("Attestations due within 15 days"),
                help=self.env._("After that day the pupil's allowance is not paid in time."),
                tone="warning",
            ),
            self._home_followup_card(
                waits & Domain("attestation_to_call", "=", True),
                section="late",
                sequence=15,
                label=self.env._("Hosts to call for the attestation"),
                help=self.env._("Three letters brought nothing, or none can arrive."),
                tone="warning",
            ),
        ]

    def _home_cards_closing(self, company_ids):
        own = Domain("company_id", "in", company_ids)
        _today, since = self._home_days(-62)
        gaps = [
            ("company_id", "in", list(company_ids)),
            ("days_gap", "!=", 0),
            ("given_on", ">=", since),
            ("convention_id.state", "!=", "closed"),
        ]
        return [
            self._home_followup_card(
                own
                & (
                    Domain("state", "=", "attested")
                    | (Domain("state", "=", "interrupted") & Domain("attested_on", "!=", False))
                ),
                section="next",
                sequence=45,
                label=self.env._("Stays to close"),
                help=self.env._("The attestation is back: close them, class by class."),
                tone="info",
            ),
            {
                "section": "next",
                "sequence": 42,
                "label": self.env._("Attested days to compare"),
                "help": self.env._("The host counted otherwise than the school."),
                "count": self.env["bde.attestation"].search_count(gaps),
                "action": {
                    "xmlid": "bde_pfmp.action_attestation",
                    "domain": gaps,
                    "name": self.env._("Attested days to compare"),
                },
                "tone": "warning",
            },
        ]
