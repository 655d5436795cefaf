"""What became of the leavers of the demonstration, training by training. No Odoo here.

A person has one path, drawn from his name: each survey asks about the same life. The shares are
of the size that official figures have (half study on, one in six looks for something six months
later); trades, schools and diplomas are those of the training.
"""

import random
from dataclasses import dataclass

MONTHS = (6, 12, 18, 24)
# what a person does 6, 12, 18 and 24 months after he left
PATHS = {
    "study": ("study", "study", "study", "study"),
    "short": ("study", "study", "job", "job"),
    "job": ("job", "job", "job", "job"),
    "chain": ("job", "looking", "job", "job"),
    "search": ("looking", "job", "looking", "job"),
    "apprentice": ("apprenticeship",) * 4,
    "hired": ("apprenticeship", "apprenticeship", "apprenticeship", "job"),
    "lost": ("looking", "looking", "job", "looking"),
    "other": ("other", "other", "study", "study"),
}
# who answers: fewer and fewer as time goes by
ANSWERING = {6: 0.76, 12: 0.64, 18: 0.56, 24: 0.50}
# a year after the bac pro, in the same town
PLACES = ("Lycée Claude-Sennecey, Orvane", "IUT d'Orvane", "Lycée polyvalent du Val-d'Armence")


@dataclass(frozen=True)
class Trade:
    """An occupation for a woman and for a man, and whether it is linked with the training."""

    woman: str
    man: str
    linked: str = "yes"


@dataclass(frozen=True)
class Way:
    """What leavers of a training do. ``shares``: of each of ``PATHS``, in their order.

    ``elsewhere``: firms that the bureau does not follow; their words wait to be joined.
    """

    shares: tuple
    trades: tuple
    apprentices: tuple
    studies: tuple
    elsewhere: tuple


WAYS = {
    "TAGORA": Way(
        (38, 6, 14, 6, 9, 12, 3, 8, 4),
        (
            Trade("Assistante administrative", "Assistant administratif"),
            Trade("Agente d'accueil", "Agent d'accueil"),
            Trade("Gestionnaire de dossiers", "Gestionnaire de dossiers"),
            Trade("Conseillère de vente", "Conseiller de vente", "no"),
            Trade("Préparatrice de commandes", "Préparateur de commandes", "no"),
        ),
        (Trade("Assistante de gestion", "Assistant de gestion"),
         Trade("Assistante comptable", "Assistant comptable", "partly")),
        ("BTS Gestion de la PME", "BTS Support à l'action managériale", "BTS Comptabilité et"
         " gestion", "Licence d'administration économique et sociale"),
        ("Intérim Plus, Orvane", "Mutuelle du Val, Orvane"),
    ),
    "TASSP": Way(
        (28, 13, 20, 7, 9, 7, 4, 8, 4),
        (
            Trade("Aide à domicile", "Aide à domicile"),
            Trade("Agente de service hospitalier", "Agent de service hospitalier"),
            Trade("Aide-soignante", "Aide-soignant"),
            Trade("Animatrice périscolaire", "Animateur périscolaire", "partly"),
            Trade("Employée de restauration", "Employé de restauration", "no"),
        ),
        (Trade("Aide-soignante", "Aide-soignant"),
         Trade("Accompagnante éducative et sociale", "Accompagnant éducatif et social")),
        ("Diplôme d'État d'aide-soignant", "Diplôme d'État d'auxiliaire de puériculture",
         "BTS Services et prestations des secteurs sanitaire et social"),
        ("Résidence du Parc, Vaucluny", "Chez des particuliers, Lussandre"),
    ),
    "TCIEL": Way(
        (42, 5, 13, 5, 8, 14, 3, 7, 3),
        (
            Trade("Technicienne de maintenance informatique",
                  "Technicien de maintenance informatique"),
            Trade("Technicienne réseaux", "Technicien réseaux"),
            Trade("Installatrice de fibre optique", "Installateur de fibre optique"),
            Trade("Vendeuse en multimédia", "Vendeur en multimédia", "partly"),
        ),
        (Trade("Technicienne systèmes et réseaux", "Technicien systèmes et réseaux"),),
        ("BTS CIEL option informatique et réseaux", "BTS CIEL option électronique et réseaux",
         "BUT Réseaux et télécommunications"),
        ("Infogérance du Val, Orvane", "Intérim Plus, Orvane"),
    ),
    "2CAPBOU": Way(
        (14, 4, 18, 8, 9, 25, 10, 8, 4),
        (
            Trade("Boulangère", "Boulanger"),
            Trade("Ouvrière tourière", "Ouvrier tourier"),
            Trade("Vendeuse en boulangerie", "Vendeur en boulangerie", "partly"),
            Trade("Employée de libre-service", "Employé de libre-service", "no"),
        ),
        (Trade("Boulangère", "Boulanger"), Trade("Pâtissière", "Pâtissier", "partly")),
        ("CAP Pâtissier", "Bac pro Boulanger-pâtissier"),
        ("Fournil des Halles, Orvane", "Supermarché du Pont, Lussandre"),
    ),
}  # fmt: skip


class Life:
    """The years of one person after school; the same name gives the same life.

    :param str code: of the class, see ``WAYS``
    """

    def __init__(self, code, name, sex):
        draw = random.Random(f"{code}-{name}")
        way = WAYS[code]
        self.path = draw.choices(list(PATHS), way.shares)[0]
        self.situations = dict(zip(MONTHS, PATHS[self.path], strict=True))
        self.willing = draw.random()
        # who tells in part, who by telephone, how many days after having been asked
        self.is_brief = draw.random() < 0.14
        self.called = draw.random() < 0.16
        self.delay = draw.randrange(1, 20)
        # which company of the book, or none
        self.employer = draw.randrange(1, 98) if draw.random() < 0.7 else 0
        trades = way.apprentices if self.path in ("apprentice", "hired") else way.trades
        trade = draw.choice(trades)
        self.trade, self.linked = (trade.woman if sex == "f" else trade.man), trade.linked
        self.study = draw.choice(way.studies)
        self.place = draw.choice(PLACES)
        self.elsewhere = draw.choice(way.elsewhere)
        self.day = draw.random()

    def works_at(self, employers):
        """The company of the school's book where he works, None when it is not among them."""
        return employers[self.employer % len(employers)] if employers and self.employer else None

    def answers_after(self, months):
        """Whether he answers the survey of these months."""
        return self.willing < ANSWERING[months]

    def told(self, months, place):
        """Answers to the survey after so many months, by code of the question.

        :param str place: where he works, when he does
        """
        situation = self.situations[months]
        answers = {"situation": situation}
        if self.is_brief or situation in ("looking", "other"):
            return answers
        if situation == "study":
            return answers | {"study": self.study, "place": self.place, "linked": self.linked}
        answers |= {"trade": self.trade, "linked": self.linked, "place": place}
        if situation == "job":
            answers["contract"] = "cdi" if self.day * 24 < months else "cdd"
        return answers
