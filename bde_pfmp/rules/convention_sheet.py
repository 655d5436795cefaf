"""French page of a convention: what is printed, made of its content and nothing else.

The page only loops over the blocks made here. A line exists when there is something to
say, so that no empty label can be left on the page.

No import of Odoo here: the module is tested alone.
"""

from odoo.addons.bde_partnerships.rules.french import (
    NBSP,
    count,
    day,
    enumerate_words,
    lines,
    pairs,
    siret,
)

from . import convention_second
from . import schedule as hours
from .weeks import GRATIFICATION_MINUTES

DAY_NAMES = {
    "mon": "lundi", "tue": "mardi", "wed": "mercredi", "thu": "jeudi",
    "fri": "vendredi", "sat": "samedi", "sun": "dimanche",
}  # fmt: skip

# What each kind of stay calls itself: (the stay, the learner)
WORDS = {
    "pfmp": ("Période de formation en milieu professionnel", "L’élève"),
    "observation": ("Séquence d’observation", "L’élève"),
    "seconde_gt": ("Séquence d’observation", "L’élève"),
    "bts": ("Stage", "L’étudiant"),
}

# Stays during which nobody works: there is no gratification to speak of (D331-8, D331-9)
OBSERVING = ("observation", "seconde_gt")

ROLES = {
    "host": "Pour l’organisme d’accueil",
    "tutor": "Le tuteur",
    "guardian": "Le représentant légal",
    "referent": "L’enseignant référent",
    "head": "Pour l’établissement d’enseignement",
}

DIPLOMAS = {
    "cap": "Certificat d’aptitude professionnelle (CAP)",
    "bac_pro": "Baccalauréat professionnel",
    "seconde_pro": "Seconde professionnelle",
    "cs": "Certificat de spécialisation",
    "bma": "Brevet des métiers d’art",
    "fcil": "Formation complémentaire d’initiative locale",
    "bts": "Brevet de technicien supérieur (BTS)",
    "seconde_gt": "Seconde générale et technologique",
    "third": "Troisième prépa-métiers",
}

KINSHIPS = {
    "mother": "Mère",
    "father": "Père",
    "tutor": "Tuteur légal",
    "ase": "Aide sociale à l’enfance",
    "foster": "Famille d’accueil",
    "grandparent": "Grand-parent",
    "sibling": "Frère ou sœur",
    "family": "Membre de la famille",
    "educator": "Éducateur",
}


# ------------------------------------------------------------------
# Wording
# ------------------------------------------------------------------


def duration(minutes):
    """``133 heures`` or ``33 h 30``."""
    whole, rest = divmod(minutes, 60)
    return f"{whole}{NBSP}h{NBSP}{rest:02d}" if rest else count(whole, "heure")


def clock(text):
    """``8 h`` or ``13 h 30`` of ``08:00`` or ``13:30``."""
    minutes = hours.parse_time(text)
    rest = f"{NBSP}{minutes % 60:02d}" if minutes % 60 else ""
    return f"{minutes // 60}{NBSP}h{rest}"


def legal_duration(period):
    """``1 mois et 3 jours``: the presence by the count of D124-6, None under seven hours."""
    legal = period["legal"]
    parts = [(legal["months"], "mois"), (legal["days"], "jour")]
    return enumerate_words(count(number, noun) for number, noun in parts if number) or None


def total(period):
    """Hours and days of presence, then the count of the law."""
    text = f"{duration(period['minutes'])} sur {count(period['days'], 'jour')} de présence"
    legal = legal_duration(period)
    return f"{text}, soit {legal} au sens de l’article D.{NBSP}124-6" if legal else text


# ------------------------------------------------------------------
# Page
# ------------------------------------------------------------------


def sheet(content, proof=None):
    """All that the page shows, in the order of the page.

    :param dict content: content of a version, as ``bde.convention`` and the engine made it
    :param dict proof: the engine's ``signatures``, each with the uuid of its ``party``
    :rtype: dict
    """
    stay, learner = WORDS[content["stay"]]
    template = content["template"]
    texts = {article["section"]: article for article in template["articles"]}
    second = content.get("second")
    page = {
        "title": template["title"],
        "number": content["number"],
        "school_year": content["school_year"],
        "school": content["school"],
        "period": _period(content["period"], stay),
        "cards": _cards(content, learner),
        "preamble": template["preamble"],
        "deliberation": _deliberation(template),
        "articles": [a for a in template["articles"] if a["section"] == "general"],
        "annexes": _annexes(content, texts),
        "signatures": _signatures(content, learner, proof or {}),
        "words": convention_second.words(second and second["lang"]),
        "second": convention_second.second_part(content),
    }
    return convention_second.bilingual(page, second) if second else page


def _deliberation(template):
    if not template["deliberation_date"]:
        return None
    return (
        "Vu la délibération du conseil d’administration en date du "
        f"{day(template['deliberation_date'])}, qui approuve la convention type et autorise le "
        "chef d’établissement à conclure toute convention qui lui est conforme"
    )


def _period(period, stay):
    start, end = (day(period[name], weekday=True) for name in ("date_start", "date_end"))
    return {
        "stay": " · ".join(filter(None, (stay, period["name"]))),
        "dates": f"Du {start} au {end}",
        "figures": [
            ("Durée", count(period["weeks"], "semaine")),
            ("Présence", duration(period["minutes"])),
            ("Jours de présence", str(period["days"])),
            ("Par semaine", duration(period["weekly_minutes"])),
        ],
    }


def _cards(content, learner):
    """Who the parties are: heading, name and lines, two by two."""
    cards = [
        ("L’établissement d’enseignement", *_school_card(content["school"])),
        ("L’organisme d’accueil", *_host_card(content["host"])),
        (learner, *_student_card(content["student"], content["training"])),
    ]
    if content["guardians"]:
        cards.append(("Le représentant légal", *_guardian_card(*content["guardians"])))
    cards += [
        ("L’enseignant référent", *_person_card(content["referent"])),
        ("Le tuteur", *_person_card(content["tutor"])),
    ]
    return pairs([dict(zip(("heading", "name", "lines"), card, strict=True)) for card in cards])


def _school_card(school):
    head = school["head"]
    return school["name"], lines(
        ("Adresse", school["address"]),
        ("Téléphone", school["phone"]),
        ("Courriel", school["email"]),
        ("UAI", school["uai"]),
        ("Représenté par", [head["name"], head["function"]]),
    )


def _host_card(host):
    signatory = host["signatory"]
    return host["name"], lines(
        ("Adresse", host["address"]),
        ("Pays", host.get("country")),
        ("Lieu d’accueil", host["site"]),
        ("Activité", host["activity"]),
        ("SIRET", siret(host["siret"])),
        ("Code APE", host["naf"]),
        ("Téléphone", host["phone"]),
        ("Courriel", host["email"]),
        ("Représenté par", [signatory["name"], signatory["function"]]),
    )


def _student_card(student, training):
    # No address, no phone: the host does not need them, and the paper goes to both parents,
    # one of whom may have to ignore where the other lives.
    return student["name"], lines(
        ("Date de naissance", student["birth_date"] and day(student["birth_date"])),
        ("Classe", student["division"]),
        ("Diplôme", DIPLOMAS.get(training["diploma"])),
        ("Formation", training["title"]),
        ("Volume horaire annuel", training["hours"] and duration(training["hours"] * 60)),
    )


def _guardian_card(first, *others):
    """The holder of authority who signs; the other one is named, neither's address is told."""
    return first["name"], lines(
        ("Qualité", KINSHIPS.get(first["kinship"])),
        ("Autre titulaire de l’autorité parentale", [other["name"] for other in others]),
    )


def _person_card(person):
    return person["name"], lines(
        ("Fonction", person.get("function")),
        ("Téléphone", person["phone"]),
        ("Courriel", person["email"]),
    )


# ------------------------------------------------------------------
# Annexes
# ------------------------------------------------------------------


def _annexes(content, texts):
    """The annexes that the template of the stay has, each with its text and its blocks.

    Then those of the school, and abroad the sheet on the law of the country.
    """
    builders = {
        "pedagogical": _pedagogical,
        "financial": _financial,
        "safety": _safety,
        "insurance": _insurance,
    }
    annexes = [
        {
            "section": section,
            "title": texts[section]["title"],
            "body": texts[section]["body"],
            "blocks": [block for block in build(content, texts) if block],
        }
        for section, build in builders.items()
        if section in texts
    ]
    own = [a for a in content["template"]["articles"] if a["section"] == "annex"]
    if law := content.get("local_law"):
        # L124-20 C. éduc.: rights and duties of the trainee in the country of the host
        own.append({"title": law["title"], "body": law["body"]})
    for article in own:
        annex = {"section": "own", "title": article["title"], "body": article["body"]}
        annexes.append(annex | {"blocks": []})
    return annexes


def _block(heading, kind, value):
    """One block of an annex, None when it would be empty.

    :param str kind: ``lines`` (pairs), ``items`` (a list), ``words`` (text typed by somebody),
        ``text`` (HTML of the template) or ``week`` (rows of the timetable)
    """
    return {"heading": heading, kind: value} if value else None


def _pedagogical(content, texts):
    period, referent, tutor = content["period"], content["referent"], content["tutor"]
    yield _block(
        "Dates et durée",
        "lines",
        lines(
            ("Début", day(period["date_start"], weekday=True)),
            ("Fin", day(period["date_end"], weekday=True)),
            ("Durée totale", total(period)),
            ("Décompte", period["working"]),
            ("Durée hebdomadaire de présence", duration(period["weekly_minutes"])),
        ),
    )
    yield _block("Horaires de présence", "week", _week(content["schedule"]))
    yield _block("Présence la nuit, le dimanche et les jours fériés", "lines", _special(period))
    yield _block("Dérogations accordées par le chef d’établissement", "items", _overrides(content))
    yield _block(
        "Encadrement",
        "lines",
        lines(
            ("Enseignant référent", referent["name"]),
            ("Tuteur", [tutor["name"], tutor["function"]]),
        ),
    )
    yield _block("Compétences à acquérir ou à développer", "items", content["competences"])
    yield _block("Activités confiées", "items", content["tasks"])
    yield _block("Autres activités", "words", content["other_tasks"])
    for section in ("follow_up", "evaluation"):
        if section in texts:
            yield _block(texts[section]["title"], "text", texts[section]["body"])
    yield _block("Remarques", "words", content["remarks"])


def _week(schedule):
    """Rows (day, times, hours) of the days of presence."""
    rows = []
    for key in hours.DAYS:
        slots = schedule.get(key)
        if slots:
            times = enumerate_words(f"{clock(start)} – {clock(end)}" for start, end in slots)
            rows.append((DAY_NAMES[key].capitalize(), times, duration(hours.day_minutes(slots))))
    return rows


def _special(period):
    """Night, Sunday and public holidays are always answered: D124-4, sixth mention."""
    none = "aucune présence"
    skipped = enumerate_words(day(text) for text in period["skipped"])
    nights = enumerate_words(DAY_NAMES[key] for key in period["night"])
    return lines(
        ("La nuit", nights or none),
        ("Le dimanche", "présence prévue" if period["sunday"] else none),
        ("Les jours fériés", f"{none} (non travaillé{NBSP}: {skipped})" if skipped else none),
    )


def _overrides(content):
    """Rules that the head set aside, with their ground; older contents have none."""
    return [
        f"{one['rule']} ({one['article']}){NBSP}: {one['ground'].rstrip('.')}. "
        f"Décision de {one['head']} du {day(one['date'])}."
        for one in content.get("overrides", ())
    ]


def _financial(content, texts):
    financial = content["financial"]
    costs = lines(
        ("Restauration", financial["meals"]),
        ("Transport", financial["transport"]),
        ("Hébergement", financial["lodging"]),
    )
    yield _block("Frais et avantages", "lines", costs)
    if not costs:
        yield _block("Frais et avantages", "words", "Aucun avantage particulier n’est déclaré.")
    if content["stay"] not in OBSERVING:
        given = financial["gratification"] or _gratification_by_law(content["period"])
        yield _block("Gratification", "words", given)


def _gratification_by_law(period):
    """What holds when the host wrote nothing (L124-6, D124-6, D124-8)."""
    if period["minutes"] > GRATIFICATION_MINUTES:
        return "Montant horaire légal, pour chaque heure de présence, versé chaque mois."
    return "Aucune : la durée de présence n’atteint pas le seuil légal."


def _safety(content, texts):
    heading = "Équipements, produits et travaux autorisés"
    yield _block(heading, "items", content["safety"])
    if not content["safety"]:
        yield _block(heading, "words", "Aucun travail réglementé n’est prévu.")


def _insurance(content, texts):
    owners = (("Organisme d’accueil", "host"), ("Établissement d’enseignement", "school"))
    for heading, owner in owners:
        insurance = content[owner]["insurance"]
        policy = lines(("Assureur", insurance["company"]), ("Contrat", insurance["policy"]))
        yield _block(heading, "lines", policy)


# ------------------------------------------------------------------
# Signatures
# ------------------------------------------------------------------


def _signatures(content, learner, proof):
    """One box per party, filled with what the proof says of it, two by two."""
    signed = {row["party"]: row for row in proof.get("signatures", ())}
    holders = [p for p in content["parties"] if p["role"] == "guardian" and p["required"]]
    boxes = []
    for party in content["parties"]:
        row = signed.get(party["uuid"], {})
        image = row.get("image")
        note = None if party["required"] else "prend connaissance de la convention"
        if len(holders) > 1 and party in holders and not row:
            # 372-2 C. civ.: each is deemed to act with the agreement of the other
            note = "la signature de l’un des titulaires de l’autorité parentale suffit"
        boxes.append(
            {
                "role": ROLES.get(party["role"], learner),
                "name": party["name"],
                "function": party["function"],
                "note": note,
                "image": image and f"data:image/png;base64,{image}",
                "typed": None if image else row.get("signed_name"),
                "signed": ", ".join(filter(None, (row.get("when"), row.get("how")))),
                "delegate": row.get("by_delegation") and f"par délégation, {row['by']}",
            }
        )
    return pairs(boxes)
