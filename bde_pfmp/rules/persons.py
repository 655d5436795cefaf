"""Persons as schools write them: names that match, ages, identifiers, contact details.

Nothing here reads a database. Sources of the formats: national pupil identifier (INE) in its
three historical forms; age of majority, article 414 of the Code civil.
"""

import re
import unicodedata
from datetime import date

ADULT_AGE = 18

# RNIE (since 2014), BEA (before) and apprenticeship. The control key has no published rule, so
# only the form is checked; some files carry "_" where a digit was never attributed.
_INE_FORMS = (
    re.compile(r"[0-9_]{9}[A-Z]{2}"),
    re.compile(r"[0-9_]{10}[A-Z]"),
    re.compile(r"[0-9_]{4}A[0-9_]{5}[A-Z]"),
)
_EMAIL = re.compile(r"[^@\s,;<>\"']+@[^@\s,;<>\"']+\.[^@\s,;<>\"'.]{2,}")
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)


def normalise(text):
    """Return ``text`` without accents, case, hyphens or doubled spaces, to compare names.

    >>> normalise("  d'Œuvré-LE  Bihan ")
    'd oeuvre le bihan'
    """
    text = unicodedata.normalize("NFKD", (text or "").translate(_LIGATURES))
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", text.casefold()).split())


def identity(lastname, firstname, birth_date):
    """Key of a person by names and birth date, or "" when one of the three is missing.

    Only the first given name counts: files differ on the others.
    """
    last, first = normalise(lastname), normalise(firstname)
    if not (last and first and birth_date):
        return ""
    return f"{last}|{first}|{birth_date.isoformat()}"


def full_name(lastname, firstname, usage_name=""):
    """Name as shown in lists: the name in use in capitals, then the given name."""
    return " ".join(part for part in ((usage_name or lastname or "").upper(), firstname) if part)


def clean_ine(text):
    """Return the INE without spaces and in capitals; "" when empty."""
    return re.sub(r"\s+", "", text or "").upper()


def is_ine(text):
    """True when ``text`` has one of the three forms of an INE."""
    return any(form.fullmatch(text or "") for form in _INE_FORMS)


def age_on(birth_date, on):
    """Whole years lived on the day ``on``.

    Somebody born on 29 February grows older on 1 March of other years: the later day is the
    one that protects a minor.
    """
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (0 if had_birthday else 1)


def is_adult(birth_date, on):
    """True from the 18th birthday on (article 414 of the Code civil)."""
    return age_on(birth_date, on) >= ADULT_AGE


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
