"""Writes the people of a lycée in the files that the State's applications export.

The XML is written by hand, line by line, as those applications do: one element per line, ASCII
tags, the declared encoding really used.
"""

import csv
import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from .people import capitals
from .population import families_of

_ZIP_DATE = (2026, 9, 15, 8, 30, 0)


def french(day):
    """``date(2026, 9, 1)`` -> ``01/09/2026``; "" for None."""
    return day.strftime("%d/%m/%Y") if day else ""


class Xml:
    """A growing document; ``encode`` gives its bytes."""

    def __init__(self, encoding="ISO-8859-15"):
        self.encoding = encoding
        self.lines = [f'<?xml version="1.0" encoding="{encoding}"?>']
        self.opened = []

    def open(self, tag, **attributes):
        text = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
        self.lines.append(f"{'  ' * len(self.opened)}<{tag}{text}>")
        self.opened.append(tag)
        return self

    def close(self, count=1):
        for _ in range(count):
            tag = self.opened.pop()
            self.lines.append(f"{'  ' * len(self.opened)}</{tag}>")

    def value(self, tag, text="", **attributes):
        self.open(tag, **attributes)
        self.opened.pop()
        self.lines[-1] += f"{escape(str(text))}</{tag}>"

    def values(self, **values):
        for tag, text in values.items():
            self.value(tag, text or "")

    def encode(self):
        assert not self.opened, self.opened
        return ("\n".join(self.lines) + "\n").encode(self.encoding)


def _start(root, school, year, encoding, **attributes):
    xml = Xml(encoding).open(root, **attributes)
    xml.open("PARAMETRES")
    xml.values(
        UAJ=school.uai,
        ANNEE_SCOLAIRE=str(year),
        DATE_EXPORT=french(date(year, 10, 15)),
        HORODATAGE=french(date(year, 10, 15)) + " 08:09:38",
    )
    xml.close()
    return xml.open("DONNEES")


def _address(xml, number, address):
    street, postcode, town, insee = address
    xml.open("ADRESSE", ADRESSE_ID=number)
    xml.values(
        LIGNE1_ADRESSE=capitals(street), LIGNE2_ADRESSE="", LIGNE3_ADRESSE="", LIGNE4_ADRESSE="",
        CODE_POSTAL=postcode, LL_PAYS="FRANCE", CODE_DEPARTEMENT="096",
        CODE_COMMUNE_INSEE=insee, LIBELLE_POSTAL=town, COMMUNE_ETRANGERE="",
    )  # fmt: skip
    xml.close()


def pupils_xml(school, year, children, addresses=False, encoding="ISO-8859-15"):
    """``ElevesSansAdresses.xml``, or ``ElevesAvecAdresses.xml`` with addresses and telephones."""
    xml = _start("BEE_ELEVES", school, year, encoding, VERSION="2.1")
    xml.open("ELEVES")
    for child in children:
        _pupil(xml, school, year, child, addresses)
    xml.close()
    xml.open("OPTIONS")
    for child in children:
        xml.open("OPTION", ELEVE_ID=child.number, ELENOET=child.number % 100_000)
        xml.open("OPTIONS_ELEVE")
        xml.values(NUM_OPTION="1", CODE_MODALITE_ELECT="O", CODE_MATIERE="030201")
        xml.close(2)
    xml.close()
    xml.open("STRUCTURES")
    for child in children:
        if not child.placed or child.left_on:
            continue
        xml.open("STRUCTURES_ELEVE", ELEVE_ID=child.number, ELENOET=child.number % 100_000)
        for code, kind in ((child.klass.code, "D"), (f"{child.klass.code}-G1", "G")):
            xml.open("STRUCTURE")
            xml.values(CODE_STRUCTURE=code, TYPE_STRUCTURE=kind)
            xml.close()
        xml.close()
    xml.close()
    if addresses:
        xml.open("ADRESSES")
        for child in children:
            _address(xml, child.number, child.address)
        xml.close()
    xml.close(2)
    return xml.encode()


def _pupil(xml, school, year, child, addresses):
    xml.open("ELEVE", ELEVE_ID=child.number, ELENOET=child.number % 100_000)
    xml.values(
        ID_NATIONAL=child.ine, ELENOET=str(child.number % 100_000),
        ID_ELEVE_ETAB=str(child.number % 10_000),
        NOM_DE_FAMILLE=capitals(child.lastname), NOM_USAGE=capitals(child.usage_name),
        PRENOM=child.firstname, PRENOM2="", PRENOM3="",
        DATE_NAISS=french(child.birth), DOUBLEMENT="0", CODE_PAYS="100", ACCEPTE_SMS="1",
        DATE_MODIFICATION=french(date(year, 9, 14)), CODE_REGIME=child.regime,
        DATE_ENTREE=french(date(year, 9, 1)), DATE_SORTIE=french(child.left_on),
        CODE_MOTIF_SORTIE="19" if child.left_on else "", VILLE_NAISS="",
        CODE_SEXE=child.sex, CODE_DEPARTEMENT_NAISS="096", CODE_COMMUNE_INSEE_NAISS="96001",
        CODE_MEF=child.klass.mef + "0", CODE_STATUT=child.status,
    )  # fmt: skip
    if addresses:
        xml.values(
            ADRESSE_ID=str(child.number), MEL=child.mail, TEL_PORTABLE=child.mobile,
            TEL_PERSONNEL="", TEL_PROFESSIONNEL="",
        )  # fmt: skip
    xml.open("SCOLARITE_AN_DERNIER")
    xml.values(CODE_STRUCTURE="", CODE_RNE=school.uai, DENOM_PRINC=capitals(school.name))
    xml.close(2)


def guardians_xml(school, year, children, encoding="ISO-8859-15"):
    """``ResponsablesAvecAdresses.xml``: persons, links with their legal rank, addresses."""
    adults = families_of(children)
    xml = _start("BEE_RESPONSABLES", school, year, encoding, VERSION="2.1")
    xml.open("PERSONNES")
    for adult in adults:
        xml.open("PERSONNE", PERSONNE_ID=adult.number)
        long_title = {"MME": "MADAME", "M.": "MONSIEUR"}.get(adult.title)
        xml.values(
            NOM_DE_FAMILLE=capitals(adult.lastname), NOM_USAGE="", PRENOM=adult.firstname,
            LC_CIVILITE=adult.title, LL_CIVILITE=long_title, TEL_PERSONNEL=adult.landline,
            TEL_PORTABLE=adult.mobile, TEL_PROFESSIONNEL="", MEL=adult.mail, ACCEPTE_SMS="1",
            ADRESSE_ID=str(adult.number), CODE_PROFESSION="99", COMMUNICATION_ADRESSE="1",
        )  # fmt: skip
        xml.close()
    own = [child for child in children if any(link[0] is None for link in child.family)]
    for child in own:
        xml.open("PERSONNE", PERSONNE_ID=f"9{child.number}")
        xml.values(
            NOM_DE_FAMILLE=capitals(child.lastname), NOM_USAGE="", PRENOM=child.firstname,
            LC_CIVILITE="M." if child.sex == "1" else "MME", MEL=child.mail,
            ADRESSE_ID=str(child.family[-1][0].number if child.family[-1][0] else ""),
        )  # fmt: skip
        xml.close()
    xml.close()
    xml.open("RESPONSABLES")
    for child in children:
        for adult, rank, kinship in child.family:
            xml.open("RESPONSABLE_ELEVE")
            xml.values(
                ELEVE_ID=str(child.number),
                PERSONNE_ID=str(adult.number) if adult else f"9{child.number}",
                RESP_LEGAL=rank, CODE_PARENTE=kinship,
                RESP_FINANCIER="1" if rank == "1" else "0", PERS_PAIMENT="0", PERS_CONTACT="1",
            )  # fmt: skip
            xml.close()
    xml.close()
    xml.open("ADRESSES")
    for adult in adults:
        _address(xml, adult.number, adult.address)
    xml.close(3)
    return xml.encode()


def nomenclature_xml(school, year, encoding="ISO-8859-15"):
    """``Nomenclature.xml``: the labels of the training levels of the lycée."""
    levels = {"1": "1re année", "2": "2e année", "3": "3e année"}
    xml = _start("BEE_NOMENCLATURES", school, year, encoding, VERSION="2.1")
    xml.open("MEFS")
    for klass in school.classes:
        xml.open("MEF", CODE_MEF=klass.mef + "0")
        xml.values(
            FORMATION=capitals(klass.code), LIBELLE_LONG=capitals(klass.diploma)[:40],
            LIBELLE_EDITION=klass.diploma, NB_OPT_OBLIG="0", NB_OPT_MINI="0",
            MEF_RATTACHEMENT="", ANNEE=levels[klass.mef[-1]],
        )  # fmt: skip
        xml.close()
    xml.close(3)
    return xml.encode()


def subject_codes(school):
    """Six-digit codes of the subjects taught in a lycée."""
    subjects = sorted({subject for klass in school.classes for subject, _hours in klass.subjects})
    return {subject: f"{96000 + 100 * number:06d}" for number, subject in enumerate(subjects, 1)}


def sts_xml(school, year, professors, encoding="ISO-8859-15"):
    """``sts_emp_<UAI>_<year>.xml``: staff, classes, services."""
    codes = subject_codes(school)
    xml = Xml(encoding).open("STS_EDT")
    xml.open("PARAMETRES")
    xml.open("UAJ", CODE=school.uai)
    xml.values(SIGLE="LP", DENOM_PRINC=capitals(school.name))
    xml.close()
    xml.open("ANNEE_SCOLAIRE", ANNEE=year)
    xml.values(DATE_DEBUT=f"{year}-09-01", DATE_FIN=f"{year + 1}-08-31")
    xml.close(2)
    xml.open("NOMENCLATURES").open("MATIERES")
    for subject, code in codes.items():
        xml.open("MATIERE", CODE=code)
        xml.values(
            CODE_GESTION=f"M{code[2:4]}", LIBELLE_COURT=capitals(subject)[:10],
            LIBELLE_LONG=capitals(subject), LIBELLE_EDITION=subject,
        )  # fmt: skip
        xml.close()
    xml.close()
    xml.open("MEFS")
    for klass in school.classes:
        xml.open("MEF", CODE=klass.mef + "0")
        xml.values(LIBELLE_LONG=capitals(klass.diploma)[:40])
        xml.close()
    xml.close(2)
    xml.open("DONNEES").open("INDIVIDUS")
    for professor in professors:
        _individual(xml, year, professor)
    xml.open("INDIVIDU", ID="1", TYPE="epp")
    xml.values(NOM_USAGE="DIRECTION", PRENOM="Poste", FONCTION="DIR")
    xml.close(2)
    xml.open("STRUCTURE").open("DIVISIONS")
    for klass in school.classes:
        _division(xml, klass, professors, codes)
    xml.close()
    xml.open("GROUPES")
    xml.close(4)
    return xml.encode()


def _individual(xml, year, professor):
    xml.open("INDIVIDU", ID=professor.number, TYPE="epp")
    xml.values(
        SEXE="2" if professor.title == "MME" else "1", CIVILITE=professor.title,
        NOM_USAGE=capitals(professor.lastname), NOM_PATRONYMIQUE=capitals(professor.lastname),
        PRENOM=professor.firstname, DATE_NAISSANCE=professor.birth.isoformat(),
        GRADE="PLP", FONCTION="ENS",
    )  # fmt: skip
    if professor.principal_of:
        xml.open("PROFS_PRINC")
        for code in professor.principal_of:
            xml.open("PROF_PRINC")
            xml.values(
                CODE_STRUCTURE=code, DATE_DEBUT=f"{year}-09-01", DATE_FIN=f"{year + 1}-08-31"
            )
            xml.close()
        xml.close()
    xml.close()


def _division(xml, klass, professors, codes):
    xml.open("DIVISION", CODE=klass.code)
    xml.values(LIBELLE_LONG=klass.label, EFFECTIF_PREVU=str(klass.size),
               EFFECTIF_CALCULE=str(klass.size))  # fmt: skip
    xml.open("MEFS_APPARTENANCE").open("MEF_APPARTENANCE", CODE=klass.mef + "0")
    xml.values(EFFECTIF_PREVU=str(klass.size), EFFECTIF_CALCULE=str(klass.size))
    xml.close(2)
    xml.open("SERVICES")
    for subject, hours in klass.subjects:
        xml.open("SERVICE", CODE_MATIERE=codes[subject], CODE_MOD_COURS="CG").open("ENSEIGNANTS")
        for professor in professors:
            if (klass.code, subject, hours) in professor.services:
                xml.open("ENSEIGNANT", ID=professor.number, TYPE="epp")
                xml.values(NB_HEURES=f"{hours:.2f}")
                xml.close()
        xml.close(2)
    xml.close(2)


def zipped(name, content):
    """A zip with this one file, the same bytes at every run."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def table(header, rows, encoding="utf-8-sig", delimiter=";"):
    """A CSV as a French spreadsheet writes it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


def pupils_csv(school, year, children, encoding="cp1252"):
    """The table of a school without SIECLE: pupils with their guardians on the same row."""
    guardian = ("civilité", "nom", "prénom", "rang légal", "lien", "mail", "téléphone", "adresse",
                "code postal", "ville", "institution")  # fmt: skip
    header = ["UAI", "Année scolaire", "INE", "Nom", "Nom d'usage", "Prénom", "Date de naissance",
              "Sexe", "Classe", "Code MEF", "Formation", "Statut", "Régime", "Date d'entrée",
              "Date de sortie", "Mail élève", "Téléphone", "Adresse", "Code postal",
              "Ville"]  # fmt: skip
    header += [f"Responsable {number} {column}" for number in (1, 2, 3) for column in guardian]
    words = {"0": "externe", "2": "demi-pensionnaire", "3": "interne"}
    kinships = {"10": "mère", "20": "père", "38": "ascendant", "51": "ASE"}
    rows = []
    for child in children:
        street, postcode, town, _insee = child.address
        row = [
            school.uai, f"{year}-{year + 1}", child.ine, child.lastname.upper(), child.usage_name,
            child.firstname, french(child.birth), "F" if child.sex == "2" else "M",
            child.klass.code if child.placed and not child.left_on else "", child.klass.mef,
            child.klass.diploma, child.status, words[child.regime], french(date(year, 9, 1)),
            french(child.left_on), child.mail, child.mobile, street, postcode, town,
        ]  # fmt: skip
        for adult, rank, kinship in [link for link in child.family if link[0]][:3]:
            row += [
                {"MME": "Mme", "M.": "M."}.get(adult.title, ""), adult.lastname.upper(),
                adult.firstname, rank, kinships[kinship], adult.mail,
                adult.mobile or adult.landline, *adult.address[:3],
                "" if adult.firstname else "oui",
            ]  # fmt: skip
        rows.append(row + [""] * (len(header) - len(row)))
    return table(header, rows, encoding)


def professors_csv(professors):
    """The table of a school without STS-web: one row per teacher, class and subject."""
    header = ["Nom", "Prénom", "Adresse académique", "Classe", "Matière", "Heures",
              "Professeur principal"]  # fmt: skip
    rows = [
        (professor.lastname.upper(), professor.firstname, professor.mail, code, subject,
         f"{hours:g}".replace(".", ","), "oui" if code in professor.principal_of else "")
        for professor in professors
        for code, subject, hours in professor.services
    ]  # fmt: skip
    return table(header, rows)


def professor_mails_csv(professors):
    """STS-web gives no address: the secretary's own list completes it."""
    return table(
        ["Nom", "Prénom", "Mail", "Fonction"],
        [(p.lastname.upper(), p.firstname, p.mail, "ENS") for p in professors],
    )
