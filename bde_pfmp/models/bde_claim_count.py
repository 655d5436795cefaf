from odoo import models
from odoo.tools import float_compare, format_date, formatLang

from ..rules import claims as rules
from .bde_claim import COUNTED, OPEN


class BdeClaim(models.Model):
    """What the caps of the board leave of claims, with the working."""

    _inherit = "bde.claim"

    def _caps(self):
        """The cap of each claim on its first day: {claim: cap in sudo}; one query."""
        # sudo: nothing, as the caps of the board
        none = self.env["bde.claim.cap"].sudo().browse()
        keys = {
            claim: (claim.company_id, claim.kind, claim.date_from)
            for claim in self
            if claim.company_id and claim.date_from
        }
        caps = self.env["bde.claim.cap"]._in_force(list(keys.values()))
        return {claim: caps.get(keys.get(claim), none) for claim in self}

    def _verdicts(self):
        """What the caps leave of each claim, one after the other: {claim: (amount, words)}.

        Claims of one kind and placement share what the cap of the placement leaves; those that
        are granted count first, then the others in the order of their days.
        """
        caps = self._caps()
        granted = self._granted_elsewhere()
        result = {}
        for claim in self.sorted(lambda one: (str(one.date_from), one._origin.id)):
            cap = caps[claim]
            if claim.state in COUNTED:
                result[claim] = (claim.amount_granted, claim.granted_working)
                continue
            if not cap:
                result[claim] = (0, self.env._("No vote of the board covers these days."))
                continue
            key = (claim.placement_id._origin.id, claim.kind)
            verdict = rules.allowed(
                claim.amount_justified,
                claim.quantity,
                cap.amount_unit,
                cap.amount_stay,
                granted.get(key, 0),
            )
            if claim.state in OPEN:
                granted[key] = rules.euros(granted.get(key, 0)) + verdict.amount
            result[claim] = (float(verdict.amount), claim._working(cap, verdict))
        return result

    def _granted_elsewhere(self):
        """Granted for the same kind and placement: {(placement id, kind): amount}; one query."""
        # sudo: sums of one placement, for whoever reads or sends a claim of it
        groups = self.sudo()._read_group(
            [
                ("placement_id", "in", self.placement_id._origin.ids),
                ("state", "in", COUNTED),
            ],
            ["placement_id", "kind"],
            ["amount_granted:sum"],
        )
        return {(placement.id, kind): amount for placement, kind, amount in groups}

    def _working(self, cap, verdict):
        """What was counted, in words, with the date of the vote."""
        self.ensure_one()
        money = self._money
        units = dict(cap._fields["unit"]._description_selection(self.env))
        asked = money(self.amount_asked)
        if verdict.cut == "unit":
            text = self.env._(
                "%(asked)s asked, cut to %(quantity)s × %(cap)s a %(unit)s",
                asked=asked,
                quantity=self.quantity,
                cap=money(cap.amount_unit),
                unit=units[cap.unit],
            )
        elif verdict.cut == "stay":
            text = self.env._(
                "%(asked)s asked, cut to the %(left)s left of %(cap)s for the placement",
                asked=asked,
                left=money(verdict.left),
                cap=money(cap.amount_stay),
            )
        elif float_compare(self.amount_justified, self.amount_asked, precision_digits=2):
            text = self.env._(
                "%(asked)s asked, %(justified)s on receipts",
                asked=asked,
                justified=money(self.amount_justified),
            )
        else:
            text = self.env._("Under the cap")
        date = format_date(self.env, cap.board_date)
        return self.env._("%(working)s (vote of %(date)s)", working=text, date=date)

    def _money(self, amount):
        # sudo: the currency of the school
        return formatLang(self.env, float(amount), currency_obj=self.sudo().currency_id)
