"""What the columns of a SOLTéA export hold, guessed from their titles and cells.

The columns of the export are not published: these are the likely ones, and any other table works
once its columns were matched by hand. No Odoo here.
"""

import re

from . import soltea_values
from .column_titles import by_titles
from .identifiers import compact, is_rncp, is_siren, is_siret, is_uai, normalize_rncp
from .texts import normalise

# field -> titles as `normalise` writes them; of two columns of a field the earlier title wins
_TITLES = {
    "siret": "siret|siret employeur|siret de l employeur|siret entreprise|siret de l entreprise|"
    "no siret|n siret|numero siret|siret declarant|siret etablissement employeur|"
    "siret de l etablissement employeur|siret redevable|siret contributeur|siret verseur",
    "siren": "siren|siren employeur|siren entreprise|siren de l employeur|no siren|n siren|"
    "numero siren|siren de l entreprise|siren redevable",
    "name": "raison sociale|raison sociale employeur|raison sociale de l employeur|employeur|"
    "nom employeur|nom de l employeur|entreprise|nom entreprise|nom de l entreprise|denomination|"
    "denomination sociale|denomination employeur|societe|redevable|contributeur|verseur|"
    "raison sociale entreprise|libelle employeur|etablissement employeur|nom",
    "zip": "code postal|cp|code postal employeur|code postal entreprise|cp employeur",
    "city": "ville|commune|ville employeur|commune employeur|ville entreprise|localite",
    "amount": "montant verse|montant vire|montant du virement|montant du versement|montant recu|"
    "montant percu|montant net|montant|montant en euros|montant euros|montant ta|montant solde|"
    "montant attribue|montant affecte|montant reparti|montant alloue|montant de l affectation|"
    "montant de la repartition|somme|fonds affectes|montant total|solde affecte|total|versement",
    "transfer_on": "date de virement|date virement|date du virement|date de versement|"
    "date versement|date du versement|date de paiement|vire le|verse le|date operation|date",
    "year": "campagne|annee|annee de campagne|annee campagne|exercice|millesime|annee de collecte|"
    "campagne de collecte|annee ta",
    "period": "periode|periode de repartition|periode de campagne|vague|virement|no periode|"
    "numero de periode|periode de versement|numero de virement|n de virement",
    "uai": "uai|uai composante|code uai|uai etablissement|uai beneficiaire|no uai|rne|code rne|"
    "uai de la composante|uai de l etablissement|numero uai|uai ecole|identifiant uai",
    "component": "composante|nom composante|nom de la composante|etablissement beneficiaire|"
    "libelle composante|beneficiaire|nom beneficiaire|nom de l etablissement|etablissement|"
    "nom etablissement|ecole|organisme beneficiaire|libelle etablissement|structure",
    "component_siret": "siret composante|siret etablissement|siret beneficiaire|"
    "siret de la composante|siret de l etablissement|siret etablissement beneficiaire|"
    "siret ecole|siret de l etablissement beneficiaire",
    "course": "formation|intitule formation|intitule de la formation|libelle formation|"
    "nom formation|libelle de la formation|nom de la formation|formation beneficiaire|"
    "formation choisie|formation concernee|diplome|intitule|certification",
    "course_code": "rncp|code rncp|no rncp|rncp formation|code rncp formation|"
    "code formation|numero rncp|fiche rncp|"
    "code certification",
    "reference": "reference|ref|reference versement|reference du versement|identifiant|"
    "id affectation|identifiant affectation|numero affectation|no affectation|n affectation|"
    "reference affectation|id versement|identifiant versement|id repartition",
}  # fmt: skip
FIELDS = tuple(_TITLES)
# cells that tell two rows apart, beside the employer and the amount
TELLING = (
    "transfer_on", "period", "uai", "component_siret", "component", "course_code", "course",
    "reference",
)  # fmt: skip
_RANK = {
    title: (name, rank)
    for name, titles in _TITLES.items()
    for rank, title in enumerate(titles.split("|"))
}
# "N° SIRET": a number that names itself, before the field that it is
_NUMBERED = re.compile(r"(?:n|no|num|numero)\b ?(?=siret|siren|uai|rne|rncp)")
_FILLERS = {"de", "du", "des", "la", "le", "l", "d", "en", "a", "euro", "euros", "eur", "ttc",
            "soltea", "ta", "taxe", "apprentissage", "fleche", "flechee", "fleches"}  # fmt: skip
_CONTENT = (
    ("siret", lambda cell: is_siret(compact(cell))),
    ("siren", lambda cell: is_siren(compact(cell))),
    ("uai", lambda cell: is_uai(compact(cell))),
    ("course_code", lambda cell: cell[:1] in "Rr" and is_rncp(normalize_rncp(cell))),
    ("transfer_on", lambda cell: not cell.isdigit() and bool(soltea_values.day(cell)[0])),
    ("amount", lambda cell: bool(re.search(r"€|\d[.,]\d\d?$", cell))
     and soltea_values.amount(cell, ",")[0] is not None),
)  # fmt: skip


def _ranked(title):
    """(field, rank) that a title names, ``("", 0)`` when it names none."""
    words = normalise(title)
    short = normalise(re.sub(r"\(.*?\)|\*", " ", title or ""))
    kept = " ".join(word for word in short.split() if word not in _FILLERS)
    for text in (words, short, kept, _NUMBERED.sub("", kept)):
        if text in _RANK:
            return _RANK[text]
    return "", 0


def title_field(title):
    """The field that a title names, ``""`` when it names none.

    >>> title_field("Montant versé (€)"), title_field("N° SIRET"), title_field("Département")
    ('amount', 'siret', '')
    >>> title_field("Formation fléchée"), title_field("N° SIRET de l'employeur")
    ('course', 'siret')
    """
    return _ranked(title)[0]


def is_title(text):
    """Whether a cell reads like a title of such exports."""
    return len(text) < 60 and bool(title_field(text))


def guess(titles, samples, remembered=None):
    """The field of each column, ``""`` for those that are left out.

    :param list titles: titles of the file
    :param list samples: for each column, texts of its first cells
    :param dict remembered: field by normalised title, as the school chose it before
    :rtype: list[str]
    """
    found, free = by_titles(titles, remembered, _ranked)
    taken = set(found)
    for name, check in _CONTENT:
        fitting = [number for number in free if not found[number] and _fits(samples[number], check)]
        # of two columns that look the same only a person knows
        if name not in taken and len(fitting) == 1:
            found[fitting[0]] = name
            taken.add(name)
    return found


def _fits(cells, check):
    cells = [cell for cell in cells if cell]
    return len(cells) >= 2 and sum(map(check, cells)) >= 0.8 * len(cells)
