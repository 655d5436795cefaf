from odoo import models
from odoo.fields import Domain

# Amounts that are kept on a target, so that lists sum and sort by them.
SETTLED = (
    "pledge_count", "promised_amount", "received_amount", "last_year_amount", "giving_years",
)  # fmt: skip


class BdeTaxTarget(models.Model):
    """What the money of a target adds up to, from pledges, receipts and earlier campaigns."""

    _inherit = "bde.tax.target"

    def _settle(self):
        """Counts pledges and receipts again; the stage follows. Constant queries.

        Called by whatever makes, changes or cancels a pledge or a receipt. The campaigns after
        learn what the company gave before.
        """
        # sudo: sums of what the caller has just changed; an answer by link comes without user
        targets = self.sudo().with_context(bde_tax_calls_later=True)
        if not targets:
            return
        self.env.flush_all()
        pledges = targets._settle_pledges()
        receipts = targets._settle_receipts()
        for target in targets:
            count, promised = pledges.get(target.id, (0, 0.0))
            received = receipts.get(target.id, 0.0)
            target._keep_changed(
                {
                    "pledge_count": count,
                    "promised_amount": promised,
                    "received_amount": received,
                }
            )
        targets._stop_calls()
        targets._settle_history()
        # who promises or gives is asked again another year, whatever was thought of it
        targets.filtered(
            lambda t: t.left_out_reason == "exempt" and (t.pledge_count or t.received_amount)
        )._judge()

    def _keep_changed(self, values):
        """Writes what is not so already: an amount is the same to the cent."""
        changed = {
            name: value
            for name, value in values.items()
            if (
                self.currency_id.compare_amounts(self[name], value)
                if self._fields[name].type == "monetary"
                else self[name] != value
            )
        }
        if changed:
            self.write(changed)

    def _settle_pledges(self):
        """Number and sum of the pledges that stand, by id of the target."""
        groups = self.env["bde.pledge"]._read_group(
            [("target_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["target_id"],
            ["__count", "expected_amount:sum"],
        )
        return {target.id: (count, amount or 0.0) for target, count, amount in groups}

    def _settle_receipts(self):
        """Sum of the receipts, corrections included, by id of the target."""
        groups = self.env["bde.tax.receipt"]._read_group(
            [("target_id", "in", self.ids)], ["target_id"], ["amount:sum"]
        )
        return {target.id: amount or 0.0 for target, amount in groups}

    def _settle_history(self):
        """What each company gave in the campaigns before its own.

        The targets of later campaigns are told too, when an export of last year comes late.
        """
        relations = self.relation_id
        self.env.flush_all()
        given = {}
        for relation, year, amount in (
            self.env["bde.tax.target"]
            .sudo()
            ._read_group(
                Domain("relation_id", "in", relations.ids) & Domain("received_amount", ">", 0),
                ["relation_id", "year"],
                ["received_amount:sum"],
            )
        ):
            given.setdefault(relation.id, {})[year] = amount
        later = self.sudo().search(
            [("relation_id", "in", relations.ids), ("year", ">", min(self.mapped("year")))]
        )
        for target in self | later:
            years = given.get(target.relation_id.id, {})
            target._keep_changed(
                {
                    "last_year_amount": years.get(target.year - 1, 0.0),
                    "giving_years": sum(year < target.year for year in years),
                }
            )
