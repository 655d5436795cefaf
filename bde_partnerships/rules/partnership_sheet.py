"""French page of a partnership agreement: what is printed, made of its content alone.

The page loops over what is made here. Blocks exist when there is something to say, and what
was promised is printed even by a wording that has no article for it. No import of Odoo here.
"""

from datetime import date, timedelta

from .french import NBSP, count, day, lines, pairs, siret

ROLES = {
    "host": "Pour l’entreprise",
    "third": "Pour le tiers signataire",
    "head": "Pour l’établissement d’enseignement",
}
SIDES = {"school": "Engagements de l’établissement", "company": "Engagements de l’entreprise"}
# Places of a wording that bring blocks with them, in the order in which they stand without it
PLACES = ("object", "commitments_school", "commitments_company", "duration")


def sheet(content, proof=None):
    """All that the page shows, in the order of the page.

    :param dict content: content of a version, as ``bde.partnership`` and the engine made it
    :param dict proof: the engine's ``signatures``, each with the uuid of its ``party``
    :rtype: dict
    """
    template = content["template"]
    return {
        "title": template["title"],
        "number": content["number"],
        "school": content["school"],
        "dates": _dates(content),
        "axes": content["axes"],
        "cards": _cards(content),
        "preamble": template["preamble"],
        "grounds": list(_grounds(content)),
        "articles": _articles(content),
        "signatures": _signatures(content, proof or {}),
    }


def _dates(content):
    start, end = content["date_start"], content["date_end"]
    if not (start and end):
        return None
    return f"Du {day(start)} au {day(end)}"


def _grounds(content):
    """What the agreement rests on besides the texts of its wording."""
    framework, board = content["framework"], content["board_date"]
    if framework:
        yield (
            f"Vu l’accord-cadre «{NBSP}{framework['name']}{NBSP}» conclu par l’académie "
            f"avec {framework['party']}, applicable du {day(framework['date_start'])} "
            f"au {day(framework['date_end'])}{NBSP};"
        )
    if board:
        yield (
            "Vu la délibération du conseil d’administration de l’établissement en date du "
            f"{day(board)}{NBSP};"
        )
    if content["renews"]:
        yield f"Vu la convention n° {content['renews']}, à laquelle celle-ci fait suite{NBSP};"


# ------------------------------------------------------------------
# Parties
# ------------------------------------------------------------------


def _cards(content):
    """Who the parties are: heading, name and lines, two by two."""
    cards = [
        ("L’établissement d’enseignement", *_school_card(content["school"])),
        ("L’entreprise", *_company_card(content["company"])),
    ]
    if content["third"]:
        cards.append(("Avec le concours de", *_company_card(content["third"])))
    return pairs([dict(zip(("heading", "name", "lines"), card, strict=True)) for card in cards])


def _school_card(school):
    head = school["head"] or {}
    return school["name"], lines(
        ("Adresse", school["address"]),
        ("Téléphone", school["phone"]),
        ("Courriel", school["email"]),
        ("UAI", school["uai"]),
        ("Représenté par", [head.get("name"), head.get("function")]),
    )


def _company_card(company):
    signatory = company["signatory"] or {}
    return company["name"], lines(
        ("Adresse", company["address"]),
        ("Activité", company["activity"]),
        ("SIREN" if len(company["siret"] or "") == 9 else "SIRET", siret(company["siret"])),
        ("Téléphone", company["phone"]),
        ("Courriel", company["email"]),
        ("Représentée par", [signatory.get("name"), signatory.get("function")]),
    )


# ------------------------------------------------------------------
# Articles
# ------------------------------------------------------------------


def _articles(content):
    """The articles of the wording, with what was agreed in the places that they give it."""
    blocks = {place: _blocks(place, content) for place in PLACES}
    articles = []
    for article in content["template"]["articles"]:
        place = article["section"]
        title = article["title"]
        if article["number"]:
            title = f"Article {article['number']} – {title}"
        articles.append({"title": title, "body": article["body"], "blocks": blocks.pop(place, [])})
    # a wording without these places hides nothing of what is signed
    for place, left in blocks.items():
        if left:
            articles.append({"title": None, "body": "", "blocks": left, "place": place})
    return articles


def _blocks(place, content):
    """Blocks of a place: dicts with ``heading`` and ``words``, ``items`` or ``lines``."""
    if place == "object":
        return _object(content)
    if place == "duration":
        return _duration(content)
    side = place.removeprefix("commitments_")
    items = [_commitment(row) for row in content["commitments"] if row["side"] == side]
    return [{"heading": SIDES[side], "items": items}] if items else []


def _object(content):
    found = []
    if content["object"]:
        found.append({"heading": None, "words": content["object"]})
    facts = lines(
        ("Axes de coopération", content["axes"]), ("Formations concernées", content["trainings"])
    )
    if facts:
        found.append({"heading": None, "lines": facts})
    return found


def _duration(content):
    dates = _dates(content)
    if not dates:
        return []
    length = years(content["date_start"], content["date_end"])
    return [{"heading": None, "words": f"{dates}{length and f', soit {length}' or ''}."}]


def years(start, end):
    """``3 ans`` or ``18 mois`` between two ISO dates, both included; None when it is neither."""
    first, after = date.fromisoformat(start), date.fromisoformat(end) + timedelta(days=1)
    if first.day != after.day:
        return None
    months = (after.year - first.year) * 12 + after.month - first.month
    return count(months // 12, "an") if months % 12 == 0 else count(months, "mois")


def _commitment(row):
    """``Accueillir des élèves en PFMP (4), avant le 30 juin 2027``."""
    text = row["name"].rstrip(" .;")
    if row["quantity"]:
        text += f" ({NBSP.join(('nombre :', str(row['quantity'])))})"
    if row["deadline"]:
        text += f", avant le {day(row['deadline'])}"
    return text


# ------------------------------------------------------------------
# Signatures
# ------------------------------------------------------------------


def _signatures(content, proof):
    """One box per party, filled with what the proof says of it, two by two."""
    signed = {row["party"]: row for row in proof.get("signatures", ())}
    boxes = []
    for party in content["parties"]:
        row = signed.get(party["uuid"], {})
        image = row.get("image")
        boxes.append(
            {
                "role": ROLES[party["role"]],
                "name": party["name"],
                "function": party["function"],
                "image": image and f"data:image/png;base64,{image}",
                "typed": None if image else row.get("signed_name"),
                "signed": ", ".join(filter(None, (row.get("when"), row.get("how")))),
                "delegate": row.get("by_delegation") and f"par délégation, {row['by']}",
            }
        )
    return pairs(boxes)
