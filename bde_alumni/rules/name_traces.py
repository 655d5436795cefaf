"""Where the name of somebody stands in a text that others typed, however they typed it.

Nothing here reads a database. ``Dupont Gina``, ``GINA DUPONT``, ``Dupont, Géna`` typed without
its accents: one person, one pattern, for Python and for PostgreSQL alike.
"""

import re
import unicodedata

_LIKE = {"a": "aàâäáã", "c": "cç", "e": "eéèêë", "i": "iîïí", "n": "nñ", "o": "oôöóõ",
         "u": "uùûüú", "y": "yÿ"}  # fmt: skip
# between two words of a name; a body of HTML keeps blanks that do not break
_BETWEEN = "(?:[\\s\u00a0,-]|&nbsp;)+"
_APOSTROPHE = "(?:['’ ]|&#39;|&#x27;)"


def pattern(firstname, lastnames):
    """Pattern of a first name beside one of the last names, in both orders.

    :param lastnames: last name, name in use, former name; empty ones are left out
    :return: str for ``re`` (ignoring case) and for ``~*``; empty without a whole name
    """
    first = _words(firstname)
    found = []
    for last in dict.fromkeys(filter(None, map(_words, lastnames))):
        if first:
            found += [first + _BETWEEN + last, last + _BETWEEN + first]
    return f"(?:{'|'.join(found)})" if found else ""


def replace(text, name_pattern, word):
    """The text with a word where the name stood, as a word of its own.

    >>> replace("Vu GINA  DUPONT et Gina Dupontel", pattern("Gina", ["Dupont"]), "X")
    'Vu X et Gina Dupontel'
    """
    return re.sub(rf"(?<!\w){name_pattern}(?!\w)", lambda _found: word, text, flags=re.IGNORECASE)


def _words(name):
    words = re.split(r"[\s-]+", (name or "").strip())
    return _BETWEEN.join("".join(map(_letter, word)) for word in words if word)


def _letter(letter):
    if letter in "'’":
        return _APOSTROPHE
    base = unicodedata.normalize("NFKD", letter)[0].lower()
    if base in _LIKE:
        return f"[{_LIKE[base]}{_LIKE[base].upper()}]"
    return re.escape(letter)
