"""What a sheet on the law of a country begins with (L124-20 C. éduc.).

For the countries of the European Union and the European Economic Area, the floor that directive
94/33/EC on the protection of young people at work sets everywhere; national law adds to it,
which is left to whoever knows it. No import of Odoo here.
"""

# Austria … Slovakia, then Iceland, Liechtenstein and Norway
EUROPE = frozenset(
    (
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO",
    )
)  # fmt: skip
TO_COMPLETE = "[à compléter]"

_EUROPE = """
<p>Le pays applique la directive 94/33/CE relative à la protection des jeunes au travail, dont les
dispositions suivantes sont un minimum pour l’élève mineur :</p>
<ul>
<li>durée de présence : 8 heures par jour et 40 heures par semaine au plus (article 8) ;</li>
<li>nuit : pas de présence entre 22 heures et 6 heures, ou entre 23 heures et 7 heures
(article 9) ;</li>
<li>repos : 12 heures consécutives par jour et deux jours par semaine, si possible consécutifs et
comprenant en principe le dimanche (article 10) ;</li>
<li>pause : 30 minutes, si possible consécutives, au-delà de 4 heures et demie (article 12) ;</li>
<li>travaux dangereux pour la santé ou la sécurité des jeunes : interdits, sauf dérogation
nécessaire à la formation, sous la surveillance d’une personne compétente (article 7).</li>
</ul>
<p>Les règles plus protectrices de la convention s’appliquent. Numéro d’urgence : 112. L’élève est
muni de sa carte européenne d’assurance maladie.</p>
"""
_NATIONAL = f"""
<p>Règles propres au pays (durée du travail, repos, jours fériés, gratification) : {TO_COMPLETE}</p>
<p>Santé, sécurité et déclaration d’un accident sur place : {TO_COMPLETE}</p>
<p>Qui appeler (établissement, ambassade ou consulat, assistance) : {TO_COMPLETE}</p>
"""


def title(country):
    """Heading of the annex.

    >>> title("Allemagne")
    'Fiche d’information sur la réglementation du pays d’accueil : Allemagne'
    """
    return f"Fiche d’information sur la réglementation du pays d’accueil : {country}"


def body(code):
    """First text of the sheet on a country, with what is left to complete."""
    return (_EUROPE if code in EUROPE else "") + _NATIONAL
