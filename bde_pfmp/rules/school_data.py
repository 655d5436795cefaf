"""What a school's files say, once read: plain records that know where they stand in the file.

The parsers fill these and nothing else; they decide nothing about the database. A record that
cannot be read becomes a :class:`Problem` with its code, its values and its position. Codes and
not sentences, so that the caller can say them in the user's language.
"""

from dataclasses import dataclass, field
from datetime import date

# Kinds of files, in the order in which an import uses them.
NOMENCLATURE = "nomenclature"
STRUCTURES = "structures"
STS = "sts"
TEACHERS_CSV = "teachers_csv"
PUPILS = "pupils"
PUPILS_CSV = "pupils_csv"
GUARDIANS = "guardians"

REFUSED = "refused"  # the record is left out
NOTICE = "notice"  # the record is kept, something in it is not


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands: file, line and column from 1, element or column name."""

    file: str = ""
    line: int = 0
    column: int = 0
    element: str = ""


@dataclass(slots=True)
class Problem:
    """One thing that is wrong, as a code with its values; the caller words it."""

    code: str
    values: dict = field(default_factory=dict)
    position: Position = Position()
    severity: str = REFUSED
    subject: str = "file"
    name: str = ""


class FileRefused(Exception):
    """The whole file cannot be used; ``problem`` says why and where."""

    def __init__(self, code, position=None, /, **values):
        self.problem = Problem(code, values, position or Position())
        super().__init__(f"{code} {values} {self.problem.position}")


@dataclass(slots=True)
class Contact:
    """Contact details of a person, cleaned."""

    email: str = ""
    phone: str = ""
    other_phone: str = ""
    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""

    def values(self):
        """The details as a dict, with False where nothing is known."""
        return {name: getattr(self, name) or False for name in self.__slots__}


@dataclass(slots=True)
class Pupil:
    """One pupil of one school year. ``mef`` has 10 digits."""

    source_id: str
    lastname: str
    firstname: str
    birth_date: date
    position: Position
    usage_name: str = ""
    ine: str = ""
    sex: str = ""
    division: str = ""
    mef: str = ""
    status: str = ""
    regime: str = ""
    date_start: date | None = None
    date_end: date | None = None
    birth_country: str = ""
    birth_commune: str = ""
    contact: Contact = field(default_factory=Contact)
    notices: list = field(default_factory=list)


@dataclass(slots=True)
class Guardian:
    """A person or an institution, with the contact details the file gives."""

    source_id: str
    lastname: str
    position: Position
    firstname: str = ""
    title: str = ""
    is_institution: bool = False
    contact: Contact = field(default_factory=Contact)
    notices: list = field(default_factory=list)


@dataclass(slots=True)
class Guardianship:
    """Link between a pupil and a guardian. ``legal_rank``: "1", "2", or "0" (simple contact)."""

    pupil_id: str
    guardian_id: str
    legal_rank: str
    position: Position
    kinship: str = ""


@dataclass(slots=True)
class Teacher:
    """A teacher or another member of staff named by the file."""

    source_id: str
    lastname: str
    firstname: str
    position: Position
    email: str = ""
    phone: str = ""
    function: str = ""


@dataclass(slots=True)
class Teaching:
    """Weekly hours of a teacher in a class; None where the file gives no hours."""

    teacher_id: str
    division: str
    subject: str
    position: Position
    hours: float | None = None


@dataclass(slots=True)
class Division:
    """A class with the trainings of its pupils and its head teachers."""

    code: str
    position: Position
    label: str = ""
    mefs: list = field(default_factory=list)
    principal_ids: list = field(default_factory=list)


@dataclass(slots=True)
class ParsedFile:
    """Everything that one file says. ``year``: calendar year in which the school year begins."""

    kind: str
    name: str = ""
    uai: str = ""
    year: int | None = None
    exported_on: date | None = None
    pupils: list = field(default_factory=list)
    guardians: dict = field(default_factory=dict)
    guardianships: list = field(default_factory=list)
    # pupils entered as their own guardian, with the position of the link
    own_guardians: dict = field(default_factory=dict)
    teachers: dict = field(default_factory=dict)
    teachings: list = field(default_factory=list)
    divisions: dict = field(default_factory=dict)
    mefs: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    _links: dict = field(default_factory=dict, repr=False)

    def refuse(self, code, position, subject, name="", /, **values):
        """Note that one record of the file is left out, and why."""
        self.problems.append(Problem(code, values, position, REFUSED, subject, name))

    def add_guardianship(self, link, name):
        """Add the link of a guardian; a second one of the same pupil and person is refused."""
        key = (link.pupil_id, link.guardian_id)
        first = self._links.setdefault(key, link)
        if first is link:
            self.guardianships.append(link)
        elif (first.legal_rank, first.kinship) != (link.legal_rank, link.kinship):
            self.refuse(
                "link_twice", link.position, "guardianship", name,
                pupil=link.pupil_id, other=first.position.line,
            )  # fmt: skip


def mef10(text):
    """Code of a training level with 10 digits; SIECLE writes an 11th that varies locally.

    Returns None when it is not a code, "" when empty.
    """
    text = "".join((text or "").split())
    if not text:
        return ""
    return text[:10] if text.isdigit() and len(text) in (10, 11) else None
