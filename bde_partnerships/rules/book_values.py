"""Single cells of a list of companies: what people type, and what Excel makes of it.

Each function gives the value and, when there is none, the code of what is wrong with the cell.
No Odoo here.
"""

import re
from datetime import date, timedelta

from stdnum import luhn

from .identifiers import is_naf, is_siret, normalize_naf, normalize_siret
from .texts import clean_email, clean_phone, is_phone, normalise, parse_date

# what people write in a cell that they have nothing for
_VOID = {
    "", "nc", "n c", "neant", "non communique", "inconnu", "inconnue", "aucun", "aucune", "ras",
    "non renseigne", "na", "n a", "sans", "pas de mail", "pas d adresse mail", "vide", "en cours",
    "a completer", "a demander", "voir", "pas de telephone", "xxx", "x", "0", "idem",
}  # fmt: skip
_YES = {"oui", "o", "x", "1", "vrai", "true", "ok", "yes", "y", "v"}
_NO = {"non", "n", "0", "faux", "false", "no", "jamais", "refus", "refuse"}
_CIVILITY = re.compile(
    r"^(?:m|mr|mme|mlle|melle|monsieur|madame|mademoiselle|mrs)\b\.?\s+", re.IGNORECASE
)
_FRENCH_PHONE = re.compile(r"(?<!\d)0[1-9](?:[\s.\-]*\d\d){4}(?!\d)")
# upper ends of SIRENE's bands of headcount
_BANDS = (
    (0, "00"), (2, "01"), (5, "02"), (9, "03"), (19, "11"), (49, "12"), (99, "21"), (199, "22"),
    (249, "31"), (499, "32"), (999, "41"), (1999, "42"), (4999, "51"), (9999, "52"),
)  # fmt: skip
_STATUSES = (
    ("avoid", ("eviter", "blacklist", "liste noire", "ne plus", "proscrire", "a bannir")),
    ("watch", ("surveiller", "vigilance", "prudence", "attention")),
    ("revive", ("relancer", "relance", "dormant", "inactif", "perdu de vue")),
    ("strong", ("fort", "privilegie", "partenaire", "fidele", "conventionne", "strategique")),
    ("active", ("actif", "active", "client", "en cours", "accueille", "acquis")),
    ("prospect", ("prospect", "contacter", "demarcher", "decouvrir", "nouveau", "piste")),
)
_EXCEL_DAYS = range(30_000, 60_000)  # 1982 to 2064, as a spreadsheet counts days


def void(text):
    """Whether a cell says in words that it is empty: "NC", "néant", "-"."""
    return normalise(text) in _VOID


def siret(text):
    """(SIRET, code): ``''`` for none; the SIREN alone is given back with ``siren_only``.

    Codes: siret_scientific, siret_length, siret_siren_key, siret_key; siren_only and siret_none
    are remarks, the company is taken without.
    """
    text = re.sub(r"\.0+$", "", (text or "").strip())
    compact = normalize_siret(re.sub(r"[^\w.,+\s-]", "", text))
    if void(text) or not re.search(r"\d", compact):
        return "", "siret_none" if text and not void(text) else ""
    if re.fullmatch(r"\d+[.,]?\d*E\+?\d+", compact):
        return "", "siret_scientific"
    digits = compact if compact.isdigit() else re.sub(r"^(?:SIRET|NO|N)?:?", "", compact)
    # a spreadsheet drops the zeros that a number begins with
    if digits.isdigit() and 11 <= len(digits) < 14 and is_siret(digits.zfill(14)):
        digits = digits.zfill(14)
    if is_siret(digits):
        return digits, ""
    if not digits.isdigit() or len(digits) not in (9, 14):
        return "", "siret_length"
    if not luhn.is_valid(digits[:9]):
        return "", "siret_siren_key"
    return (digits, "siren_only") if len(digits) == 9 else ("", "siret_key")


def postcode(text):
    """(French postcode, code): ``zip_bad`` when there are no five digits in it."""
    if void(text):
        return "", ""
    digits = re.sub(r"^F-?|\s|\.0$|cedex.*$", "", text.strip(), flags=re.IGNORECASE)
    if re.fullmatch(r"\d{4}", digits):
        digits = "0" + digits  # 1000 is Bourg-en-Bresse, in a spreadsheet
    if re.fullmatch(r"(?!00)\d{5}", digits) and digits < "98900":
        return digits, ""
    return "", "zip_bad"


def split_address(text):
    """(street, postcode, town) of an address in one cell; the street alone when there is none."""
    match = re.search(r"(?:^|[\s,;-])(?:F-)?(\d{2}\s?\d{3})\s+(\D.*)$", text or "")
    if not match:
        return (text or "").strip(), "", ""
    street = text[: match.start()].strip(" ,;-")
    return street, match.group(1).replace(" ", ""), match.group(2).strip(" ,;.")


def phones(text):
    """(numbers, code) of a cell, which may hold several; ``phone_bad`` when one is none."""
    if void(text):
        return [], ""
    if not re.search(r"\d", text):
        return [], "phone_bad"
    whole = clean_phone(_restore_zero(text))
    if is_phone(whole):
        return [whole], ""
    found = _FRENCH_PHONE.findall(text)
    if found:
        left = _FRENCH_PHONE.sub(" ", text)
        # what is left is a word such as "poste" or "portable", not half a number
        if not re.search(r"\d{5}|\d\d[\s.]\d\d[\s.]\d\d", left):
            return [clean_phone(number) for number in found], ""
    parts = [clean_phone(_restore_zero(part)) for part in re.split(r"\s*(?:[/;,]|\bou\b)\s*", text)]
    if parts and all(map(is_phone, parts)):
        return parts, ""
    return [], "phone_bad"


def _restore_zero(text):
    """A number that a spreadsheet took for one: 556112233, 33556112233."""
    digits = re.sub(r"[\s.\-]", "", text.removesuffix(".0"))
    if re.fullmatch(r"[1-9]\d{8}", digits):
        return "0" + digits
    if re.fullmatch(r"33[1-9]\d{8}", digits):
        return "0" + digits[2:]
    return text


def emails(text):
    """(addresses, code) of a cell, which may hold several; ``email_bad`` when one is none."""
    if void(text):
        return [], ""
    parts = [part.strip(" <>()'\".") for part in re.split(r"[;,/\s]+", text)]
    parts = [re.sub(r"^mailto:", "", part, flags=re.IGNORECASE) for part in parts]
    found = [part for part in parts if "@" in part]
    cleaned = [clean_email(part) for part in found]
    return (cleaned, "") if cleaned and all(cleaned) else ([], "email_bad")


def naf(text):
    """(NAF code, code): what stands behind it, "43.21A - Électricité", is left out."""
    code = normalize_naf(re.split(r"\s*[-–:(]\s*|\s{2,}", (text or "").strip())[0])[:5]
    if void(text) or is_naf(code):
        return ("", "") if void(text) else (code, "")
    return "", "naf_bad"


def headcount(text):
    """(SIRENE's band, code) of a number of employees or of a band in words."""
    if void(text) and normalise(text) != "0":
        return "", ""
    words = normalise(text)
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    if not numbers:
        return "", "headcount_unknown"
    number = numbers[0]
    if "moins" in words or text.strip().startswith("<"):
        number -= 1
    elif "plus" in words or text.strip().startswith(">"):
        number += 1
    return next((code for top, code in _BANDS if number <= top), "53"), ""


def answer(text):
    """True, False, or None when a cell is empty or says neither yes nor no."""
    words = normalise(text)
    if not words and "✓" not in text and "✔" not in text:
        return None
    first = words.split()[0] if words else "oui"
    if words in _NO or first in ("non", "pas", "aucun", "aucune"):
        return False
    if words in _YES or first in ("oui", "ok") or words.isdigit():
        return True
    return None


def status(text):
    """Our status for the school's word, ``""`` when it is none of ours."""
    words = f" {normalise(text)} "
    return next((code for code, keys in _STATUSES if any(key in words for key in keys)), "")


def is_closed(text):
    """Whether a cell, or a status, says that the company is closed."""
    if void(text):
        return False
    words = normalise(text)
    return bool(
        re.search(r"\b(?:ferme|fermee|cessation|cessee?|radiee?|liquidation|liquidee)\b", words)
        or answer(text)
        or parse_date(text)
    )


def person(name, lastname="", firstname=""):
    """The name of a person, first name before last name, without "Mme"."""
    full = name or " ".join(filter(None, (firstname, lastname)))
    full = " ".join(full.split())
    return "" if void(full) else _CIVILITY.sub("", full)


def day(text):
    """(date, code) of a cell; days counted by a spreadsheet are read too."""
    if void(text):
        return None, ""
    found = parse_date(text)
    short = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})", text.strip())
    if not found and short:
        found = parse_date("{}/{}/20{}".format(*short.groups()))
    if not found and text.isdigit() and int(text) in _EXCEL_DAYS:
        found = date(1899, 12, 30) + timedelta(days=int(text))
    return found, "" if found else "date_bad"


def year_label(text):
    """A school year as it is written here, 2023-2024; other words stay as they are."""
    match = re.fullmatch(r"(?:20)?(\d\d)\s*[-/–]\s*(?:20)?(\d\d)", (text or "").strip())
    if match and int(match.group(2)) == int(match.group(1)) + 1:
        return "20{}-20{}".format(*match.groups())
    return "" if void(text) else text.strip()


def two_days(text):
    """The two days of "du 05/11/2024 au 30/11/2024", or ``(None, None)``."""
    found = re.findall(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", text or "")
    days = [day(one)[0] for one in found]
    return (days[0], days[1]) if len(days) == 2 and all(days) else (None, None)


def school_year(start, label):
    """Calendar year in which the school year of a day, or of a label, begins; 0 for none."""
    if start:
        return start.year if start.month >= 8 else start.year - 1
    match = re.search(r"\b(20\d\d|19\d\d)(?:\s*[-/–]\s*(?:20)?(\d\d))?", label or "")
    return int(match.group(1)) if match else 0
