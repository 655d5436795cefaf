"""How many parts a text message takes, and how to write it in fewer. No Odoo here.

Alphabet of GSM 03.38: 160 characters in one message, 153 in each part of a longer one, those of
the extension count twice. A single character outside makes all of it UCS-2: 70, then 67.
"""

import unicodedata

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("\f^{}\\[~]|€")
GSM_ONE, GSM_MANY = 160, 153
UCS_ONE, UCS_MANY = 70, 67

# French typography that the alphabet lacks
REPLACED = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-",
    "\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE", "ç": "c",
}  # fmt: skip


def is_gsm(text):
    """
    >>> is_gsm("Lycée Ampère : 1 document"), is_gsm("Forêt"), is_gsm("[10 €]")
    (True, False, True)
    """
    return all(char in GSM or char in GSM_TWICE for char in text)


def parts(text):
    """Number of parts that operators count.

    >>> parts("a" * 160), parts("a" * 161), parts("ê" * 70), parts("ê" * 71)
    (1, 2, 1, 2)
    >>> parts("€" * 80), parts("€" * 81), parts("")
    (1, 2, 0)
    """
    if is_gsm(text):
        length, one, many = len(text) + sum(char in GSM_TWICE for char in text), GSM_ONE, GSM_MANY
    else:
        length, one, many = len(text.encode("utf-16-be")) // 2, UCS_ONE, UCS_MANY
    if length <= one:
        return 1 if length else 0
    return -(-length // many)


def to_gsm(text):
    """The text with the letters of the alphabet alone, as people write on a phone.

    >>> to_gsm("Forêt – « ça va » à l’école")
    'Foret - " ca va " à l\\'école'
    >>> parts(to_gsm("ê" * 100))
    1
    """
    result = []
    for char in unicodedata.normalize("NFC", text):
        if char in GSM or char in GSM_TWICE:
            result.append(char)
        elif char in REPLACED:
            result.append(REPLACED[char])
        else:
            plain = unicodedata.normalize("NFD", char)[0]
            result.append(plain if plain in GSM else "?")
    return "".join(result)
