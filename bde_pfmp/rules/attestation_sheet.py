"""French page of an attestation (D124-9 C. éduc.): what the host certifies at the end.

No import of Odoo here: the module is tested alone.
"""

from itertools import chain

from . import convention_sheet, weeks
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


def attestation(content, presence, gratification=None, stay=None):
    """All that the page shows.

    :param dict content: content of the signed version
    :param presence: (days, minutes) really done, see :func:`presence.done`
    :param str gratification: total paid, None when unknown
    :param dict stay: what became of what was signed: ``date_start``, ``date_end`` (ISO),
        ``interrupted`` and ``amendments`` (numbers)
    :rtype: dict
    """
    school = content["school"]
    period = content["period"] | (stay or {})
    return {
        "title": TITLES[content["stay"]],
        "number": content["number"],
        "school_year": content["school_year"],
        "school": school,
        "blocks": _blocks(content),
        "certifies": _certifies(content),
        "dates": f"du {day(period['date_start'])} au {day(period['date_end'])}",
        "durations": _durations(presence, gratification, content["financial"]["gratification"])
        + _course(content, period),
        "signatory": _signatory(content),
        "use": USES.get(content["stay"], USE),
    }


def sheet(content, proof=None):
    """The page of an attestation that is signed with the engine.

    :param dict content: content of a version, as ``bde.attestation`` and the engine made it
    :param dict proof: the engine's ``signatures``, each with the uuid of its ``party``
    :rtype: dict
    """
    template, done, paid = content["template"], content["done"], content["gratification"]
    period = content["period"] | content["course"]
    total = paid["total"] and euros(paid["total"])
    boxes = convention_sheet._signatures(content, WORDS[content["stay"]][1], proof or {})
    return {
        "title": TITLES[content["stay"]],
        "number": content["number"],
        "reference": f"Convention n°{NBSP}{content['convention']['number']}",
        "school_year": content["school_year"],
        "school": content["school"],
        "preamble": template["preamble"],
        "blocks": _blocks(content),
        "certifies": _certifies(content),
        "dates": f"du {day(period['date_start'])} au {day(period['date_end'])}",
        "durations": _durations(
            (float(done["days"]), done["minutes"]),
            total or (paid["agreed"] and "aucune"),
            paid["agreed"],
        )
        + _course(content, period),
        "articles": template["articles"],
        "signatures": list(chain.from_iterable(boxes)),
    }


def euros(amount):
    """``1 612,50 €`` of ``1612.50``.

    >>> euros("1612.50").replace(NBSP, " ")
    '1 612,50 €'
    """
    text = f"{float(amount):,.2f}".replace(",", NBSP).replace(".", ",")
    return f"{text}{NBSP}€"


def _signatory(content):
    signatory = content["host"]["signatory"]
    return ", ".join(filter(None, (signatory["name"], signatory["function"])))


def _certifies(content):
    return (
        f"Je soussigné(e) {_signatory(content)}, représentant l’organisme d’accueil "
        f"{content['host']['name']}, certifie que {content['student']['name']} y a effectué "
        f"{STAYS[content['stay']]}{NBSP}:"
    )


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


def _durations(presence, gratification, agreed):
    number, minutes = presence
    legal = weeks.legal_days(minutes)
    return lines(
        ("Durée effective totale", f"{days(number)} de présence, soit {duration(minutes)}"),
        (f"Décompte de l’article D.{NBSP}124-6", f"{days(legal)} de sept heures"),
        # agreed but not known yet: the host writes the sum by hand
        ("Montant total de la gratification versée", gratification or (agreed and "……………… €")),
    )
