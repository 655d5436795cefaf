"""Single cells of a SOLTéA export: amounts to the cent, years, periods, days. No Odoo here.

The columns of the export are not published: whatever a school copies, filters or saves again
with a spreadsheet must be read, and what can be read in two ways is refused rather than guessed.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from .book_values import day, void
from .texts import normalise

CENT = Decimal("0.01")
# what Excel's own arithmetic adds: 1234.5600000000001
NOISE = Decimal("0.000001")
# numeric(16, 2) at most, far above what a school receives
LIMIT = Decimal("1000000000")
_MINUS = "-−–—"
_SIGNS = re.compile(r"€|\beuros?\b|\bEUR\b", re.IGNORECASE)

__all__ = ["amount", "day", "decimal_mark", "period", "void", "year"]


def decimal_mark(texts):
    """The mark before the cents in a whole column: ``","``, ``"."``, or ``""`` when no cell tells.

    >>> decimal_mark(["1 234", "12,5"]), decimal_mark(["1.234", "7"]), decimal_mark(["1,234.5"])
    (',', '', '.')
    """
    found = set()
    for text in texts:
        marks = re.findall(r"[.,]", _plain(text))
        tail = re.search(r"[.,](\d+)$", _plain(text).strip("()" + _MINUS))
        if not tail:
            continue
        if len(set(marks)) == 2 or (len(marks) == 1 and len(tail.group(1)) != 3):
            found.add(marks[-1])
    return found.pop() if len(found) == 1 else ""


def _plain(text):
    """The text without blanks of any kind, euro signs and apostrophes."""
    return re.sub(r"[\s'’]", "", _SIGNS.sub("", text or ""))


def amount(text, mark=""):
    """(Decimal to the cent, code) of a cell.

    Comma or dot, blanks of any kind, euro sign, thousands, a minus before, behind or as
    brackets. One mark followed by three digits means thousands or thousandths: the column says
    which (``mark``, see :func:`decimal_mark`), else the cell is refused.

    >>> amount("1 234,56 €"), amount("(50,00)"), amount("1,234.5")
    ((Decimal('1234.56'), ''), (Decimal('-50.00'), ''), (Decimal('1234.50'), ''))
    >>> amount("1.234"), amount("1.234", ",")[0], amount("1.234", ".")
    ((None, 'amount_ambiguous'), Decimal('1234.00'), (Decimal('1.23'), 'amount_rounded'))

    Codes: amount_missing, amount_bad, amount_ambiguous, amount_too_big; amount_rounded is a
    remark.
    """
    plain = _plain(text)
    if not plain or (void(text) and not re.search(r"\d", plain)):
        return None, "amount_missing"
    negative = plain[0] in _MINUS or plain[-1] in _MINUS
    if plain.startswith("(") and plain.endswith(")"):
        negative, plain = True, plain[1:-1]
    plain = plain.strip(_MINUS + "+")
    scientific = re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+?(\d{1,2})", plain)
    if scientific:
        number = Decimal(plain.replace(",", "."))
    elif not re.fullmatch(r"\d*(?:[.,]\d+)*[.,]?", plain) or not re.search(r"\d", plain):
        return None, "amount_bad"
    else:
        number, code = _number(plain.rstrip(".,"), mark)
        if code:
            return None, code
    cents = number.quantize(CENT, ROUND_HALF_UP)
    if cents >= LIMIT:
        return None, "amount_too_big"
    code = "amount_rounded" if abs(number - cents) > NOISE else ""
    return (-cents if negative else cents), code


def _number(plain, mark):
    """(Decimal, code) of digits with dots and commas."""
    marks = re.findall(r"[.,]", plain)
    groups = re.split(r"[.,]", plain)
    if not marks:
        return Decimal(plain), ""
    if len(set(marks)) == 2:
        # the last mark stands before the cents, and stands once
        if marks.count(marks[-1]) > 1 or not _are_thousands(groups[:-1]):
            return None, "amount_bad"
        return Decimal("".join(groups[:-1]) + "." + groups[-1]), ""
    if len(marks) > 1:
        return (Decimal("".join(groups)), "") if _are_thousands(groups) else (None, "amount_bad")
    if len(groups[1]) == 3 and 1 <= len(groups[0]) <= 3 and groups[0] != "0":
        if not mark:
            return None, "amount_ambiguous"
        if marks[0] != mark:
            return Decimal("".join(groups)), ""
    return Decimal((groups[0] or "0") + "." + groups[1]), ""


def _are_thousands(groups):
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def year(text):
    """(year, code) of a campaign, however it is written; 0 for an empty cell.

    >>> year("Campagne TA 2025 - période 2"), year("2025"), year(""), year("P1")
    ((2025, ''), (2025, ''), (0, ''), (0, 'year_bad'))
    """
    if void(text):
        return 0, ""
    found = re.findall(r"(?<!\d)20[2-9]\d(?!\d)", text)
    return (int(found[0]), "") if len(set(found)) == 1 else (0, "year_bad")


def period(text):
    """The number of the period that a cell names, 0 when it names none.

    >>> period("Période 2"), period("P1"), period("2e période 2025"), period("2025"), period("3")
    (2, 1, 2, 0, 3)
    """
    words = re.sub(r"\b20\d\d\b", " ", normalise(text))
    found = re.search(r"\bp?([123])(?:e|er|ere|eme|de)?\b", words)
    return int(found.group(1)) if found else 0
