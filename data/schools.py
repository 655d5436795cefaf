"""The invented académie: three lycées, twelve classes, their real diplomas and MEF codes.

The codes were checked in the public lists of the State's allowance application (2026-2027). The
11th character of a MEF varies locally; 0 is the usual one.
"""

from dataclasses import dataclass, field

UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def uai(digits):
    """Seven digits and their check letter (modulo 23, without I, O and Q)."""
    return digits + UAI_LETTERS[int(digits) % 23]


@dataclass(frozen=True)
class Klass:
    """One class. ``age``: age that most of its pupils reach in the first calendar year."""

    code: str
    label: str
    mef: str
    diploma: str
    size: int
    age: int
    subjects: tuple


@dataclass(frozen=True)
class School:
    uai: str
    name: str
    street: str
    zip: str
    city: str
    phone: str
    mail_domain: str
    classes: tuple = field(default=())


GENERAL = (("Lettres-histoire", 4.0), ("Mathématiques", 2.0), ("Anglais LV1", 2.0),
           ("Éducation physique et sportive", 2.5),
           ("Prévention-santé-environnement", 1.0), ("Arts appliqués", 1.0))  # fmt: skip
SCIENCE = (("Physique-chimie", 1.5),)
TRADE = {
    "sale": (("Vente-conseil", 8.0), ("Animation et gestion", 5.0), ("Économie-droit", 2.0)),
    "office": (("Gestion administrative", 9.0), ("Gestion des relations", 5.0),
               ("Économie-droit", 2.0)),
    "care": (("Techniques professionnelles et soins", 9.0), ("Biologie appliquée", 4.0),
             ("Nutrition et ergonomie", 3.0)),
    "cars": (("Maintenance des véhicules", 11.0), ("Construction mécanique", 3.0)),
    "power": (("Électrotechnique", 10.0), ("Construction", 2.0)),
    "network": (("Réseaux et cybersécurité", 9.0), ("Électronique", 4.0)),
    "cooking": (("Cuisine", 10.0), ("Sciences appliquées", 2.0), ("Économie-gestion", 2.0)),
    "bakery": (("Boulangerie", 11.0), ("Sciences appliquées", 2.0), ("Économie-gestion", 1.0)),
    "shop": (("Commerce", 10.0), ("Économie-droit", 2.0)),
}  # fmt: skip

SCHOOLS = (
    School(
        uai("0960011"), "Lycée professionnel des Trois-Rives", "2 quai de l'Orvane", "96000",
        "Orvane", "01 99 00 96 11", "ac-orvane.example",
        (
            Klass("2MRC", "2nde métiers de la relation client", "2473121131",
                  "Seconde professionnelle métiers de la relation client (2nde commune)",
                  28, 15, GENERAL + TRADE["sale"]),
            Klass("1MCVA", "1re métiers du commerce et de la vente A", "2473121332",
                  "Métiers du commerce et de la vente option A animation et gestion de l'espace "
                  "commercial", 27, 16, GENERAL + TRADE["sale"]),
            Klass("TAGORA", "Tle AGOrA", "2473000433",
                  "Assistance à la gestion des organisations et de leurs activités",
                  26, 17, GENERAL + TRADE["office"]),
            Klass("1ASSP", "1re ASSP", "2473300732",
                  "Accompagnement, soins et services à la personne",
                  28, 16, GENERAL + SCIENCE + TRADE["care"]),
            Klass("TASSP", "Tle ASSP", "2473300733",
                  "Accompagnement, soins et services à la personne",
                  24, 17, GENERAL + SCIENCE + TRADE["care"]),
        ),
    ),
    School(
        uai("0960024"), "Lycée polyvalent du Val-d'Armence", "18 rue de la Forge", "96410",
        "Pont-d'Armence", "01 99 00 96 24", "ac-orvane.example",
        (
            Klass("2MMV", "2nde maintenance des matériels et véhicules", "2472522231",
                  "Seconde professionnelle métiers de la maintenance des matériels et des "
                  "véhicules (2nde commune)", 26, 15, GENERAL + SCIENCE + TRADE["cars"]),
            Klass("1MVVL", "1re maintenance des véhicules légers", "2472522432",
                  "Maintenance des véhicules option véhicules légers",
                  24, 16, GENERAL + SCIENCE + TRADE["cars"]),
            Klass("1MELEC", "1re MELEC", "2472552032",
                  "Métiers de l'électricité et de ses environnements connectés",
                  24, 16, GENERAL + SCIENCE + TRADE["power"]),
            Klass("TCIEL", "Tle CIEL", "2472551933",
                  "Cybersécurité, informatique et réseaux, électronique",
                  24, 17, GENERAL + SCIENCE + TRADE["network"]),
        ),
    ),
    School(
        uai("0960037"), "Lycée des métiers La Tirelle", "7 chemin de la Source", "96600",
        "Lussandre", "01 99 00 96 37", "ac-orvane.example",
        (
            Klass("1CUI", "1re cuisine", "2472210632", "Cuisine", 24, 16,
                  GENERAL + TRADE["cooking"]),
            Klass("2CAPBOU", "CAP boulanger 2e année", "2412213722", "CAP Boulanger", 22, 16,
                  GENERAL + TRADE["bakery"]),
            Klass("1CAPEPC", "CAP équipier polyvalent du commerce 1re année", "2413122421",
                  "CAP Équipier polyvalent du commerce", 23, 15, GENERAL + TRADE["shop"]),
        ),
    ),
)  # fmt: skip
