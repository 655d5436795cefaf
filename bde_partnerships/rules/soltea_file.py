"""Rows of a SOLTéA export: each read, and known again in the next export. No Odoo here.

A row is known by what its cells say of it, all but the amount: employer, transfer, component,
course, reference. Equal rows are told apart by their rank, which is given so that amounts that
were seen before keep theirs: a file in another order changes nothing.
"""

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from . import book_values, soltea_values
from .identifiers import (
    compact,
    is_siren,
    is_siret,
    is_uai,
    normalize_rncp,
    normalize_uai,
)
from .texts import normalise

ZERO = Decimal("0.00")
_TOTAL = re.compile(r"(?:sous )?tota(?:l|ux)(?: generale?| des \w+| ta| euros| en euros)?|somme")
_UAI = re.compile(r"(?<!\d)\d{7} ?[A-Z]\b", re.IGNORECASE)


@dataclass
class Row:
    """One row of the export. ``amount`` is None when it cannot be read."""

    line: int
    cells: list
    amount: Decimal | None = None
    amount_text: str = ""
    siret: str = ""
    siren: str = ""
    doubt: bool = False  # the SIREN was taken from a SIRET with a wrong key
    name: str = ""
    zip: str = ""
    city: str = ""
    transfer_on: date | None = None
    year: int = 0
    period: int = 0
    uai: str = ""
    component: str = ""
    component_siret: str = ""
    course: str = ""
    course_code: str = ""
    problem: tuple = ()  # (code, values) for which the row is refused
    remarks: list = field(default_factory=list)  # (code, values)
    twin_of: int = 0  # line that says the very same, amount included
    digest: str = ""
    rank: int = 0

    @property
    def employer_key(self):
        """How the employer is known again: by number, else by name and postcode."""
        return self.siret or self.siren or f"{normalise(self.name)} {self.zip}".strip()

    @property
    def row_key(self):
        return f"{self.digest}:{self.rank}"


@dataclass
class Content:
    """What a file holds: its rows, and the total that it states itself, if it does."""

    rows: list = field(default_factory=list)
    stated: Decimal | None = None

    @property
    def total(self):
        """Sum of the amounts that can be read."""
        return sum((row.amount for row in self.rows if row.amount is not None), ZERO)


def read_rows(table_rows, columns, titles, year, transfer_on=None):
    """Every row of a table.

    :param list table_rows: (line, cells) below the titles
    :param list columns: the field of each column, "" for those left out
    :param list titles: their titles; a page that repeats them is skipped
    :param int year: the campaign of rows that name none
    :param date transfer_on: the day of the transfer of rows that give none
    :rtype: Content
    """
    content = Content()
    places = {name: number for number, name in enumerate(columns) if name}
    amounts = [cell(cells, places.get("amount")) for _line, cells in table_rows]
    mark = soltea_values.decimal_mark(amounts)
    heading = [normalise(title) for title in titles]
    seen = {}
    for line, cells in table_rows:
        values = {name: cell(cells, number) for name, number in places.items()}
        if not any(values.values()) or _is_heading(cells, heading):
            continue
        if _is_total(cells, values):
            found = soltea_values.amount(values.get("amount", ""), mark)[0]
            content.stated = content.stated if found is None else found
            continue
        row = _read_row(Row(line, cells), values, mark)
        row.year = row.year or year
        if transfer_on and not row.transfer_on:
            row.transfer_on = transfer_on
            row.remarks = [_instead(remark) for remark in row.remarks]
        row.digest = _digest(row, values)
        if row.amount is not None:
            row.twin_of = seen.setdefault((row.digest, row.amount), line)
            row.twin_of = 0 if row.twin_of == line else row.twin_of
        content.rows.append(row)
    return content


def _instead(remark):
    """A day that cannot be read takes that of the file: the remark says so."""
    code, values = remark
    return ("date_bad_file" if code == "date_bad" else code), values


def cell(cells, number):
    """The text of a column, ``""`` where the row is shorter."""
    return cells[number].strip() if number is not None and number < len(cells) else ""


def _is_heading(cells, heading):
    """Whether the titles are repeated; most rows differ from them in the first cell."""
    return len(cells) == len(heading) and all(
        normalise(one) == title for one, title in zip(cells, heading, strict=True)
    )


def _is_total(cells, values):
    """The row that sums a column up names no employer."""
    if any(is_siret(compact(values.get(name))) for name in ("siret", "siren")):
        return False
    words = [normalise(one) for one in cells if one]
    return any(_TOTAL.fullmatch(one) for one in words)


def _read_row(row, values, mark):
    row.amount_text = values.get("amount", "")
    row.amount, code = soltea_values.amount(row.amount_text, mark)
    if row.amount is None:
        row.problem = (code, {"value": row.amount_text})
    elif code:
        row.remarks.append((code, {"value": row.amount_text, "amount": str(row.amount)}))
    _read_employer(row, values)
    _read_moment(row, values)
    row.uai = _read_uai(values.get("uai", "")) or _read_uai(values.get("component", ""))
    row.component = values.get("component", "") or values.get("uai", "")
    row.component_siret = compact(values.get("component_siret"))
    row.course = values.get("course", "")
    row.course_code = normalize_rncp(values.get("course_code"))
    return row


def _read_employer(row, values):
    name = values.get("name", "")
    row.name = "" if book_values.void(name) else name
    row.zip = book_values.postcode(values.get("zip", ""))[0]
    row.city = values.get("city", "")
    siren = compact(values.get("siren"))
    if siren.isdigit() and 7 <= len(siren) < 9:
        siren = siren.zfill(9)  # a spreadsheet drops the zeros that a number begins with
    row.siren = siren if is_siren(siren) else ""
    if siren and not row.siren and not is_siret(siren):
        row.remarks.append(("siren_bad", {"value": values["siren"]}))
    text = values.get("siret", "") or (values["siren"] if is_siret(siren) else "")
    found, code = book_values.siret(text)
    if len(found) == 9:
        row.siren = found
    elif found:
        row.siret, row.siren = found, found[:9]
    elif code:
        row.remarks.append((code, {"value": text}))
        digits = compact(text)
        if code == "siret_key" and not row.siren:
            # one digit of the establishment is wrong: the company is probably right
            row.siren, row.doubt = digits[:9], True


def _read_moment(row, values):
    text = values.get("transfer_on", "")
    row.transfer_on, code = soltea_values.day(text)
    if code:
        row.remarks.append((code, {"value": text}))
    row.year, code = soltea_values.year(values.get("year", ""))
    if code:
        row.remarks.append((code, {"value": values["year"]}))
    text = values.get("period", "")
    row.period = soltea_values.period(text)
    # "Campagne 2025 - période 1" in one column
    row.year = row.year or soltea_values.year(text)[0]
    row.period = row.period or (
        soltea_values.period(values.get("year", "")) if values.get("year") else 0
    )


def _read_uai(text):
    """The UAI that a cell holds, alone or beside a name."""
    found = _UAI.search(text or "")
    uai = normalize_uai(found.group()) if found else ""
    return uai if is_uai(uai) else ""


def _digest(row, values):
    """What the row is known by, short enough for an index."""
    told = [
        row.year,
        row.employer_key,
        row.transfer_on.isoformat() if row.transfer_on else normalise(values.get("transfer_on")),
        row.period,
        row.uai or row.component_siret or normalise(row.component),
        row.course_code or normalise(row.course),
        normalise(values.get("reference")),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def give_ranks(rows, known):
    """Gives each row the rank of the known row that it is, or a new one.

    :param list rows: rows of a file, in its order
    :param dict known: {digest: {rank: Decimal}} of rows that were counted before
    :return: {id(row): Decimal}: the amount counted before, for rows that are known
    :rtype: dict
    """
    groups, before = defaultdict(list), {}
    for row in rows:
        groups[row.digest].append(row)
    for digest, group in groups.items():
        free = dict(known.get(digest, {}))
        last = max(free, default=0)
        waiting = []
        for row in group:
            rank = next((rank for rank in sorted(free) if free[rank] == row.amount), 0)
            if rank:
                row.rank, before[id(row)] = rank, free.pop(rank)
            else:
                waiting.append(row)
        for row, rank in zip(list(waiting), sorted(free), strict=False):
            row.rank, before[id(row)] = rank, free[rank]
            waiting.remove(row)
        for number, row in enumerate(waiting, last + 1):
            row.rank = number
    return before
