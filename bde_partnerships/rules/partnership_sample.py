"""An invented agreement, to look at a wording with. No import of Odoo here."""

COMPANY = {
    "name": "Menuiserie Exemple",
    "siret": None,
    "activity": "Travaux de menuiserie bois et PVC",
    "address": ["3 rue des Copeaux", "33000 Bordeaux"],
    "phone": None,
    "email": "contact@menuiserie.example",
    "signatory": {"name": "Anne Exemple", "function": "gérante"},
}
SCHOOL = {
    "uai": None,
    "name": "Lycée professionnel Exemple",
    "academy": None,
    "address": ["1 rue de l’École", "33000 Bordeaux"],
    "phone": None,
    "email": "bureau@lycee.example",
    "logo": None,
    "head": {"name": "Jean Exemple", "function": "Chef d’établissement"},
}


def sample(wording):
    """Content of an agreement with this wording.

    :param dict wording: what ``_template_content`` of a template gives
    :rtype: dict
    """
    return {
        "template": wording,
        "kind": "partnership",
        "lang": "fr_FR",
        "number": "APERÇU",
        "check_url": "",
        "preview": True,
        "school_year": "2026-2027",
        "school": SCHOOL,
        "company": COMPANY,
        "third": None,
        "object": "Accueillir des élèves et faire connaître les métiers du bois.",
        "axes": ["Accueil en PFMP", "Visites d’entreprise"],
        "trainings": ["Bac pro Technicien menuisier agenceur"],
        "commitments": [
            {
                "side": "school",
                "name": "Désigner un interlocuteur unique",
                "quantity": None,
                "deadline": None,
            },
            {
                "side": "company",
                "name": "Accueillir des élèves en PFMP chaque année",
                "quantity": 4,
                "deadline": None,
            },
            {
                "side": "company",
                "name": "Ouvrir l’atelier aux élèves de seconde",
                "quantity": 1,
                "deadline": "2027-03-31",
            },
        ],
        "date_start": "2026-09-01",
        "date_end": "2029-08-31",
        "board_date": wording["deliberation_date"],
        "framework": None,
        "renews": None,
        "parties": [
            {"uuid": "host", "role": "host", "name": "Anne Exemple", "function": "gérante"},
            {
                "uuid": "head",
                "role": "head",
                "name": "Jean Exemple",
                "function": "Chef d’établissement",
            },
        ],
    }
