from datetime import timedelta

from odoo import api, fields, models

from .bde_placement_stay import STAY_STATES
from .bde_site_document import SOON_DAYS


class BdeHome(models.AbstractModel):
    """What the quality of sites asks for this morning."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if taught := self._home_companies("teacher"):
            cards += self._home_cards_to_rate(taught)
        if own := self._home_companies("secretary"):
            cards += self._home_cards_sites(own)
        if self._home_companies("admin", "correspondent"):
            cards += self._home_cards_blocks()
        return cards

    def _home_quality_card(self, model, action, domain, **card):
        return card | {
            "count": self.env[model].search_count(domain),
            "action": {"xmlid": f"bde_pfmp.{action}", "domain": domain, "name": card["label"]},
        }

    def _home_cards_to_rate(self, company_ids):
        today = self.env.company._bde_today()
        days = self.env["bde.quality.term"]._days("deadline_days")
        domain = [
            ("company_id", "in", company_ids),
            ("referent_id.user_id", "=", self.env.uid),
            ("state", "in", STAY_STATES),
            ("host_id", "!=", False),
            ("date_end", "<=", fields.Date.to_string(today + timedelta(days=1))),
            ("date_end", ">=", fields.Date.to_string(today - timedelta(days=days))),
            ("rating_ids", "not any", [("view", "=", "referent")]),
        ]
        return [
            self._home_quality_card(
                "bde.placement",
                "action_placement",
                domain,
                section="next",
                sequence=47,
                label=self.env._("Sites to rate"),
                help=self.env._("Your pupils are back: five questions on each company."),
                tone="info",
            )
        ]

    def _home_cards_sites(self, company_ids):
        own = ("company_id", "in", company_ids)
        today = self.env.company._bde_today()
        soon = fields.Date.to_string(fields.Date.add(today, days=SOON_DAYS))
        old = fields.Date.to_string(self.env["bde.relation"]._confirm_limit(self.env.company))
        return [
            self._home_quality_card(
                "bde.rating",
                "action_rating",
                [own, ("moderation", "=", "to_read")],
                section="next",
                sequence=48,
                label=self.env._("Words of pupils and tutors to read"),
                help=self.env._("You alone read them: let them pass, or hide them with a reason."),
                tone="warning",
            ),
            self._home_quality_card(
                "bde.site.update",
                "action_site_update",
                [own, ("state", "=", "to_accept")],
                section="next",
                sequence=49,
                label=self.env._("Answers of companies to accept"),
                help=self.env._("What they say of their site."),
                tone="info",
            ),
            self._home_quality_card(
                "bde.site.document",
                "action_site_document",
                [own, ("expires_on", "<=", soon)],
                section="next",
                sequence=71,
                label=self.env._("Papers of companies that end"),
                help=self.env._("Ask for new ones, or archive those that were replaced."),
                tone="warning",
            ),
            self._home_quality_card(
                "bde.relation",
                "action_relation_to_confirm",
                [
                    own,
                    ("site_confirmed_on", "<", old),
                    ("hosted_count", ">", 0),
                    ("status", "!=", "avoid"),
                    ("closed_on", "=", False),
                ],
                section="next",
                sequence=72,
                label=self.env._("Sites not confirmed for a year"),
                help=self.env._("A link asks a few of them each day; call the others."),
                tone="info",
            ),
        ]

    def _home_cards_blocks(self):
        return [
            self._home_quality_card(
                "bde.site.block.request",
                "action_site_block_request",
                [("state", "=", "proposed")],
                section="next",
                sequence=20,
                label=self.env._("Companies to forbid: to decide"),
                help=self.env._("A school proposes it, with the decision or the hearing."),
                tone="danger",
            ),
            self._home_quality_card(
                "bde.site.block",
                "action_site_block",
                [("is_running", "=", True)],
                section="figures",
                sequence=70,
                label=self.env._("Forbidden companies"),
                tone="muted",
            ),
        ]
