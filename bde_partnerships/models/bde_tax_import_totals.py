from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

BUCKETS = ("received", "ready", "open", "aside", "not_ours", "refused")
_BUCKET = {"waiting": "open"}


class BdeTaxImport(models.Model):
    """Where the money of the file stands: the parts add up to its total, to the cent."""

    _inherit = "bde.tax.import"

    total_file = fields.Monetary(
        string="In the file", readonly=True, copy=False, help="Sum of the amounts of its rows."
    )
    total_stated = fields.Monetary(
        string="Total expected",
        copy=False,
        help="The total that the file states itself, or that SOLTéA shows. When the rows do not "
        "add up to it, nothing is counted. Zero: not known.",
    )
    unread_count = fields.Integer(
        string="Rows without an amount", readonly=True, copy=False, help="They are refused."
    )
    total_received = fields.Monetary(string="Counted", compute="_compute_totals")
    total_ready = fields.Monetary(string="To count", compute="_compute_totals")
    total_open = fields.Monetary(string="To resolve", compute="_compute_totals")
    total_waiting = fields.Monetary(
        string="Not counted yet", compute="_compute_totals", help="To count, or to resolve."
    )
    total_aside = fields.Monetary(string="Set aside", compute="_compute_totals")
    total_not_ours = fields.Monetary(string="Of another school", compute="_compute_totals")
    total_refused = fields.Monetary(string="Refused", compute="_compute_totals")
    total_gap = fields.Monetary(
        string="Gap", compute="_compute_totals", help="What the parts and the file differ by."
    )
    total_agrees = fields.Boolean(compute="_compute_totals")
    received_count = fields.Integer(compute="_compute_totals")
    ready_count = fields.Integer(compute="_compute_totals")
    open_count = fields.Integer(string="Number of rows to resolve", compute="_compute_totals")
    aside_count = fields.Integer(compute="_compute_totals")
    not_ours_count = fields.Integer(compute="_compute_totals")
    refused_count = fields.Integer(compute="_compute_totals")
    gone_count = fields.Integer(string="No longer in the file", compute="_compute_totals")
    todo_count = fields.Integer(string="Rows to write", compute="_compute_totals")
    done_count = fields.Integer(string="Rows written", compute="_compute_totals")
    twin_count = fields.Integer(string="Rows that repeat another", compute="_compute_totals")
    undated_count = fields.Integer(string="Rows without a date", compute="_compute_totals")
    sentence = fields.Text(string="What to know", compute="_compute_sentence")

    def _sums(self):
        """{import: {bucket: (amount, rows)}}, and other counts; one query, cents kept.

        What a row has counted before stands in "received"; its rest where the row stands.
        """
        self.env["bde.tax.import.line"].flush_model()
        sums = {record.id: defaultdict(Decimal) for record in self}
        for own, bucket, counted, rest, rows, todo, done, twins, undated in self.env.execute_query(
            SQL(
                """
                SELECT import_id, bucket, sum(counted)::text, sum(amount - counted)::text,
                       count(*),
                       count(*) FILTER (WHERE todo), count(result),
                       count(*) FILTER (WHERE twin_of > 0),
                       count(*) FILTER (WHERE transfer_on IS NULL)
                  FROM bde_tax_import_line
                 WHERE import_id = ANY(%s)
              GROUP BY import_id, bucket
                """,
                self.ids,
            )
        ):
            bucket = _BUCKET.get(bucket, bucket)
            own = sums[own]
            own["todo_count"] += todo
            own["done_count"] += done
            own[f"{bucket}_count"] += rows
            if bucket != "gone":
                own["twin_count"] += twins
                own["undated_count"] += undated if bucket in ("ready", "open") else 0
                own[f"total_{bucket}"] += Decimal(rest)
                own["total_received"] += Decimal(counted)
        return sums

    @api.depends(
        "line_ids.bucket", "line_ids.amount", "line_ids.counted", "total_file", "total_stated",
        "line_ids.todo", "line_ids.result",
    )  # fmt: skip
    def _compute_totals(self):
        sums = self._origin._sums()
        for record in self:
            own = sums.get(record._origin.id, defaultdict(Decimal))
            for name in BUCKETS:
                record[f"total_{name}"] = float(own[f"total_{name}"])
                record[f"{name}_count"] = int(own[f"{name}_count"])
            for name in ("gone", "todo", "done", "twin", "undated"):
                record[f"{name}_count"] = int(own[f"{name}_count"])
            record.total_waiting = float(own["total_ready"] + own["total_open"])
            parts = sum(own[f"total_{name}"] for name in BUCKETS)
            gap = Decimal(str(record.total_file)) - parts
            record.total_gap = float(gap)
            stated = record.total_stated and record.total_stated - record.total_file
            record.total_agrees = not gap and record.currency_id.is_zero(stated or 0)

    def _gap(self):
        """What the file and its parts differ by, in euros: zero, or something is wrong."""
        self.ensure_one()
        own = self._sums()[self.id]
        parts = sum(own[f"total_{name}"] for name in BUCKETS)
        self.flush_recordset(["total_file"])
        total = self.env.execute_query(
            SQL("SELECT coalesce(total_file, 0)::text FROM bde_tax_import WHERE id = %s", self.id)
        )[0][0]
        return float(Decimal(total) - parts)

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------

    @api.depends("state", "total_file", "line_ids.bucket", "campaign_id.state")
    def _compute_sentence(self):
        for record in self:
            shown = record.state in ("preview", "running", "done")
            record.sentence = "\n".join(record._sentences()) if shown else False

    def _sentences(self):
        """What a person has to know before counting, the most urgent first."""
        parts = [
            (self.open_count, self.env._("Rows to resolve: %(n)s. Nothing of them is counted.")),
            (self.ready_count, self.env._("Ready to be counted: %(n)s rows.")),
            (
                self.refused_count,
                self.env._(
                    "Refused: %(n)s. Download them with the reason, correct them, load them again."
                ),
            ),
            (
                self.twin_count,
                self.env._("Rows that say the very same as another: %(n)s. All are counted."),
            ),
            (
                self.undated_count,
                self.env._(
                    "Without a date of transfer: %(n)s rows. Correct their dates in the file, or "
                    "go back and give the day of the transfer for the whole file."
                ),
            ),
            (
                self.not_ours_count,
                self.env._("Of another school or component: %(n)s rows, never counted here."),
            ),
            (
                self.gone_count,
                self.env._(
                    "Counted before and not in this file: %(n)s. They stay counted; an export of "
                    "one transfer alone does not show the others."
                ),
            ),
        ]
        sentences = [text % {"n": number} for number, text in parts if number]
        return [*sentences, *self._moment_sentences()]

    def _moment_sentences(self):
        """Campaigns that are over: money may still be counted, it is told."""
        campaigns = self.campaign_id | self.line_ids.campaign_id
        closed = campaigns.filtered(lambda campaign: campaign.state == "closed")
        today = self.company_id._bde_today()
        sentences = [
            self.env._("%(campaign)s is closed: rows are counted in it all the same.",
                       campaign=campaign.name)
            for campaign in closed
        ]  # fmt: skip
        for campaign in campaigns - closed:
            last = campaign._last_transfer_on()
            if last and last < today:
                sentences.append(
                    self.env._(
                        "The last transfer of %(campaign)s is over: rows are counted in it all "
                        "the same.",
                        campaign=campaign.name,
                    )
                )
        return sentences

    # ------------------------------------------------------------
    # Lists behind the figures
    # ------------------------------------------------------------

    def action_lines(self):
        """The rows that stand somewhere (context ``bucket``), or all of them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_tax_import_line"
        )
        action["domain"] = [("import_id", "=", self.id)]
        action["context"] = {"create": False}
        bucket = self.env.context.get("bucket")
        if bucket:
            action["domain"].append(("bucket", "=", bucket))
            Line = self.env["bde.tax.import.line"]
            labels = dict(Line._fields["bucket"]._description_selection(self.env))
            action["display_name"] = action["name"] = labels[bucket]
        return action

    def action_receipts(self):
        """The receipts of the rows of this file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_tax_receipt"
        )
        lines = self.env["bde.tax.import.line"].search_fetch(
            [("import_id", "=", self.id), ("receipt_id", "!=", False)], ["receipt_id"]
        )
        action["domain"] = [("id", "in", lines.receipt_id.ids)]
        action["context"] = {}
        return action
