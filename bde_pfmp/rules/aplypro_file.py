"""A list exported from APLyPro against what the school counted: columns, rows, differences.

The export has no published layout and changes: titles are guessed, and said by the user where
they are not known. No import of Odoo here: the module is tested alone.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from odoo.addons.bde_partnerships.rules.texts import normalise, parse_date

from .allowance import is_account, looks_like_account

# field -> titles as they may be written, normalised
TITLES = {
    "ine": ("ine", "identifiant national eleve", "identifiant national", "numero ine"),
    "lastname": ("nom", "nom de famille", "nom de naissance", "nom eleve"),
    "firstname": ("prenom", "prenom eleve", "prenoms"),
    "name": ("eleve", "nom prenom", "nom et prenom", "nom complet", "beneficiaire"),
    "division": ("classe", "label classe", "libelle classe", "division"),
    "mef": ("mef", "mef code", "code mef", "formation"),
    "date_start": (
        "date debut", "date de debut", "debut", "debut pfmp", "date debut pfmp",
        "date de debut pfmp", "date de debut de la pfmp", "start date",
    ),
    "date_end": (
        "date fin", "date de fin", "fin", "fin pfmp", "date fin pfmp", "date de fin pfmp",
        "date de fin de la pfmp", "end date",
    ),
    "days": (
        "nombre de jours", "nb jours", "nb de jours", "jours", "nombre de jours effectues",
        "jours effectues", "jours realises", "day count",
    ),
    "amount": ("montant", "montant pfmp", "montant de la pfmp", "montant en euros", "amount"),
    "state": ("etat", "statut", "etat pfmp", "etat de la pfmp", "statut pfmp", "statut paiement"),
}  # fmt: skip
FIELDS = tuple(TITLES)
# columns of bank details, by their titles
_ACCOUNT = re.compile(
    r"\b(iban|bic|swift|rib|banques?|bancaires?|guichet|domiciliation|comptes?)\b"
)
# an IBAN in groups of four
CUT = 8


def is_title(text):
    """Whether a cell is a title that is known."""
    return field_of(text) is not None


def field_of(title):
    """What a column of that title holds, or None."""
    key = normalise(title)
    # "Montant (en euros)", "Date de début (JJ/MM/AAAA)"
    short = normalise(re.sub(r"\(.*?\)", " ", title or ""))
    for name, titles in TITLES.items():
        if key in titles or short in titles:
            return name
    return None


def guess(titles):
    """Field of each column; the first of two columns that hold the same wins.

    :rtype: list
    """
    found = []
    for title in titles:
        name = field_of(title)
        found.append(None if name in found else name)
    return found


def without_accounts(titles, rows):
    """Rows without what looks like an account, and the titles of the columns it stood in.

    A number in one cell, or cut in several (bank, branch, account, key); columns that are named
    after it are left out whatever they hold.

    :param rows: list of (line, cells)
    :return: (rows, titles); titles that hold an account themselves are numbers
    """
    named = {number for number, title in enumerate(titles) if _ACCOUNT.search(normalise(title))}
    found, kept = set(), []
    for line, cells in rows:
        gone = {number for number, cell in enumerate(cells) if looks_like_account(cell)}
        gone |= _cut_accounts(cells) | {n for n in named if n < len(cells) and cells[n].strip()}
        found |= gone
        kept.append((line, ["" if n in gone else cell for n, cell in enumerate(cells)]))
    clean = plain_titles(titles)
    names = [clean[n] if n < len(clean) and clean[n] else str(n + 1) for n in sorted(found)]
    return kept, names


def plain_titles(titles):
    """Titles without accounts: the first row of a list that has no titles holds them too."""
    gone = _cut_accounts(titles)
    return [
        "" if number in gone or looks_like_account(title) else title
        for number, title in enumerate(titles)
    ]


def _cut_accounts(cells):
    """Numbers of the cells beside each other that make one account together."""
    found = set()
    for start in range(len(cells)):
        for size in range(2, CUT + 1):
            part = cells[start : start + size]
            if len(part) == size and all(part) and is_account("".join(part)):
                found.update(range(start, start + size))
    return found


def lacking(fields):
    """What no column holds and a comparison cannot do without.

    :param fields: fields that the columns hold
    :return: tuple of ``pupil``, ``date_start``, ``figures``
    """
    held = set(fields)
    named = "ine" in held or "name" in held or {"lastname", "firstname"} <= held
    return tuple(
        code
        for code, there in (
            ("pupil", named),
            ("date_start", "date_start" in held),
            ("figures", bool(held & {"days", "amount"})),
        )
        if not there
    )


@dataclass
class Row:
    """One stay in the file. ``faults``: codes of the cells that cannot be read."""

    line: int
    name: str = ""
    ine: str = ""
    mef: str = ""
    start: object = None
    end: object = None
    days: int | None = None
    amount: Decimal | None = None
    state: str = ""
    faults: list = field(default_factory=list)


def read_row(line, cells, fields):
    """One row, or None when it holds no pupil (totals, blank lines).

    :param fields: {field: number of its column}
    :rtype: Row
    """

    def cell(name):
        number = fields.get(name)
        return cells[number].strip() if number is not None and number < len(cells) else ""

    row = Row(line, ine=cell("ine").replace(" ", "").upper(), state=cell("state"))
    row.name = cell("name") or " ".join(filter(None, (cell("lastname"), cell("firstname"))))
    if not (row.ine or row.name) or not any((cell("date_start"), cell("days"), cell("amount"))):
        return None
    digits = re.sub(r"\D", "", cell("mef"))
    row.mef = digits[:10] if len(digits) in (10, 11) else ""
    for name, code in (("date_start", "start"), ("date_end", "end")):
        text = cell(name)
        setattr(row, code, parse_date(text))
        if (text or name == "date_start") and getattr(row, code) is None:
            row.faults.append((code, text))
    row.days = _number(cell("days"), row, "days")
    if row.days is not None:
        if row.days != int(row.days):
            row.faults.append(("days", cell("days")))
        row.days = int(row.days)
    row.amount = _number(cell("amount"), row, "amount")
    return row


def _number(text, row, code):
    """A figure as French programs write it: ``1 000,00 €``."""
    raw = re.sub(r"[\s\u00a0\u202f€]|euros?|jours?", "", text, flags=re.IGNORECASE)
    if not raw:
        return None
    try:
        value = Decimal(raw.replace(",", "."))
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or value < 0:
        row.faults.append((code, text))
        return None
    return value


# ------------------------------------------------------------
# Differences
# ------------------------------------------------------------


@dataclass(frozen=True)
class Ours:
    """One stay as the school counted it."""

    key: object
    name: str
    ine: str
    mef: str
    start: object
    end: object
    days: int
    amount: Decimal | None
    # whether it should stand in APLyPro by now
    expected: bool


@dataclass(frozen=True)
class Difference:
    """What was found for one row, one of ours, or both.

    ``kind``: same, differs, only_there, only_here, unreadable, twice; ``parts``: tuple of
    (field, ours, theirs).
    """

    kind: str
    row: Row | None = None
    ours: Ours | None = None
    parts: tuple = ()


def compare(ours, rows):
    """Each row of the file with the stay it is about, then what the file lacks.

    Pupils are known by their INE, else by their names; stays by their first day, else by the
    days that they share.

    :param ours: list of :class:`Ours`
    :param rows: list of :class:`Row`
    :rtype: list of :class:`Difference`
    """
    by_ine, by_name = {}, {}
    for one in ours:
        by_ine.setdefault(one.ine, []).append(one)
        by_name.setdefault(_name_key(one.name), []).append(one)
    found, seen = [], set()
    for row in rows:
        if row.faults:
            found.append(Difference("unreadable", row))
            continue
        known = by_ine.get(row.ine) if row.ine else None
        candidates = known or by_name.get(_name_key(row.name), ())
        # two pupils of one name are not told apart by it
        if not known and len({one.ine for one in candidates}) > 1:
            candidates = ()
        mine = _same_stay(candidates, row)
        if mine is None:
            found.append(Difference("only_there", row))
        elif mine.key in seen:
            found.append(Difference("twice", row, mine))
        else:
            seen.add(mine.key)
            parts = _parts(mine, row)
            found.append(Difference("differs" if parts else "same", row, mine, parts))
    # a row that cannot be read says nothing of whether its stay is there
    unread = {row.ine or _name_key(row.name) for row in rows if row.faults}
    for one in ours:
        if one.expected and one.key not in seen and not {one.ine, _name_key(one.name)} & unread:
            found.append(Difference("only_here", None, one))
    return found


def _name_key(name):
    """Names in any order: files write NOM Prénom as well as Prénom NOM."""
    return " ".join(sorted(normalise(name).split()))


def _same_stay(candidates, row):
    for one in candidates:
        if one.start == row.start:
            return one
    end = row.end or row.start
    for one in candidates:
        if row.start <= one.end and one.start <= end:
            return one
    return None


def _parts(mine, row):
    pairs = (
        ("date_start", mine.start, row.start),
        ("date_end", mine.end, row.end),
        ("mef", mine.mef, row.mef or None),
        ("days", mine.days, row.days),
        ("amount", mine.amount, row.amount),
    )
    return tuple(
        (name, here, there) for name, here, there in pairs if there is not None and here != there
    )
