"""An invented convention, to look at the wording of a template on a full page.

No import of Odoo here: the module is tested alone.
"""

from datetime import date

from .convention_period import period_content
from .public_holidays import public_holidays

DAY = [["08:00", "12:00"], ["13:00", "16:00"]]
WEEK = {"mon": DAY, "tue": DAY, "wed": DAY, "thu": DAY, "fri": DAY, "sat": [], "sun": []}
DATE_START, DATE_END = date(2026, 11, 2), date(2026, 11, 27)
BIRTH_DATE = date(2010, 3, 14)

PARTIES = (
    ("host", "Marc Duval", "Gérant", True),
    ("tutor", "Hélène Prat", "Cheffe d’équipe", True),
    ("student", "MARTIN Léa", None, False),
    ("guardian", "Sophie Martin", None, True),
    ("referent", "Julien Roche", None, True),
    ("head", "Claire Vasseur", "Proviseure", True),
)


def sample(stay, template):
    """Content of an invented convention, as ``bde.convention`` and the engine would make it.

    :param str stay: kind of stay
    :param dict template: wording, as given by ``bde.document.template._template_content``
    """
    holidays = public_holidays(DATE_START, DATE_END, "33")
    period = period_content(WEEK, DATE_START, DATE_END, holidays, BIRTH_DATE)
    return {
        "schema": 1,
        "kind": "convention",
        "stay": stay,
        "number": "0330000A-2026-000000",
        "check_url": "https://example.org/bde/v/exemple",
        "school_year": "2026-2027",
        "tz": "Europe/Paris",
        "template": template,
        "period": dict(period, name="PFMP 1"),
        "schedule": WEEK,
        "parties": [
            {"uuid": role, "role": role, "name": name, "function": function, "required": required}
            for role, name, function, required in PARTIES
        ],
        **people(),
        **_annexes(),
    }


def people():
    return {
        "school": {
            "uai": "0330000A",
            "name": "Lycée professionnel de démonstration",
            "academy": "Académie de démonstration",
            "address": ["12 avenue des Métiers", "33000 Bordeaux"],
            "city": "Bordeaux",
            "phone": "05 00 00 00 00",
            "email": "bde-0330000a@example.org",
            "logo": None,
            "head": {"name": "Claire Vasseur", "function": "Proviseure"},
            "insurance": {"company": "Assureur de l’établissement", "policy": "0123456 H"},
        },
        "host": {
            "name": "Menuiserie Duval",
            "siret": "73282932000074",
            "naf": "43.32A",
            "activity": "Travaux de menuiserie",
            "address": ["3 rue des Copeaux", "33000 Bordeaux"],
            "site": ["Chantier des Bassins à flot", "33300 Bordeaux"],
            "phone": "05 00 00 00 01",
            "email": "contact@example.com",
            "signatory": {"name": "Marc Duval", "function": "Gérant"},
            "insurance": {"company": "Assureur de l’entreprise", "policy": "RC 778899"},
        },
        "tutor": {
            "name": "Hélène Prat",
            "function": "Cheffe d’équipe",
            "phone": "06 00 00 00 02",
            "email": "h.prat@example.com",
        },
        "student": {
            "name": "MARTIN Léa",
            "birth_date": BIRTH_DATE.isoformat(),
            "division": "1MELEC2",
            "adult": False,
        },
        "guardians": [{"name": "Sophie Martin", "kinship": "mother"}],
        "referent": {
            "name": "Julien Roche",
            "phone": "05 00 00 00 03",
            "email": "j.roche@example.org",
        },
        "training": {
            "title": "Métiers de l’électricité et de ses environnements connectés",
            "diploma": "bac_pro",
            "hours": 840,
        },
    }


def _annexes():
    return {
        "competences": [
            "C1 Analyser les conditions de l’opération et son contexte",
            "C4 Réaliser une installation de manière éco-responsable",
        ],
        "tasks": ["Poser une goulotte", "Câbler un tableau", "Contrôler la continuité"],
        "other_tasks": "Participation à la pose d’un éclairage extérieur.",
        "financial": {
            "meals": "Restaurant d’entreprise, repas pris en charge à 60 %",
            "transport": "La moitié de l’abonnement de transport en commun",
            "lodging": None,
            "gratification": None,
        },
        "safety": ["Échafaudage roulant (D. 4153-31), après formation au montage"],
        "remarks": "Chaussures de sécurité fournies par l’entreprise.",
    }
