from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from .bde_attestation_follow import SOON_DAYS

TO_DO = ("missing", "ready", "changed")
CLASSES_SHOWN = 3


class BdeHome(models.AbstractModel):
    """What the allowance asks for: papers, the entry in APLyPro, rates of the year."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if own := self._home_companies("secretary"):
            cards += self._home_cards_allowance(own)
        if self._home_companies("admin") and (card := self._home_card_rates()):
            cards.append(card)
        return cards

    def _home_cards_allowance(self, company_ids):
        own = ("company_id", "in", company_ids)

        def card(model, domain, **values):
            xmlid = {
                "bde.allowance": "bde_pfmp.action_allowance",
                "bde.gratification": "bde_pfmp.action_gratification",
            }[model]
            return values | {
                "count": self.env[model].search_count(domain),
                "action": {"xmlid": xmlid, "domain": domain, "name": values["label"]},
            }

        _today, soon = self._home_days(SOON_DAYS)
        due = [own, ("status", "in", TO_DO), ("due_on", "<=", soon)]
        return [
            card(
                "bde.allowance",
                due,
                section="late",
                sequence=59,
                label=self.env._("État liquidatif due within 15 days"),
                help=self._home_due_classes(due),
                tone="danger",
            ),
            card(
                "bde.allowance",
                [own, ("status", "=", "missing")],
                section="late",
                sequence=60,
                label=self.env._("Allowances that wait for a paper"),
                help=self.env._(
                    "The stay is over; for each pupil, what is missing before APLyPro."
                ),
                tone="warning",
            ),
            card(
                "bde.allowance",
                [own, ("status", "=", "changed")],
                section="late",
                sequence=61,
                label=self.env._("Allowances to correct in APLyPro"),
                help=self.env._("Days or amounts changed since they were entered."),
                tone="danger",
            ),
            card(
                "bde.allowance",
                [own, ("status", "=", "ready")],
                section="next",
                sequence=60,
                label=self.env._("Allowances ready for APLyPro"),
                help=self.env._("Nothing is missing: enter them class by class."),
                tone="info",
            ),
            card(
                "bde.gratification",
                [own, ("status", "in", ("not_agreed", "short")), ("is_over", "=", True)],
                section="late",
                sequence=65,
                label=self.env._("Gratifications not paid by the host"),
                help=self.env._("Beyond the threshold with one host: at least the legal minimum."),
                tone="warning",
            ),
        ]

    def _home_due_classes(self, domain):
        """The classes whose état liquidatif is due first, each with its day."""
        groups = self.env["bde.allowance"]._read_group(
            domain,
            ["division_id"],
            ["due_on:min"],
            order="due_on:min, division_id",
            limit=CLASSES_SHOWN,
        )
        classes = ", ".join(
            f"{division.name or '–'} ({format_date(self.env, day)})" for division, day in groups
        )
        if not classes:
            return self.env._("Two months after the end of each stay.")
        return self.env._(
            "Two months after the end of each stay. First: %(classes)s.", classes=classes
        )

    def _home_card_rates(self):
        """The running year without any rate: the administrator adds them."""
        year = self.env["bde.school.year"]._search_current(self.env.company)
        if not year:
            return None
        domain = Domain("school_year", "=", year.name)
        if self.env["bde.allowance.rate"].search_count(domain, limit=1):
            return None
        return {
            "section": "late",
            "sequence": 60,
            "label": self.env._(
                "Rates of the allowance are not known for %(year)s", year=year.name
            ),
            "help": self.env._("Until they are there, the schools see no amount."),
            "count": 1,
            "tone": "warning",
            "action": {"xmlid": "bde_pfmp.action_allowance_rate"},
        }
