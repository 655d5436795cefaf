"""Lists as workbooks: numbers and dates stay such, no text runs as a formula.

No import of Odoo here: the module is tested alone.
"""

from datetime import date, datetime
from io import BytesIO

import xlsxwriter

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NARROWEST, WIDEST = 8, 45


def workbook(title, columns, rows, notes=()):
    """Bytes of an .xlsx file with one sheet, its titles fixed and filtered.

    :param str title: of the sheet
    :param list columns: titles
    :param rows: lists of texts, numbers, dates or None
    :param notes: lines of text below the table
    """
    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet(_sheet_name(title))
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True}),
        "date": book.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
        "amount": book.add_format({"num_format": "#,##0.00"}),
    }
    widths = [len(str(column)) for column in columns]
    for position, column in enumerate(columns):
        sheet.write_string(0, position, column, styles["head"])
    line = 0
    for line, row in enumerate(rows, 1):
        for position, value in enumerate(row):
            widths[position] = max(widths[position], _write(sheet, line, position, value, styles))
    for position, width in enumerate(widths):
        sheet.set_column(position, position, min(max(width + 1, NARROWEST), WIDEST))
    sheet.freeze_panes(1, 0)
    if line:
        sheet.autofilter(0, 0, line, len(columns) - 1)
    for offset, note in enumerate(notes, 2):
        sheet.write_string(line + offset, 0, note)
    book.close()
    return stream.getvalue()


def _write(sheet, line, position, value, styles):
    """Writes one cell, returns its width in characters."""
    if isinstance(value, bool):
        value = str(value)
    if isinstance(value, (date, datetime)):
        sheet.write_datetime(line, position, value, styles["date"])
        return 10
    if isinstance(value, int):
        sheet.write_number(line, position, value)
        return len(str(value))
    if isinstance(value, float):
        sheet.write_number(line, position, value, styles["amount"])
        return len(f"{value:.2f}") + 1
    if not value:
        return 0
    sheet.write_string(line, position, str(value))
    return max(len(part) for part in str(value).split("\n"))


def _sheet_name(title):
    """Without what a spreadsheet refuses in the name of a sheet."""
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in title).strip(" '")
    return plain[:31] or "1"
