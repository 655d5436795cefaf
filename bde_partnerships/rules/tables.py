"""Reads a table out of what a school sends: a workbook of Excel, or text with separators.

Every cell becomes a text, whatever it was: numbers without a lost decimal, dates as 2024-03-11,
so that one parser serves all files. No Odoo here.
"""

import csv
import datetime
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field

from . import text_encoding

MAX_UPLOAD = 25 * 2**20
MAX_CONTENT = 100 * 2**20
MAX_STRINGS = 30 * 2**20
# what Excel itself writes is ten to thirty times smaller when packed
MAX_RATIO = 100
SMALL = 2**20
MAX_ROWS = 60_000
MAX_COLUMNS = 200
LAST_LINE = 2**20  # of a sheet of Excel
# rows that are looked at to find the separator and the titles
HEAD = 30
SEPARATORS = ";\t|,"

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class TableRefused(Exception):
    """No table can be read. ``code`` says why, ``values`` complete the sentence."""

    def __init__(self, code, **values):
        super().__init__(code)
        self.code, self.values = code, values


@dataclass
class Table:
    """Rows of one sheet, with their line numbers, empty ones left out."""

    sheet: str
    rows: list = field(default_factory=list)  # (line, [text, …])
    encoding: str = ""
    separator: str = ""
    repaired: bool = False
    merged: list = field(default_factory=list)  # (first line, last line, first column, last)


def read(name, data):
    """Every table of a file.

    :param str name: name of the upload; its content alone says what it is
    :param bytes data: its content
    :rtype: list[Table]
    :raise TableRefused: empty, too big, binary, old or protected workbook, encoding not known
    """
    if not data.strip():
        raise TableRefused("file_empty")
    if len(data) > MAX_UPLOAD:
        raise TableRefused("file_too_big", limit=MAX_UPLOAD // 2**20)
    if data.startswith(_OLE):
        tables = _read_old_workbook(data)
    elif data.startswith(b"PK"):
        tables = _read_workbook(data)
    else:
        tables = [read_text(data)]
    tables = [table for table in tables if table.rows]
    if not tables:
        raise TableRefused("file_empty")
    return tables


# ------------------------------------------------------------
# Text
# ------------------------------------------------------------


def read_text(data):
    """The table of a CSV file, in any usual encoding and with any usual separator.

    :rtype: Table
    :raise TableRefused: see :func:`decode`, or quotes that never close
    """
    text, encoding, repaired = decode(data)
    separator = guess_separator(text)
    table = Table("", encoding=encoding, separator=separator, repaired=repaired)
    for line, cells in text_rows(text, separator):
        table.rows.append((line, cells))
        _check_size(table.rows)
    return table


def decode(data):
    """Text of a file, the name of its encoding, and whether damaged accents were repaired.

    :raise TableRefused: ``binary``, ``encoding_unknown`` or ``accents_lost`` with its line
    """
    if data[:15].lstrip()[:9].lower() in (b"<!doctype", b"<html") or data[:5] == b"{\\rtf":
        raise TableRefused("binary")
    try:
        text, encoding, repaired = text_encoding.decode(data)
    except text_encoding.Undecodable as error:
        codes = {"binary": "binary", "lost": "accents_lost", "encoding": "encoding_unknown"}
        raise TableRefused(codes[error.code], line=error.line) from error
    return text, encoding, repaired


def guess_separator(text):
    """The separator that cuts the first rows into as many cells each, the more the better."""
    head = "\n".join(text.splitlines()[:HEAD])
    best, chosen = (0, 0), ";"
    for separator in SEPARATORS:
        widths = Counter(
            len(row) for row in csv.reader(io.StringIO(head), delimiter=separator) if any(row)
        )
        wide = {width: number for width, number in widths.items() if width > 1}
        if not wide:
            continue
        width, number = max(wide.items(), key=lambda item: (item[1], item[0]))
        # half of the rows at least: the title above a table is one cell
        score = (number * 2 >= sum(widths.values()), number * min(width, 8))
        if score > best:
            best, chosen = score, separator
    return chosen


def text_rows(text, separator):
    """Rows of a CSV text that hold something, with the line where each ends.

    :raise TableRefused: a row that cannot be cut, with its line
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            cells = [_clean(cell) for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise TableRefused("csv_malformed", line=reader.line_num, detail=str(error)) from error


# ------------------------------------------------------------
# Workbooks
# ------------------------------------------------------------


def _read_workbook(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            _check_unpacked(archive)
            if "xl/workbook.bin" in names:
                raise TableRefused("workbook_binary")
            if "content.xml" in names and "mimetype" in names:
                raise TableRefused("workbook_ods")
            if "xl/workbook.xml" not in names:
                raise TableRefused("binary")
            return _read_sheets(data, archive)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise TableRefused("workbook_broken") from error


def _check_unpacked(archive):
    """Stops before a small file becomes a large one: minutes of work, gigabytes of memory."""
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > MAX_CONTENT:
        raise TableRefused("file_too_big", limit=MAX_CONTENT // 2**20)
    for entry in entries:
        if entry.filename.lower() == "xl/sharedstrings.xml" and entry.file_size > MAX_STRINGS:
            raise TableRefused("file_too_big", limit=MAX_STRINGS // 2**20)
        if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
            raise TableRefused("workbook_broken")


def _read_sheets(data, archive):
    import openpyxl  # noqa: PLC0415  (heavy, and of this kind of file alone)

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises what its parsers raise: KeyError, ValueError…
        raise TableRefused("workbook_broken") from error
    try:
        return [
            _read_sheet(sheet, archive)
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise TableRefused("workbook_broken") from error
    finally:
        book.close()


def _read_sheet(sheet, archive):
    table = Table(sheet.title)
    # sizes that programs write down are often wrong, which read-only mode would believe
    sheet.reset_dimensions()
    grid = {}
    for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if line > LAST_LINE:
            # a file may number its rows as it likes: those between are walked through one by one
            raise TableRefused("too_many_rows", limit=MAX_ROWS)
        cells = [_text(value) for value in row[:MAX_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            grid[line] = cells
            _check_size(grid)
    table.merged = _merged_ranges(archive.read(sheet._worksheet_path.lstrip("/")))
    _fill_merged(grid, table.merged)
    table.rows = sorted(grid.items())
    return table


def _merged_ranges(xml):
    """Ranges of merged cells, which read-only mode leaves out: (top, bottom, left, right)."""
    return [
        (int(top), int(bottom), _column(left), _column(right))
        for left, top, right, bottom in _MERGE.findall(xml)
    ]


def _column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _fill_merged(grid, merged):
    """One company merged over three rows is on each of them; titles across are left alone."""
    for top, bottom, left, right in merged:
        if bottom == top or right > left or bottom - top > 500:
            continue
        value = (grid.get(top) or [])[left : left + 1]
        if not value or not value[0]:
            continue
        for line in range(top + 1, bottom + 1):
            cells = grid.get(line)
            # an empty row below stays one: nothing else stands there
            if cells is not None:
                cells.extend([""] * (left + 1 - len(cells)))
                cells[left] = value[0]


def _read_old_workbook(data):
    """Workbooks of before 2007, by the reader that Odoo itself uses."""
    try:
        import xlrd  # noqa: PLC0415  (optional)
    except ImportError as error:
        raise TableRefused("workbook_old") from error
    try:
        book = xlrd.open_workbook(file_contents=data)
    except Exception as error:  # a document of Word, a protected workbook, a broken one
        raise TableRefused("workbook_old") from error
    tables = []
    for sheet in book.sheets():
        table = Table(sheet.name)
        for number in range(sheet.nrows):
            cells = [_old_text(book, cell) for cell in sheet.row(number)[:MAX_COLUMNS]]
            if any(cells):
                table.rows.append((number + 1, cells))
                _check_size(table.rows)
        tables.append(table)
    return tables


def _old_text(book, cell):
    import xlrd  # noqa: PLC0415

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return _text(xlrd.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return _text(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return _text(bool(cell.value))
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else _text(cell.value)


def _text(value):
    """One cell as text: 73282932000074.0 is a SIRET, 2024-03-11 00:00 a day, #N/A nothing."""
    if value is None:
        return ""
    if value is True or value is False:
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else str(value)[:16]
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = _clean(str(value))
    return "" if re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)", text) else text


def _clean(text):
    """A cell on one line: line breaks and doubled blanks become one blank."""
    return " ".join(text.replace("\u200b", "").split())


def _check_size(rows):
    if len(rows) > MAX_ROWS:
        raise TableRefused("too_many_rows", limit=MAX_ROWS)


# ------------------------------------------------------------
# Titles
# ------------------------------------------------------------


def header(table, known):
    """The row of titles: the one of the first that holds most titles that are known.

    Titles in two rows, "Tuteur" merged above "Nom" and "Prénom", become "Tuteur Nom"…

    :param known: function that tells whether a text is a known title
    :return: (index in ``table.rows``, titles)
    """
    head = table.rows[:HEAD]
    scores = [sum(bool(cell) and known(cell) for cell in cells) for _line, cells in head]
    best = max(scores, default=0)
    if best:
        index = scores.index(best)
    else:
        # no title is known: the first row that is as wide as the table
        widths = [sum(bool(cell) for cell in cells) for _line, cells in head]
        index = next(n for n, width in enumerate(widths) if width * 2 >= max(widths))
    return index, _titles(table, index)


def _titles(table, index):
    line, cells = table.rows[index]
    width = max(len(row) for _line, row in table.rows[index : index + HEAD])
    titles = cells + [""] * (width - len(cells))
    if not index:
        return titles
    above, groups = table.rows[index - 1]
    for top, bottom, left, right in table.merged:
        label = groups[left] if top == bottom == above and left < len(groups) else ""
        # a title of the whole sheet is no group
        if label and above == line - 1 and right > left and right - left + 1 < width:
            for number in range(left, min(right + 1, width)):
                titles[number] = f"{label} {titles[number]}".strip()
    for number, group in enumerate(groups[:width]):
        # merged downwards over both rows, or written in the first row alone
        if not titles[number] and above == line - 1:
            titles[number] = group
    return titles
