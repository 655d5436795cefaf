"""Reads ``sts_emp_<UAI>_<year>.xml``: the teachers, the classes and who teaches what.

Shape: root ``STS_EDT``; ``PARAMETRES`` holds ``UAJ@CODE`` and ``ANNEE_SCOLAIRE@ANNEE``;
``NOMENCLATURES/MATIERES/MATIERE@CODE`` and ``NOMENCLATURES/MEFS/MEF@CODE`` the labels;
``DONNEES/INDIVIDUS/INDIVIDU@ID`` the staff (FONCTION ENS: teacher), with ``PROFS_PRINC``;
``DONNEES/STRUCTURE/DIVISIONS/DIVISION@CODE`` the classes with ``SERVICES``. Hours are optional:
schools give them on the service (``HORAIRE``) or on the teacher (``NB_HEURES``); the file that
goes up to the State (``EDT_STS``) is another one and is refused.
"""

from datetime import date

from . import xml_reader
from .persons import clean_email, clean_phone, parse_date
from .school_data import STS, Division, ParsedFile, Position, Teacher, Teaching, mef10

TEACHER_FUNCTIONS = {"ENS", "DOC", ""}


class _Sts:
    """Collects the sections of the file in the order in which they come."""

    def __init__(self, parsed, today):
        self.parsed, self.today = parsed, today
        self.subjects = {}
        self.teachings = {}
        self.divisions = []
        self.groups = []

    def position(self, element):
        return Position(self.parsed.name, element.line, element.column, element.tag)

    def parameters(self, element):
        for uaj in element.all("UAJ"):
            self.parsed.uai = (uaj.value("CODE") or uaj.text.strip()).upper()
        for year in element.all("ANNEE_SCOLAIRE"):
            text = year.value("ANNEE") or year.text.strip()
            self.parsed.year = int(text) if text.isdigit() else None
        self.parsed.exported_on = parse_date(element.value("DATE_EXPORT", "HORODATAGE"))

    def subject(self, element):
        label = element.value("LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT", "CODE_GESTION")
        self.subjects[element.value("CODE")] = label

    def mef(self, element):
        code = mef10(element.value("CODE"))
        if code:
            label = element.value("LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT")
            self.parsed.mefs.setdefault(code, label)

    def individual(self, element):
        here = self.position(element)
        identifier = element.value("ID")
        function = element.value("FONCTION").upper()
        if function not in TEACHER_FUNCTIONS:
            return
        lastname = element.value("NOM_USAGE", "NOM_PATRONYMIQUE")
        firstname = element.value("PRENOM")
        if not identifier or not lastname:
            code = "name_missing" if identifier else "id_missing"
            self.parsed.refuse(code, here, "teacher", lastname, element="INDIVIDU@ID")
            return
        # the same number may be a State agent (epp) and a local one
        identifier = f"{element.value('TYPE') or 'epp'}:{identifier}"
        if identifier in self.parsed.teachers:
            other = self.parsed.teachers[identifier].position.line
            self.parsed.refuse(
                "id_twice", here, "teacher", f"{lastname} {firstname}",
                value=identifier, lines=f"{other}, {here.line}",
            )  # fmt: skip
            return
        self.parsed.teachers[identifier] = Teacher(
            identifier, lastname, firstname, here,
            email=clean_email(element.value("EMAIL", "MEL", "ADRESSE_MEL")) or "",
            phone=clean_phone(element.value("TELEPHONE", "TEL_PORTABLE")),
            function=function,
        )  # fmt: skip
        for principal in element.all("PROFS_PRINC/PROF_PRINC"):
            end = parse_date(principal.value("DATE_FIN")) or date.max
            if end >= self.today:
                division = self.division(principal.value("CODE_STRUCTURE"), here)
                division.principal_ids.append(identifier)

    def division(self, code, position):
        return self.parsed.divisions.setdefault(code, Division(code, position))

    def join(self):
        for element in self.divisions:
            division = self.division(element.value("CODE"), self.position(element))
            division.position = self.position(element)
            division.label = element.value("LIBELLE_LONG")
            codes = [
                mef10(mef.value("CODE", "CODE_MEF"))
                for mef in element.all("MEFS_APPARTENANCE/MEF_APPARTENANCE")
            ]
            division.mefs = [code for code in codes if code]
            self.services(element, [division.code])
        for element in self.groups:
            members = element.all("DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE")
            self.services(element, [member.value("CODE") for member in members])

    def services(self, element, codes):
        """Note who teaches what to the classes ``codes``, once per teacher and subject."""
        for service in element.all("SERVICES/SERVICE"):
            subject = service.value("CODE_MATIERE")
            subject = self.subjects.get(subject) or subject
            for teacher in service.all("ENSEIGNANTS/ENSEIGNANT"):
                identifier = f"{teacher.value('TYPE') or 'epp'}:{teacher.value('ID')}"
                if identifier not in self.parsed.teachers:
                    self.parsed.refuse(
                        "teacher_unknown", self.position(teacher), "teaching", subject,
                        teacher=teacher.value("ID"),
                    )  # fmt: skip
                    continue
                hours = _hours(teacher.value("NB_HEURES") or service.value("HORAIRE"))
                for code in codes:
                    self.add_teaching(identifier, code, subject, hours, self.position(teacher))

    def add_teaching(self, identifier, code, subject, hours, position):
        """Add the hours to those already noted for this teacher, class and subject."""
        key = (identifier, code, subject)
        teaching = self.teachings.get(key)
        if teaching is None:
            teaching = self.teachings[key] = Teaching(identifier, code, subject, position, hours)
            self.parsed.teachings.append(teaching)
        elif hours is not None:
            teaching.hours = (teaching.hours or 0) + hours


def _hours(text):
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return None


def read_sts(name, data, today):
    """Read the file that STS-web gives to schools.

    :param datetime.date today: head teachers whose mission ended before are left out
    :rtype: ParsedFile
    """
    parsed = ParsedFile(STS, name)
    sts = _Sts(parsed, today)
    xml_reader.read(
        data,
        name,
        {
            "PARAMETRES": sts.parameters,
            "NOMENCLATURES/MATIERES/MATIERE": sts.subject,
            "NOMENCLATURES/MEFS/MEF": sts.mef,
            "DONNEES/INDIVIDUS/INDIVIDU": sts.individual,
            "DONNEES/STRUCTURE/DIVISIONS/DIVISION": sts.divisions.append,
            "DONNEES/STRUCTURE/GROUPES/GROUPE": sts.groups.append,
        },
    )
    sts.join()
    return parsed
