"""Lists of companies as bureaux keep them: one with the faults of real life, one to count by.

``sample(...)`` is the Excel list of a newcomer: a title above the table, two rows of titles,
SIRETs that Excel took for numbers, telephones without their zero, "NC", people over several rows.
``book_rows(seed)`` is the list of the acceptance test: 500 rows, 40 of them bad, each known.
"""

import random
from dataclasses import dataclass
from datetime import date

from .companies import SECTORS, luhn_digit, siret
from .people import FATHERS, MOTHERS, People, plain
from .workbook import workbook

ROWS, BAD = 500, 40
# numbers of SIRETs that `companies` does not use: it stays below 4,600
_SAMPLE_SIRETS, _BOOK_SIRETS = 20_000, 30_000

HEADER = (
    "N° SIRET", "Raison sociale", "Adresse", "CP", "Ville", "Tél.", "Mail", "Activité",
    "Effectif", "Nom du contact", "Fonction du contact", "Mail contact", "Nom du tuteur",
    "Accepte stage", "Observations",
)  # fmt: skip


@dataclass
class BookRows:
    """A list, and what an import must find in it."""

    header: tuple
    rows: list
    bad: dict  # line of the file (titles are line 1): code of the fault
    contacts: int  # persons on the good rows

    def xlsx(self):
        """The list as a workbook of Excel."""
        return workbook({"Entreprises": [list(self.header), *self.rows]})


def book_rows(seed=500):
    """500 rows, 40 of them bad: five of each of eight faults.

    :rtype: BookRows
    """
    rand = random.Random(f"{seed}-book")
    people = People(rand)
    rows = [_row(rand, people, number) for number in range(ROWS)]
    faults = (
        _bad_siren, _bad_siret, _short_siret, _bad_postcode, _bad_phone, _bad_mail, _no_name,
        _twice,
    )  # fmt: skip
    # away from the beginning: what a row repeats stands above it
    chosen = rand.sample(range(20, ROWS), BAD)
    bad = {}
    for number, index in enumerate(sorted(chosen)):
        fault = faults[number % len(faults)]
        code = fault(rows, index, set(chosen))
        bad[index + 2] = code
    good = [row for index, row in enumerate(rows) if index + 2 not in bad]
    # a boss who is the tutor stands twice on his row
    persons = sum(len({row[9], row[12]} - {""}) for row in good)
    return BookRows(HEADER, rows, bad, persons)


def _row(rand, people, number):
    _naf, activity, names, _classes, _count, low, high = rand.choice(SECTORS)
    street, postcode, town, _insee = people.address()
    # the number keeps names apart: none looks like another
    name = rand.choice(names.split("|")).format(people.family_name(), town=town.title())
    name = f"{name} {_syllables(number)}"
    domain = f"{plain(name)}{number}.example"
    headcount = rand.randint(low, high)
    lastname, firstname = people.person(rand.choice((MOTHERS, FATHERS)))
    boss = f"{firstname} {lastname.upper()}"
    tutor = boss if headcount < 10 else " ".join(reversed(people.person(FATHERS)))
    return [
        float(siret(_BOOK_SIRETS + number)) if number % 3 else siret(_BOOK_SIRETS + number),
        name, street, int(postcode), town.title(), people.landline(), f"contact@{domain}",
        activity, headcount, boss, rand.choice(("Gérant", "Directrice", "Responsable RH")),
        people.mail(lastname, firstname, domain) if rand.random() < 0.7 else "",
        tutor if rand.random() < 0.6 else "", rand.choice(("oui", "oui", "non", "")),
        rand.choice(("", "", "", "Préfère être appelé le matin")),
    ]  # fmt: skip


def _syllables(number):
    """A word for a number: no two alike in their letters."""
    first = ("Bo", "Da", "Fi", "Gu", "Ko", "Li", "Mé", "No", "Pa", "Ri", "Sé", "Tu", "Va", "Zo")
    return "".join(first[number // 14**power % 14] for power in (2, 1, 0)).capitalize()


def _bad_siren(rows, index, _bad):
    digits = f"{int(rows[index][0]):014d}"
    rows[index][0] = digits[:8] + str((int(digits[8]) + 1) % 10) + digits[9:]
    return "siret_siren_key"


def _bad_siret(rows, index, _bad):
    digits = f"{int(rows[index][0]):014d}"
    rows[index][0] = digits[:13] + str((int(digits[13]) + 1) % 10)
    return "siret_key"


def _short_siret(rows, index, _bad):
    rows[index][0] = f"{int(rows[index][0]):014d}"[:12]
    return "siret_length"


def _bad_postcode(rows, index, _bad):
    rows[index][3] = "960"
    return "zip_bad"


def _bad_phone(rows, index, _bad):
    rows[index][5] = "01 99 00 1"
    return "phone_bad"


def _bad_mail(rows, index, _bad):
    rows[index][6] = "contact arobase chez nous"
    return "email_bad"


def _no_name(rows, index, _bad):
    rows[index][0], rows[index][1] = "", ""
    return "name_missing"


def _twice(rows, index, bad):
    above = next(number for number in range(index - 1, -1, -1) if number not in bad)
    rows[index] = list(rows[above])
    return "duplicate"


# ------------------------------------------------------------
# The list of a newcomer
# ------------------------------------------------------------

SAMPLE_HEADER = (
    "N° SIRET", "Raison sociale\n(ou nom)", "Enseigne", "Adresse", "Code\npostal", "Ville",
    "Tél. fixe", "Portable", "Mél", "Activité", "Nb salariés", "Nom", "Prénom", "Fonction", "Tél",
    "Nom", "Mail", "Suivi par", "Accepte\nPFMP", "Apprentis", "Taxe", "Dernier contact",
    "Remarques",
)  # fmt: skip
_GROUPS = {11: "Contact", 15: "Tuteur"}
_MERGED = ("A1:W1", "L3:O3", "P3:Q3")


def sample(rand, people, known):
    """The Excel list of one school: 60 companies, some known already, some faults.

    :param random.Random rand: seeded generator
    :param People people: the persons drawn so far
    :param known: rows of ``entreprises.csv`` (dicts) that the list has too
    :rtype: bytes
    """
    rows = [_known_row(rand, row) for row in known]
    rows += [_new_row(rand, people, number) for number in range(60 - len(rows))]
    rand.shuffle(rows)
    _spoil(rows, people)
    groups = [_GROUPS.get(number, "") for number in range(len(SAMPLE_HEADER))]
    table = [["Entreprises partenaires – mise à jour septembre"], [], groups, list(SAMPLE_HEADER)]
    notes = [["Bureau des entreprises"], ["Onglet 2 : la liste"]]
    return workbook({"Lisez-moi": notes, "Entreprises": ([*table, *rows], _MERGED)})


def _known_row(rand, row):
    """A company of the book, as this school writes it."""
    siret_cell = float(row["siret"]) if rand.random() < 0.6 else ""
    return [
        siret_cell, row["raison_sociale"].upper(), "", row["adresse"], int(row["code_postal"]),
        row["ville"].title(), row["telephone"], "", row["email"], row["activite"],
        int(row["effectif"]), row["signataire_nom"], row["signataire_prenom"],
        row["signataire_fonction"], "", f"{row['tuteur_prenom']} {row['tuteur_nom']}",
        row["tuteur_email"], "", "oui", "", "", date(2026, rand.randint(1, 8), 12), "",
    ]  # fmt: skip


def _new_row(rand, people, number):
    _naf, activity, names, _classes, _count, low, high = SECTORS[number % len(SECTORS)]
    street, postcode, town, _insee = people.address()
    name = rand.choice(names.split("|")).format(people.family_name(), town=town.title())
    domain = f"{plain(name)}.example"
    lastname, firstname = people.person(rand.choice((MOTHERS, FATHERS)))
    tutor = " ".join(reversed(people.person(FATHERS)))
    number = siret(_SAMPLE_SIRETS + number)
    cell = (float(number), f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}", "")
    landline, mobile = people.landline(), people.mobile()
    return [
        rand.choice(cell), name, "", street, int(postcode), town.title(),
        rand.choice((landline, int(landline.replace(" ", "")), landline.replace(" ", "."))),
        rand.choice((mobile, "", "NC")), rand.choice((f"contact@{domain}", "", "néant")),
        activity, rand.choice((rand.randint(low, high), f"{low} à {high}", "")),
        lastname.upper(), firstname, rand.choice(("Gérant", "DRH", "Directrice")), "",
        rand.choice((tutor, "")), "", rand.choice(("", "Mme Poste")),
        rand.choice(("oui", "oui", "X", "non", "à voir")), rand.choice(("oui", "non", "")),
        rand.choice(("oui", "")), date(2026, rand.randint(1, 8), rand.randint(1, 28)),
        rand.choice(("", "", "Fermé le lundi", "Demander Léa à l'accueil")),
    ]  # fmt: skip


def _spoil(rows, people):
    """Faults that a preview must show, and habits that it must understand."""
    digits = siret(_SAMPLE_SIRETS + 900)
    rows[7][0] = digits[:13] + str((int(digits[13]) + 1) % 10)  # wrong key
    rows[15][0] = "3,56000E+13"  # Excel has cut it
    rows[21][4] = "960"  # postcode
    rows[28][8] = "contact chez le patron"  # mail
    rows[33][6] = "01 99 00"  # telephone
    rows[39][1] = rows[39][2] = rows[39][0] = ""  # no name
    rows[45] = list(rows[3])  # twice
    rows[50][6] = f"{people.landline()} / {people.mobile()}"  # two numbers in a cell
    rows[52][0] = siret(_SAMPLE_SIRETS + 901)[:9]  # the SIREN alone
    rows[54] = ["", "COMMERCE", *[""] * (len(SAMPLE_HEADER) - 2)]  # a heading within the list
    assert luhn_digit(rows[52][0][:8]) == rows[52][0][8]
