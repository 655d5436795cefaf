import json

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount, split_every

from ..rules import soltea_file
from ..rules.identifiers import is_rncp
from ..rules.texts import normalise
from .bde_tax_import_compare import cents
from .bde_tax_import_line import place
from .bde_tax_import_reason import reason

# lines that are made in one go
CHUNK = 1000
TRANSFER = {1: "transfer1", 2: "transfer2", 3: "transfer3"}


class BdeTaxImport(models.Model):
    """What each row of the export is, beside what was counted before. Counts nothing."""

    _inherit = "bde.tax.import"

    def action_preview(self):
        """Checks every row, finds its company and what earlier files said of it.

        May be asked again, also after rows were counted: answers that were given stay.

        :raise UserError: no column for the amount or the employer, or two for one thing
        """
        if self.state == "draft":
            self.action_read()
        self._check_step("columns", "preview", "done")
        content = self._read_content()
        answers, counted = self._answers(), self._counted_receipts()
        self._give_back_older()
        # sudo: lines are made by the import alone
        self.sudo().line_ids.unlink()
        self._make_lines(content, answers)
        self._count_as_before(counted)
        # sudo: the totals of a file are written by the import alone
        self.sudo().write({
            "state": "preview",
            "report": False,
            "total_file": float(content.total),
            "total_stated": float(content.stated or 0),
            "unread_count": sum(row.amount is None for row in content.rows),
        })  # fmt: skip
        self._take_over_older()
        return True

    def _read_content(self):
        """Rows of the chosen table.

        :rtype: bde_partnerships.rules.soltea_file.Content
        """
        columns = self._column_fields()
        table = self._read_table()
        titles = {column.sequence: column.title for column in self.column_ids}
        rows = [row for row in table.rows if row[0] > self.header_line]
        titles = [titles.get(number) or "" for number in range(len(columns))]
        return soltea_file.read_rows(
            rows, columns, titles, self.campaign_id.year, self.transfer_on or None
        )

    def _check_columns(self, used):
        if "amount" not in used:
            raise UserError(self.env._("Say which column holds the amount."))
        if not used & {"siret", "siren", "name"}:
            raise UserError(
                self.env._("Say which column holds the employer: its SIRET, its SIREN or its name.")
            )

    def _answers(self):
        """What was decided of rows, by their key: asked again, they keep it."""
        return {
            line.row_key: {
                "decision": line.decision,
                "aside_reason": line.aside_reason,
                "partner_id": line.partner_id.id,
            }
            for line in self.line_ids
            if line.decision and not line.result
        }

    def _counted_receipts(self):
        """Ids of the receipts that rows of this file made or corrected."""
        lines = self.env["bde.tax.import.line"].search_fetch(
            [("import_id", "=", self.id), ("result", "in", ("counted", "corrected"))],
            ["receipt_id"],
        )
        return lines.receipt_id.ids

    def _count_as_before(self, receipt_ids):
        """Rows that this file counted are still its own: it stays the proof of their receipts."""
        if not receipt_ids:
            return
        self.env.execute_query(
            SQL(
                """
                WITH own AS (
                    UPDATE bde_tax_import_line
                       SET result = 'counted'
                     WHERE import_id = %s AND receipt_id = ANY(%s) AND status = 'known'
                 RETURNING id, receipt_id)
                UPDATE bde_tax_receipt receipt
                   SET import_line_id = own.id
                  FROM own
                 WHERE receipt.id = own.receipt_id AND receipt.import_line_id IS NULL
             RETURNING receipt.id
                """,
                self.id,
                receipt_ids,
            )
        )
        self.env["bde.tax.import.line"].invalidate_model()
        self.env["bde.tax.receipt"].invalidate_model(["import_line_id"])
        self.invalidate_recordset()

    # ------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------

    def _make_lines(self, content, answers):
        """Stores what was found of each row, and the rows of earlier files that are gone."""
        rows = content.rows
        campaigns = self.env["bde.tax.campaign"].search(
            [("company_id", "=", self.company_id.id), ("year", "in", [row.year for row in rows])]
        )
        by_year = {campaign.year: campaign for campaign in campaigns}
        places = self._own_places(campaigns)
        labels = {normalise(row.component) for row in rows if row.component}
        where, ours = {}, []
        for row in rows:
            campaign = by_year.get(row.year)
            self._refuse(row, campaign)
            if campaign and not row.problem:
                where[id(row)] = self._place_of(row, campaign, places, labels)
                if not where[id(row)][1].startswith("not_ours"):
                    ours.append(row)
        receipts = self._receipts_before(campaigns)
        matches = self._match_companies(ours)
        before, gone, asked = self._compare(ours, matches, receipts, where)
        aside = self._set_aside_before(ours)
        words = self._campaign_words(campaigns)
        vals_list = []
        for row in rows:
            vals = self._line_values(row, by_year.get(row.year), where.get(id(row)), words)
            if id(row) in matches:
                is_asked = id(row) in asked
                vals |= self._verdict(row, matches[id(row)], before.get(id(row)), is_asked)
                vals |= {} if vals.get("receipt_id") else aside.get(row.row_key, {})
                vals |= self._answer(vals, answers.get(row.row_key))
            vals_list.append(vals)
        vals_list += [self._gone_values(receipt) for receipt in gone]
        for chunk in split_every(CHUNK, vals_list):
            self._insert_lines(chunk)

    def _refuse(self, row, campaign):
        """Rows that cannot be counted whatever the company."""
        if row.problem:
            return
        if not campaign:
            row.problem = ("year_none", {"year": row.year})

    def _line_values(self, row, campaign, where, words):
        component, code, value = where or (self.env["bde.tax.component"], "", "")
        remarks = [reason(self.env, key, **values) for key, values in row.remarks]
        if row.twin_of:
            remarks.append(reason(self.env, "twin", line=row.twin_of))
        if code == "other_label":
            remarks.append(reason(self.env, code, value=value))
        status, why = "refused", ""
        if row.problem:
            # what else is wrong of a refused row is corrected in one go
            why = "\n".join([reason(self.env, row.problem[0], **row.problem[1]), *remarks])
            remarks = []
        elif code.startswith("not_ours"):
            status, why = "not_ours", reason(self.env, code, value=value)
        year_words = words.get(campaign and campaign.id, {"courses": {}, "windows": []})
        return {
            "line": row.line, "siret": row.siret, "siren": row.siren, "name": row.name,
            "zip": row.zip, "city": row.city, "amount": row.amount or 0,
            "transfer_on": row.transfer_on, "period": row.period,
            "component_label": row.component, "component_uai": row.uai,
            "component_siret": row.component_siret, "course_label": row.course or row.course_code,
            "row_key": row.row_key, "employer_key": row.employer_key, "status": status,
            "reason": why, "remark": "\n".join(remarks), "twin_of": row.twin_of,
            "campaign_id": campaign.id if campaign else None,
            "component_id": component.id or None,
            "course_id": year_words["courses"].get(_course_key(row)),
            "window_id": _window_of(row, year_words["windows"]),
            "cells": row.cells if row.problem else None,
        }  # fmt: skip

    def _campaign_words(self, campaigns):
        """Courses by name or RNCP, and transfers in their order, of each campaign."""
        words = {}
        for campaign in campaigns:
            courses = {}
            for course in campaign.course_ids:
                for key in (normalise(course.name), course.rncp):
                    if key:
                        courses[key] = course.id
            # sudo: the calendar of the académie
            windows = campaign.sudo().tax_year_id.window_ids
            transfers = [
                (window.date_from, window.kind, window.id)
                for window in windows
                if window.kind in (*TRANSFER.values(), "rest")
            ]
            words[campaign.id] = {"courses": courses, "windows": transfers}
        return words

    def _verdict(self, row, match, old, is_asked=False):
        """Values of a line whose school is ours: its company and what is to be asked.

        :param old: the ``bde.tax.receipt`` that was counted for it before
        :param bool is_asked: whether that is a guess
        """
        why, remarks = list(match.why), list(match.remarks)
        status, vals = match.status, {}
        if old:
            vals = {"receipt_id": old.id, "counted": old.amount, "partner_id": old.partner_id.id}
            status, remarks = "known", []
            why = []
            if is_asked or cents(old.amount) != cents(row.amount):
                status = "changed"
                code = "changed" if old.row_key == row.row_key else "changed_company"
                code = "changed_row" if is_asked else code
                why = [reason(self.env, code, old=self._euros(old.amount),
                              new=self._euros(row.amount))]  # fmt: skip
        elif not row.amount:
            status, why, remarks = "refused", [reason(self.env, "amount_zero")], []
        else:
            vals = {
                "partner_id": match.partner_id or None,
                "candidates": list(match.candidates) or None,
            }
        remark = self._joined(row, remarks)
        return vals | {"status": status, "reason": "\n".join(why)} | remark

    def _joined(self, row, remarks):
        own = [reason(self.env, key, **values) for key, values in row.remarks]
        if row.twin_of:
            own.append(reason(self.env, "twin", line=row.twin_of))
        return {"remark": "\n".join([*own, *remarks])}

    def _euros(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)

    def _answer(self, vals, answer):
        """The decision that was taken of this row before it was asked again."""
        if not answer or vals["status"] in ("known", "refused", "not_ours"):
            return {}
        partner_id = answer["partner_id"] or vals.get("partner_id")
        return answer | {"partner_id": partner_id}

    def _gone_values(self, receipt):
        """A line for what was counted before and is not in the file: nothing is dropped."""
        # sudo: the name of a company that all schools share
        return {
            "line": 0, "siret": receipt.import_line_id.siret, "siren": receipt.import_line_id.siren,
            "name": receipt.import_line_id.name or receipt.partner_id.sudo().name,
            "amount": receipt.amount, "transfer_on": receipt.transfer_on,
            "course_label": receipt.course_label, "row_key": receipt.row_key, "status": "gone",
            "reason": reason(self.env, "gone"), "campaign_id": receipt.campaign_id.id,
            "component_id": receipt.component_id.id or None,
            "course_id": receipt.course_id.id or None, "window_id": receipt.window_id.id or None,
            "partner_id": receipt.partner_id.id, "receipt_id": receipt.id,
            "counted": receipt.amount,
        }  # fmt: skip

    def _insert_lines(self, vals_list):
        """Stores lines by the thousand: staging rows that the ORM has nothing to add to."""
        Line = self.env["bde.tax.import.line"]
        common = {"import_id": self.id, "company_id": self.company_id.id,
                  "create_uid": self.env.uid, "write_uid": self.env.uid}  # fmt: skip
        rows = []
        for vals in vals_list:
            vals = _EMPTY | vals | common
            bucket, todo, waits = place(vals["status"], vals["decision"], None)
            vals |= {"bucket": bucket, "todo": todo, "waits": waits}
            rows.append(vals)
        names = list(rows[0])
        columns = []
        for name in names:
            field = Line._fields[name]
            values = _column(Line, field, [row[name] for row in rows])
            columns.append(SQL("%s::%s[]", values, SQL(field.column_type[1])))
        self.env.execute_query(
            SQL(
                "INSERT INTO bde_tax_import_line (%s, create_date, write_date) "
                "SELECT *, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' "
                "FROM unnest(%s) RETURNING id",
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(columns),
            )
        )
        Line.invalidate_model()
        self.invalidate_recordset()


_EMPTY = {
    "line": 0, "siret": "", "siren": "", "name": "", "zip": "", "city": "", "amount": 0,
    "transfer_on": None, "period": 0, "component_label": "", "component_uai": "",
    "component_siret": "", "course_label": "", "row_key": "", "employer_key": "", "cells": None,
    "status": "new", "reason": "", "remark": "", "twin_of": 0, "campaign_id": None,
    "component_id": None, "course_id": None, "window_id": None, "partner_id": None,
    "candidates": None, "receipt_id": None, "counted": 0, "decision": None, "aside_reason": "",
}  # fmt: skip


def _column(Line, field, values):
    """The values of one column of many new lines, as PostgreSQL takes them."""
    if field.type == "boolean":
        return list(map(bool, values))
    if field.type in ("monetary", "integer"):
        return [value or 0 for value in values]
    if field.type == "json":
        return [value and json.dumps(value) for value in values]
    # few columns of a file are filled in, and most repeat what other rows say
    known = {}
    for value in values:
        if value not in known:
            known[value] = field.convert_to_column_insert(value or None, Line)
    return [known[value] for value in values]


def _course_key(row):
    """What a course of the campaign is known by: its RNCP, else its name."""
    if is_rncp(row.course_code):
        return row.course_code
    return normalise(row.course)


def _window_of(row, transfers):
    """The transfer of a row: the last one that had begun on its day, else that of its period."""
    if row.transfer_on:
        begun = [one for one in transfers if one[0] and one[0] <= row.transfer_on]
        return max(begun)[2] if begun else None
    kind = TRANSFER.get(row.period)
    return next((one[2] for one in transfers if one[1] == kind), None)
