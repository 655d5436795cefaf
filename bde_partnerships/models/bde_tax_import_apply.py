from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from .bde_tax_import_reason import reason


class BdeTaxImport(models.Model):
    """Counting the rows that are decided: each once, whoever counts it and however often."""

    _inherit = "bde.tax.import"

    def _check_apply(self):
        """Stops when the totals do not agree: nothing is counted from a file in doubt.

        :raise UserError: with both totals
        """
        gap = self._gap()
        if gap:
            raise UserError(
                self.env._(
                    "%(gap)s of the file stand nowhere: check the rows again before counting.",
                    gap=format_amount(self.env, gap, self.currency_id),
                )
            )
        missing = self.total_stated and self.total_stated - self.total_file
        if not self.currency_id.is_zero(missing or 0):
            raise UserError(
                self.env._(
                    "The total should be %(stated)s, the rows add up to %(rows)s: %(gap)s apart."
                    " Correct the file, or the total that you expect, before counting.",
                    stated=format_amount(self.env, self.total_stated, self.currency_id),
                    rows=format_amount(self.env, self.total_file, self.currency_id),
                    gap=format_amount(self.env, abs(missing), self.currency_id),
                )
            )

    def _apply_chunk(self):
        """Counts the next rows; the last chunk ends the import."""
        self.company_id._bde_check_user_is("secretary")
        # sudo: lines and receipts are written by the import alone, which the user may write
        lines = (
            self.env["bde.tax.import.line"]
            .sudo()
            .search(
                [("import_id", "=", self.id), ("todo", "=", True)],
                limit=self._chunk_size(),
                order="line",
            )
        )
        self._look_again(lines)
        lines = lines.filtered("todo")
        if lines:
            self._count_lines(lines)
        self._end()

    def _look_again(self, lines):
        """Rows that somebody else counted since the preview are not counted again."""
        fresh = lines.filtered(lambda line: not line.receipt_id and line.decision != "add")
        # sudo: receipts of this school
        receipts = (
            self.env["bde.tax.receipt"]
            .sudo()
            .search([
                ("company_id", "=", self.company_id.id),
                ("row_key", "in", fresh.mapped("row_key")),
            ])
        )  # fmt: skip
        by_key = {receipt.row_key: receipt for receipt in receipts}
        for line in fresh:
            receipt = by_key.get(line.row_key)
            if not receipt:
                continue
            same = self.currency_id.compare_amounts(receipt.amount, line.amount) == 0
            line.write({
                "receipt_id": receipt.id, "counted": receipt.amount, "decision": False,
                "status": "known" if same else "changed",
                "reason": False if same else reason(
                    self.env, "changed", old=self._euros(receipt.amount),
                    new=self._euros(line.amount),
                ),
            })  # fmt: skip

    def _count_lines(self, lines):
        """Makes, corrects or takes back the receipts of these rows."""
        gone = lines.filtered(lambda line: line.status == "gone")
        corrected = lines.filtered(lambda line: line.decision == "correct")
        fresh = lines - gone - corrected
        touched = defaultdict(lambda: self.env["res.partner"])
        for line in gone | corrected:
            touched[line.campaign_id] |= line.receipt_id.partner_id
        corrected._correct_receipts()
        gone._withdraw_receipts()
        receipts = self._make_receipts(fresh)
        for receipt in receipts.values():
            touched[receipt.campaign_id] |= receipt.partner_id
        self._note_results(gone, corrected, receipts)
        for campaign, partners in touched.items():
            campaign._settle_money(partners)
        self._check_counted(lines)

    def _make_receipts(self, lines):
        """One receipt for each of these rows.

        :return: {line: bde.tax.receipt}
        """
        if not lines:
            return {}
        relations = self.env["res.partner"]._bde_ensure_relations(
            {partner.id: {} for partner in lines.partner_id}, self.company_id
        )
        targets = {}
        for campaign, group in lines.grouped("campaign_id").items():
            own = self.env["bde.relation"].browse(
                {relations[partner.id].id for partner in group.partner_id}
            )
            found = campaign.with_env(self.env)._targets_of(own)
            targets |= {
                (campaign.id, relation.partner_id.id): target.id
                for relation, target in found.items()
            }
        keys = self._fresh_keys(lines)
        Receipt = self.env["bde.tax.receipt"].sudo().with_context(bde_tax_settle_later=True)
        # sudo: receipts are written by imports alone
        made = Receipt.create([
            {
                "campaign_id": line.campaign_id.id,
                "relation_id": relations[line.partner_id.id].id,
                "target_id": targets[line.campaign_id.id, line.partner_id.id],
                "window_id": line.window_id.id,
                "transfer_on": line.transfer_on,
                "amount": line.amount,
                "component_id": line.component_id.id,
                "course_id": line.course_id.id,
                "course_label": line.course_label,
                "import_line_id": line.id,
                "row_key": keys[line],
            }
            for line in lines
        ])  # fmt: skip
        return dict(zip(lines, made.with_context(bde_tax_settle_later=False), strict=True))

    def _fresh_keys(self, lines):
        """The key of each row; rows that are counted besides another get the next rank."""
        keys = {line: line.row_key for line in lines}
        besides = lines.filtered(lambda line: line.decision == "add")
        if not besides:
            return keys
        digests = [line.row_key.rpartition(":")[0] for line in besides]
        ranks = defaultdict(int)
        for digest, rank in self.env.execute_query(
            SQL(
                """
                SELECT split_part(row_key, ':', 1), max(split_part(row_key, ':', 2)::int)
                  FROM (SELECT row_key FROM bde_tax_receipt WHERE company_id = %(school)s
                         UNION ALL
                        SELECT row_key FROM bde_tax_import_line WHERE import_id = %(own)s) rows
                 WHERE split_part(row_key, ':', 1) = ANY(%(digests)s)
              GROUP BY 1
                """,
                school=self.company_id.id,
                own=self.id,
                digests=digests,
            )
        ):
            ranks[digest] = rank
        for line, digest in zip(besides, digests, strict=True):
            ranks[digest] += 1
            keys[line] = f"{digest}:{ranks[digest]}"
        return keys

    def _note_results(self, gone, corrected, receipts):
        """Notes on each row what became of it."""
        written = [(line.id, None, "withdrawn", 0, line.row_key) for line in gone]
        written += [
            (line.id, line.receipt_id.id, "corrected", line.amount, line.row_key)
            for line in corrected
        ]
        written += [
            (line.id, receipt.id, "counted", receipt.amount, receipt.row_key)
            for line, receipt in receipts.items()
        ]
        Line = self.env["bde.tax.import.line"]
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                UPDATE bde_tax_import_line line
                   SET receipt_id = done.receipt, result = done.result, counted = done.counted,
                       row_key = done.row_key, todo = FALSE, waits = FALSE,
                       bucket = CASE line.status WHEN 'gone' THEN 'gone' ELSE 'received' END
                  FROM unnest(%s::int[], %s::int[], %s::varchar[], %s::numeric[], %s::varchar[])
                       AS done(line, receipt, result, counted, row_key)
                 WHERE line.id = done.line AND line.import_id = %s
             RETURNING line.id
                """,
                *map(list, zip(*written, strict=True)),
                self.id,
            )
        )
        Line.invalidate_model()
        self.invalidate_recordset()

    def _check_counted(self, lines):
        """Stops, and undoes the chunk, when receipts and rows do not add up to the same."""
        counted, received = self.env.execute_query(
            SQL(
                """
                SELECT sum(line.counted), sum(receipt.amount)
                  FROM bde_tax_import_line line
                  JOIN bde_tax_receipt receipt ON receipt.id = line.receipt_id
                 WHERE line.id = ANY(%s) AND line.status != 'gone'
                """,
                lines.ids,
            )
        )[0]
        if counted != received or self._gap():
            raise UserError(
                self.env._("The receipts do not add up to the rows: nothing of them was counted.")
            )


class BdeTaxImportLine(models.Model):
    """What counting a row does to a receipt that was there before."""

    _inherit = "bde.tax.import.line"

    def _correct_receipts(self):
        """The receipts say what the rows say now."""
        for line in self:
            line.receipt_id.with_context(bde_tax_settle_later=True).write({
                "amount": line.amount,
                "transfer_on": line.transfer_on or line.receipt_id.transfer_on,
                "window_id": (line.window_id or line.receipt_id.window_id).id,
                "component_id": (line.component_id or line.receipt_id.component_id).id,
                "course_id": (line.course_id or line.receipt_id.course_id).id,
                "course_label": line.course_label or line.receipt_id.course_label,
                "import_line_id": line.id,
                "row_key": line.row_key,
            })  # fmt: skip

    def _withdraw_receipts(self):
        """Takes back what no export names any more; older rows say so."""
        older = self.search([("receipt_id", "in", self.receipt_id.ids), ("id", "not in", self.ids)])
        older.write({
            "result": False, "decision": "aside", "counted": 0,
            "aside_reason": reason(self.env, "gone"),
        })  # fmt: skip
        self.receipt_id.with_context(bde_tax_settle_later=True).unlink()
