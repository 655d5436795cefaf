"""What the columns of a list of former pupils, or of diploma results, hold. No Odoo here.

Lists come from the examination service, from the school's software or from somebody's workbook:
these are the likely titles, any other works once its columns were matched by hand.
"""

import re

from odoo.addons.bde_partnerships.rules.column_titles import by_titles
from odoo.addons.bde_partnerships.rules.texts import normalise, parse_date
from odoo.addons.bde_pfmp.rules.persons import clean_ine, is_ine

# field -> titles as `normalise` writes them; of two columns of a field the earlier title wins
_TITLES = {
    "ine": "ine|numero ine|n ine|no ine|identifiant national|ine rnie|numero national",
    "lastname": "nom de famille|nom|nom de naissance|nom eleve|nom candidat|nom du candidat|"
    "nom patronymique|nom de l eleve",
    "usage_name": "nom d usage|nom usage|nom d epouse|nom marital",
    "firstname": "prenom|prenoms|prenom eleve|prenom candidat|prenom 1|prenom du candidat|"
    "prenom de l eleve",
    "name": "nom prenom|nom et prenom|nom prenoms|candidat|eleve|ancien eleve|identite|"
    "nom prenom du candidat|nom complet",
    "birth_date": "date de naissance|date naissance|ne le|nee le|ne e le|naissance|ddn|"
    "date naiss",
    "sex": "sexe|genre|civilite",
    "result": "resultat|decision|resultat final|decision du jury|decision finale|diplome obtenu|"
    "obtenu|admission|resultat examen|resultat a l examen|resultat du diplome|etat",
    "training": "formation|specialite|libelle formation|diplome|section|examen|serie|"
    "diplome prepare|specialite du diplome",
    "mef": "mef|code mef",
    "division": "classe|division|derniere classe",
    "cohort": "annee|promotion|annee de sortie|session|annee scolaire|promo|sortie|"
    "annee de depart|millesime",
    "kind": "statut|regime|type",
    "email": "mail|e mail|email|courriel|adresse mail|mail personnel|adresse electronique|"
    "email personnel|courriel personnel|mail perso",
    "phone": "telephone|tel|portable|mobile|telephone portable|tel portable|numero de telephone|"
    "gsm|tel mobile",
    "zip": "code postal|cp",
    "city": "ville|commune|localite",
}  # fmt: skip
FIELDS = tuple(_TITLES)
_RANK = {
    title: (name, rank)
    for name, titles in _TITLES.items()
    for rank, title in enumerate(titles.split("|"))
}
_CONTENT = (
    ("ine", lambda cell: is_ine(clean_ine(cell))),
    ("email", lambda cell: bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", cell))),
    ("birth_date", lambda cell: bool(parse_date(cell))),
)  # fmt: skip


def title_field(title):
    """The field that a title names, ``""`` when it names none.

    >>> title_field("Date de naissance"), title_field("N° INE"), title_field("Remarques")
    ('birth_date', 'ine', '')
    """
    return _RANK.get(normalise(title), ("", 0))[0]


def is_title(text):
    """Whether a cell reads like a title of such lists."""
    return len(text) < 60 and bool(title_field(text))


def guess(titles, samples, remembered=None):
    """The field of each column, ``""`` for those that are left out.

    :param list titles: titles of the file
    :param list samples: for each column, texts of its first cells
    :param dict remembered: field by normalised title, as the school chose it before
    :rtype: list[str]
    """
    found, free = by_titles(titles, remembered, lambda title: _RANK.get(normalise(title), ("", 0)))
    taken = set(found)
    for name, check in _CONTENT:
        for number in free:
            cells = samples[number]
            if name not in taken and not found[number] and cells and all(map(check, cells)):
                found[number] = name
                taken.add(name)
    if "lastname" in taken and "firstname" not in taken and "name" not in taken:
        # "Nom" above both names
        column = found.index("lastname")
        if samples[column] and all(" " in cell for cell in samples[column]):
            found[column] = "name"
    return found
