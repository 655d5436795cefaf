"""Languages of a document beside French, and which one a country asks for.

The French text is the one that is signed; the other is a translation for information. The
languages are those of the page, not of Odoo's screens: none of them need be installed.
No import of Odoo here.
"""

FRANCE = "FR"
# Overseas parts of France that have a country code of their own
FRENCH_SOIL = frozenset(
    (FRANCE, "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT")
)

SECOND_LANGS = [
    ("en_GB", "English"),
    ("de_DE", "German"),
    ("es_ES", "Spanish"),
    ("it_IT", "Italian"),
]
CODES = tuple(code for code, _label in SECOND_LANGS)

# Neighbours where French is an official language need no second one; the bureau may choose one
_FRENCH_SPOKEN = frozenset(("BE", "CH", "LU", "MC"))
_BY_COUNTRY = {
    "de_DE": ("DE", "AT", "LI"),
    "es_ES": ("ES", "AD", "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "HN", "MX", "NI",
              "PA", "PE", "PR", "PY", "SV", "UY", "VE"),
    "it_IT": ("IT", "SM", "VA"),
}  # fmt: skip


def is_abroad(country):
    """Whether a country code is outside of France; no country is France.

    >>> is_abroad("DE"), is_abroad("RE"), is_abroad(None)
    (True, False, False)
    """
    return bool(country) and country not in FRENCH_SOIL


def default_for(country):
    """Second language of a document for a host in a country, None for France.

    >>> default_for("AT"), default_for("SE"), default_for("LU"), default_for("MQ")
    ('de_DE', 'en_GB', None, None)
    """
    if not is_abroad(country) or country in _FRENCH_SPOKEN:
        return None
    for lang, countries in _BY_COUNTRY.items():
        if country in countries:
            return lang
    return "en_GB"


def page_language(lang, installed):
    """Language of Odoo's pages for readers of a language; English when none is near.

    >>> page_language("en_GB", ["fr_FR", "en_US"]), page_language("de_DE", ["de_DE", "en_US"])
    ('en_US', 'de_DE')
    """
    short = lang.partition("_")[0]
    same = [code for code in installed if code.partition("_")[0] == short]
    if lang in installed or same:
        return lang if lang in installed else same[0]
    # the language of the sources: there whatever is installed
    return next((code for code in installed if code.startswith("en")), "en_US")
