"""French page of an amendment: what the convention said, what it becomes, from when.

Made of the content of a version and nothing else; it loops over what is made here. No import
of Odoo here: the module is tested alone.
"""

from itertools import chain

from odoo.addons.bde_partnerships.rules.french import NBSP, count, day, lines, siret

from . import convention_sheet as convention
from . import schedule as hours

OBJECTS = {
    "break": "Jours sans présence dans l’organisme d’accueil",
    "postponement": "Report de la période",
    "place": "Lieu d’accueil",
    "tutor": "Tuteur",
    "hours": "Horaires de présence",
    "prolongation": "Prolongation de la période",
    "end": "Fin de la période avant son terme",
}
# the stay inside a sentence
STAYS = {
    "pfmp": "la période de formation en milieu professionnel",
    "observation": "la séquence d’observation",
    "seconde_gt": "la séquence d’observation",
    "bts": "le stage",
}


def sheet(content, proof=None):
    """All that the page shows, in the order of the page.

    :param dict content: content of a version, as ``bde.amendment`` and the engine made it
    :param dict proof: the engine's ``signatures``, each with the uuid of its ``party``
    :rtype: dict
    """
    template = content["template"]
    _stay, learner = convention.WORDS[content["stay"]]
    return {
        "title": template["title"],
        "heading": f"{template['title']} n°{NBSP}{content['rank']}",
        "number": content["number"],
        "convention": _convention(content["convention"]),
        "school_year": content["school_year"],
        "school": content["school"],
        "object": OBJECTS[content["change"]["type"]],
        "parties": _parties(content, learner),
        "preamble": template["preamble"],
        "grounds": _grounds(content),
        "sentence": sentence(content),
        "rows": rows(content["change"]),
        "durations": _durations(content["change"]),
        "reason": content["change"]["reason"],
        "articles": template["articles"],
        "signatures": _boxes(content, learner, proof),
    }


def _boxes(content, learner, proof):
    """Boxes of the signatures, as on the convention, with notes of their own."""
    boxes = convention._signatures(content, learner, proof or {})
    holders = sum(party["role"] == "guardian" for party in content["parties"])
    for box, party in zip(chain.from_iterable(boxes), content["parties"], strict=True):
        if not party["required"]:
            box["note"] = "prend connaissance de l’avenant"
        elif party["role"] == "guardian" and holders > 1:
            box["note"] = "la signature de l’un des titulaires suffit"
    return boxes


def _convention(said):
    signed = said["signed_on"] and f" signée le {day(said['signed_on'])}"
    return f"convention n°{NBSP}{said['number']}{signed or ''}"


def _grounds(content):
    """The convention, and the amendments that came before this one."""
    yield f"Vu la {_convention(content['convention'])}{NBSP};"
    for number in content["previous"]:
        yield f"Vu l’avenant n°{NBSP}{number}{NBSP};"


def _parties(content, learner):
    """(label, text) of who they are, in short: the convention says the rest."""
    host, school, student = content["host"], content["school"], content["student"]
    signatory, head = host["signatory"], school["head"]
    born = student["birth_date"] and f"né(e) le {day(student['birth_date'])}"
    number = host["siret"] and f"SIRET {siret(host['siret'])}"
    return lines(
        (
            "L’établissement d’enseignement",
            [school["name"], *school["address"], f"représenté par {_named(head)}"],
        ),
        (
            "L’organisme d’accueil",
            [host["name"], *host["address"], number, f"représenté par {_named(signatory)}"],
        ),
        (learner, [student["name"], born, student["division"], content["training"]["title"]]),
        ("Le représentant légal", [holder["name"] for holder in content["guardians"]]),
        ("L’enseignant référent", content["referent"]["name"]),
        ("Le tuteur", _named(content["tutor"])),
    )


def _named(person):
    return ", ".join(filter(None, (person["name"], person["function"])))


# ------------------------------------------------------------------
# What changes
# ------------------------------------------------------------------


def sentence(content):
    """The change in one sentence."""
    change, stay = content["change"], STAYS[content["stay"]]
    kind, after = change["type"], change["after"]
    from_day = f"À compter du {day(change['date_effect'], weekday=True)}"
    if kind == "break":
        first, last = change["break"]
        if first == last:
            when = f"Le {day(first, weekday=True)}"
        else:
            when = f"Du {day(first, weekday=True)} au {day(last, weekday=True)} inclus"
        return (
            f"{when}, {content['student']['name']} n’est pas présent(e) dans l’organisme d’accueil."
        )
    dates = f"du {day(after['date_start'])} au {day(after['date_end'])}"
    return {
        "postponement": f"{stay[0].upper()}{stay[1:]} se déroule désormais {dates}.",
        "place": f"{from_day}, le lieu d’accueil est modifié comme suit.",
        "tutor": f"{from_day}, le tuteur désigné par l’organisme d’accueil change.",
        "hours": f"{from_day}, les horaires de présence sont modifiés comme suit.",
        "prolongation": (
            f"{stay[0].upper()}{stay[1:]} est prolongé{'' if stay.startswith('le ') else 'e'} "
            f"jusqu’au {day(after['date_end'], weekday=True)} inclus."
        ),
        "end": (
            f"{stay[0].upper()}{stay[1:]} prend fin avant son terme, le "
            f"{day(after['date_end'], weekday=True)} au soir."
        ),
    }[kind]


def rows(change):
    """(label, what the convention said, what it becomes): lists of lines of what differs."""
    before, after = change["before"], change["after"]
    kind = change["type"]
    found = []
    if kind in ("postponement", "prolongation", "end"):
        found.append(("Dates", [_dates(before)], [_dates(after)]))
    if kind == "break":
        none = ["Présence selon les horaires de la convention"]
        found.append(("Jours concernés", none, [f"Aucune présence {_span(*change['break'])}"]))
    if change["off"]:
        text = [f"{_span(*span)}{NBSP}: vacances scolaires" for span in change["off"]]
        found.append(("Jours ajoutés sans présence", ["–"], text))
    if kind == "tutor":
        found.append(("Tuteur", _person(before["tutor"]), _person(after["tutor"])))
    if kind == "place":
        found.append(("Lieu d’accueil", before["place"], after["place"]))
    if kind == "hours":
        found.append(("Horaires", week(before["schedule"]), week(after["schedule"])))
    return found


def _durations(change):
    """The total before and after, when it changes."""
    before, after = change["before"], change["after"]
    if (before["days"], before["minutes"]) == (after["days"], after["minutes"]):
        return None
    return ("Durée totale de présence", [_total(before)], [_total(after)])


def _total(terms):
    return f"{convention.duration(terms['minutes'])} sur {count(terms['days'], 'jour')}"


def _dates(terms):
    return f"Du {day(terms['date_start'])} au {day(terms['date_end'])}"


def _span(first, last):
    if first == last:
        return f"le {day(first)}"
    return f"du {day(first)} au {day(last)} inclus"


def _person(person):
    return [part for part in (person["name"], person["function"], person["phone"]) if part]


def week(schedule):
    """Lines of a timetable, with the total of the week."""
    found = [f"{name}{NBSP}: {times}" for name, times, _length in convention._week(schedule or {})]
    return [*found, f"soit {convention.duration(hours.week_minutes(schedule))} par semaine"]
