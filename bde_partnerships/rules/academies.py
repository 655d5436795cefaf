"""Académies, their holiday zones and the time zones of the territories. No Odoo here."""

# code of the académie -> name, zone of school holidays
ACADEMIES = {
    "01": ("Paris", "C"),
    "02": ("Aix-Marseille", "B"),
    "03": ("Besançon", "A"),
    "04": ("Bordeaux", "A"),
    "06": ("Clermont-Ferrand", "A"),
    "07": ("Dijon", "A"),
    "08": ("Grenoble", "A"),
    "09": ("Lille", "B"),
    "10": ("Lyon", "A"),
    "11": ("Montpellier", "C"),
    "12": ("Nancy-Metz", "B"),
    "13": ("Poitiers", "A"),
    "14": ("Rennes", "B"),
    "15": ("Strasbourg", "B"),
    "16": ("Toulouse", "C"),
    "17": ("Nantes", "B"),
    "18": ("Orléans-Tours", "B"),
    "19": ("Reims", "B"),
    "20": ("Amiens", "B"),
    "22": ("Limoges", "A"),
    "23": ("Nice", "B"),
    "24": ("Créteil", "C"),
    "25": ("Versailles", "C"),
    "27": ("Corse", "corse"),
    "28": ("La Réunion", "reunion"),
    "31": ("Martinique", "martinique"),
    "32": ("Guadeloupe", "guadeloupe"),
    "33": ("Guyane", "guyane"),
    "40": ("Nouvelle-Calédonie", "other"),
    "41": ("Polynésie française", "other"),
    "42": ("Wallis-et-Futuna", "other"),
    "43": ("Mayotte", "mayotte"),
    "44": ("Saint-Pierre-et-Miquelon", "other"),
    "70": ("Normandie", "B"),
}

SELECTION = [(code, name) for code, (name, _zone) in ACADEMIES.items()]

ZONES = [
    ("A", "Zone A"),
    ("B", "Zone B"),
    ("C", "Zone C"),
    ("corse", "Corse"),
    ("guadeloupe", "Guadeloupe"),
    ("guyane", "Guyane"),
    ("martinique", "Martinique"),
    ("mayotte", "Mayotte"),
    ("reunion", "La Réunion"),
    ("other", "Other territory"),
]

TIME_ZONES = [
    ("Europe/Paris", "Paris"),
    ("America/Guadeloupe", "Guadeloupe"),
    ("America/Martinique", "Martinique"),
    ("America/Cayenne", "Guyane"),
    ("Indian/Reunion", "La Réunion"),
    ("Indian/Mayotte", "Mayotte"),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon"),
    ("Pacific/Noumea", "Nouvelle-Calédonie"),
    ("Pacific/Tahiti", "Polynésie française"),
    ("Pacific/Wallis", "Wallis-et-Futuna"),
]

_TIME_ZONE_OF_DEPARTMENT = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/Guadeloupe",  # Saint-Barthélemy
    "978": "America/Guadeloupe",  # Saint-Martin
    "983": "Pacific/Noumea",
    "984": "Pacific/Tahiti",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}


def zone_of(academy_code):
    """Holiday zone of an académie, None when the code is unknown."""
    return ACADEMIES.get(academy_code, (None, None))[1]


def time_zone_of(department):
    """Time zone of the schools of a department."""
    return _TIME_ZONE_OF_DEPARTMENT.get(department, "Europe/Paris")
