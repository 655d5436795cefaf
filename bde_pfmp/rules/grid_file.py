"""Reads a list of competences out of what a teacher has: a workbook of Excel or a CSV file.

Columns code, label, block and section in any order, with their titles or without; a single
column "C1.1 Analyser le besoin" is cut. What is not understood is refused with its line and
reason, never guessed. No Odoo here.
"""

import re
from dataclasses import dataclass, field

from odoo.addons.bde_partnerships.rules import tables
from odoo.addons.bde_partnerships.rules.texts import normalise

MAX_LINES = 120
MAX_LABEL = 250
MAX_CODE = 20

# field -> titles as `normalise` writes them
TITLES = {
    "code": "code|codes|n|no|num|numero|ref|reference|repere|code competence|competence code",
    "label": "libelle|intitule|competence|competences|designation|description|label|nom|"
    "libelle competence|libelle de la competence|intitule de la competence|item|critere|"
    "tache|taches|activite|activites|attitude",
    "block": "bloc|block|blocs|bloc de competences|bloc de competence|pole|unite|domaine|epreuve",
    "section": "rubrique|section|type|nature|categorie|partie",
}
_KNOWN = {title: name for name, titles in TITLES.items() for title in titles.split("|")}
# how people call the sections of a grid
_SECTIONS = (
    ("attitude", ("attitude", "savoir etre", "comportement", "ap")),
    ("activity", ("activite", "tache")),
    ("competence", ("competence", "savoir faire", "c")),
)
_CODED = re.compile(r"((?:[A-Z]{1,3}\s?)?\d+(?:[.\-]\d+)*\.?)\s*[:–—-]?\s+(\S.*)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d( .*)?|\d\d/\d\d/\d{4}")


@dataclass
class Row:
    """One line that can be taken."""

    line: int
    code: str
    label: str
    block: str
    section: str | None


@dataclass
class Refused:
    """One line that cannot, ``reason`` says why; its cells go into the file of the refused."""

    line: int
    reason: str  # no_label, too_long, code_too_long, twice, code_twice, code_is_date, section, many
    value: str
    cells: list
    code: str = ""
    label: str = ""


@dataclass
class GridFile:
    """What a file holds."""

    titles: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    refused: list = field(default_factory=list)


def read(name, data):
    """The lines of the first sheet of a file that holds any.

    :param str name: name of the upload
    :param bytes data: its content
    :rtype: GridFile
    :raise bde_partnerships.rules.tables.TableRefused: no table can be read, or, with the code
        ``no_label_column``, none of its columns is a label
    """
    table = tables.read(name, data)[0]
    first, titles = tables.header(table, lambda text: normalise(text) in _KNOWN)
    columns = {}
    for number, title in enumerate(titles):
        columns.setdefault(_KNOWN.get(normalise(title)), number)
    columns.pop(None, None)
    if columns and "label" not in columns:
        raise tables.TableRefused("no_label_column")
    if not columns:
        # no titles: the columns in the order in which everybody writes them
        width = max(len(cells) for _line, cells in table.rows)
        order = (["label"], ["code", "label"], ["code", "label", "block"])
        if width > len(order):
            raise tables.TableRefused("no_label_column")
        columns = {name: number for number, name in enumerate(order[width - 1])}
        first, titles = -1, list(columns)
    result = GridFile(titles=titles)
    codes, labels = {}, {}
    for line, cells in table.rows[first + 1 :]:
        values = {
            name: cells[number] if number < len(cells) else "" for name, number in columns.items()
        }
        _take(result, line, cells, values, codes, labels)
    return result


def _take(result, line, cells, values, codes, labels):
    """Adds one line to those taken or to those refused."""
    code, label = values.get("code", ""), values.get("label", "")
    if not code and (found := _CODED.fullmatch(label)):
        code, label = found.groups()
    code = code.rstrip(".")
    section, known = _section(values.get("section", ""))
    reason, value = None, label
    if len(result.rows) >= MAX_LINES:
        reason = "many"
    elif _DATE.fullmatch(code):
        reason, value = "code_is_date", code
    elif not label:
        reason, value = "no_label", code
    elif len(label) > MAX_LABEL:
        reason = "too_long"
    elif len(code) > MAX_CODE:
        reason, value = "code_too_long", code
    elif not known:
        reason, value = "section", values["section"]
    elif normalise(label) in labels:
        reason = "twice"
    elif code and code in codes:
        reason, value = "code_twice", code
    if reason:
        result.refused.append(Refused(line, reason, value, cells, code, label))
        return
    labels[normalise(label)] = line
    if code:
        codes[code] = line
    result.rows.append(Row(line, code, label, values.get("block", ""), section))


def _section(text):
    """(section, whether it is understood); nothing written leaves it to the reader."""
    words = normalise(text)
    if not words:
        return None, True
    for section, starts in _SECTIONS:
        if any(words == start or (len(start) > 2 and words.startswith(start)) for start in starts):
            return section, True
    return None, False
