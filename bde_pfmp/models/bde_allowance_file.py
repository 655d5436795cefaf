import base64
import csv
import io

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from odoo import api, models

# what makes a spreadsheet run a cell
FORMULA = tuple("=+-@＝＋－＠")


class BdeAllowance(models.Model):
    """The list to enter in APLyPro, as a file."""

    _inherit = "bde.allowance"

    def action_export_xlsx(self):
        """An Excel list of these stays, in the order of the entry."""
        return self._export("xlsx", self._workbook)

    def action_export_csv(self):
        """The same as CSV, in UTF-8 with semicolons."""
        return self._export("csv", self._csv)

    def _export(self, extension, writer):
        records = self or self._to_enter()
        records._check_bureau()
        records = records.sorted()
        title = self.env._("allowances")
        name = f"{title}-{self.env.company._bde_today()}.{extension}"
        # sudo: made for the user, who alone reads it by its rule
        made = self.env["bde.allowance.export"].create(
            {"file": base64.b64encode(writer(records._workbook_rows())), "filename": name}
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/bde.allowance.export/{made.id}/file/{name}?download=true",
            "target": "self",
        }

    @api.model
    def _to_enter(self):
        """Without a choice: what is to do at the user's schools, the page of the list."""
        return self.search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("status", "in", ("missing", "ready", "changed")),
            ]
        )

    def _workbook_rows(self):
        """Titles, then one row a stay; constant queries."""
        statuses = dict(self._fields["status"]._description_selection(self.env))
        rows = [
            [
                self.env._("Class"),
                self.env._("Last name"),
                self.env._("First name"),
                "INE",
                "MEF",
                self.env._("First day"),
                self.env._("Last day"),
                self.env._("Days done"),
                self.env._("Euros a day"),
                self.env._("Amount"),
                self.env._("Status"),
                self.env._("What is missing"),
            ]
        ]
        rows += [
            [
                record.division_id.name or "",
                record.student_id.lastname,
                record.student_id.firstname,
                record.ine or "",
                record.mef or "",
                record.date_start,
                record.date_end,
                record.days,
                record.daily if record.rate_known else "",
                record.amount if record.rate_known else "",
                statuses[record.status],
                record.missing_text or "",
            ]
            for record in self
        ]
        return rows

    def _csv(self, rows):
        """Bytes that Excel opens with its accents; no cell is taken for a formula."""
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        for row in rows:
            writer.writerow([_csv_cell(value) for value in row])
        return stream.getvalue().encode("utf-8-sig")

    def _workbook(self, rows):
        """Bytes of a workbook: codes are texts, days are days."""
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("APLyPro")
        sheet.freeze_panes = "A2"
        for letter, width in zip("ABCDEFGHIJKL", (10, 18, 16, 14, 13, 12, 12, 8, 8, 10, 18, 50),
                                 strict=True):  # fmt: skip
            sheet.column_dimensions[letter].width = width
        for row in rows:
            sheet.append([_book_cell(sheet, value) for value in row])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


def _csv_cell(value):
    if hasattr(value, "strftime"):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", ",")
    text = str(value)
    # spreadsheets look behind blanks, and take signs of full width as well
    return f"'{text}" if text.lstrip()[:1] in FORMULA and text.strip() else text


def _book_cell(sheet, value):
    try:
        cell = WriteOnlyCell(sheet, value=value)
    except IllegalCharacterError:
        cell = WriteOnlyCell(sheet, value="".join(filter(str.isprintable, value)))
    if hasattr(value, "strftime"):
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, str):
        # a name that begins with "=" is no formula
        cell.data_type = "s"
    return cell
