"""Workbooks of Excel with the standard library: as much of the format as the samples need.

Cells are texts, numbers (a SIRET that somebody let Excel take for one), dates, or empty; cells
may be merged. The same content always gives the same bytes.
"""

import datetime
import io
import zipfile
from xml.sax.saxutils import escape

_DATE = (1980, 1, 1, 0, 0, 0)
_EPOCH = datetime.date(1899, 12, 30)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DATE_STYLE = 1


def workbook(sheets):
    """An .xlsx file.

    :param dict sheets: rows by name of the sheet, or ``(rows, merged ranges)``; a row is a list
        of cells
    :rtype: bytes
    """
    parts = {"[Content_Types].xml": _content_types(len(sheets)), "_rels/.rels": _root_relations()}
    parts["xl/workbook.xml"] = _book(sheets)
    parts["xl/_rels/workbook.xml.rels"] = _book_relations(len(sheets))
    parts["xl/styles.xml"] = _styles()
    for number, content in enumerate(sheets.values(), 1):
        rows, merged = content if isinstance(content, tuple) else (content, ())
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows, merged)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), _HEAD + text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def column(number):
    """Letters of a column: 0 is A, 26 is AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _sheet(rows, merged):
    lines = []
    for line, row in enumerate(rows, 1):
        cells = (_cell(f"{column(number)}{line}", value) for number, value in enumerate(row))
        lines.append(f'<row r="{line}">{"".join(cells)}</row>')
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    ranges = f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>' if merged else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData>{ranges}</worksheet>'


def _cell(place, value):
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime.date):
        return f'<c r="{place}" s="{_DATE_STYLE}"><v>{(value - _EPOCH).days}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    text = escape(str(value))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _content_types(count):
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f"{sheets}</Types>"
    )


def _root_relations():
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )


def _book(sheets):
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>'


def _book_relations(count):
    sheets = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, count + 1)
    )
    styles = f'<Relationship Id="rId{count + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{sheets}{styles}</Relationships>'


def _styles():
    """The default style, and French dates."""
    one = '<{0} count="1">{1}</{0}>'
    return (
        f'<styleSheet xmlns="{_MAIN}">'
        + one.format("fonts", "<font/>")
        + one.format("fills", '<fill><patternFill patternType="none"/></fill>')
        + one.format("borders", "<border/>")
        + one.format("cellStyleXfs", "<xf/>")
        + '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        + one.format("cellStyles", '<cellStyle name="Normal" xfId="0" builtinId="0"/>')
        + "</styleSheet>"
    )
