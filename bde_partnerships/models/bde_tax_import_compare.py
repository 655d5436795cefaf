from collections import defaultdict
from decimal import Decimal

from odoo import models

from ..rules import soltea_file
from ..rules.texts import normalise
from .bde_tax_import_reason import reason


class BdeTaxImport(models.Model):
    """The rows of an export beside those of earlier files: nothing is counted or asked twice."""

    _inherit = "bde.tax.import"

    def _receipts_before(self, campaigns):
        """Everything that was counted in these campaigns."""
        receipts = self.env["bde.tax.receipt"].search(
            [("campaign_id", "in", campaigns.ids)], order="id"
        )
        # sudo: shared companies
        receipts.partner_id.sudo().fetch(["bde_siren", "name"])
        return receipts

    def _compare(self, rows, matches, receipts):
        """Which receipt each row is, and the receipts that no row speaks of.

        First by the key of the row, then, when the file has other columns, by company: the
        same amount is the same money, another amount is asked about.

        :return: ({id(row): receipt}, receipts that are gone)
        """
        known, by_key = defaultdict(dict), {}
        for receipt in receipts.filtered("row_key"):
            digest, _mark, rank = receipt.row_key.rpartition(":")
            known[digest][int(rank)] = Decimal(str(receipt.amount)).quantize(Decimal("0.01"))
            by_key[receipt.row_key] = receipt
        soltea_file.give_ranks(rows, known)
        before = {id(row): by_key[row.row_key] for row in rows if row.row_key in by_key}
        left = receipts - receipts.browse([receipt.id for receipt in before.values()])
        new = [row for row in rows if id(row) not in before and matches[id(row)].partner_id]
        if left and new:
            before |= self._compare_loosely(new, matches, left)
            left -= receipts.browse([receipt.id for receipt in before.values()])
        return before, left

    def _compare_loosely(self, rows, matches, receipts):
        """Rows and receipts of one company that differ in what one of them does not tell."""
        Partner = self.env["res.partner"]
        partners = Partner.browse({matches[id(row)].partner_id for row in rows}).sudo()
        # sudo: shared companies
        partners.fetch(["bde_siren"])
        keys = {partner.id: partner.bde_siren or partner.id for partner in partners}
        free = defaultdict(list)
        for receipt in receipts:
            free[receipt.campaign_id.year, receipt._company_key()].append(receipt)
        found = {}
        for same in (True, False):
            for row in rows:
                key = row.year, keys[matches[id(row)].partner_id]
                if id(row) in found or matches[id(row)].status != "new":
                    continue
                fitting = (one for one in free[key] if self._may_be(row, one, same))
                receipt = next(fitting, None)
                if receipt:
                    found[id(row)] = receipt
                    free[key].remove(receipt)
        return found

    def _may_be(self, row, receipt, same_amount):
        """Whether a row and a receipt of one company may be one: nothing they tell differs."""
        if same_amount and cents(row.amount) != cents(receipt.amount):
            return False
        if (row.amount < 0) != (receipt.amount < 0):
            return False
        label, old = normalise(row.course or row.course_code), normalise(receipt.course_label)
        pairs = ((row.transfer_on, receipt.transfer_on or None), (label, old))
        return all(not one or not other or one == other for one, other in pairs)

    def _set_aside_before(self, rows):
        """Rows that somebody set aside in an earlier file: not asked twice."""
        lines = self.env["bde.tax.import.line"].search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("row_key", "in", [row.row_key for row in rows]),
                ("decision", "=", "aside"),
                ("import_id", "!=", self.id),
                ("newer_id", "=", False),
            ],
            ["row_key", "aside_reason"],
            order="id",
        )
        return {
            line.row_key: {"decision": "aside", "aside_reason": line.aside_reason} for line in lines
        }

    def _take_over_older(self):
        """Rows that wait in an older file are resolved in this one: they are asked once."""
        keys = [line.row_key for line in self.line_ids if line.status != "gone"]
        older = self.env["bde.tax.import.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("row_key", "in", keys),
                ("import_id", "!=", self.id),
                ("waits", "=", True),
                ("import_id.state", "=", "done"),
            ]
        )
        # sudo: lines are written by imports alone
        older.sudo().write({
            "decision": "aside",
            "aside_reason": reason(self.env, "newer", name=self.display_name),
            "newer_id": self.id,
        })  # fmt: skip

    def _give_back_older(self):
        """Rows of older files that this one took over wait there again: it goes, or is read anew.

        What it counted stays counted.
        """
        older = self.env["bde.tax.import.line"].search(
            [("newer_id", "in", self.ids), ("receipt_id", "=", False)]
        )
        # sudo: lines are written by imports alone
        older.sudo().write({"decision": False, "aside_reason": False, "newer_id": False})


def cents(amount):
    """Euros as whole cents."""
    return round(float(amount or 0) * 100)
