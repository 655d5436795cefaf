"""The State's allowance for PFMP: rates of a MEF, amounts under the cap, what is missing.

Decree 2023-765 and arrêté of 11 August 2023. No import of Odoo here: the module is tested alone.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# MEF, 10 digits = dispositif (3) + speciality (5) + duration (1) + year in the course (1); the
# first four characters of the MEFSTAT11 follow from the first and the last of them. Read in the
# public lists of the State's application, where all codes satisfy it.
LEVELS = {
    ("221", "11"): "2212",
    ("222", "11"): "2213",
    ("240", "11"): "2311",
    ("241", "21"): "2321",
    ("241", "22"): "2322",
    ("242", "31"): "2331",
    ("242", "32"): "2332",
    ("242", "33"): "2333",
    ("246", "21"): "2371",
    ("247", "31"): "2381",
    ("247", "32"): "2382",
    ("247", "33"): "2383",
    ("250", "11"): "23B1",
    ("251", "21"): "23C1",
    ("251", "22"): "23C2",
    ("257", "11"): "23J0",
    ("258", "11"): "23K0",
    ("264", "31"): "23N1",
    ("271", "21"): "2321",
    ("271", "22"): "2322",
    ("276", "31"): "2381",
    ("276", "32"): "2382",
    ("276", "33"): "2383",
    ("280", "99"): "23I0",
    ("703", "11"): "4151",
    ("704", "11"): "4161",
    ("740", "11"): "4411",
    ("741", "11"): "4421",
}
# dispositifs of agricultural education; those of the sea are named one MEF at a time
MASA = ("271", "276", "280")
# an overpayment is claimed back above this sum alone (threshold of the State's application)
RECOVERY = 30


def level(mef):
    """First four characters of the MEFSTAT11 of a MEF, ``""`` when it pays nothing.

    >>> level("2473000433"), level("2412214622"), level("3112001011")
    ('2383', '2322', '')
    """
    return LEVELS.get((mef[:3], mef[8:10]), "") if mef else ""


def ministry(mef):
    """Which ministry's rate a MEF follows, unless it has a line of its own."""
    return "masa" if (mef or "")[:3] in MASA else "menj"


@dataclass(frozen=True)
class Rate:
    """Euros for a day and for a school year. ``own`` = a correction of the académie."""

    school_year: str
    ministry: str
    key: str
    daily: Decimal
    cap: Decimal
    source: str = ""
    own: bool = False


def rate_of(rates, mef, school_year):
    """The rate of a MEF in a school year, or None: unknown is never guessed.

    A line of the MEF itself wins over its level, one of the académie over the national one.

    :param rates: iterable of :class:`Rate`
    """
    if not mef:
        return None
    keys = {(None, mef): 2, (ministry(mef), level(mef)): 0}
    found = []
    for rate in rates:
        if rate.school_year != school_year or not rate.key:
            continue
        rank = keys.get((None, rate.key), keys.get((rate.ministry, rate.key)))
        if rank is not None:
            found.append((rank + rate.own, rate))
    return max(found, key=lambda pair: pair[0])[1] if found else None


# ------------------------------------------------------------
# Amounts
# ------------------------------------------------------------


@dataclass(frozen=True)
class Stay:
    """Days of one placement. ``held``: euros that the State's application counts already."""

    key: object
    start: date
    days: int
    held: Decimal | None = None


@dataclass(frozen=True)
class Amount:
    """What a stay is worth: ``full`` = days × rate, ``used`` = counted before, ``left``."""

    key: object
    days: int
    full: Decimal
    used: Decimal
    left: Decimal
    amount: Decimal
    held: bool = False

    @property
    def cut(self):
        """Whether the cap of the year took something away."""
        return not self.held and self.amount < self.full


def amounts(stays, daily, cap, elsewhere=0):
    """Amounts of a pupil's stays of one MEF and school year, in the order of their dates.

    Each is min(days × rate, cap − what is counted already), never below zero. What stands in
    the State's application keeps its amount, and comes before the others whatever its dates.

    :param elsewhere: euros counted by another school, for the same MEF and year
    :return: list of :class:`Amount`, in the order of the dates
    """
    daily, cap, used = Decimal(daily), Decimal(cap), Decimal(elsewhere)
    ordered = sorted(stays, key=lambda stay: (stay.held is None, stay.start))
    found = {}
    for stay in ordered:
        full, left = daily * stay.days, max(cap - used, Decimal(0))
        amount = min(full, left) if stay.held is None else stay.held
        found[stay.key] = Amount(
            stay.key, stay.days, full, used, left, amount, stay.held is not None
        )
        used += amount
    return [found[stay.key] for stay in sorted(stays, key=lambda stay: stay.start)]


def whole_days(days):
    """Days that count: parts add up (seven hours in a row or not are a day, D124-6 C. éduc.),
    what is left below a whole day is none.

    >>> whole_days(18.5), whole_days(19.0), whole_days(-1)
    (18, 19, 0)
    """
    # presence is kept in tenths of a day, whose binary form may stand just below
    return max(int(days + 0.01), 0)


def overlapping(spans):
    """Keys of the spans that share a day with another one.

    :param spans: list of (key, first day, last day) of one pupil
    :rtype: set
    """
    found, ordered = set(), sorted(spans, key=lambda span: span[1])
    reach = None
    for span in ordered:
        if reach and span[1] <= reach[2]:
            found |= {span[0], reach[0]}
        if not reach or span[2] > reach[2]:
            reach = span
    return found


# ------------------------------------------------------------
# What is missing before the entry
# ------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What the State's application asks of one stay, as the school knows it."""

    ine: str = ""
    sex: str = ""
    birth_country: str = ""
    birth_commune: str = ""
    address: bool = False
    mef: str = ""
    rate: Rate | None = None
    start: date | None = None
    end: date | None = None
    days: int = 0
    year: tuple = ()
    schooling: tuple = ()
    attested: bool = False
    decision: bool = False
    rib: str = "missing"
    adult: bool = False
    # who signs for himself, of age or emancipated, needs no authorisation
    alone: bool = False
    consent: bool = False
    overlap: bool = False
    extra: tuple = field(default=())


# born in France: SIECLE writes 100, the INSEE list 99100
FRANCE = ("100", "99100")


def problems(facts):
    """Codes of what is missing, in the order in which a bureau puts it right.

    :param Facts facts:
    :rtype: tuple
    """
    checks = (
        ("ine", not facts.ine),
        ("sex", not facts.sex),
        ("birth", _unknown_birth(facts)),
        ("address", not facts.address),
        ("mef", not facts.mef),
        ("rate", bool(facts.mef) and facts.rate is None),
        ("year", _outside(facts, facts.year)),
        ("schooling", _outside(facts, facts.schooling)),
        ("overlap", facts.overlap),
        ("attestation", not facts.attested),
        ("days", facts.days > _calendar_days(facts)),
        ("decision", not facts.decision),
        ("rib", facts.rib == "missing"),
        ("rib_third", facts.rib == "third" and facts.adult),
        # decree 2023-765, article 4: a paper of the school for the first payment of a minor
        ("consent", not (facts.alone or facts.consent)),
    )
    return tuple(code for code, wrong in checks if wrong) + facts.extra


def _unknown_birth(facts):
    """The country, and for who was born in France the commune (pre-check of the payer)."""
    if not facts.birth_country:
        return True
    return facts.birth_country in FRANCE and not facts.birth_commune


def _outside(facts, span):
    """Whether the stay leaves a span whose bounds may be open."""
    first, last = span or (None, None)
    return bool((first and facts.start < first) or (last and facts.end > last))


def _calendar_days(facts):
    return (facts.end - facts.start).days + 1


# ------------------------------------------------------------
# Bank details
# ------------------------------------------------------------

# length of an IBAN by country (registry of ISO 13616)
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20,
    "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18,
    "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27,
    "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24,
    "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
# the first signs of one, in a text without anything between its letters and digits
_START = re.compile(r"(?=([A-Z]{2})[0-9]{2})")
# of France, mistyped: nobody knows a length or a key
_FRENCH = re.compile(r"(?<![A-Z0-9])FR ?[0-9]{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])")
_RIB = re.compile(r"(?<![0-9])[0-9]{5} ?[0-9]{5} ?[0-9A-Z]{11} ?[0-9]{2}(?![0-9])")
# letters of the number of an account, for its key
_RIB_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def looks_like_account(text):
    """Whether a text holds what may be an IBAN or a French RIB: these are never kept.

    >>> looks_like_account("compte FR76 3000 6000 0112 3456 7890 189 de la mère")
    True
    >>> looks_like_account("IBANFR76\u00a03000/6000_0112-3456.7890\u202f189")
    True
    >>> looks_like_account("décision 2026-114, remise le 12/09/2026")
    False
    """
    # whatever stands between the groups: blanks that do not break, bars, points
    spaced = re.sub(r"[^A-Z0-9]+", " ", (text or "").upper())
    if _RIB.search(spaced):
        return True
    if any(sum(char.isdigit() for char in one) >= 14 for one in _FRENCH.findall(spaced)):
        return True
    packed = spaced.replace(" ", "")
    for start in _START.finditer(packed):
        size = _LENGTHS.get(start[1], 0)
        iban = packed[start.start() : start.start() + size]
        if size and len(iban) == size and _checks(iban):
            return True
    return False


def is_account(text):
    """Whether a text is the whole of an IBAN or RIB, with its key: for what was cut in cells.

    >>> is_account("30006 00001 12345678901 89"), is_account("30006 00001 12345678901 88")
    (True, False)
    """
    packed = re.sub(r"[^A-Z0-9]+", "", (text or "").upper())
    if _LENGTHS.get(packed[:2]) == len(packed) and packed[2:4].isdigit():
        return _checks(packed)
    if len(packed) != 23 or not (packed[:10] + packed[21:]).isdigit():
        return False
    bank, branch = int(packed[:5]), int(packed[5:10])
    number, key = int(packed[10:21].translate(_RIB_DIGITS)), int(packed[21:])
    return (89 * bank + 15 * branch + 3 * number + key) % 97 == 0


def _checks(iban):
    """ISO 7064, modulo 97."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1
