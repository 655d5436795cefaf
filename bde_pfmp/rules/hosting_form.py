"""What a host types in the accord d'accueil: cleaned and checked, box by box.

The same checks serve the public page and the desk that types a paper sheet. An error never
throws away what was typed: :func:`clean` gives back the texts with the codes of what is wrong.
"""

import re
import unicodedata

from odoo.addons.bde_partnerships.rules.identifiers import is_siret, normalize_siret

from . import schedule as hours

# box -> most characters
TEXTS = {
    "siret": 20,
    "host_name": 120,
    "host_street": 160,
    "host_zip": 10,
    "host_city": 80,
    "activity": 160,
    "site_address": 300,
    "signatory_name": 100,
    "signatory_function": 100,
    "signatory_email": 120,
    "signatory_phone": 30,
    "tutor_name": 100,
    "tutor_function": 100,
    "tutor_email": 120,
    "tutor_phone": 30,
    "tasks": 1500,
    "meals": 200,
    "transport": 200,
    "lodging": 200,
    "gratification": 200,
    "insurance_company": 120,
    "insurance_policy": 60,
    "remarks": 1500,
}
BLOCKS = {"tasks", "site_address", "remarks"}  # may hold several lines
TICKS = ("no_siret", "tutor_same")
REQUIRED = (
    "host_name",
    "host_city",
    "activity",
    "signatory_name",
    "signatory_function",
    "insurance_company",
)
TUTOR = ("tutor_name", "tutor_function", "tutor_email", "tutor_phone")

_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]{2,}")
_LEGAL_FORMS = re.compile(
    r"\b(?:sarl|sasu?|sa|eurl|eirl|ei|sci|scop|snc|gie|ets|etablissements?|societe|entreprise)\b"
)


def normalize_phone(text):
    """``06 12 34 56 78`` and ``+33 (0)6.12…`` as ten French digits, or ``+`` and digits."""
    text = re.sub(r"\(0\)", "", text or "")
    compact = re.sub(r"[\s.\-_/()]", "", text)
    compact = re.sub(r"^(?:\+33|0033)(?=[1-9]\d{8}$)", "0", compact)
    return re.sub(r"^00", "+", compact)


def is_phone(value):
    """Ten digits from 0, or an international number."""
    return bool(re.fullmatch(r"0[1-9]\d{8}|\+\d{8,15}", value or ""))


def is_email(value):
    """A plausible address; only a letter that arrives proves more."""
    return bool(_EMAIL.fullmatch(value or ""))


def plain_text(value, limit, block=False):
    """Text without control characters; blanks are folded unless it may hold several lines."""
    kept = "".join(
        char
        for char in str(value or "").replace("\r\n", "\n")
        if char == "\n" or not unicodedata.category(char).startswith("C")
    )
    if not block:
        kept = " ".join(kept.split())
    return kept.strip()[:limit]


def clean(values, activities=()):
    """Values of a posted form and what is wrong with them.

    :param values: mapping of names to texts; ticked activities stand as ``activity_<id>``
    :param activities: ids that may be ticked
    :returns: (values, {name of the box: code}); codes are ``required``, ``siret``, ``zip``,
        ``email``, ``phone``, ``contact`` (neither mail nor phone), ``tasks``, ``hours``, and
        those of :class:`schedule.ScheduleError`
    """
    vals = {
        name: plain_text(values.get(name), limit, name in BLOCKS) for name, limit in TEXTS.items()
    }
    vals |= {name: bool(values.get(name)) for name in TICKS}
    vals["activity_ids"] = [one for one in activities if values.get(f"activity_{one}")]
    errors = {}
    _clean_company(vals, errors)
    if vals["tutor_same"]:
        vals |= dict.fromkeys(TUTOR, "")
    elif not vals["tutor_name"]:
        errors["tutor_name"] = "required"
    _clean_contacts(vals, errors)
    schedule, wrong = hours.from_inputs(values)
    errors |= wrong
    vals["schedule"] = schedule
    if schedule is not None and hours.is_empty(schedule):
        errors["mon_0_from"] = "hours"
    if not vals["activity_ids"] and not vals["tasks"]:
        errors["tasks"] = "tasks"
    for name in REQUIRED:
        if not vals[name]:
            errors[name] = "required"
    return vals, errors


def _clean_company(vals, errors):
    vals["siret"] = normalize_siret(vals["siret"])
    if vals["no_siret"]:
        vals["siret"] = ""
    elif not vals["siret"]:
        errors["siret"] = "required"
    elif not is_siret(vals["siret"]):
        errors["siret"] = "siret"
    # a company abroad has no French post code: it has no SIRET either
    if not vals["no_siret"] and not re.fullmatch(r"\d{5}", vals["host_zip"].replace(" ", "")):
        errors["host_zip"] = "zip"


def _clean_contacts(vals, errors):
    persons = ("signatory",) if vals["tutor_same"] else ("signatory", "tutor")
    for person in persons:
        email, phone = f"{person}_email", f"{person}_phone"
        vals[email] = vals[email].lower()
        vals[phone] = normalize_phone(vals[phone])
        if vals[email] and not is_email(vals[email]):
            errors[email] = "email"
        if vals[phone] and not is_phone(vals[phone]):
            errors[phone] = "phone"
        if not vals[email] and not vals[phone]:
            errors[email] = "contact"


def company_key(name):
    """A name of a company as it is compared: no accent, case, legal form nor punctuation."""
    folded = unicodedata.normalize("NFKD", name or "").casefold()
    folded = "".join(char for char in folded if not unicodedata.combining(char))
    words = re.sub(r"[^a-z0-9]+", " ", folded.replace("&", " et "))
    bare = _LEGAL_FORMS.sub(" ", words)
    return " ".join((bare if bare.strip() else words).split())


def same_company(left, right):
    """Whether two names are plainly those of one company.

    >>> same_company("SARL Menuiserie Duval", "menuiserie DUVAL")
    True
    >>> same_company("Menuiserie Duval", "Boulangerie Martin")
    False
    """
    left, right = company_key(left), company_key(right)
    if not left or not right:
        return False
    return left == right or f" {left} " in f" {right} " or f" {right} " in f" {left} "
