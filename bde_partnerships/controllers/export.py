"""Exports of lists and of pivot tables: what strangers typed on a page never runs as a formula."""

import json

from odoo import http

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)
from odoo.addons.web.controllers.pivot import TableExporter

# core quotes = + - in a CSV file; spreadsheets begin a formula by these, too, or skip them before
MORE_STARTS = ("@", "\t", "\r", "\n")
WORKBOOK_STARTS = ("=", "{=", "external:", "internal:")


class _Plain:
    """A workbook in which a text stays a text: no formula, no link to a file."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.worksheet.strings_to_formulas = self.worksheet.strings_to_urls = False


class PlainWriter(_Plain, ExportXlsxWriter):
    """A list."""


class PlainGroupWriter(_Plain, GroupExportXlsxWriter):
    """A list in groups."""


class BdeCsvExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        rows = [[_quoted(cell, MORE_STARTS) for cell in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)


class BdeExcelExport(ExcelExport):
    """As core writes a workbook, with our writers."""

    def from_group_data(self, fields, columns_headers, groups):
        with PlainGroupWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value

    def from_data(self, fields, columns_headers, rows):
        with PlainWriter(fields, columns_headers, len(rows)) as writer:
            for number, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    writer.write_cell(number, column, cell)
        return writer.value


class BdeTableExporter(TableExporter):
    @http.route()
    def export_xlsx(self, data, **kw):
        """Headers of a pivot table are values of records: towns, trades, names."""
        typed = json.load(data) if hasattr(data, "read") else json.loads(data)
        return super().export_xlsx(json.dumps(_plain(typed)), **kw)


def _quoted(cell, starts):
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(starts) else cell


def _plain(typed):
    """The same data, of which no text begins a formula."""
    if isinstance(typed, dict):
        return {name: _plain(value) for name, value in typed.items()}
    if isinstance(typed, list):
        return [_plain(value) for value in typed]
    return _quoted(typed, WORKBOOK_STARTS)
