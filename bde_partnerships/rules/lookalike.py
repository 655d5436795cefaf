"""Companies that look alike: keys to find them, a score to rank them. No Odoo here.

What people type differs by accents, legal forms, "Ets", a lost "s" or the wrong order of
words. Keys take these differences away and are stored; the score compares what is left with
RapidFuzz and says why.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

THRESHOLD = 60  # below, it is another company
SAME_NAME = 95
CLOSE_NAME = 80
SOME_NAME = 50

LEGAL_FORMS = frozenset(
    "sa sas sasu sarl eurl selarl selas selafa scop scic sci scm scp scs sca snc gie gaec earl "
    "scea sem semop epic ei eirl eurl sprl ltd gmbh srl".split()
)
# said of the firm or its owner, not its name
EMPTY_WORDS = frozenset(
    "ets etab etabl etablissement etablissements ste societe st entreprise entreprises m mr mme "
    "mlle monsieur madame melle le la les l de du des d au aux et fils freres cie compagnie "
    "groupe".split()
)
# trades: two firms that have but these words in common are not the same
TRADES = frozenset(
    "garage auto automobile automobiles carrosserie boulangerie patisserie boucherie charcuterie "
    "restaurant brasserie bar cafe hotel coiffure salon institut beaute menuiserie charpente "
    "plomberie chauffage electricite maconnerie peinture batiment construction constructions "
    "renovation transport transports services service conseil informatique pharmacie optique "
    "fleuriste primeur epicerie supermarche mairie commune ville lycee college ecole clinique "
    "hopital ehpad residence creche association club france sud nord est ouest centre".split()
)
STREET_WORDS = {
    "r": "rue", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard",
    "blvd": "boulevard", "boul": "boulevard", "pl": "place", "ch": "chemin", "che": "chemin",
    "chem": "chemin", "rte": "route", "imp": "impasse", "all": "allee", "allees": "allee",
    "crs": "cours", "sq": "square", "fg": "faubourg", "fbg": "faubourg", "res": "residence",
    "zi": "zone industrielle", "za": "zone artisanale", "zac": "zone", "bat": "batiment",
    "lot": "lotissement", "ld": "lieu dit", "dr": "docteur", "gal": "general", "st": "saint",
    "ste": "sainte",
}  # fmt: skip

# own words less alike than this cannot reach the threshold, at the same address either
CUTOFF = 45
CANDIDATES = 12

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_CEDEX = re.compile(r"\bcedex\b.*")
_NUMBER = re.compile(r"^\D*(\d+)")


def fold(text):
    """Lower case ASCII words: no accents, no punctuation, one blank between words.

    ``'S.A.R.L. Léo & Fils'`` -> ``'sarl leo et fils'``.
    """
    text = (text or "").lower().replace("œ", "oe").replace("æ", "ae").replace("&", " et ")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = _DOTTED.sub(lambda match: match.group().replace(".", "") + " ", text)
    return _NOT_WORD.sub(" ", text).strip()


def name_key(name):
    """What is left of a name to compare; everything when nothing would be left.

    ``"Ets DUVAL S.A.R.L."`` and ``"Duval"`` both give ``'duval'``.
    """
    words = fold(name).split()
    kept = [word for word in words if word not in LEGAL_FORMS and word not in EMPTY_WORDS]
    return " ".join(kept or words)


def town_key(town):
    """A town without cedex and arrondissement: ``'St-Denis CEDEX 9'`` -> ``'saint denis'``."""
    words = _CEDEX.sub("", fold(town)).split()
    words = [{"st": "saint", "ste": "sainte"}.get(word, word) for word in words]
    kept = [word for word in words if not re.fullmatch(r"\d+(er|e|eme)?|arrondissement", word)]
    return " ".join(kept)


def street_key(street):
    """A street with its words in full: ``'3, r. des Copeaux'`` -> ``'3 rue des copeaux'``."""
    return " ".join(STREET_WORDS.get(word, word) for word in fold(street).split())


@dataclass(frozen=True)
class Card:
    """What is compared of a company."""

    name: str = ""
    street: str = ""
    zip: str = ""
    town: str = ""
    siret: str = ""

    @classmethod
    def of(cls, vals):
        """From values of ``res.partner``: name, address and ``company_registry``."""
        return cls(
            name=name_key(vals.get("name")),
            street=street_key(vals.get("street")),
            zip=re.sub(r"\s", "", vals.get("zip") or ""),
            town=town_key(vals.get("city")),
            siret=re.sub(r"\D", "", vals.get("company_registry") or ""),
        )


@lru_cache(maxsize=50_000)
def own_key(key):
    """The words of a name that are its own, not those of its trade, in alphabetical order.

    ``'menuiserie leo duval'`` -> ``'duval leo'``; all words when none would be left.
    """
    words = sorted(key.split())
    own = [word for word in words if word not in TRADES and word.rstrip("s") not in TRADES]
    return " ".join(own or words)


def name_score(first, second):
    """0 to 100 for two keys of names."""
    if not first or not second:
        return 0
    whole = fuzz.token_sort_ratio(first, second)
    own, other_own = own_key(first), own_key(second)
    bare = len(own) == len(first), len(other_own) == len(second)
    if bare[0] != bare[1] and not set(own.split()) & set(other_own.split()):
        # "garage" alone says nothing of "garage leo"
        return min(whole, 70)
    # "duval" within "menuiserie duval" is the same, "martin" is not
    proper = max(fuzz.token_sort_ratio(own, other_own), 0.92 * fuzz.token_set_ratio(own, other_own))
    return max(proper * 0.92, 0.3 * whole + 0.7 * proper)


def same_street(first, second):
    """Whether two keys of streets are one address: same number and nearly the same words."""
    if not first or not second:
        return False
    numbers = [match and match.group(1) for match in map(_NUMBER.match, (first, second))]
    return numbers[0] == numbers[1] and fuzz.ratio(first, second) >= 85


def compare(card, other, former_sirets=()):
    """(score 0..100, reasons) for what was typed against a known company.

    Reasons are codes: same_siret, former_siret, same_siren, other_siret, same_name,
    close_name, same_address, same_town, other_town.

    :param Card card: what was typed
    :param Card other: the known company
    :param former_sirets: SIRETs that the known company had
    """
    if card.siret and len(card.siret) == 14:
        if card.siret == other.siret:
            return 100, ["same_siret"]
        if card.siret in former_sirets:
            return 98, ["former_siret"]
    name, reasons = name_score(card.name, other.name), []
    if name >= SAME_NAME:
        reasons.append("same_name")
    elif name >= CLOSE_NAME:
        reasons.append("close_name")
    place, reason = _place_score(card, other)
    if reason:
        reasons.append(reason)
    score = 0.7 * name + 0.3 * place
    if not place:
        # the same words far away: a chain, or chance
        score *= 0.8
    if name < SOME_NAME:
        # another shop at the same door
        score = min(score, THRESHOLD - 1)
    if card.siret and other.siret:
        if card.siret[:9] == other.siret[:9]:
            score = max(score, 75)
            reasons.insert(0, "same_siren")
        elif len(card.siret) == len(other.siret):
            # two numbers, two establishments: moved or taken over at the most
            score *= 0.8
            reasons.append("other_siret")
    return round(score), reasons


def _place_score(card, other):
    same_town = bool(card.zip and card.zip == other.zip) or bool(
        card.town and card.town == other.town
    )
    if same_town and same_street(card.street, other.street):
        return 100, "same_address"
    if same_town:
        return (45 if card.street and other.street else 75), "same_town"
    if not (card.zip or card.town) or not (other.zip or other.town):
        return 60, None  # nothing is said against it
    same_department = card.zip[:2] and card.zip[:2] == other.zip[:2]
    return (25 if same_department else 0), "other_town"


class Pool:
    """Known companies of some places, to look among them for many names.

    :param rows: tuples of id, own words of the name, and what a ``Card`` holds
    """

    def __init__(self, rows):
        self._rows = {row[0]: row for row in rows}
        self._places = defaultdict(list)
        self._indexes = {}
        for row in rows:
            for place in {row[4], row[5]}:
                if place:
                    self._places[place].append(row)

    def card(self, key):
        """What is compared of a company of the pool."""
        return Card(*(value or "" for value in self._rows[key][2:]))

    def near(self, card):
        """Ids of the companies of the same town or postcode that are worth comparing.

        :rtype: set
        """
        found = set()
        own = own_key(card.name)
        for place in {card.zip, card.town} - {""}:
            rows = self._places.get(place)
            if not rows:
                continue
            names, words, doors = self._index(place)
            if card.street:
                found.update(doors.get(card.street, ()))
            for word in own.split():
                # a word that many have says little; whole names are compared below
                found.update(words[word][:CANDIDATES] if word in words else ())
            best = process.extract(
                own, names, scorer=fuzz.ratio, score_cutoff=CUTOFF, limit=CANDIDATES
            )
            found.update(rows[index][0] for _name, _score, index in best)
        return found

    def _index(self, place):
        """Names, companies by word and by street of a place, made once."""
        if place not in self._indexes:
            words, doors = defaultdict(list), defaultdict(list)
            rows = self._places[place]
            for row in rows:
                for word in row[1].split() if row[1] else ():
                    words[word].append(row[0])
                if row[3]:
                    doors[row[3]].append(row[0])
            self._indexes[place] = [row[1] or "" for row in rows], words, doors
        return self._indexes[place]
