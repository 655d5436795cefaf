"""Words of the CV and of the hand-over sheet, French as all papers of a school."""

from babel.dates import format_date

from odoo.addons.bde_partnerships.rules.french import LOCALE

# as many lines as leave a CV on its page
MOST_TASKS = 6

# as they stand after « à »
WHOM = {"mission_locale": "la Mission locale", "france_travail": "France Travail"}

LABELS = {
    "tells_birth": "Date de naissance",
    "tells_phone": "Téléphone",
    "tells_email": "Adresse électronique",
    "tells_town": "Commune",
    "tells_training": "Formation suivie",
    "tells_stays": "Entreprises d’accueil",
    "tells_workshops": "Ateliers AvenirPro suivis",
    "tells_wish": "Projet",
}


def once(texts):
    """The same texts in the same order, each once, whatever its capitals.

    >>> once(["Poser", "câbler", "poser"])
    ['Poser', 'câbler']
    """
    found = {}
    for text in texts:
        found.setdefault(text.casefold(), text)
    return list(found.values())


def months(start, end):
    """``novembre 2026``, ``mai – juin 2026``, ``décembre 2025 – janvier 2026``."""
    last = format_date(end, "MMMM y", locale=LOCALE)
    if (start.year, start.month) == (end.year, end.month):
        return last
    pattern = "MMMM" if start.year == end.year else "MMMM y"
    return f"{format_date(start, pattern, locale=LOCALE)} – {last}"
