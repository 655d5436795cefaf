"""Persons as schools write them: names that match, ages, identifiers, contact details.

Nothing here reads a database. Sources of the formats: national pupil identifier (INE) in its
three historical forms; age of majority, article 414 of the Code civil.
"""

import re

from odoo.addons.bde_partnerships.rules.texts import (  # noqa: F401  (one name for all parsers)
    clean_email,
    clean_phone,
    normalise,
    parse_date,
)

ADULT_AGE = 18

# RNIE (since 2014), BEA (before) and apprenticeship. The control key has no published rule, so
# only the form is checked; some files carry "_" where a digit was never attributed.
_INE_FORMS = (
    re.compile(r"[0-9_]{9}[A-Z]{2}"),
    re.compile(r"[0-9_]{10}[A-Z]"),
    re.compile(r"[0-9_]{4}A[0-9_]{5}[A-Z]"),
)


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
