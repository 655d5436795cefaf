"""The fifteen mentions of a convention (D124-4 C. éduc.): where each stands, or that it lacks.

A mention is carried by data of the placement, by the wording of the template, or by both.
The wording is read: a mention stands in an article when the words without which it cannot
be said are there. That a jurist would be content is not checked.

No import of Odoo here: the module is tested alone.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Stays that the chapter on stages governs; sequences of observation stand outside of it
# (L124-1 sends the visits and sequences of L4153-1, 2°, C. trav. to their own rules).
GOVERNED = ("pfmp", "bts")

NUMBERS = tuple(range(1, 16))
# Not of D124-4: the sheet on the law of the country, annexed for a stay abroad (L124-20)
ABROAD = 16

# Data: paths inside the content, "|" between those of which one is enough
DATA = {
    1: ("training.title", "training.hours"),
    2: ("referent.name", "tutor.name"),
    3: ("competences",),
    4: ("tasks|other_tasks",),
    5: ("period.date_start", "period.date_end", "period.minutes"),
    6: ("period.weekly_minutes", "schedule"),
}

# Wording: each group of words must stand together in one article ("|" between equal words)
WORDING = {
    7: (("referent", "tuteur", "suivi", "rencontre|visite|plusieurs reprises"),),
    8: (("gratification", "montant", "mois|mensuel"),),
    9: (
        ("protection sociale",),
        ("accident", "declaration"),
        ("responsabilite civile", "assurance"),
    ),
    10: (("absen", "autoris"),),
    11: (("suspen", "resili"),),
    12: (("interrompt|interruption", "valid"),),
    13: (("restaurant|restauration", "transport", "sociales et culturelles"),),
    14: (("reglement interieur", "applicable"),),
    15: (("attestation", "duree"),),
}


@dataclass(frozen=True)
class Standing:
    """Where one mention stands.

    :param number: of D124-4
    :param articles: numbers of the articles whose wording carries it
    :param missing: paths or groups of words that are not there; empty when the mention is complete
    """

    number: int
    articles: tuple
    missing: tuple

    @property
    def present(self):
        """Whether nothing lacks."""
        return not self.missing


@lru_cache(maxsize=2048)
def fold(text):
    """Lower case, no accents, no tags, plain spaces.

    >>> fold("<p>L’élève&nbsp;: Règlement  intérieur</p>")
    "l'eleve : reglement interieur"
    """
    text = html.unescape(re.sub(r"<[^>]+>", " ", text or ""))
    text = unicodedata.normalize("NFKD", text).replace("\u2019", "'")
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(text.casefold().split())


def _value(content, path):
    for key in path.split("."):
        content = (content or {}).get(key)
    return content


def _missing_data(content, paths):
    return tuple(
        path for path in paths if not any(_value(content, choice) for choice in path.split("|"))
    )


def _read(texts, groups):
    """Numbers of the articles that hold a whole group, and the groups that none holds."""
    found, missing = set(), []
    for group in groups:
        holders = [
            number
            for number, text in texts
            if all(any(word in text for word in words.split("|")) for words in group)
        ]
        found.update(number for number in holders if number)
        if not holders:
            missing.append(" + ".join(group))
    return tuple(sorted(found)), tuple(missing)


def check_wording(articles):
    """The mentions that a template carries by its wording.

    :param articles: list of dicts ``number``, ``title``, ``body`` (HTML)
    :returns: list of :class:`Standing`, numbers 7 to 15
    """
    texts = tuple(
        (article.get("number"), article["title"], article["body"]) for article in articles
    )
    return list(_check_texts(texts))


@lru_cache(maxsize=256)
def _check_texts(texts):
    """Remembered: the conventions of a batch share a wording."""
    folded = [(number, fold(f"{title} {body}")) for number, title, body in texts]
    return tuple(Standing(number, *_read(folded, groups)) for number, groups in WORDING.items())


def check_data(content):
    """The mentions that a content carries by the data of the placement.

    :returns: list of :class:`Standing`, numbers 1 to 6, and abroad :data:`ABROAD`
    """
    found = [Standing(number, (), _missing_data(content, paths)) for number, paths in DATA.items()]
    if (content.get("host") or {}).get("country"):
        found.append(Standing(ABROAD, (), _missing_data(content, ("local_law",))))
    return found


def check_content(content):
    """The fifteen mentions of a content, and abroad the sheet on the law of the country.

    :param dict content: as made by ``bde.convention``
    :returns: list of :class:`Standing`, in order
    """
    return check_data(content) + check_wording(content["template"]["articles"])
