"""Words in braces of the news of a school, as former pupils read them. No Odoo here."""

# French, as the letters are; filled in as plain text by ``rules/tax_letter.Letter``
WORDS = ("prenom", "nom", "lycee", "annee", "formation")


def words_of(firstname, lastname, school, cohort, training):
    """{word: text} of one reader; an empty one leaves its paragraph out.

    >>> words_of("Léa", "Martin", "LP des Roses", 2024, None)["formation"]
    ''
    """
    return {
        "prenom": firstname or "",
        "nom": lastname or "",
        "lycee": school or "",
        "annee": str(cohort or ""),
        "formation": training or "",
    }
