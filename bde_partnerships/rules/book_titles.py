"""What the columns of a school's list of companies hold, guessed from their titles.

Titles are those of real lists: any case, accents or not, "N° SIRET", "Tél. fixe", "Nom du tuteur
(MDS)". A title that says nothing is looked at through its cells. No Odoo here.
"""

import re

from .identifiers import is_siret, normalize_siret
from .texts import clean_email, clean_phone, is_phone, normalise

IGNORE = ""

# field -> titles as `normalise` writes them
_TITLES = {
    "siret": "siret|no siret|n siret|numero siret|num siret|siret etablissement|code siret|"
    "siret entreprise|siret de l entreprise|siret siege|numero de siret|identifiant siret",
    "siren": "siren|no siren|n siren|numero siren|siren entreprise",
    "name": "raison sociale|nom entreprise|nom de l entreprise|entreprise|societe|nom societe|"
    "denomination|nom de la societe|denomination sociale|nom structure|structure|"
    "organisme|organisme d accueil|employeur|etablissement|nom etablissement|"
    "nom de la structure|entreprises|raison sociale entreprise|nom|"
    "nom organisme|structure d accueil|entreprise d accueil|lieu de stage|lieu de pfmp|"
    "terrain de stage|nom de l organisme|partenaire|nom commercial ou raison sociale",
    "brand": "enseigne|nom commercial|enseigne commerciale|marque|nom usuel|sigle",
    "street": "adresse|rue|adresse 1|adresse1|adresse ligne 1|adresse entreprise|voie|"
    "adresse de l entreprise|adresse postale|n et rue|no et rue|numero et voie|libelle voie",
    "street2": "adresse 2|adresse2|complement|complement adresse|complement d adresse|"
    "adresse ligne 2|batiment|zone|lieu dit|adresse suite",
    "full_address": "adresse complete|coordonnees|adresse cp ville|adresse cp et ville",
    "zip": "code postal|cp|c p|codepostal|code post|code postal entreprise|cp entreprise|"
    "code postal de l entreprise|zip",
    "city": "ville|commune|localite|ville entreprise|ville de l entreprise|bureau distributeur|"
    "commune entreprise|lieu",
    "zip_city": "cp ville|code postal ville|cp et ville|code postal et ville|cp commune",
    "country": "pays",
    "phone": "telephone|tel|tel fixe|telephone fixe|numero de telephone|no tel|n tel|"
    "telephone entreprise|tel entreprise|standard|fixe|tel standard|n de telephone|num tel|"
    "no de telephone|telephone standard|telephone de l entreprise|tel 1|telephone 1",
    "mobile": "portable|mobile|gsm|tel portable|telephone portable|tel mobile|tel 2|"
    "telephone 2|portable entreprise|telephone mobile",
    "email": "mail|email|e mail|courriel|adresse mail|adresse email|mel|mail entreprise|"
    "email entreprise|adresse e mail|adresse electronique|courriel entreprise|"
    "mail de l entreprise|mail 1|contact mail",
    "website": "site|site web|site internet|web|url|site www|internet",
    "activity": "activite|secteur|secteur d activite|metier|domaine|domaine d activite|"
    "activite principale|type d activite|specialite|branche|activites|corps de metier|"
    "nature de l activite|secteur activite|metiers",
    "naf_code": "naf|ape|code naf|code ape|naf ape|ape naf|code ape naf|code naf ape",
    "headcount": "effectif|effectifs|nb salaries|nombre de salaries|salaries|nbre salaries|"
    "taille|nombre salaries|tranche effectif|tranche d effectif|nb de salaries|nbre de salaries",
    "insurance_company": "assureur|assurance|compagnie d assurance|nom assurance",
    "insurance_policy": "police|no police|numero police|n police|contrat assurance|"
    "no contrat assurance|numero de police|n contrat|police d assurance",
    "notes": "notes|note|remarque|remarques|observation|observations|commentaire|commentaires|"
    "divers|infos|informations|info|avis|details|a savoir|precisions",
    "status": "statut|etat|situation|statut relation|niveau de partenariat|type de relation|"
    "statut partenariat|statut de la relation|relation",
    "owner": "interlocuteur lycee|referent lycee|suivi par|interlocuteur|contact lycee|"
    "enseignant referent|charge de suivi|prospecte par|professeur|prof|professeur referent|"
    "responsable lycee|prof referent|rbde|interlocuteur du lycee|enseignant",
    "tags": "tags|mots cles|etiquettes|categorie|reseau|label|mot cle|categories|labels|bassin",
    "trainings": "formations|formations accueillies|filiere|filieres|diplomes|classes|section|"
    "sections|formations concernees|formations possibles|niveaux",
    "closed": "fermee|fermeture|cessation|cessation d activite|date de fermeture|ferme|"
    "ferme le|radiee|entreprise fermee",
    "offer_placements": "accepte stage|accepte stages|accueille stagiaires|stage|stages|pfmp|"
    "accueil stagiaires|accepte des stagiaires|accepte pfmp|accueil pfmp|accueil stagiaire|"
    "prend des stagiaires|stagiaires|accepte les stages|accueil en stage",
    "offer_apprenticeship": "accepte apprentissage|apprentissage|apprentis|accueille apprentis|"
    "accueil apprentis|contrat d apprentissage|alternance|accepte apprentis|alternants",
    "offer_visits": "visite|visites|visite d entreprise|accepte visite|visites d entreprise|"
    "accepte visites|accueil visite|visite entreprise",
    "offer_forum": "forum|participe forum|accepte forum|forum des metiers|salon|forums|"
    "participation forum|present au forum",
    "offer_tax": "taxe|taxe d apprentissage|ta|verse taxe|taxe apprentissage|verse la taxe|"
    "verse ta|versement taxe|accepte taxe",
    "offer_tutoring": "mentorat|parrainage|tutorat|marraine parrain|accepte tutorat|parrain",
    "offer_jury": "jury|jurys|membre de jury|participe jury|accepte jury|examens|"
    "jury d examen|participation jury",
    "pupil": "eleve|nom eleve|nom de l eleve|stagiaire|nom stagiaire|nom du stagiaire|"
    "nom prenom eleve|nom et prenom eleve|eleve nom prenom|eleve stagiaire|apprenant|"
    "nom et prenom de l eleve|eleve nom|jeune|nom prenom de l eleve|etudiant",
    "pupil_firstname": "prenom eleve|prenom de l eleve|prenom stagiaire|eleve prenom|"
    "prenom du stagiaire",
    "pupil_count": "nombre d eleves|nb eleves|nbre eleves|nombre eleves|nb stagiaires|"
    "nombre de stagiaires|nbre stagiaires|effectif eleves|nb d eleves|nombre stagiaires",
    "date_start": "date debut|debut|du|date de debut|debut stage|debut pfmp|date debut stage|"
    "debut de stage|date debut pfmp|date de debut de stage|debut periode",
    "date_end": "date fin|fin|au|date de fin|fin stage|fin pfmp|date fin stage|fin de stage|"
    "date fin pfmp|date de fin de stage|fin periode",
    "year_label": "annee scolaire|annee|session|periode|periode de stage|periode pfmp|"
    "dates|dates de stage|periodes|promotion|millesime",
    "training": "formation|diplome|classe|division|filiere eleve|specialite eleve|"
    "classe eleve|section eleve|formation eleve|classe de l eleve|niveau",
}
# columns of lists of pupils and of teachers, which have an import of their own
_PUPIL_TITLES = {
    "ine", "ine rnie", "date de naissance", "date naissance", "ne e le", "ne le", "sexe",
    "regime", "code mef", "responsable 1 nom", "matiere", "id national", "identifiant national",
}  # fmt: skip
_ROLES = (
    ("tutor", {"tuteur", "tutrice", "tuteurs", "mds", "maitre", "maitres", "encadrant"}),
    ("signatory", {
        "signataire", "dirigeant", "gerant", "gerante", "directeur", "directrice", "patron",
        "representant", "dirigeants", "president", "chef",
    }),
    ("contact", {
        "contact", "responsable", "rh", "drh", "correspondant", "interlocuteur", "referent",
        "personne", "contacts",
    }),
)  # fmt: skip
_ATTRIBUTES = (
    ("firstname", {"prenom", "prenoms"}),
    ("function", {"fonction", "qualite", "poste", "role"}),
    ("email", {"mail", "email", "courriel", "mel", "electronique"}),
    ("mobile", {"portable", "mobile", "gsm"}),
    ("phone", {"tel", "telephone", "tph", "fixe", "coordonnees"}),
    ("name", {"nom", "noms"}),
)
# words of a title that say nothing
_FILLERS = {"de", "du", "des", "la", "le", "l", "d", "et", "en", "a", "au", "entreprise", "stage",
            "apprentissage", "pfmp", "ou", "personne", "ressource", "legal", "societe",
            "contacter", "terrain", "pour", "s", "mme", "m"}  # fmt: skip
ROLES = ("contact", "signatory", "tutor")
ROLE_PARTS = ("name", "lastname", "firstname", "function", "email", "phone", "mobile")
# of these a list may have several columns
SEVERAL = ("notes", "tags", "trainings")

_BY_TITLE = {title: name for name, titles in _TITLES.items() for title in titles.split("|")}
FIELDS = (
    *[name for name in _TITLES if name != "pupil_firstname"],
    "pupil_firstname",
    *[f"{role}_{part}" for role in ROLES for part in ROLE_PARTS],
)


def title_field(title):
    """The field that a title names, ``""`` when it names none.

    >>> title_field("Tél. du maître de stage"), title_field("N° de SIRET")
    ('tutor_phone', 'siret')
    """
    words = normalise(title)
    # "Adresse (siège)", "Mail *"
    short = normalise(re.sub(r"\(.*?\)|\*", " ", title))
    for text in (words, short):
        if text in _BY_TITLE:
            return _BY_TITLE[text]
    return _person_field(short.split()) or _loose_field(short)


def _person_field(words):
    role = next((role for role, keys in _ROLES if keys & set(words)), "")
    if not role or "lycee" in words or "eleve" in words:
        return ""
    attribute = next((name for name, keys in _ATTRIBUTES if keys & set(words)), "")
    if attribute == "firstname" and {"nom", "noms"} & set(words):
        return f"{role}_name"
    if attribute:
        return f"{role}_{attribute}"
    keys = next(keys for name, keys in _ROLES if name == role)
    return f"{role}_name" if not set(words) - keys - _FILLERS else ""


def _loose_field(text):
    """Titles with more words than needed: "Téléphone de l'entreprise (accueil)"."""
    kept = " ".join(word for word in text.split() if word not in _FILLERS)
    if kept in _BY_TITLE:
        return _BY_TITLE[kept]
    for word, name in (("siret", "siret"), ("siren", "siren"), ("postal", "zip")):
        if word in text.split():
            return name
    return ""


def is_title(text):
    """Whether a cell reads like a title of such lists."""
    return len(text) < 60 and bool(title_field(text))


def guess(titles, samples, remembered=None, placements=False):
    """The field of each column, ``""`` for those that are left out.

    :param list titles: titles of the file
    :param list samples: for each column, texts of its first cells
    :param dict remembered: field by normalised title, as the school chose it before
    :param bool placements: whether the rows are past placements
    :rtype: list[str]
    """
    remembered = remembered or {}
    found, taken = [""] * len(titles), set()
    chosen = [remembered.get(normalise(title)) for title in titles]
    by_title = [title_field(title) for title in titles]
    by_content = [_content_field(cells) for cells in samples]
    for wave in (chosen, by_title, by_content):
        for number, name in enumerate(wave):
            if wave is not chosen and chosen[number] is not None:
                continue  # the school said so, also when it said to leave it out
            if name and not found[number] and (name in SEVERAL or name not in taken):
                found[number] = name
                taken.add(name)
    _settle(found, placements, [name is not None for name in chosen])
    return found


def _settle(found, placements, fixed):
    """Names that mean something else beside others: a last name, a training of a placement."""
    for role in ROLES:
        if f"{role}_firstname" in found and f"{role}_name" in found:
            number = found.index(f"{role}_name")
            if not fixed[number]:
                found[number] = f"{role}_lastname"
    swap = {"trainings": "training"} if placements else {"training": "trainings"}
    for number, name in enumerate(found):
        if name in swap and not fixed[number] and swap[name] not in found:
            found[number] = swap[name]
        elif not placements and name == "year_label" and not fixed[number]:
            found[number] = IGNORE


def _content_field(cells):
    """What the cells of an untitled column look like; only what has a form of its own."""
    cells = [cell for cell in cells if cell]
    if len(cells) < 2:
        return ""
    checks = (
        ("siret", lambda cell: is_siret(normalize_siret(cell))),
        ("email", lambda cell: bool(clean_email(cell))),
        ("phone", lambda cell: is_phone(clean_phone(cell))),
        ("naf_code", lambda cell: bool(re.fullmatch(r"\d\d\.?\d\d ?[A-Z]", cell.strip()))),
        ("zip", lambda cell: bool(re.fullmatch(r"(0[1-9]|[1-8]\d|9[0-8])\d{3}", cell.strip()))),
    )
    for name, check in checks:
        if sum(map(check, cells)) >= 0.8 * len(cells):
            return name
    return ""


def kind_of(titles):
    """``pupils``, ``past_placements`` or ``companies``: what a file with these titles lists."""
    fields = {title_field(title) for title in titles if title}
    words = {normalise(title) for title in titles}
    company = fields & {"siret", "zip", "brand", "naf_code", "activity", "tutor_name", "city"}
    if len(words & _PUPIL_TITLES) >= 2 and not fields & {"siret", "naf_code", "brand"}:
        return "pupils"
    if {"pupil", "pupil_count"} & fields or {"date_start", "date_end"} <= fields:
        return "past_placements" if company or "name" in fields else "pupils"
    return "companies"
