"""The page of a convention in two languages: French labels with their translation beside them,
and after the signatures the wording in the other language, for information.

No import of Odoo here: the module is tested alone.
"""

from odoo.addons.bde_partnerships.rules.french import NBSP

from . import schedule as hours
from .convention_labels import amount, both, dates, day, day_name, duration, word

# Fixed words of the page
WORDS = {
    "article": "Article",
    "parties": "Entre les parties",
    "general": "Dispositions générales",
    "signatures": "Signatures",
    "declare": "Les signataires déclarent avoir pris connaissance de la convention et de ses "
    "annexes, qui forment un tout indissociable, et en acceptent les termes.",
    "day": "Jour",
    "times": "Horaires",
    "length": "Durée",
}
STAYS = {
    "pfmp": "Période de formation en milieu professionnel",
    "observation": "Séquence d’observation",
    "seconde_gt": "Séquence d’observation",
    "bts": "Stage",
}


def words(lang=None):
    """The fixed words of the page, with those of the second language.

    :param lang: code of the second language, or None
    """
    return {key: both(text, lang) for key, text in WORDS.items()}


def bilingual(sheet, second):
    """Puts the labels of a language beside the French ones, in place.

    :param dict sheet: as made by ``convention_sheet.sheet``
    :param dict second: the wording in the other language, as in the content
    """
    lang = second["lang"]
    titles = {a["section"]: a["title"] for a in second["articles"] if a["body"]}
    for annex in sheet["annexes"]:
        other = titles.get(annex["section"])
        annex["title"] = " · ".join(filter(None, (annex["title"], other)))
    period = sheet["period"]
    period["figures"] = _lines(period["figures"], lang)
    for card in (card for pair in sheet["cards"] for card in pair):
        card["heading"] = both(card["heading"], lang)
        card["lines"] = _lines(card["lines"], lang)
    for block in (block for annex in sheet["annexes"] for block in annex["blocks"]):
        block["heading"] = both(block["heading"], lang)
        if "lines" in block:
            block["lines"] = _lines(block["lines"], lang)
        if "words" in block:
            block["words"] = both(block["words"], lang)
    for box in (box for pair in sheet["signatures"] for box in pair):
        box["role"] = both(box["role"], lang)
        box["note"] = box["note"] and both(box["note"], lang)
    return sheet


def _lines(lines, lang):
    return [
        (both(label, lang), both(value, lang) if isinstance(value, str) else value)
        for label, value in lines
    ]


def second_part(content):
    """What stands behind the French text: None without a second language.

    :param dict content: content of a version
    :rtype: dict
    """
    second = content.get("second")
    if not second:
        return None
    lang = second["lang"]
    articles = second["articles"]
    return {
        "lang": lang.partition("_")[0],
        "notice": word("Traduction pour information : seul le texte français fait foi.", lang),
        "french": "Traduction pour information : seul le texte français fait foi.",
        "title": second["title"] or content["template"]["title"],
        "essential": word("L’essentiel", lang),
        "facts": _facts(content, lang),
        "times": word("Horaires de présence", lang),
        "week": _week(content["schedule"], lang),
        "grounds": word("Visas", lang),
        "preamble": second["preamble"] or "",
        "article": word("Article", lang),
        "articles": [_text(a, lang) for a in articles if a["section"] == "general"],
        "annexes_title": word("Annexes", lang),
        "annexes": [_text(a, lang) for a in articles if a["section"] != "general"],
    }


def _text(article, lang):
    missing = word("Texte non traduit : voir le texte français.", lang)
    return {
        "number": article["number"],
        "title": article["title"],
        "body": article["body"] or f"<p><em>{missing}</em></p>",
    }


def _facts(content, lang):
    """The essential in the other language: what the annexes say in French."""
    period = content["period"]
    none = word("aucune présence", lang)
    nights = ", ".join(day_name(key, lang) for key in period["night"])
    skipped = ", ".join(day(text, lang) for text in period["skipped"])
    return [
        (word(STAYS[content["stay"]], lang), dates(period, lang)),
        (word("Durée", lang), amount(period["weeks"], "week", lang)),
        (
            word("Présence", lang),
            f"{duration(period['minutes'], lang)}, {amount(period['days'], 'day', lang)}",
        ),
        (word("Par semaine", lang), duration(period["weekly_minutes"], lang)),
        (word("La nuit", lang), nights or none),
        (word("Le dimanche", lang), word("présence prévue", lang) if period["sunday"] else none),
        (word("Les jours fériés", lang), f"{none}{f' ({skipped})' if skipped else ''}"),
        (word("L’élève", lang), content["student"]["name"]),
        (word("Le tuteur", lang), content["tutor"]["name"]),
        (word("L’enseignant référent", lang), content["referent"]["name"]),
    ]


def _week(schedule, lang):
    rows = []
    for key in hours.DAYS:
        slots = schedule.get(key)
        if slots:
            times = ", ".join(f"{start}{NBSP}–{NBSP}{end}" for start, end in slots)
            rows.append((day_name(key, lang), times, duration(hours.day_minutes(slots), lang)))
    return rows
