import base64
import csv
import io

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from odoo import api, fields, models

# what a spreadsheet takes for the beginning of a formula, or skips before one
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class BdeTableImport(models.AbstractModel):
    """The refused rows of a table, given back to be corrected and loaded again."""

    _inherit = "bde.table.import"

    refused_file = fields.Binary(compute="_compute_refused_file")
    refused_filename = fields.Char(compute="_compute_refused_file")

    def action_download_refused(self):
        """The refused rows as a file of the same kind, with the reason in the last column."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content/{self._name}/{self.id}/refused_file/{self.refused_filename}"
            "?download=true",
        }

    @api.depends("state")
    def _compute_refused_file(self):
        for record in self:
            text = (record.filename or "").lower().endswith((".csv", ".txt"))
            record.refused_filename = self.env._(
                "to-correct-%(name)s.%(kind)s",
                name=record.company_id.uai or record.id,
                kind="csv" if text else "xlsx",
            )
            rows = record._refused_rows()
            content = b""
            if len(rows) > 1:
                content = _as_csv(rows) if text else _as_workbook(rows)
            record.refused_file = base64.b64encode(content) if content else False

    def _refused_rows(self):
        """Titles and refused rows as they stood in the file, with line and reason at the end."""
        columns = {column.sequence: column.title or "" for column in self.column_ids}
        width = max(columns, default=-1) + 1
        titles = [columns.get(number, "") for number in range(width)]
        rows = [[*titles, self.env._("Line of the list"), self.env._("Why it is refused")]]
        # sudo: the cells of rows that the user may read
        refused = self.sudo().line_ids.search(
            [("import_id", "=", self.id), ("status", "=", "refused")], order="line"
        )
        for line in refused:
            cells = [*(line.cells or []), *[""] * width][:width]
            rows.append([*cells, str(line.line), (line.reason or "").replace("\n", " ")])
        return rows


def _as_csv(rows):
    """For a spreadsheet: what it would run as a formula is kept as a text."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow("'" + cell if cell[:1] in FORMULA else cell for cell in row)
    return stream.getvalue().encode("utf-8-sig")


def _as_workbook(rows):
    """A workbook whose cells are all texts: no SIRET loses a digit, no formula runs."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("1")
    for row in rows:
        cells = []
        for text in row:
            try:
                cell = WriteOnlyCell(sheet, value=text)
            except IllegalCharacterError:
                cell = WriteOnlyCell(sheet, value="".join(filter(str.isprintable, text)))
            cell.data_type = "s"
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
