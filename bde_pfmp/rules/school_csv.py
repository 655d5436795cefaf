"""Reads the tables that schools keep when they have no XML export: pupils and teachers.

Separator, encoding (see ``tables`` of bde_partnerships) and columns are recognised; headers may be
written with or without accents, in the words of SIECLE, PRONOTE or APLyPro. A pupil's row may
carry guardians in columns that hold a number ("Responsable 1 nom", "resp2_mail"); their authority
is read from a column "rang légal" or from the word "légal" in the header, never supposed.
"""

from collections import defaultdict

from odoo.addons.bde_partnerships.rules import tables

from .persons import clean_email, clean_ine, clean_phone, identity, normalise, parse_date
from .school_data import (
    NOTICE,
    PUPILS_CSV,
    TEACHERS_CSV,
    Contact,
    Division,
    FileRefused,
    Guardian,
    Guardianship,
    ParsedFile,
    Position,
    Problem,
    Pupil,
    Teacher,
    Teaching,
)
from .siecle import REGIMES, refuse_duplicates, set_ine, set_training

MAX_ROWS = 20_000

_PUPIL_HEADERS = {
    "id": "id identifiant|identifiant|id|eleve id|id eleve|numero interne|numero|elenoet",
    "ine": "ine|ine rnie|id national|identifiant national|numero ine|no ine|ine eleve",
    "lastname": "nom|nom de famille|nom eleve|nom de naissance|nom de l eleve|eleve nom",
    "usage_name": "nom d usage|nom usage",
    "firstname": "prenom|prenom eleve|prenom de l eleve|prenom 1|eleve prenom",
    "birth_date": "date naissance|date de naissance|ne e le|ne le|naissance|date naiss|ne",
    "sex": "sexe|sexe biologique|genre|code sexe",
    "division": "classe|division|label classe|code structure|code classe|libelle classe",
    "mef": "mef code|code mef|mef",
    "mef_label": "libelle mef|formation|libelle formation|mef libelle",
    "status": "statut|code statut|statut eleve",
    "regime": "regime|code regime",
    "year": "annee scolaire|annee",
    "date_start": "date debut|date entree|date d entree|entree",
    "date_end": "date fin|date sortie|date de sortie|sortie",
    "email": "email|mail|courriel|e mail|email eleve|mel|adresse mail|mail eleve",
    "phone": "telephone|tel|portable|mobile|telephone portable|tel eleve|telephone eleve",
    "street": "adresse|rue|adresse 1|adresse eleve",
    "zip": "code postal|cp|code postal de residence",
    "city": "ville|commune|commune de residence",
    "uai": "uai|rne|code uai|code rne|uai etablissement",
}
_TEACHER_HEADERS = {
    "id": _PUPIL_HEADERS["id"],
    "lastname": "nom|nom de famille|nom usage|nom d usage|nom enseignant|nom du professeur",
    "firstname": "prenom|prenom enseignant|prenom du professeur",
    "email": _PUPIL_HEADERS["email"] + "|email enseignant|adresse academique",
    "phone": _PUPIL_HEADERS["phone"],
    "division": _PUPIL_HEADERS["division"] + "|classes",
    "subject": "matiere|discipline|enseignement",
    "hours": "heures|nb heures|horaire|heures hebdomadaires|heures par semaine",
    "principal": "professeur principal|prof principal|pp|principal",
    "function": "fonction",
    "year": _PUPIL_HEADERS["year"],
    "uai": _PUPIL_HEADERS["uai"],
}
_GUARDIAN_WORDS = ("resp", "responsable", "representant", "parent")
# attribute of a guardian, by a word of the header; the first that is found decides
_GUARDIAN_HEADERS = (
    ("firstname", ("prenom",)),
    ("email", ("mail", "email", "courriel", "mel")),
    ("phone", ("tel", "telephone", "portable", "mobile")),
    ("rank", ("rang",)),
    ("kinship", ("lien", "parente")),
    ("zip", ("postal", "cp")),
    ("city", ("ville", "commune")),
    ("street", ("adresse", "rue")),
    ("institution", ("institution", "organisme", "service")),
    ("title", ("civilite",)),
    ("lastname", ("nom",)),
)
_SEXES = {
    "m": "m", "h": "m", "1": "m", "masculin": "m", "homme": "m", "garcon": "m",
    "f": "f", "2": "f", "feminin": "f", "femme": "f", "fille": "f",
}  # fmt: skip
_KINSHIPS = {
    "mere": "mother", "pere": "father", "tuteur": "tutor", "tutrice": "tutor", "ase": "ase",
    "aide sociale a l enfance": "ase", "grand parent": "grandparent", "ascendant": "grandparent",
    "grand mere": "grandparent", "grand pere": "grandparent", "fratrie": "sibling",
    "frere": "sibling", "soeur": "sibling", "educateur": "educator", "educatrice": "educator",
    "famille d accueil": "foster", "autre": "other", "autre lien": "other",
    "autre membre de la famille": "family",
}  # fmt: skip
_REGIME_WORDS = {
    "externe": "day", "demi pensionnaire": "half", "dp": "half", "interne": "board",
}  # fmt: skip
_YES = {"oui", "o", "x", "1", "vrai", "true", "yes"}


# what the reader of tables says, in the words of this import
_REFUSALS = {
    "accents_lost": "accents_lost", "encoding_unknown": "encoding_unknown",
    "csv_malformed": "csv_malformed",
}  # fmt: skip


def _refused(name, refusal):
    position = Position(name, refusal.values.get("line", 0))
    values = {key: value for key, value in refusal.values.items() if key != "line"}
    return FileRefused(_REFUSALS.get(refusal.code, "kind_unknown"), position, **values)


class _Table:
    """Rows of a table by recognised column, with their line number."""

    def __init__(self, name, data):
        self.name = name
        try:
            self.text, _encoding, _repaired = tables.decode(data)
        except tables.TableRefused as refusal:
            raise _refused(name, refusal) from refusal
        self.reader = tables.text_rows(self.text, tables.guess_separator(self.text))
        self.titles = next(self.rows(), (0, []))[1]
        self.headers = [normalise(title) for title in self.titles]

    def rows(self):
        try:
            # not "yield from": the first caller takes the titles and lets go of its generator
            for row in self.reader:  # noqa: UP028
                yield row
        except tables.TableRefused as refusal:
            raise _refused(self.name, refusal) from refusal

    def columns(self, synonyms):
        """Column numbers by field; two columns for one field refuse the file."""
        fields = {word: field for field, words in synonyms.items() for word in words.split("|")}
        columns = {}
        for number, header in enumerate(self.headers):
            field = fields.get(header)
            if field in columns:
                raise FileRefused(
                    "column_twice", Position(self.name, 1), columns=", ".join(
                        (self.titles[columns[field]], self.titles[number])
                    ),
                )  # fmt: skip
            if field:
                columns[field] = number
        return columns

    def guardian_columns(self):
        """Column numbers by rank in the row, then by attribute, and whether they say "légal"."""
        guardians, legal = defaultdict(dict), set()
        for number, header in enumerate(self.headers):
            words = header.replace("resp1", "resp 1").replace("resp2", "resp 2").split()
            digits = [word for word in words if word.isdigit()]
            if not digits or not any(word.startswith(_GUARDIAN_WORDS) for word in words):
                continue
            for attribute, keys in _GUARDIAN_HEADERS:
                if any(word in keys for word in words):
                    guardians[digits[0]].setdefault(attribute, number)
                    if "legal" in words and attribute != "rank":
                        legal.add(digits[0])
                    break
        return guardians, legal


def _cell(cells, columns, field):
    number = columns.get(field)
    return cells[number] if number is not None and number < len(cells) else ""


def read_csv(name, data, today):
    """Read a table of pupils or of teachers; its columns say which.

    :param datetime.date today: births after it are refused
    :rtype: ParsedFile
    :raise FileRefused: no known columns
    """
    table = _Table(name, data)
    columns = table.columns(_PUPIL_HEADERS)
    if {"lastname", "firstname", "birth_date"} <= columns.keys():
        return _PupilTable(table, columns, today).read()
    columns = table.columns(_TEACHER_HEADERS)
    if {"lastname", "firstname"} <= columns.keys() and columns.keys() & {
        "subject", "hours", "principal", "function",
    }:  # fmt: skip
        return _TeacherTable(table, columns).read()
    raise FileRefused("kind_unknown", Position(name, 1))


def _parameters(parsed, cells, columns, position):
    """Take school and year from the first row that has them; a second value is a mistake."""
    uai = _cell(cells, columns, "uai").upper()
    year = _cell(cells, columns, "year")[:4]
    year = int(year) if year.isdigit() else None
    for attribute, value in (("uai", uai), ("year", year)):
        known = getattr(parsed, attribute)
        if value and known and value != known:
            raise FileRefused("two_values", position, first=known, second=value)
        if value:
            setattr(parsed, attribute, value)


class _PupilTable:
    """One row, one pupil, with his guardians."""

    def __init__(self, table, columns, today):
        self.table, self.columns, self.today = table, columns, today
        self.guardian_columns, self.legal = table.guardian_columns()
        self.parsed = ParsedFile(PUPILS_CSV, table.name)

    def read(self):
        rows = []
        for count, (line, cells) in enumerate(self.table.rows()):
            position = Position(self.table.name, line)
            if count >= MAX_ROWS:
                raise FileRefused("too_many_rows", position, limit=MAX_ROWS)
            _parameters(self.parsed, cells, self.columns, position)
            if pupil := self.pupil(cells, position):
                self.parsed.pupils.append(pupil)
                rows.append((pupil, cells))
        refuse_duplicates(self.parsed)
        kept = {id(pupil) for pupil in self.parsed.pupils}
        for pupil, cells in rows:
            if id(pupil) in kept:
                self.guardians(pupil, cells)
        return self.parsed

    def pupil(self, cells, position):
        get = lambda field: _cell(cells, self.columns, field)  # noqa: E731
        lastname, firstname, birth = get("lastname"), get("firstname"), get("birth_date")
        name = f"{lastname} {firstname}".strip()
        birth_date = parse_date(birth)
        refusal = None
        if len(cells) > len(self.table.headers):
            refusal = ("csv_columns", {"found": len(cells), "expected": len(self.table.headers)})
        elif not (lastname and firstname):
            refusal = ("name_missing", {})
        elif not birth_date:
            refusal = ("birth_date_bad", {"value": birth})
        elif birth_date > self.today:
            refusal = ("birth_date_future", {"date": birth_date})
        if refusal:
            self.parsed.refuse(refusal[0], position, "student", name, **refusal[1])
            return None
        key = get("id") or clean_ine(get("ine")) or identity(lastname, firstname, birth_date)
        pupil = Pupil(
            key, lastname, firstname, birth_date, position,
            usage_name=get("usage_name"),
            sex=_SEXES.get(normalise(get("sex")), ""),
            division=get("division"),
            regime=_regime(get("regime")),
            date_start=parse_date(get("date_start")),
            date_end=parse_date(get("date_end")),
        )  # fmt: skip
        set_ine(pupil, get("ine"))
        set_training(pupil, get("mef"), get("status"))
        pupil.contact = self.contact(get, position, pupil.notices)
        if pupil.mef and get("mef_label"):
            self.parsed.mefs.setdefault(pupil.mef, get("mef_label"))
        if not pupil.division and not pupil.date_end:
            pupil.notices.append(Problem("no_division", {}, position, NOTICE))
        return pupil

    @staticmethod
    def contact(get, position, notices):
        email = clean_email(get("email"))
        if email is None:
            notices.append(Problem("email_bad", {"email": get("email")}, position, NOTICE))
        return Contact(
            email=email or "", phone=clean_phone(get("phone")), street=get("street"),
            zip=get("zip"), city=get("city"),
        )  # fmt: skip

    def guardians(self, pupil, cells):
        taken = {}
        for number, columns in sorted(self.guardian_columns.items()):
            get = lambda field, columns=columns: _cell(cells, columns, field)  # noqa: E731
            lastname, firstname = get("lastname"), get("firstname")
            if not lastname:
                continue
            name = f"{lastname} {firstname}".strip()
            rank = get("rank") or (number if number in self.legal else "0")
            if rank not in ("0", "1", "2"):
                self.parsed.refuse(
                    "rank_bad", pupil.position, "guardianship", name,
                    rank=rank, pupil=pupil.source_id,
                )  # fmt: skip
                continue
            if rank != "0" and rank in taken:
                self.parsed.refuse(
                    "rank_twice", pupil.position, "guardianship", name,
                    rank=rank, pupil=pupil.source_id, other=pupil.position.line,
                )  # fmt: skip
                continue
            taken[rank] = name
            self.add_guardian(pupil, get, lastname, firstname, rank)

    def add_guardian(self, pupil, get, lastname, firstname, rank):
        notices = []
        contact = self.contact(get, pupil.position, notices)
        # siblings share a guardian: same names and one same way to reach him
        way = contact.email or contact.phone or pupil.source_id
        key = f"{normalise(lastname)}|{normalise(firstname)}|{way}"
        kinship = _KINSHIPS.get(normalise(get("kinship")), "")
        if key not in self.parsed.guardians:
            institution = normalise(get("institution")) in _YES
            self.parsed.guardians[key] = Guardian(
                key, lastname, pupil.position, firstname=firstname,
                title={"m": "mr", "mme": "mrs"}.get(normalise(get("title")), ""),
                is_institution=institution or (kinship == "ase" and not firstname),
                contact=contact, notices=notices,
            )  # fmt: skip
        self.parsed.add_guardianship(
            Guardianship(pupil.source_id, key, rank, pupil.position, kinship),
            f"{lastname} {firstname}".strip(),
        )


def _regime(text):
    return REGIMES.get(text[:1]) or _REGIME_WORDS.get(normalise(text), "")


class _TeacherTable:
    """One row per teacher, class and subject."""

    def __init__(self, table, columns):
        self.table, self.columns = table, columns
        self.parsed = ParsedFile(TEACHERS_CSV, table.name)
        self.teachings = set()

    def read(self):
        for count, (line, cells) in enumerate(self.table.rows()):
            position = Position(self.table.name, line)
            if count >= MAX_ROWS:
                raise FileRefused("too_many_rows", position, limit=MAX_ROWS)
            _parameters(self.parsed, cells, self.columns, position)
            self.row(lambda field, cells=cells: _cell(cells, self.columns, field), position)
        return self.parsed

    def row(self, get, position):
        lastname, firstname = get("lastname"), get("firstname")
        if not (lastname and firstname):
            self.parsed.refuse("name_missing", position, "teacher", lastname)
            return
        email = clean_email(get("email"))
        key = get("id") or email or f"{normalise(lastname)}|{normalise(firstname)}"
        teacher = self.parsed.teachers.setdefault(
            key, Teacher(key, lastname, firstname, position, email=email or "",
                         phone=clean_phone(get("phone")), function=get("function")),
        )  # fmt: skip
        if normalise(teacher.lastname) != normalise(lastname):
            self.parsed.refuse(
                "id_twice", position, "teacher", f"{lastname} {firstname}",
                value=key, lines=f"{teacher.position.line}, {position.line}",
            )  # fmt: skip
            return
        for code in filter(None, (part.strip() for part in get("division").split("/"))):
            division = self.parsed.divisions.setdefault(code, Division(code, position))
            if normalise(get("principal")) in _YES and key not in division.principal_ids:
                division.principal_ids.append(key)
            self.teaching(key, code, get, position)

    def teaching(self, key, code, get, position):
        hours = get("hours").replace(",", ".")
        try:
            hours = float(hours) if hours else None
        except ValueError:
            self.parsed.refuse("hours_bad", position, "teaching", code, value=get("hours"))
            return
        triple = (key, code, get("subject"))
        if triple in self.teachings:
            self.parsed.refuse("teaching_twice", position, "teaching", code, subject=triple[2])
            return
        self.teachings.add(triple)
        self.parsed.teachings.append(Teaching(*triple, position, hours))
