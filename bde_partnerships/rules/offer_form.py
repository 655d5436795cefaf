"""What a company may type into the page of a bureau. No Odoo here."""

import re
import unicodedata

from .identifiers import is_siret, normalize_siret

# Longest text of each box.
TEXTS = {
    "company": 120,
    "siret": 20,
    "city": 80,
    "zip": 10,
    "contact": 120,
    "function": 80,
    "email": 120,
    "phone": 30,
    "when": 120,
    "message": 2000,
}
MAX_PUPILS = 99
# A box that people do not see: whoever fills it in is a robot.
TRAP = "address2"


def plain_text(value, limit, lines=False):
    """One line of text (or several) without control characters, cut at its limit.

    >>> plain_text("  Garage\\t du\\nCentre\\x00 ", 12)
    'Garage du Ce'
    """
    text = unicodedata.normalize("NFC", value if isinstance(value, str) else "")
    kept = "\n" if lines else ""
    text = "".join(c if c in kept or unicodedata.category(c)[0] != "C" else " " for c in text)
    if not lines:
        text = " ".join(text.split())
    return text.strip()[:limit]


def is_email(value):
    """
    >>> is_email("contact@garage.example"), is_email("contact@garage"), is_email("a b@c.fr")
    (True, False, False)
    """
    return bool(re.fullmatch(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}", value))


def normalize_phone(value):
    """Digits of a French or foreign number, as people read them; empty when it is none.

    >>> normalize_phone("05.56 01-02 03"), normalize_phone("+33 5 56 01 02 03")
    ('05 56 01 02 03', '05 56 01 02 03')
    >>> normalize_phone("12"), normalize_phone("+49 30 901820")
    ('', '+4930901820')
    """
    compact = re.sub(r"[\s.\-()/]", "", value or "")
    compact = re.sub(r"^(\+33|0033)0?", "0", compact)
    if re.fullmatch(r"0\d{9}", compact):
        return " ".join(compact[i : i + 2] for i in range(0, 10, 2))
    if re.fullmatch(r"(\+|00)\d{8,15}", compact):
        return compact.replace("00", "+", 1) if compact.startswith("00") else compact
    return ""


def clean(form, offers, trainings):
    """What was typed, as it is kept, and what is wrong with it.

    :param form: mapping of boxes; ``offer_<code>`` and ``training_<id>`` are ticked ones
    :param offers: codes that the page shows
    :param trainings: ids that the page shows
    :return: ``(values, errors)``; errors are ``{box: code of a sentence}``
    """
    values = {
        name: plain_text(form.get(name), limit, lines=name == "message")
        for name, limit in TEXTS.items()
    }
    values["offers"] = [code for code in offers if form.get(f"offer_{code}")]
    values["trainings"] = [one for one in trainings if form.get(f"training_{one}")]
    errors = {name: "required" for name in ("company", "contact") if not values[name]}
    errors |= _clean_reach(values) | _clean_numbers(values, form.get("pupils"))
    if not values["offers"] and not values["message"]:
        errors["offers"] = "offers"
    if not form.get("consent"):
        errors["consent"] = "consent"
    return values, errors


def _clean_reach(values):
    """How the school answers: an e-mail address or a phone number."""
    errors = {}
    values["email"] = values["email"].lower()
    if values["email"] and not is_email(values["email"]):
        errors["email"] = "email"
    if values["phone"]:
        phone = normalize_phone(values["phone"])
        if phone:
            values["phone"] = phone
        else:
            errors["phone"] = "phone"
    if not values["email"] and not values["phone"]:
        errors["email"] = "reach"
    return errors


def _clean_numbers(values, pupils):
    errors = {}
    if values["siret"]:
        siret = normalize_siret(values["siret"])
        if is_siret(siret):
            values["siret"] = siret
        else:
            errors["siret"] = "siret"
    pupils = plain_text(pupils, 10)
    values["pupils"] = int(pupils) if pupils.isascii() and pupils.isdigit() else 0
    if pupils and not 1 <= values["pupils"] <= MAX_PUPILS:
        errors["pupils"] = "pupils"
    return errors


def pipeline_of(offers):
    """Code of the pipeline that a request belongs to, by what it proposes.

    >>> pipeline_of(["apprenticeship"]), pipeline_of(["placements", "apprenticeship"])
    ('apprenticeship', 'placements')
    >>> pipeline_of(["forum"]), pipeline_of([])
    ('partnership', 'placements')
    """
    if "placements" in offers or not offers:
        return "placements"
    return "apprenticeship" if "apprenticeship" in offers else "partnership"
