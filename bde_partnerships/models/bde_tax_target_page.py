from odoo import api, models
from odoo.tools import formatLang


class BdeRelation(models.Model):
    """The taxe d'apprentissage on the page of a company."""

    _inherit = "bde.relation"

    def action_open_tax(self):
        """Opens what was asked of this company, campaign by campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_target")
        return action | {"domain": [("relation_id", "=", self.id)], "context": {}}


class BdeTimeline(models.AbstractModel):
    """Promises and money on the timeline of a company; answers are in another file."""

    _inherit = "bde.timeline"

    def _timeline_sources(self):
        return [
            *super()._timeline_sources(),
            self._timeline_pledges,
            self._timeline_receipts,
        ]

    def _timeline_pledges(self, relation, axis, before, limit):
        """What the company promised, and what came of it."""
        if axis not in (None, "tax"):
            return []
        model = "bde.pledge"
        states = self._timeline_labels(model, "state")
        entries = []
        for row in self._timeline_rows(
            model,
            "said_on",
            before,
            limit,
            [("relation_id", "=", relation.id)],
            ["state", "amount", "percent", "year", "said_by", "said_by_id.name"],
        ):
            said = self._timeline_euros(relation, row["amount"])
            if not row["amount"] and row["percent"]:
                said = self.env._("%(percent)g %% of its balance", percent=row["percent"])
            entries.append(
                self._timeline_entry(
                    model,
                    row,
                    "tax",
                    "fa-handshake-o",
                    self.env._("Taxe d'apprentissage %(year)s: promise", year=row["year"]),
                    detail=" · ".join(filter(None, (said, states[row["state"]]))),
                    who=row["said_by_id.name"] or row["said_by"],
                    tone={"received": "success", "cancelled": "muted"}.get(row["state"]),
                )
            )
        return entries

    def _timeline_receipts(self, relation, axis, before, limit):
        """Money of the company that an export of SOLTéA names."""
        if axis not in (None, "tax"):
            return []
        model = "bde.tax.receipt"
        return [
            self._timeline_entry(
                model,
                row,
                "tax",
                "fa-eur",
                self.env._("Taxe d'apprentissage %(year)s: received", year=row["year"]),
                detail=self._timeline_euros(relation, row["amount"]),
                tone="success" if row["amount"] > 0 else "warning",
            )
            for row in self._timeline_rows(
                model,
                "transfer_on",
                before,
                limit,
                [("relation_id", "=", relation.id), ("transfer_on", "!=", False)],
                ["amount", "year"],
            )
        ]

    @api.model
    def _timeline_euros(self, relation, amount):
        if not amount:
            return ""
        return formatLang(self.env, amount, currency_obj=relation.company_id.currency_id)


class BdePledge(models.Model):
    _inherit = "bde.pledge"

    _relation_said_idx = models.Index("(relation_id, said_on DESC, id DESC)")


class BdeTaxReceipt(models.Model):
    _inherit = "bde.tax.receipt"

    _relation_transfer_idx = models.Index("(relation_id, transfer_on DESC, id DESC)")
