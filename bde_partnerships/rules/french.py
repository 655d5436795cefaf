"""Words and numbers of French pages: dates, counts, SIRET, lists. No import of Odoo here."""

from datetime import date

from babel.dates import format_date

LOCALE = "fr"
NBSP = "\u00a0"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def day(text, weekday=False):
    """``1er novembre 2026`` or ``dimanche 1er novembre 2026`` of an ISO date."""
    moment = date.fromisoformat(text)
    number = "1er" if moment.day == 1 else str(moment.day)
    words = f"{number} {format_date(moment, 'MMMM y', locale=LOCALE)}"
    return f"{DAYS[moment.weekday()]} {words}" if weekday else words


def count(number, noun):
    """``1 jour``, ``4 semaines``; *mois* keeps its s."""
    plural = "" if number < 2 or noun.endswith("s") else "s"
    return f"{number}{NBSP}{noun}{plural}"


def euros(amount):
    """An amount as people write it, cents only where there are some.

    >>> euros(1200).replace(NBSP, " ")
    '1 200 €'
    >>> euros(12345.5).replace(NBSP, " ")
    '12 345,50 €'
    """
    cents = round(amount * 100)
    text = f"{cents / 100:,.2f}" if cents % 100 else f"{cents // 100:,}"
    return text.replace(",", NBSP).replace(".", ",") + f"{NBSP}€"


def siret(text):
    """The fourteen digits in groups of three, three, three and five."""
    if len(text or "") != 14:
        return text
    return NBSP.join((text[:3], text[3:6], text[6:9], text[9:]))


def enumerate_words(words):
    """``lundi, mardi et jeudi``."""
    words = list(words)
    return " et ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def lines(*pairs):
    """The (label, value) pairs that have a value; a list of texts is written on one line."""
    result = []
    for label, value in pairs:
        if isinstance(value, (list, tuple)):
            value = ", ".join(part for part in value if part)
        if value:
            result.append((label, value))
    return result


def pairs(items):
    """The items two by two, as they stand side by side."""
    return [items[index : index + 2] for index in range(0, len(items), 2)]
