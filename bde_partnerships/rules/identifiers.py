"""Identifiers of the French school and company world: formats and check digits.

Pure functions, no Odoo. Every ``normalize_*`` takes what people type and gives the
canonical form; every ``is_*`` answers for a canonical form.
"""

import re
from functools import lru_cache

from stdnum.fr import siren, siret

UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"

_UAI = re.compile(r"\d{7}[A-Z]")
_NAF = re.compile(r"\d{4}[A-Z]")
_MEF = re.compile(r"\d{10}[0-9A-Z]?")
_CFD = re.compile(r"\d{8}")
_RNCP = re.compile(r"(?:RNCP)?(\d{2,5})")


def compact(value):
    """Upper case without blanks, dots and dashes (non-breaking blanks included)."""
    return re.sub(r"[\s.\-]", "", value or "").upper()


def normalize_uai(value):
    """``' 033 0119 k '`` -> ``'0330119K'``."""
    return compact(value)


def uai_letter(digits):
    """Check letter of the seven digits of a UAI: 23 letters, without I, O and Q."""
    return UAI_LETTERS[int(digits) % 23]


def is_uai(value):
    """Seven digits and the check letter that belongs to them."""
    return bool(_UAI.fullmatch(value or "")) and uai_letter(value[:7]) == value[7]


def department_of_uai(value):
    """Department (``'75'``, ``'2A'``, ``'971'``) of a UAI, from its first three digits."""
    code = value[:3]
    if code.startswith("0"):
        return code[1:]
    # Corsica is written 620 and 720 in the directory of schools
    return {"620": "2A", "720": "2B"}.get(code, code)


def normalize_siret(value):
    """Digits only; anything else that was typed stays, so that it is refused later."""
    return compact(value)


# a row of an import asks for the same number several times
@lru_cache(maxsize=1024)
def is_siret(value):
    """Fourteen digits with both keys right, La Poste's own rule included."""
    return len(value or "") == 14 and siret.is_valid(value)


@lru_cache(maxsize=1024)
def is_siren(value):
    """Nine digits with the key right: a legal entity."""
    return len(value or "") == 9 and siren.is_valid(value)


def format_siret(value):
    """``'73282932000074'`` -> ``'732 829 320 00074'``; a SIREN the same way."""
    if len(value or "") not in (9, 14):
        return value or ""
    return f"{value[:3]} {value[3:6]} {value[6:9]} {value[9:]}".strip()


def normalize_naf(value):
    """``'62.01Z'`` -> ``'6201Z'``."""
    return compact(value)


def is_naf(value):
    """Four digits and a letter."""
    return bool(_NAF.fullmatch(value or ""))


def is_mef(value):
    """Ten digits; SIECLE writes an eleventh control character."""
    return bool(_MEF.fullmatch(value or ""))


def is_cfd(value):
    """Code formation diplôme: three digits of level and diploma, five of speciality."""
    return bool(_CFD.fullmatch(value or ""))


def normalize_rncp(value):
    """``'RNCP 38565'`` or ``'38565'`` -> ``'RNCP38565'``; unknown forms stay as typed."""
    code = compact(value)
    match = _RNCP.fullmatch(code)
    return f"RNCP{match.group(1)}" if match else code


def is_rncp(value):
    """Canonical form of an entry of the national register of certifications."""
    return bool(re.fullmatch(r"RNCP\d{2,5}", value or ""))
