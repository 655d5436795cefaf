"""SIECLE exports of a large school, made on the spot: pupils with addresses, and their guardians.

The same elements as in the sample files of ``data/``, repeated. The names of pupils end in a
number: they are nobody's, and nobody of the data set is taken for the same person.
"""

import random
from io import StringIO
from xml.sax.saxutils import escape

from .dataset import words

DIVISION_SIZE = 24
MEFS = ("24725505210", "24725212210", "24733002210", "24733401210")


def pupils_xml(uai, year, count):
    """``ElevesAvecAdresses.xml`` of so many pupils, in ISO-8859-15 as SIECLE writes it."""
    rng = random.Random(count)
    out = StringIO()
    out.write('<?xml version="1.0" encoding="ISO-8859-15"?>\n<BEE_ELEVES VERSION="2.1">\n')
    out.write(_parameters(uai, year))
    out.write("<DONNEES>\n<ADRESSES>\n")
    for number in range(1, count + 1):
        out.write(_address(number, rng))
    out.write("</ADRESSES>\n<ELEVES>\n")
    for number in range(1, count + 1):
        out.write(_pupil(number, year, rng))
    out.write("</ELEVES>\n<STRUCTURES>\n")
    for number in range(1, count + 1):
        out.write(
            f'<STRUCTURES_ELEVE ELEVE_ID="{number}" ELENOET="{number}">'
            f"<STRUCTURE><CODE_STRUCTURE>{_division(number)}</CODE_STRUCTURE>"
            "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>\n"
        )
    out.write("</STRUCTURES>\n</DONNEES>\n</BEE_ELEVES>\n")
    return out.getvalue().encode("iso-8859-15")


def guardians_xml(uai, year, count):
    """``ResponsablesAvecAdresses.xml``: two legal representatives per pupil, at one address."""
    rng = random.Random(count + 1)
    out = StringIO()
    out.write('<?xml version="1.0" encoding="ISO-8859-15"?>\n<BEE_RESPONSABLES VERSION="2.1">\n')
    out.write(_parameters(uai, year))
    out.write("<DONNEES>\n<PERSONNES>\n")
    for number in range(1, count + 1):
        for rank in (1, 2):
            out.write(_person(number, rank, rng))
    out.write("</PERSONNES>\n<RESPONSABLES>\n")
    for number in range(1, count + 1):
        for rank, kinship in ((1, 10), (2, 20)):
            out.write(
                f"<RESPONSABLE_ELEVE><ELEVE_ID>{number}</ELEVE_ID>"
                f"<PERSONNE_ID>{2 * number + rank}</PERSONNE_ID><RESP_LEGAL>{rank}</RESP_LEGAL>"
                f"<CODE_PARENTE>{kinship}</CODE_PARENTE></RESPONSABLE_ELEVE>\n"
            )
    out.write("</RESPONSABLES>\n<ADRESSES>\n")
    for number in range(1, count + 1):
        out.write(_address(number, rng))
    out.write("</ADRESSES>\n</DONNEES>\n</BEE_RESPONSABLES>\n")
    return out.getvalue().encode("iso-8859-15")


def _parameters(uai, year):
    return (
        f"<PARAMETRES><UAJ>{uai}</UAJ><ANNEE_SCOLAIRE>{year}</ANNEE_SCOLAIRE>"
        f"<DATE_EXPORT>15/10/{year}</DATE_EXPORT><HORODATAGE>15/10/{year} 08:00:00</HORODATAGE>"
        "</PARAMETRES>\n"
    )


def _division(number):
    return f"BANC{1 + (number - 1) // DIVISION_SIZE}"


def _address(number, rng):
    street = escape(rng.choice(words.STREETS))
    return (
        f'<ADRESSE ADRESSE_ID="{number}"><LIGNE1_ADRESSE>{number % 90 + 1} {street}'
        f"</LIGNE1_ADRESSE><CODE_POSTAL>33{number % 900:03d}</CODE_POSTAL>"
        f"<LL_PAYS>FRANCE</LL_PAYS><LIBELLE_POSTAL>{rng.choice(words.TOWNS).upper()}"
        "</LIBELLE_POSTAL></ADRESSE>\n"
    )


def _pupil(number, year, rng):
    birth = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{year - rng.randint(15, 18)}"
    mef = MEFS[(number - 1) // DIVISION_SIZE % len(MEFS)]
    letters = "ABCDEFGHJK"
    return (
        f'<ELEVE ELEVE_ID="{number}" ELENOET="{number}">'
        f"<ID_NATIONAL>{900_000_000 + number}{letters[number % 10]}{letters[number // 10 % 10]}"
        f"</ID_NATIONAL><ELENOET>{number}</ELENOET><ADRESSE_ID>{number}</ADRESSE_ID>"
        f"<NOM_DE_FAMILLE>{rng.choice(words.LASTNAMES).upper()} {number}</NOM_DE_FAMILLE>"
        f"<PRENOM>{rng.choice(words.FIRSTNAMES)}</PRENOM><DATE_NAISS>{birth}</DATE_NAISS>"
        f"<CODE_SEXE>{rng.choice('12')}</CODE_SEXE><CODE_REGIME>2</CODE_REGIME>"
        f"<DATE_ENTREE>01/09/{year}</DATE_ENTREE><CODE_MEF>{mef}</CODE_MEF>"
        f"<CODE_STATUT>ST</CODE_STATUT><TEL_PORTABLE>06 11 {number // 100 % 100:02d} "
        f"{number % 100:02d} 00</TEL_PORTABLE><MEL>eleve{number}@banc.example</MEL></ELEVE>\n"
    )


def _person(number, rank, rng):
    return (
        f'<PERSONNE PERSONNE_ID="{2 * number + rank}"><NOM_DE_FAMILLE>'
        f"{rng.choice(words.LASTNAMES).upper()}</NOM_DE_FAMILLE>"
        f"<PRENOM>{rng.choice(words.FIRSTNAMES)}</PRENOM>"
        f"<LC_CIVILITE>{'MME' if rank == 1 else 'M.'}</LC_CIVILITE>"
        f"<TEL_PORTABLE>06 2{rank} {number // 100 % 100:02d} {number % 100:02d} 00</TEL_PORTABLE>"
        f"<MEL>parent{rank}.{number}@banc.example</MEL><ADRESSE_ID>{number}</ADRESSE_ID>"
        "</PERSONNE>\n"
    )
