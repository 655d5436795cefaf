"""What one row of a list of former pupils says: names, dates, results. No Odoo here."""

import re

from odoo.addons.bde_partnerships.rules.texts import (
    clean_email,
    clean_phone,
    is_phone,
    normalise,
    parse_date,
)
from odoo.addons.bde_pfmp.rules.persons import clean_ine, is_ine

from .addresses import is_school_address

# first words of a decision of the jury, as `normalise` writes them
_RESULTS = (
    # the second group of the baccalauréat is no result yet
    ("unknown", ("2nd groupe", "second groupe", "rattrapage", "autorise", "en attente", "passe")),
    ("absent", ("absent", "abs", "non presente", "non inscrit", "abandon", "demission", "elimine")),
    ("failed", ("refus", "ajourn", "echec", "echoue", "non admis", "non obtenu", "non", "recale")),
    ("passed", ("admis", "recu", "obtenu", "oui", "diplome", "valide", "succes", "reussi")),
)
_SHORT = {"a": "passed", "r": "failed", "o": "passed", "n": "failed"}
_KINDS = {"ap": "apprentice", "apprenti": "apprentice", "apprentie": "apprentice",
          "apprentissage": "apprentice", "adulte": "adult", "greta": "adult",
          "formation continue": "adult", "fc": "adult", "stagiaire": "adult"}  # fmt: skip
_SEX = {"f": "f", "2": "f", "mme": "f", "mlle": "f", "femme": "f", "feminin": "f", "fille": "f",
        "m": "m", "1": "m", "mr": "m", "homme": "m", "masculin": "m", "garcon": "m",
        "h": "m"}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


def result(text):
    """The result that a cell says, None when it is not understood, ``""`` when it says nothing.

    >>> result("Admis mention Bien"), result("AJOURNÉE"), result("Absente"), result("Reçue")
    ('passed', 'failed', 'absent', 'passed')
    >>> result("Passe au 2nd groupe"), result(""), result("??")
    ('unknown', '', None)
    """
    words = normalise(text)
    if not words:
        return "" if not (text or "").strip() else None
    if words in _SHORT:
        return _SHORT[words]
    for found, beginnings in _RESULTS:
        if words.startswith(beginnings) or (found == "unknown" and "groupe" in words):
            return found
    return None


def cohort(text):
    """The year in which the last school year ended: 2024 of "2023-2024"; None when none is said.

    >>> cohort("2023-2024"), cohort("Session juin 2024"), cohort("2023/24"), cohort("?")
    (2024, 2024, 2024, None)
    """
    short = re.search(r"(?<!\d)(20\d{2})\s*[-/]\s*(\d{2})(?!\d)", text or "")
    if short:
        return int(short[1][:2] + short[2])
    years = [int(year) for year in _YEAR.findall(text or "")]
    return max(years) if years else None


def split_name(text):
    """(last name, first name) of one cell: capitals are the last name, else the first word.

    >>> split_name("DA SILVA Inès Marie"), split_name("Dupont Léa"), split_name("Dupont")
    (('DA SILVA', 'Inès Marie'), ('Dupont', 'Léa'), ('Dupont', ''))
    """
    words = (text or "").split()
    capitals = 0
    while capitals < len(words) and words[capitals] == words[capitals].upper():
        capitals += 1
    cut = capitals if 0 < capitals < len(words) else 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def read(cells, school_email="", today=None):
    """Values of a row, and what is wrong with it.

    :param dict cells: field -> text
    :param datetime.date today: a birth date after it is none
    :return: (values, code of the refusal or None, codes of remarks), codes with their text
    """
    last, first = cells.get("lastname", ""), cells.get("firstname", "")
    if not (last and first) and cells.get("name"):
        last, first = split_name(cells["name"])
    ine = clean_ine(cells.get("ine"))
    values = {
        "ine": ine if is_ine(ine) else "",
        "lastname": " ".join(last.split()),
        "firstname": " ".join(first.split()),
        "usage_name": cells.get("usage_name", ""),
        "sex": _SEX.get(normalise(cells.get("sex", "")), ""),
        "kind": _KINDS.get(normalise(cells.get("kind", "")), ""),
        "cohort": cohort(cells.get("cohort", "")) or 0,
        "training": cells.get("training", ""),
        "mef": re.sub(r"\D", "", cells.get("mef", ""))[:10],
        "division_name": cells.get("division", ""),
        "zip": cells.get("zip", ""),
        "city": cells.get("city", ""),
    }
    refusal, remarks = _read_dates(values, cells, today)
    found = result(cells.get("result", ""))
    if found is None:
        refusal = refusal or ("result_unknown", cells["result"])
    values["result"] = found or ""
    if ine and not values["ine"]:
        remarks.append(("ine_bad", ine))
    remarks += _read_reach(values, cells, school_email)
    if not values["ine"] and not (values["lastname"] and values["firstname"]):
        refusal = ("name_missing", "")
    return values, refusal, remarks


def _read_dates(values, cells, today):
    """Date of birth: a wrong one refuses the row, for it tells people apart."""
    text = cells.get("birth_date", "")
    birth = parse_date(text)
    values["birth_date"] = birth.isoformat() if birth else ""
    if text and (not birth or (today and birth >= today)):
        return ("birth_bad", text), []
    return None, []


def _read_reach(values, cells, school_email):
    """Addresses: what cannot serve is left out, and told."""
    remarks = []
    email, phone = clean_email(cells.get("email", "")), clean_phone(cells.get("phone", ""))
    if email is None:
        remarks.append(("email_bad", cells["email"]))
    elif is_school_address(email, school_email):
        remarks.append(("email_school", email))
        email = ""
    if phone and not is_phone(phone):
        remarks.append(("phone_bad", phone))
        phone = ""
    values["email"], values["phone"] = email or "", phone
    return remarks
