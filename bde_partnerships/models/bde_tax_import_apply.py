from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from .bde_tax_import_reason import reason

# computed fields of a receipt that its row says
INSERTED = ("company_id", "year", "partner_id")


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
        # what was taken back since is counted anew
        corrected = lines.filtered(lambda line: line.decision == "correct" and line.receipt_id)
        fresh = lines - gone - corrected
        touched = defaultdict(set)
        for line in gone | corrected:
            touched[line.campaign_id].add(line.receipt_id.partner_id.id)
        corrected._correct_receipts()
        gone._withdraw_receipts()
        receipts, targets = self._make_receipts(fresh)
        for line in receipts:
            touched[line.campaign_id].add(line.partner_id.id)
        self._note_results(gone, corrected, receipts)
        for campaign, ids in touched.items():
            campaign._settle_money(self.env["res.partner"].browse(ids))
        # once their money is known: who gives is not left out as owing nothing
        targets._judge()
        self._check_counted(lines)

    def _make_receipts(self, lines):
        """One receipt for each of these rows.

        :return: ({line: bde.tax.receipt}, the targets that are new: nobody judged them yet)
        """
        new = self.env["bde.tax.target"]
        if not lines:
            return {}, new
        # a message on each new page, with a follower, would tell nothing
        quiet = {"mail_create_nolog": True, "mail_create_nosubscribe": True}
        Partner = self.env["res.partner"].with_context(**quiet, tracking_disable=True)
        relations = Partner._bde_ensure_relations(
            {partner.id: {} for partner in lines.partner_id}, self.company_id
        )
        targets = {}
        for campaign, group in lines.grouped("campaign_id").items():
            received = defaultdict(float)
            for line in group:
                received[relations[line.partner_id.id]] += line.amount
            own = self.env["bde.relation"].browse(relation.id for relation in received)
            # sudo: what was received is written by imports alone, which the user may write
            found, made = campaign.with_env(self.env).sudo()._found_or_made(own, received)
            new |= made.with_env(self.env)
            targets |= {
                (campaign.id, relation.partner_id.id): target.id
                for relation, target in found.items()
            }
        keys = self._fresh_keys(lines)
        receipts = self._insert_receipts(
            [
                (
                    line.id, relations[line.partner_id.id].id,
                    targets[line.campaign_id.id, line.partner_id.id], keys[line],
                )
                for line in lines
            ]
        )  # fmt: skip
        return receipts, new

    def _insert_receipts(self, rows):
        """Stores receipts by the thousand: they repeat rows that were checked.

        What modules add to a receipt and compute from it is computed as for any new record.
        That nobody promised it is a guess, which settling corrects.

        :param list rows: (line, relation, target, row key) of each, by id
        :return: {line: bde.tax.receipt}
        """
        # sudo: receipts are written by imports alone
        Receipt = self.env["bde.tax.receipt"].sudo()
        self.env.flush_all()
        made = self.env.execute_query(
            SQL(
                """
                INSERT INTO bde_tax_receipt (
                       company_id, campaign_id, year, relation_id, partner_id, target_id,
                       window_id, transfer_on, amount, component_id, course_id, course_label,
                       import_line_id, row_key, is_unexpected,
                       create_uid, write_uid, create_date, write_date)
                SELECT line.company_id, line.campaign_id, campaign.year, new.relation,
                       relation.partner_id, new.target, line.window_id, line.transfer_on,
                       line.amount, line.component_id, line.course_id, line.course_label,
                       line.id, new.key, coalesce(target.pledge_count, 0) = 0,
                       %(user)s, %(user)s, %(now)s, %(now)s
                  FROM unnest(%(lines)s::int[], %(relations)s::int[], %(targets)s::int[],
                              %(keys)s::varchar[]) AS new(line, relation, target, key)
                  JOIN bde_tax_import_line line ON line.id = new.line
                  JOIN bde_tax_campaign campaign ON campaign.id = line.campaign_id
                  JOIN bde_relation relation ON relation.id = new.relation
                  JOIN bde_tax_target target ON target.id = new.target
              ORDER BY line.line, line.id
             RETURNING import_line_id, id
                """,
                user=self.env.uid,
                now=self.env.cr.now(),
                **dict(
                    zip(
                        ("lines", "relations", "targets", "keys"),
                        map(list, zip(*rows, strict=True)),
                        strict=True,
                    )
                ),
            )
        )
        made = dict(made)
        receipts = Receipt.browse(made.values())
        for field in Receipt._fields.values():
            if field.store and field.compute and field.name not in INSERTED:
                self.env.add_to_compute(field, receipts)
        receipts.modified(Receipt._fields, create=True)
        receipts._check_company()
        # sudo: lines are written by the import alone
        Line = self.env["bde.tax.import.line"].sudo()
        return dict(zip(Line.browse(made), receipts, strict=True))

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
        receipts = {line.id: receipt for line, receipt in receipts.items()}
        self.env["bde.tax.receipt"].browse(one.id for one in receipts.values()).fetch(
            ["amount", "row_key"]
        )
        written += [
            (line_id, receipt.id, "counted", receipt.amount, receipt.row_key)
            for line_id, receipt in receipts.items()
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
             LEFT JOIN bde_tax_receipt receipt ON receipt.id = line.receipt_id
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
