"""What an alumnus is found by: all of it for the bureau, what he shows for other members.

Nothing here reads a database. A key is a text of folded words, in which each word of a search is
looked for.
"""

from odoo.addons.bde_partnerships.rules.lookalike import fold

# members see 20 people at a time, and so many pages of one search: it is no list to copy
PAGE_SIZE = 20
MAX_PAGES = 5
SEARCHES_PER_HOUR = 60
# addresses are read one by one
CARDS_PER_DAY = 20
MIN_LETTERS = 2


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
