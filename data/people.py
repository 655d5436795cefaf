"""Invented persons: names, ways to reach them, birth dates. Seeded, so always the same ones.

Telephone numbers come from the ranges that Arcep reserves for fiction, addresses from domains
that can never belong to anybody, postal codes from a département that does not exist (96).
"""

import unicodedata
from datetime import date, timedelta

GIRLS = (
    "Anaïs Camille Chloé Clara Élise Emma Fatou Giulia Hélène Inès Jade Jeanne Julia Kenza Laurine "
    "Léa Lina Lou Louise Maëlle Manon Margaux Maïwenn Mélina Nadia Ninon Océane Oriane Rachel "
    "Romane Salomé Sarah Solène Tiphaine Yasmine Zoé Aïcha Aminata Élodie Garance"
).split()
BOYS = (
    "Adam Alexis Amadou Antonin Aurélien Baptiste Bastien Clément Corentin Elias Enzo Ethan Evan "
    "Gabin Gaël Hugo Ilyès Jérémy Jules Kévin Kylian Léandre Loïc Lucas Maël Mathéo Mathis Mehdi "
    "Noah Nolan Quentin Raphaël Rayan Samuel Tanguy Théo Timéo Tristan Yanis Youssef"
).split()
MOTHERS = (
    "Agnès Aïssata Béatrice Carole Céline Christelle Delphine Émilie Fatima Florence Hélène "
    "Isabelle Karine Laetitia Laurence Leïla Magali Malika Mariam Maryse Nathalie Nora Patricia "
    "Samira Sandrine Sophie Stéphanie Sylvie Valérie Virginie"
).split()
FATHERS = (
    "Abdel Alain Bruno Cédric Christophe Damien David Didier Éric Fabrice Franck Frédéric Gilles "
    "Grégory Hervé Ibrahim Jérôme Karim Laurent Ludovic Mamadou Marc Michaël Mourad Olivier Pascal "
    "Philippe Rachid Stéphane Thierry Vincent Yann"
).split()
# Built from ends and beginnings, so that no family of this name need exist.
_STARTS = (
    "Abri Aubré Baldu Barra Bérou Bossu Bréva Cassi Chamou Corbe Coudra Dalme Dumo Esca Fauré "
    "Ferra Gabo Garri Gode Hautre Jala Jouba Labro Lagré Lecœu Léva Mala Marche Mérou Monta Nava "
    "Nogué Orta Pélou Perra Quéva Ribou Rouva Sala Sauva Séna Talba Terra Tréme Valma Vasse "
    "Verde Yvra"
).split()
_ENDS = "dier gnac lin lier nard nel quet rand reau rin rol ssac teau tier vel vier vin zac".split()
WORLD_NAMES = (
    "Aboukari Belmaziz Chérazi Diarrassou Dosprazères Elamrouni Farhouni Gbadamou Hadjeri "
    "Jovanescu Kamissogo Kouyadé Lakhbir Mbengou Nguyen-Tra Oumarou Pereirinha Rakotonirina "
    "Sidibou Tahirou Vankovic Yildirhan Zerroudi"
).split()

# A département that does not exist, and its towns.
TOWNS = (
    ("96000", "ORVANE", "96001"),
    ("96110", "GRAND-VERNY", "96110"),
    ("96140", "VAUCLUNY", "96140"),
    ("96200", "SAINTE-ÉLODE", "96200"),
    ("96300", "BRÉMONT-LE-HAUT", "96300"),
    ("96410", "PONT-D'ARMENCE", "96410"),
    ("96520", "LA ROCHE-TIREL", "96520"),
    ("96600", "LUSSANDRE", "96600"),
    ("96710", "LES ÉTANGS-DE-MIRE", "96710"),
)
STREETS = (
    "rue des Tanneurs|rue du Vieux-Lavoir|allée des Merisiers|avenue de la Gare|chemin de la Source"
    "|rue de la Forge|place du Marché|impasse des Lilas|boulevard de la République|rue des Écoles|"
    "route de Vaucluny|rue du Moulin-Neuf|résidence Les Hauts-Prés|quai de l'Orvane|rue Haute"
).split("|")


def capitals(text):
    """``Lecœur`` -> ``LECŒUR``: names as SIECLE prints them, accents kept."""
    return text.upper()


def plain(text):
    """Letters for an address: no accent, no ligature, no blank."""
    text = text.replace("œ", "oe").replace("Œ", "oe")
    text = unicodedata.normalize("NFKD", text)
    return "".join(char for char in text if char.isascii() and char.isalpha()).lower()


class People:
    """Draws persons and never gives the same telephone number or full name twice."""

    def __init__(self, random):
        self.random = random
        self.phones = 0
        self.landlines = 0
        self.names = set()
        self.mails = set()

    def family_name(self):
        if self.random.random() < 0.2:
            return self.random.choice(WORLD_NAMES)
        return self.random.choice(_STARTS) + self.random.choice(_ENDS)

    def person(self, firstnames, lastname=""):
        """A new ``(lastname, firstname)``, with the given family name if there is one."""
        while True:
            name = (lastname or self.family_name(), self.random.choice(firstnames))
            if name not in self.names:
                self.names.add(name)
                return name
            if lastname and all((lastname, first) in self.names for first in firstnames):
                lastname = ""

    def mobile(self):
        """A number of the range 06 39 98 xx xx, reserved for fiction."""
        self.phones += 1
        number = (self.phones * 7919) % 10_000
        return f"06 39 98 {number // 100:02d} {number % 100:02d}"

    def landline(self):
        """A number of the range 01 99 00 xx xx, reserved for fiction."""
        self.landlines += 1
        number = (self.landlines * 6133) % 10_000
        return f"01 99 00 {number // 100:02d} {number % 100:02d}"

    def mail(self, lastname, firstname, domain="exemple.example.org"):
        """An address that nobody can have."""
        base = f"{plain(firstname)}.{plain(lastname)}"
        mail, number = f"{base}@{domain}", 1
        while mail in self.mails:
            number += 1
            mail = f"{base}{number}@{domain}"
        self.mails.add(mail)
        return mail

    def address(self):
        """``(street, postal code, town, INSEE code)`` of the invented département."""
        postcode, town, insee = self.random.choice(TOWNS)
        street = f"{self.random.randint(1, 98)} {self.random.choice(STREETS)}"
        return street, postcode, town, insee

    def birth_date(self, year):
        """Any day of a civil year."""
        return date(year, 1, 1) + timedelta(days=self.random.randrange(365))

    def ine(self):
        """The form of an INE of the national register: nine digits and two letters."""
        letters = "ABCDEFGHJK"
        return f"{self.random.randrange(10**9):09d}" + "".join(
            self.random.choice(letters) for _ in range(2)
        )
