"""What happens to whom after the signature, and what people write. No Odoo here.

Pupils are named by their place in the list of those whose stay runs, or is over, by name.
"""

from dataclasses import dataclass

# --- the class that is away: places in its list ---

# amendments and an interruption are the places 2 to 4 of ``demo_life``
NOT_ARRIVED = 5
ILL = 6
CONTESTED = 7
WATCHED = 8
HURT = 9
CLAIMS = (10, 11)
# the last ones of the list: no call yet, no week confirmed
NOT_CALLED = 3
NOT_CONFIRMED = 5


@dataclass(frozen=True)
class Report:
    """What a referent says of a contact."""

    mood: str
    text: str
    alert: str = "none"


CALLS = (
    Report("fine", "Bien accueilli, horaires compris."),
    Report("fine", "La tutrice est contente : ponctuel et curieux."),
    Report("mixed", "Discret pour l'instant, à encourager."),
    Report("fine", "Déjà en réserve et en caisse avec sa tutrice."),
)
# visits made in the first week, besides the plan
VISITS = (
    Report("fine", "Rencontre à trois : la vente conseil est le but de la troisième semaine."),
    Report("fine", "Tâches conformes à la convention, bonne entente avec l'équipe."),
)
FINAL = Report("fine", "Bilan à trois : période validée, évaluation relue avec l'élève.")
WATCH = Report(
    "mixed",
    "Les horaires affichés dépassent 35 heures en fin de semaine : à revoir avec le gérant.",
    "watch",
)
CONTEST = "J'étais en livraison avec le chef de rayon, il l'a dit à la tutrice."
ACCIDENT = {
    "place": "Réserve du magasin",
    "facts": "S'est coupé la main en ouvrant un carton au cutter, soigné sur place.",
    "injury": "Coupure à la main gauche",
}
TUTOR_SHEET = {
    "can_do": (
        "Accueillir un client et se présenter",
        "Réceptionner une livraison et contrôler le bon",
        "Mettre en rayon en respectant la date limite",
    ),
    "let_do": (
        "Tenir la caisse à côté d'une personne de l'équipe dès la deuxième semaine",
        "Conseiller un client sur deux ou trois familles de produits",
        "Proposer une mise en avant et la monter",
    ),
    "never": (
        "Ouvrir ou fermer seul le magasin",
        "Conduire un chariot, monter à une échelle sans quelqu'un",
    ),
}
# (kind, unit, at most for one, at most for the placement) that the board voted
CAPS = (
    ("transport", "journey", 4.0, 60.0),
    ("meals", "meal", 4.5, 90.0),
)

# --- the class that is back: places in its list ---

# hosts that have not signed the attestation: the first was written to, nobody answers the second
NOT_ATTESTED = 2
# no visit at the end
NOT_VISITED = 2
# tutors who have not answered
NOT_EVALUATED = 3
NOT_RATED = 4
NO_DECISION = (4, 9)
NO_RIB = (6,)
NO_ADDRESS = (13,)
APPRECIATIONS = (
    "Travail soigné, à l'aise avec les visiteurs. Merci de nous l'avoir confié.",
    "Sérieux et ponctuel. Doit oser téléphoner.",
    "",
    "Très bonne intégration, nous le reprendrions volontiers.",
    "Des progrès nets en trois semaines, surtout à l'écrit.",
)
WORDS = {
    1: "On m'a expliqué chaque tâche, j'ai pu faire des devis seul.",
    6: "Trop de photocopies, pas assez d'accueil.",
    11: "Équipe sympa, je recommande.",
}


def mark(host, question):
    """What is answered to a question, 4 (yes) to 2: some companies do better than others.

    :param int host: place of the company in the list of those of the class
    """
    return 4 if (host + question) % 3 else 3 if host % 4 else 2
