"""French page of an attestation (D124-9 C. éduc.): what the host certifies at the end.

No import of Odoo here: the module is tested alone.
"""

from . import weeks
from .convention_sheet import NBSP, WORDS, count, day, duration, lines, siret

TITLES = {
    "pfmp": "Attestation de période de formation en milieu professionnel",
    "observation": "Attestation de séquence d’observation en milieu professionnel",
    "seconde_gt": "Attestation de séquence d’observation en milieu professionnel",
    "bts": "Attestation de stage",
}

STAYS = {
    "pfmp": "une période de formation en milieu professionnel",
    "observation": "une séquence d’observation",
    "seconde_gt": "une séquence d’observation",
    "bts": "un stage",
}

USES = {
    "pfmp": (
        "Attestation établie en application de l’article D. 124-9 du code de l’éducation. L’élève, "
        "l’établissement et l’organisme d’accueil en conservent chacun un exemplaire. Elle est "
        "nécessaire à la constitution du dossier d’examen et au versement de l’allocation."
    ),
    "bts": (
        "Attestation établie en application de l’article D. 124-9 du code de l’éducation. "
        "L’étudiant, l’établissement et l’organisme d’accueil en conservent chacun un exemplaire. "
        "Elle est jointe au dossier d’examen."
    ),
}
USE = (
    "L’élève, l’établissement et l’organisme d’accueil conservent chacun un exemplaire de la "
    "présente attestation."
)


def days(number):
    """``18 jours``, ``17,5 jours``."""
    whole = int(number)
    if number == whole:
        return count(whole, "jour")
    return f"{number:g}".replace(".", ",") + f"{NBSP}jour{'s' if number >= 2 else ''}"


def effective(planned_days, planned_minutes, absence_days=0, absence_minutes=0):
    """(days, minutes) of presence that remain once absences are taken out.

    A day of absence takes out a day of the mean length. Nothing goes below zero.

    >>> effective(19, 19 * 420, 2)
    (17, 7140)
    >>> effective(19, 19 * 420, 0.5, 120)
    (18.5, 7650)
    """
    if not planned_days:
        return 0, 0
    mean = planned_minutes / planned_days
    minutes = planned_minutes - absence_days * mean - absence_minutes
    return max(planned_days - absence_days, 0), max(round(minutes), 0)


def attestation(content, presence, gratification=None, stay=None):
    """All that the page shows.

    :param dict content: content of the signed version
    :param presence: (days, minutes) really done, see :func:`effective`
    :param str gratification: total paid, None when unknown
    :param dict stay: what became of what was signed: ``date_start``, ``date_end`` (ISO),
        ``interrupted`` and ``amendments`` (numbers)
    :rtype: dict
    """
    student, host, school = content["student"], content["host"], content["school"]
    signatory = host["signatory"]
    who = ", ".join(filter(None, (signatory["name"], signatory["function"])))
    period = content["period"] | (stay or {})
    return {
        "title": TITLES[content["stay"]],
        "number": content["number"],
        "school_year": content["school_year"],
        "school": school,
        "blocks": _blocks(content),
        "certifies": (
            f"Je soussigné(e) {who}, représentant l’organisme d’accueil {host['name']}, "
            f"certifie que {student['name']} y a effectué {STAYS[content['stay']]}{NBSP}:"
        ),
        "dates": f"du {day(period['date_start'])} au {day(period['date_end'])}",
        "durations": _durations(content, presence, gratification) + _course(content, period),
        "signatory": who,
        "use": USES.get(content["stay"], USE),
    }


def _blocks(content):
    student, host, school = content["student"], content["host"], content["school"]
    blocks = [
        (
            "L’organisme d’accueil",
            lines(
                ("Nom", host["name"]),
                ("Adresse", host["address"]),
                ("SIRET", siret(host["siret"])),
                ("Représenté par", [host["signatory"]["name"], host["signatory"]["function"]]),
            ),
        ),
        (
            WORDS[content["stay"]][1],
            lines(
                ("Nom et prénom", student["name"]),
                ("Date de naissance", student["birth_date"] and day(student["birth_date"])),
                ("Classe", student["division"]),
                ("Formation", content["training"]["title"]),
            ),
        ),
        (
            "L’établissement d’enseignement",
            lines(
                ("Nom", school["name"]),
                ("Adresse", school["address"]),
                ("Représenté par", [school["head"]["name"], school["head"]["function"]]),
            ),
        ),
    ]
    return [{"heading": heading, "lines": found} for heading, found in blocks]


def _course(content, period):
    """What happened since the signature: amendments, and an interruption, never its reason."""
    words = WORDS[content["stay"]][0]
    ended = "interrompu" if words == "Stage" else "interrompue"
    return lines(
        ("Avenants à la convention", period.get("amendments")),
        (
            "Interruption",
            period.get("interrupted")
            and f"{words} {ended} avant son terme{NBSP}; la présente attestation porte sur la "
            "durée accomplie",
        ),
    )


def _durations(content, presence, gratification):
    number, minutes = presence
    legal = weeks.legal_days(minutes)
    agreed = content["financial"]["gratification"]
    return lines(
        ("Durée effective totale", f"{days(number)} de présence, soit {duration(minutes)}"),
        (f"Décompte de l’article D.{NBSP}124-6", f"{days(legal)} de sept heures"),
        # agreed but not known yet: the host writes the sum by hand
        ("Montant total de la gratification versée", gratification or (agreed and "……………… €")),
    )
