"""What an alumnus is found by: all of it for the bureau, what he shows for other members.

Nothing here reads a database. A key is a text of folded words, in which each word of a search is
looked for.
"""

import re
import unicodedata

# members see 20 people at a time, and so many pages of one search: it is no list to copy
PAGE_SIZE = 20
MAX_PAGES = 5
SEARCHES_PER_HOUR = 60
SEARCHES_PER_DAY = 150
# addresses are read one by one
CARDS_PER_DAY = 20
MIN_LETTERS = 2
# of a minor these are shown to nobody, and found by nobody: where to meet him, how to reach him
MINOR_HIDES = {"city", "employer", "email", "phone"}

# letters that are no other letter with an accent
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NOT_WORD = re.compile(r"[\W_]+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")


def fold(text):
    """Lower case words without accents or punctuation, in whatever alphabet they are written.

    >>> fold("Léa  D'ŒUVRE"), fold("S.N.C.F. & Sørén"), fold("Ольга_%"), fold(None)
    ('lea d oeuvre', 'sncf et soren', 'ольга', '')
    """
    text = (text or "").lower().replace("&", " et ").translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = _DOTTED.sub(lambda match: match.group().replace(".", "") + " ", text)
    return _NOT_WORD.sub(" ", text).strip()


def key_of(texts):
    """The text that the words of a search are looked for in.

    >>> key_of(["Léa MARTIN", None, "CAP Cuisine", 2024])
    'lea martin cap cuisine 2024'
    """
    return " ".join(filter(None, (fold(str(text)) for text in texts if text)))


def parts(query):
    """What is looked for in a key of what somebody typed; words of one letter find nothing.

    >>> parts("  Léa   d'Or ")
    ['lea', 'or']
    """
    return [word for word in fold(query).split() if len(word) >= MIN_LETTERS]


def short_name(firstname, lastname):
    """How a mentor and who asks him are called, before they know each other.

    >>> short_name("Gina", "Dupont"), short_name("Gina", "")
    ('Gina D.', 'Gina')
    """
    initial = (lastname or "").strip()[:1].upper()
    return f"{firstname} {initial}." if initial else firstname
