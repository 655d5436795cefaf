"""Rules of the solde of the taxe d'apprentissage: windows, who owes it, how much. No Odoo here."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

KINDS = [
    ("opening", "Schools check their data"),
    ("period1", "Employers choose, period 1"),
    ("transfer1", "Transfer 1"),
    ("period2", "Employers choose, period 2"),
    ("transfer2", "Transfer 2"),
    ("period3", "Employers choose, period 3"),
    ("transfer3", "Transfer 3"),
    ("rest", "What nobody allotted"),
]
SEQUENCE = {kind: 10 * position for position, (kind, _label) in enumerate(KINDS, start=1)}
PERIODS = ("period1", "period2", "period3")
# a third period was added once, in 2023
USUAL_KINDS = [kind for kind, _label in KINDS if kind not in ("period3", "transfer3")]


def window_state(today, date_from, date_to, is_period):
    """Where a window stands at a date: unknown, coming, open or over.

    A period that has begun and whose end is not published is open; a transfer or an opening
    without an end is one day.

    >>> from datetime import date
    >>> begin, end = date(2025, 5, 26), date(2025, 6, 27)
    >>> window_state(date(2025, 6, 27), begin, end, True)
    'open'
    >>> window_state(date(2025, 6, 28), begin, end, True)
    'over'
    >>> window_state(date(2025, 7, 12), date(2025, 7, 11), None, False)
    'over'
    >>> window_state(date(2025, 7, 12), date(2025, 7, 11), None, True)
    'open'
    >>> window_state(begin, None, None, True)
    'unknown'
    """
    if not date_from:
        return "unknown"
    if today < date_from:
        return "coming"
    if not date_to and is_period:
        return "open"
    return "open" if today <= (date_to or date_from) else "over"


# ------------------------------------------------------------
# Who owes it
# ------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What is known of an establishment; empty values are not known.

    ``department`` is that of the establishment, not of its head office. ``employs_apprentice``
    is None when nobody has said so.
    """

    department: str = ""
    legal_category: str = ""
    headcount: str = ""
    payroll: Decimal | float | None = None
    payroll_is_estimate: bool = False
    employs_apprentice: bool | None = None


@dataclass(frozen=True)
class Exemption:
    """One dated reason not to owe the solde. ``ref``: what the caller knows it by."""

    code: str
    kind: str
    value: str = ""
    certain: bool = False
    ref: int | None = None


@dataclass(frozen=True)
class YearRules:
    """The rules of one year: ``exemptions`` are those in force on 31 December of N-1."""

    exemptions: tuple = ()
    yearly_smic: Decimal | float | None = None


@dataclass(frozen=True)
class Liability:
    """Whether an employer owes the solde: ``state`` owes, owes_not or unknown.

    ``certain`` is false for an exemption that may apply and is for people to check: it leaves
    nobody out by itself. ``ref`` is that of the exemption.
    """

    state: str
    code: str = ""
    certain: bool = False
    ref: int | None = None


def department_of(zip_code):
    """Department of a French postcode, as exemptions name it.

    >>> department_of("67000"), department_of("97410"), department_of("20090"), department_of("")
    ('67', '974', '2A', '')
    >>> department_of("20200")
    '2B'
    """
    digits = (zip_code or "").strip()
    if len(digits) != 5 or not digits.isdecimal():
        return ""
    if digits.startswith("20"):
        return "2A" if digits < "20200" else "2B"
    return digits[:3] if digits[:2] in ("97", "98") else digits[:2]


def liable(facts, rules):
    """Whether an establishment owes the solde of a year, by the exemptions of that year.

    A certain exemption wins over one to check. Somebody of whom neither the place nor the legal
    category is known is unknown, never exempt.

    >>> alsace = Exemption("alsace_moselle", "department", "57,67,68", True)
    >>> town = Exemption("public", "legal_category", "71,72,73", True)
    >>> small = Exemption("apprentice", "apprentice_small_payroll", "6", True)
    >>> alone = Exemption("alone", "self_employed", "1", False)
    >>> club = Exemption("non_profit", "association", "92,93", False)
    >>> rules = YearRules((alsace, town, small, alone, club), Decimal("21272.80"))
    >>> liable(Facts("67", "5710"), rules)
    Liability(state='owes_not', code='alsace_moselle', certain=True, ref=None)
    >>> liable(Facts("33", "7210"), rules).code
    'public'

    Six yearly SMIC are 127,636.80 €: up to that limit the employer of an apprentice owes nothing.

    >>> liable(Facts("33", "5710", "02", Decimal("127636.80"), False, True), rules).state
    'owes_not'
    >>> liable(Facts("33", "5710", "02", Decimal("127636.81"), False, True), rules).state
    'owes'
    >>> liable(Facts("33", "5710", "02", Decimal("90000"), True, True), rules)
    Liability(state='owes_not', code='apprentice', certain=False, ref=None)

    >>> liable(Facts("33", "9220"), rules)
    Liability(state='owes_not', code='non_profit', certain=False, ref=None)
    >>> liable(Facts("33", "1000", "NN"), rules).code
    'alone'
    >>> liable(Facts("33", "1000", "02"), rules).state
    'owes'
    >>> liable(Facts(), rules).state, liable(Facts("33", ""), rules).state
    ('unknown', 'unknown')
    """
    found = None
    for exemption in rules.exemptions:
        verdict = _judge(facts, exemption, rules)
        if verdict and (found is None or (verdict.certain and not found.certain)):
            found = verdict
    if found:
        return found
    if not facts.department or not facts.legal_category:
        return Liability("unknown")
    return Liability("owes", certain=True)


def _judge(facts, exemption, rules):
    """The exemption as a verdict when it fits these facts, else None."""
    values = [one.strip() for one in (exemption.value or "").split(",") if one.strip()]
    certain = exemption.certain
    if exemption.kind == "department":
        fits = facts.department in values
    elif exemption.kind in ("legal_category", "association"):
        fits = bool(facts.legal_category) and facts.legal_category.startswith(tuple(values))
    elif exemption.kind == "self_employed":
        # NN: no employer, or a headcount that SIRENE does not know
        fits = facts.headcount == "NN" and facts.legal_category.startswith(tuple(values) or "1")
    elif exemption.kind == "apprentice_small_payroll":
        fits = bool(facts.employs_apprentice and facts.payroll and rules.yearly_smic) and (
            money(facts.payroll)
            <= money(Decimal(values[0] if values else "6") * _decimal(rules.yearly_smic))
        )
        certain = certain and not facts.payroll_is_estimate
    else:
        fits = False
    return Liability("owes_not", exemption.code, certain, exemption.ref) if fits else None


# ------------------------------------------------------------
# How much
# ------------------------------------------------------------

# Middle of SIRENE's bands of headcount; of the last one its lower end, which is all it says.
MIDDLES = {
    "01": "1.5", "02": "4", "03": "7.5", "11": "14.5", "12": "34.5", "21": "74.5", "22": "149.5",
    "31": "224.5", "32": "374.5", "41": "749.5", "42": "1499.5", "51": "3499.5", "52": "7499.5",
    "53": "10000",
}  # fmt: skip


@dataclass(frozen=True)
class Potential:
    """The solde of an employer in euros, None when nothing allows to say it."""

    amount: Decimal | None
    is_estimate: bool = False


def money(value):
    """Euros to the cent, halves away from zero, as the law rounds.

    >>> money(0.285), money("12.345"), money(1)
    (Decimal('0.29'), Decimal('12.35'), Decimal('1.00'))
    """
    return _decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _decimal(value):
    return Decimal(str(value))


# a campaign asks for each of thousands of companies; there are fifteen bands
@lru_cache(maxsize=256)
def estimated_payroll(band, average_salary):
    """Payroll of a year from a band of headcount: its middle times the average salary.

    >>> estimated_payroll("12", 43356)
    Decimal('1495782.00')
    >>> estimated_payroll("NN", 43356), estimated_payroll("12", None)
    (None, None)
    """
    if band not in MIDDLES or not average_salary:
        return None
    return money(Decimal(MIDDLES[band]) * _decimal(average_salary))


@lru_cache(maxsize=256)
def potential(payroll, band, average_salary, rate):
    """What an employer has to allot: the rate times its payroll, typed or estimated.

    >>> potential(Decimal("1333333.33"), "12", 43356, 0.0009)
    Potential(amount=Decimal('1200.00'), is_estimate=False)
    >>> potential(None, "12", 43356, 0.0009)
    Potential(amount=Decimal('1346.20'), is_estimate=True)
    >>> potential(None, "00", 43356, 0.0009)
    Potential(amount=None, is_estimate=False)
    """
    if payroll:
        return Potential(money(_decimal(payroll) * _decimal(rate)))
    estimate = estimated_payroll(band, average_salary)
    if estimate is None:
        return Potential(None)
    return Potential(money(estimate * _decimal(rate)), is_estimate=True)
