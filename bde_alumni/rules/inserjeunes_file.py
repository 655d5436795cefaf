"""Open-data files of InserJeunes: what their columns hold, what their cells say. No Odoo here.

The ministry publishes rates and parts in percent, one line a school and training (``fine``
files), or one a school. What stands on fewer than twenty young people is not published: the cell
is then empty, or holds a dash or letters (``nd``, ``NC``). All of these are the same: nothing.
"""

import re

from odoo.addons.bde_partnerships.rules import identifiers
from odoo.addons.bde_partnerships.rules.texts import normalise

KINDS = ("lycee_pro", "cfa")
# measures, all in %: parts are on all of the last year, rates on those who left, see DEFINITIONS
SHARES = ("share_study", "share_job_6", "share_other")
RATES = ("rate_study", "rate_job_6", "rate_job_12", "rate_job_18", "rate_job_24")
EXPECTED = ("expected_job_6", "expected_study", "broken_contracts")
ADDED = ("added_job_6", "added_study")  # value added: points, may be under nothing
MEASURES = SHARES + RATES + EXPECTED + ADDED
TEXTS = ("year_label", "uai", "name", "region", "diploma", "mefstat11", "training", "duration")
FIELDS = TEXTS + MEASURES
# what tells a line from the others of a file, besides its kind
KEY = ("year_label", "uai", "mefstat11", "diploma", "duration")
# "not published", however it is written
MISSING = frozenset(("", "nd", "nc", "ns", "na", "n d", "n c", "n s", "nr", "non diffuse"))

# field -> titles as `normalise` writes them
_TITLES = {
    "year_label": "annee|millesime|cumul|periode",
    "uai": "uai|code uai|numero uai|rne|code etablissement|uai etablissement",
    "name": "libelle|etablissement|nom de l etablissement|libelle etablissement|denomination|"
    "nom etablissement|libelle de l etablissement",
    "region": "region|libelle region",
    "diploma": "type diplome|type de diplome|diplome|libelle type diplome",
    "mefstat11": "code formation mefstat11|mefstat11|mefstat 11|code formation|code mefstat11|"
    "id mefstat11|code formation apprentissage|id formation apprentissage",
    "training": "libelle formation|libelle de la formation|formation|intitule formation",
    "duration": "duree formation|duree de la formation|duree",
    "share_study": "part en poursuite d etudes|part poursuite etudes|part en formation",
    "share_job_6": "part en emploi 6 mois apres la sortie|part en emploi 6 mois|part en emploi",
    "share_other": "part des autres situations|part autres situations",
    "rate_study": "taux poursuite etudes|taux de poursuite d etudes|taux de poursuite etudes",
    "rate_job_6": "taux emploi 6 mois|taux d emploi 6 mois|taux d emploi a 6 mois",
    "rate_job_12": "taux emploi 12 mois|taux d emploi 12 mois|taux d emploi a 12 mois",
    "rate_job_18": "taux emploi 18 mois|taux d emploi 18 mois|taux d emploi a 18 mois",
    "rate_job_24": "taux emploi 24 mois|taux d emploi 24 mois|taux d emploi a 24 mois",
    "expected_job_6": "taux emploi 6 mois attendu|taux d emploi attendu a 6 mois",
    "expected_study": "taux poursuite etudes attendu|taux de poursuite d etudes attendu",
    "broken_contracts": "taux contrats interrompus|taux de contrats interrompus|"
    "taux rupture contrats",
    "added_job_6": "va emploi 6 mois|valeur ajoutee emploi 6 mois|va emploi",
    "added_study": "va poursuite etudes|valeur ajoutee poursuite etudes",
}  # fmt: skip
_BY_TITLE = {title: name for name, titles in _TITLES.items() for title in titles.split("|")}
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?")
_YEARS = re.compile(r"(20\d\d)(?:\s*[-/]\s*(20\d\d))?")
# first words of the ministry's types of diploma, by the code of `bde.training.diploma`
_DIPLOMAS = {
    "cap": ("cap",),
    "bac_pro": ("bac", "baccalaureat"),
    "cs": ("mc", "mention", "cs", "certificat"),
    "bma": ("bma", "brevet des metiers", "bm"),
    "bts": ("bts", "brevet de technicien superieur"),
}


def title_field(title):
    """The field that a title names, ``""`` when it names none.

    >>> title_field("taux_emploi_6_mois"), title_field("Code formation MEFSTAT11")
    ('rate_job_6', 'mefstat11')
    """
    return _BY_TITLE.get(normalise(title), "")


def is_title(text):
    """Whether a cell reads like a title of such files."""
    return len(text) < 60 and bool(title_field(text))


def guess(titles, remembered=None):
    """The field of each column, ``""`` for those that are left out; each field once.

    :param list titles: titles of the file
    :param dict remembered: field by normalised title, as it was chosen before
    :rtype: list[str]
    """
    remembered = remembered or {}
    found, taken = [], set()
    for title in titles:
        name = remembered.get(normalise(title), None)
        name = title_field(title) if name is None else name
        found.append(name if name not in taken else "")
        taken.add(name)
    return found


def guess_kind(titles):
    """``cfa`` for a file of apprenticeship: it alone tells of broken contracts."""
    known = {title_field(title) for title in titles}
    apprentices = any("apprenti" in normalise(title) for title in titles)
    return "cfa" if apprentices or "broken_contracts" in known else "lycee_pro"


def percent(text, below_zero=False):
    """A cell in percent: a number, None when it is not published.

    :raise ValueError: neither a percentage nor a way to write that it is missing

    >>> percent("45,3 %"), percent("nd"), percent("-"), percent("NC"), percent("0")
    (45.3, None, None, None, 0.0)
    """
    text = (text or "").replace("\u00a0", " ").replace("\u202f", " ").strip()
    if normalise(text) in MISSING:
        return None
    number = text.removesuffix("%").strip().replace("\u2212", "-")
    if not _NUMBER.fullmatch(number):
        raise ValueError(text)
    value = float(number.replace(",", "."))
    if not (-100 if below_zero else 0) <= value <= 100:
        raise ValueError(text)
    return value


def last_year(label):
    """The last year of a label, ``None`` when it names none.

    Figures of a school are those of two years of leavers together.

    >>> last_year("cumul 2022-2023"), last_year("2021"), last_year("cumul")
    (2023, 2021, None)
    """
    years = _YEARS.search(label or "")
    return int(years.group(2) or years.group(1)) if years else None


def read(cells):
    """What a row says.

    :param dict cells: {field: text} of the columns that are read
    :return: (values, problem): ``values`` holds texts and measures, those that are missing None;
        ``problem`` is None or (code, what stands there)
    """
    values = {name: " ".join((cells.get(name) or "").split()) or None for name in TEXTS}
    problem = None
    uai = identifiers.normalize_uai(values["uai"] or "")
    values["uai"] = uai or None
    if not uai or not identifiers.is_uai(uai):
        problem = ("uai_bad", cells.get("uai") or "")
    elif not last_year(values["year_label"]):
        problem = ("year_bad", values["year_label"] or "")
    for name in MEASURES:
        try:
            values[name] = percent(cells.get(name), name in ADDED)
        except ValueError as error:
            values[name] = None
            problem = problem or ("percent_bad", str(error))
    values["last_year"] = last_year(values["year_label"])
    return values, problem


def is_of_training(line, mef="", cfd="", diploma=""):
    """Whether a line of the file is about a training of a school.

    The MEFSTAT11 ends as the CFD does (specialty and order), which the MEF repeats from its
    fourth digit on; a CAP and a baccalauréat may share these digits, so the type of diploma must
    agree where both are known.

    :param line: (mefstat11, type of diploma as the file writes it)
    :param diploma: as ``bde.training`` writes it

    >>> is_of_training(("21242220411", "CAP"), mef="2412220421", diploma="cap")
    False
    >>> is_of_training(("40062525508", "BAC PRO"), cfd="40025508", diploma="bac_pro")
    True
    """
    mefstat11, label = line
    specialties = {(cfd or "")[3:8], (mef or "")[3:8]}
    if not any(len(one) == 5 and (mefstat11 or "").endswith(one) for one in specialties):
        return False
    words = _DIPLOMAS.get(diploma)
    if not words or not label:
        return True
    text = normalise(label)
    return any(text == word or text.startswith(f"{word} ") for word in words)
