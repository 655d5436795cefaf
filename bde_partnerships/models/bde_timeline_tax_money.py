from odoo import models
from odoo.tools import format_amount


class BdeTimeline(models.AbstractModel):
    """Promises and receipts of the tax on the timeline of a company."""

    _inherit = "bde.timeline"

    def _timeline_sources(self):
        return [
            *super()._timeline_sources(),
            self._timeline_tax_pledges,
            self._timeline_tax_receipts,
        ]

    def _timeline_tax_pledges(self, relation, axis, before, limit):
        """What the company promised, and what came of it."""
        if axis not in (None, "tax"):
            return []
        model = "bde.pledge"
        states = self._timeline_labels(model, "state")
        tones = {"received": "success", "not_received": "danger", "cancelled": "muted"}
        return [
            self._timeline_entry(
                model,
                row,
                "tax",
                "fa-handshake-o",
                self.env._("Promise of tax: %(state)s", state=states[row["state"]]),
                detail=self._timeline_said(relation, row),
                who=row["said_by_id.name"] or row["said_by"] or "",
                tone=tones.get(row["state"]),
            )
            for row in self._timeline_rows(
                model,
                "said_on",
                before,
                limit,
                [("relation_id", "=", relation.id)],
                ["state", "amount", "percent", "said_by", "said_by_id.name"],
            )
        ]

    def _timeline_said(self, relation, row):
        """The amount or the percentage of a promise."""
        if row["amount"]:
            return format_amount(self.env, row["amount"], relation.company_id.currency_id)
        return f"{row['percent']:g} %" if row["percent"] else self.env._("amount not said")

    def _timeline_tax_receipts(self, relation, axis, before, limit):
        """The transfers that came from the company."""
        if axis not in (None, "tax"):
            return []
        model = "bde.tax.receipt"
        currency = relation.company_id.currency_id
        return [
            self._timeline_entry(
                model,
                row,
                "tax",
                "fa-eur",
                self.env._(
                    "Tax received: %(amount)s",
                    amount=format_amount(self.env, row["amount"], currency),
                ),
                detail=row["course_label"] or "",
                tone="success" if row["amount"] > 0 else "muted",
            )
            for row in self._timeline_rows(
                model,
                "transfer_on",
                before,
                limit,
                [("relation_id", "=", relation.id), ("transfer_on", "!=", False)],
                ["amount", "course_label"],
            )
        ]
