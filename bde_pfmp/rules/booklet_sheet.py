"""French pages of the livret de suivi: what one pupil did over the whole cycle.

The livret is the "mode d'évaluation" that the pedagogical annex of the convention names, so it
is French, as the convention. No import of Odoo here: the module is tested alone.
"""

from odoo.addons.bde_partnerships.rules.french import count, day, lines

from .attestation_sheet import days as days_in_words
from .convention_sheet import duration

TITLE = "Livret de suivi"
OWN_LINES = "Ce qu’en dit l’élève"
SUBTITLE = "Périodes de formation en milieu professionnel"

# articles L. 124-1 to L. 124-20 C. éduc. and the model convention, in the words of a livret
RULES = (
    (
        "Ce livret",
        (
            "Il suit l’élève pendant tout le cycle : ce qu’il a fait dans chaque entreprise, ce "
            "que le tuteur en pense, ce qu’il en retient lui-même.",
            "Les évaluations y sont celles qui ont été remises au lycée. Les grilles "
            "certificatives restent au dossier d’examen et n’y figurent pas.",
        ),
    ),
    (
        "L’élève",
        (
            "reste élève du lycée pendant la période et suit le règlement de l’entreprise ;",
            "respecte les horaires, les consignes de sécurité et la confidentialité ;",
            "prévient le jour même l’entreprise et le lycée de toute absence ;",
            "fait le point avec son tuteur et son professeur référent, et le dit dès que quelque "
            "chose ne va pas.",
        ),
    ),
    (
        "L’entreprise",
        (
            "désigne un tuteur qui accueille, forme et accompagne l’élève ;",
            "confie les activités prévues par la convention, sur les équipements autorisés ;",
            "signale au lycée, le jour même, une absence ou un accident ;",
            "évalue l’élève à la fin de la période et lui remet une attestation.",
        ),
    ),
    (
        "Le lycée",
        (
            "prépare la période avec l’élève et définit avec l’entreprise les compétences visées ;",
            "désigne un professeur référent, qui prend contact plusieurs fois pendant la période ;",
            "exploite en classe ce que l’élève a appris.",
        ),
    ),
)


def heading(stay):
    """The facts at the head of a stay.

    :param dict stay: ``host``, ``town``, ``date_start``, ``date_end`` (ISO), ``tutor``,
        ``tutor_function``, ``referent``, ``planned`` and ``done`` (days, minutes), ``over``,
        ``absence_days``, ``interrupted_on``, ``attested_on`` (ISO), ``waits`` (for it)
    :return: [(label, value)]
    """
    tutor = ", ".join(part for part in (stay["tutor"], stay["tutor_function"]) if part)
    return lines(
        ("Organisme d’accueil", [stay["host"], stay["town"]]),
        ("Dates", f"du {day(stay['date_start'])} au {day(stay['date_end'])}"),
        ("Tuteur", tutor),
        ("Professeur référent", stay["referent"]),
        ("Prévu", _span(stay["planned"])),
        ("Fait" if stay["over"] else "Fait à ce jour", _span(stay["done"])),
        ("Absences", stay["absence_days"] and days_in_words(stay["absence_days"])),
        ("Interrompue le", stay["interrupted_on"] and day(stay["interrupted_on"])),
        ("Attestation", _attestation(stay)),
    )


def _attestation(stay):
    if stay["attested_on"]:
        return f"remise par l’organisme d’accueil le {day(stay['attested_on'])}"
    return "attendue" if stay["waits"] else ""


def _span(presence):
    """``14 jours, 98 h`` of (days, minutes)."""
    number, minutes = presence
    return f"{days_in_words(number)}, {duration(minutes)}" if number else ""


def own_lines_last(table, tutors):
    """Lines that the pupil alone has stand below those of the tutors, under their own title.

    :param dict table: ``heads`` and ``groups`` [(title, [(code, label, [answer of each])])]
    :param int tutors: how many of the heads are tutors, who come first
    :return: the table, None when nobody answered
    """
    if not table["heads"]:
        return None
    if not 0 < tutors < len(table["heads"]):
        return table
    groups, own = [], []
    for title, rows in table["groups"]:
        shared = [row for row in rows if any(row[2][:tutors])]
        own += [row for row in rows if row not in shared]
        if shared:
            groups.append((title, shared))
    if own:
        groups.append((OWN_LINES, own))
    return {**table, "groups": groups}


def progress(stays):
    """Levels of each line from stay to stay, for the lines that were judged.

    :param stays: list of dicts ``title`` and ``judged``: [(section title, code, label, level)]
        as the last evaluator of the stay gave them
    :return: (titles of the stays, [(section, [(code, label, [level of each stay])])]); nothing
        when fewer than two stays were evaluated, for there is no way made yet
    """
    judged = [stay for stay in stays if stay["judged"]]
    if len(judged) < 2:
        return [], []
    rows, order = {}, []
    for number, stay in enumerate(judged):
        for section, code, label, level in stay["judged"]:
            if section not in order:
                order.append(section)
            row = rows.setdefault((section, label), (code, [""] * len(judged)))
            row[1][number] = level
    return [stay["title"] for stay in judged], [
        (
            section,
            [
                (code, label, levels)
                for (of, label), (code, levels) in rows.items()
                if of == section
            ],
        )
        for section in order
    ]


def total(stays):
    """``3 périodes, 58 jours faits``: what stands on the cover."""
    made = [stay for stay in stays if stay["done"][0]]
    number = sum(stay["done"][0] for stay in made)
    if not made:
        return "Aucun jour fait à ce jour"
    done = "fait" if number < 2 else "faits"
    return f"{count(len(made), 'période')}, {days_in_words(number)} {done}"
