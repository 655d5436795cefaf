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
        receipts.import_line_id.fetch(
            ["import_id", "period", "component_label", "component_uai", "component_siret",
             "siret", "siren", "name"]
        )  # fmt: skip
        return receipts

    def _compare(self, rows, matches, receipts, where):
        """Which receipt each row is, and the receipts that no row speaks of.

        First by the key of the row, then by company: the same amount is the same money when it
        was counted from a file with other columns. Another amount, or another row of a file
        with the same columns, is asked about.

        :param dict where: see ``_place_of``, by id(row)
        :return: ({id(row): receipt}, receipts that are gone, ids of rows that are asked about)
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
            loose = self._compare_loosely(new, matches, left, where)
            before |= loose
            left -= receipts.browse([receipt.id for receipt in loose.values()])
            alike = self._with_same_columns(left.browse(one.id for one in loose.values()))
            return before, left, {key for key, receipt in loose.items() if receipt in alike}
        return before, left, set()

    def _with_same_columns(self, receipts):
        """Those of these receipts that a file with the columns of this one counted."""
        imports = receipts.import_line_id.import_id
        imports.column_ids.fetch(["import_id", "field"])
        own = self._told_columns()
        alike = imports.filtered(lambda one: one._told_columns() == own)
        return receipts.filtered(lambda one: one.import_line_id.import_id in alike)

    def _told_columns(self):
        """What a file tells of each row, the day typed for the whole file included."""
        day = {"transfer_on"} if self.transfer_on else set()
        return {column.field for column in self.column_ids if column.field} | day

    def _compare_loosely(self, rows, matches, receipts, where):
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
                place = _place_told(row, where[id(row)])
                fitting = (one for one in free[key] if self._may_be(row, one, same, place))
                receipt = next(fitting, None)
                if receipt:
                    found[id(row)] = receipt
                    free[key].remove(receipt)
        return found

    def _may_be(self, row, receipt, same_amount, place):
        """Whether a row and a receipt of one company may be one: nothing they tell differs.

        :param place: see :func:`_place_told`
        """
        if same_amount and cents(row.amount) != cents(receipt.amount):
            return False
        if (row.amount < 0) != (receipt.amount < 0):
            return False
        label, old = normalise(row.course or row.course_code), normalise(receipt.course_label)
        line = receipt.import_line_id
        told = line.component_uai or line.component_siret or line.component_label
        pairs = (
            (row.transfer_on, receipt.transfer_on or None),
            (label, old),
            (row.period, line.period),
            (place, told and (receipt.component_id.id,)),
        )
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
        Line = self.env["bde.tax.import.line"]
        waiting = Line.search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("import_id", "!=", self.id),
                ("waits", "=", True),
                ("import_id.state", "=", "done"),
            ],
            ["row_key"],
        )
        own = Line.search_fetch(
            [
                ("import_id", "=", self.id),
                ("row_key", "in", waiting.mapped("row_key")),
                ("status", "!=", "gone"),
            ],
            ["row_key"],
        )
        keys = set(own.mapped("row_key"))
        older = waiting.filtered(lambda line: line.row_key in keys)
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


def _place_told(row, where):
    """The component that a row names, in a tuple: (False,) is the school itself; None: no word.

    :param where: (component, code, value), see ``_place_of``
    """
    component, code, _value = where
    told = row.uai or row.component_siret or row.component
    return (component.id,) if told and not code else None


def cents(amount):
    """Euros as whole cents."""
    return round(float(amount or 0) * 100)
