"""Names, mails, telephones and dates as people write them. No Odoo here."""

import re
import unicodedata
from datetime import date

_EMAIL = re.compile(r"[^@\s,;<>\"']+@[^@\s,;<>\"']+\.[^@\s,;<>\"'.]{2,}")
_NO_WORD = re.compile(r"[^0-9a-z]+")
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)


def normalise(text):
    """Return ``text`` without accents, case, hyphens or doubled spaces, to compare names.

    >>> normalise("  d'Œuvré-LE  Bihan ")
    'd oeuvre le bihan'
    """
    text = text or ""
    # numbers and most names have nothing to take off, and are compared by the ten thousand
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
        text = "".join(char for char in text if not unicodedata.combining(char))
    return _NO_WORD.sub(" ", text.casefold()).strip()


def text_lines(text):
    """The lines of a typed text that hold something.

    >>> text_lines(" one \\n\\n two")
    ['one', 'two']
    """
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def clean_email(text):
    """Return the address in lower case, or None when it is not one; "" when empty."""
    text = (text or "").strip().lower()
    if not text:
        return ""
    return text if _EMAIL.fullmatch(text) else None


def clean_phone(text):
    """Return a French number in groups of two, a foreign one with its "+", "" when empty.

    What does not look like a number is returned as it stands: the parser does not guess.

    >>> clean_phone("+33 (0)6.39.98.12.34")
    '06 39 98 12 34'
    """
    raw = " ".join((text or "").split())
    digits = re.sub(r"[\s.()/-]", "", raw)
    digits = re.sub(r"^(?:\+33|0033)0?", "0", digits)
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return " ".join(digits[index : index + 2] for index in range(0, 10, 2))
    if re.fullmatch(r"(?:\+|00)\d{7,14}", digits):
        return "+" + digits.removeprefix("+").removeprefix("00")
    return raw


def is_phone(text):
    """Whether ``text`` is a number as :func:`clean_phone` writes it."""
    return bool(re.fullmatch(r"0[1-9](?: \d\d){4}|\+\d{7,14}", text or ""))


def parse_date(text):
    """Read dd/mm/yyyy, yyyy-mm-dd or yyyy/mm/dd; None when it is none of these or no real day."""
    text = (text or "").strip()
    french = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?", text)
    iso = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?", text)
    if french:
        day, month, year = (int(part) for part in french.groups())
    elif iso:
        year, month, day = (int(part) for part in iso.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
