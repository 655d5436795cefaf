"""A class with its companies, made through the verbs behind the buttons, for stories that begin
with a convention. Every person has a mailbox of his own.
"""

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.visitor import Visitor

from .people import Account, choose_password
from .school import HEAD, MANAGER, PASSWORD, REFERENT, period

DAY = [["09:00", "12:00"], ["13:00", "17:00"]]
WEEK = {day: DAY for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [], "sun": []}
INSURER = {"insurance_company": "Assurances du Val", "insurance_policy": "RC 12 34"}
_serials = itertools.count(1)


def birthday(age, days=0):
    """Date of birth of somebody who has that age today, since so many days."""
    day = date.today() - timedelta(days=days)
    return day.replace(year=day.year - age, day=min(day.day, 28))


@dataclass
class Person:
    """Somebody outside the school, with the mailbox that the stories read."""

    name: str
    email: str
    id: int = 0


@dataclass
class Company:
    name: str
    id: int
    boss: Person
    tutor: Person


@dataclass
class Pupil:
    name: str
    id: int
    schooling: int
    email: str
    guardians: list = field(default_factory=list)


class Classroom:
    """The bureau's manager at work: ``account``; ``teacher`` is the referent of all."""

    def __init__(self, school):
        self.school = school
        choose_password(school.invite("manager", MANAGER), PASSWORD)
        choose_password(school.invite("teacher", REFERENT), PASSWORD)
        school.has_manager = True
        self.account = school.manager()
        self.head = Account(school.server, HEAD[0], PASSWORD)
        self.start, self.end = period(school.year)
        self.training = self._create(
            "bde.training",
            {
                "name": "Boulanger-pâtissier",
                "code": "1BP",
                "diploma": "bac_pro",
                "mef": "2472210132",
                "hours": 840,
                "activity_ids": [
                    (0, 0, {"kind": "task", "name": "Pétrir et façonner"}),
                    (0, 0, {"kind": "competence", "code": "C1", "name": "Organiser"}),
                ],
            },
        )
        self.division = self._create(
            "bde.division", {"name": "1BP", "training_ids": [(6, 0, [self.training])]}
        )
        [user] = self.head.read("res.users", [("login", "=", REFERENT[0])], ["id"])
        firstname, lastname = REFERENT[1].split()
        self.teacher = self._create(
            "bde.teacher",
            {
                "lastname": lastname,
                "firstname": firstname,
                "email": REFERENT[0],
                "user_id": user["id"],
            },
        )
        self.period = self._create(
            "bde.period",
            {
                "name": "PFMP 1 – 1BP",
                "division_ids": [(6, 0, [self.division])],
                "date_start": str(self.start),
                "date_end": str(self.end),
            },
        )
        [training] = self.account.read(
            "bde.training", [("id", "=", self.training)], ["activity_ids"]
        )
        self.tasks = training["activity_ids"]

    def _create(self, model, values):
        return self.account.create(model, values)

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    def company(self, name, same_person=False):
        """A company with a boss who signs and a tutor, or one person who is both."""
        serial = next(_serials)
        mails = [f"{who}{serial}@entreprise{serial}.example" for who in ("patron", "tuteur")]
        names = (f"Yvette Gérante {serial}", f"Marc Tuteur {serial}")
        contacts = [
            {"name": names[0], "email": mails[0], "function": "Gérante", "bde_signatory": True}
        ]
        if same_person:
            contacts[0]["bde_tutor"] = True
            names, mails = (names[0],) * 2, (mails[0],) * 2
        else:
            contacts.append({"name": names[1], "email": mails[1], "bde_tutor": True})
        form = self._create(
            "bde.employer.register",
            {
                "name": name,
                "activity": "Boulangerie",
                "street": f"{serial} rue du Four",
                "zip": "96000",
                "city": "ORVANE",
                "contact_ids": [(0, 0, contact) for contact in contacts],
            },
        )
        answer = self.account.call("bde.employer.register", "action_register", [form])
        if answer.get("res_model") == "bde.employer.register":
            self.account.call("bde.employer.register", "action_register_other", [form])
        [page] = self.account.read("bde.relation", [("partner_name", "=", name)], ["partner_id"])
        found = self.account.read(
            "res.partner", [("parent_id", "=", page["partner_id"][0])], ["email"]
        )
        ids = {contact["email"]: contact["id"] for contact in found}
        people = [Person(who, mail, ids[mail]) for who, mail in zip(names, mails, strict=True)]
        return Company(name, page["partner_id"][0], *people)

    def pupil(self, lastname, firstname="Alex", born=None, guardians=1):
        """A pupil of the class, seventeen by default, with that many legal representatives."""
        serial = next(_serials)
        email = f"eleve{serial}@eleves.example"
        student = self._create(
            "bde.student",
            {
                "lastname": lastname,
                "firstname": firstname,
                "birth_date": str(born or birthday(17, days=60)),
                "email": email,
            },
        )
        schooling = self._create(
            "bde.schooling",
            {
                "student_id": student,
                "division_id": self.division,
                "training_id": self.training,
                "status": "ST",
                "date_start": str(self.school.year),
            },
        )
        people = []
        for rank, name in list(zip("12", ("Sophie", "Karim"), strict=True))[:guardians]:
            mail = f"{name.lower()}{serial}@famille.example"
            guardian = self.head.create(
                "bde.guardian", {"lastname": lastname, "firstname": name, "email": mail}
            )
            self.head.create(
                "bde.guardianship",
                {
                    "student_id": student,
                    "guardian_id": guardian,
                    "legal_rank": rank,
                    "kinship": "mother" if rank == "1" else "father",
                },
            )
            people.append(Person(f"{name} {lastname}", mail, guardian))
        [row] = self.account.read("bde.student", [("id", "=", student)], ["name"])
        return Pupil(row["name"], student, schooling, email, people)

    # ------------------------------------------------------------
    # Conventions
    # ------------------------------------------------------------

    def place(self, pupil, company, **values):
        """A placement with everything that a convention needs: its id."""
        return self._create(
            "bde.placement",
            {
                "period_id": self.period,
                "schooling_id": pupil.schooling,
                "host_id": company.id,
                "signatory_id": company.boss.id,
                "tutor_id": company.tutor.id,
                "referent_id": self.teacher,
                "schedule": WEEK,
                "activity_ids": [(6, 0, self.tasks)],
                **INSURER,
                **values,
            },
        )

    def convene(self, *placements, send=True):
        """Conventions of these placements, sent: their ids in the same order."""
        self.account.call("bde.placement", "action_make_conventions", list(placements))
        rows = self.account.call("bde.placement", "read", list(placements), ["convention_id"])
        found = {row["id"]: row["convention_id"][0] for row in rows}
        ids = [found[placement] for placement in placements]
        if send:
            self.account.call("bde.convention", "action_send", ids)
        return ids

    def signed(self, name, host=None, **values):
        """A convention that everybody signed, of an adult, so that five people are enough.

        :return: (pupil, company, convention); their mailboxes are empty
        """
        pupil = self.pupil(name, born=birthday(19), guardians=0)
        host = host or self.company(f"Pâtisserie {name.capitalize()}")
        [convention] = self.convene(self.place(pupil, host, **values))
        self.school.days("sign", convention)
        assert self.state(convention) == "signed"
        self.school.mailbox.skip(host.boss.email, host.tutor.email, pupil.email)
        return pupil, host, convention

    def state(self, convention):
        [row] = self.account.call("bde.convention", "read", [convention], ["state"])
        return row["state"]

    def signatures(self, convention):
        """{role: state} of the current version, guardians apart by their number."""
        rows = self.account.read(
            "bde.document.signature",
            [("document_id", "=", self.document(convention)), ("is_current", "=", True)],
            ["role", "state"],
        )
        result = {}
        for row in sorted(rows, key=lambda row: row["id"]):
            role = row["role"] if row["role"] not in result else f"{row['role']} 2"
            result[role] = row["state"]
        return result

    def document(self, convention):
        [row] = self.account.call("bde.convention", "read", [convention], ["document_id"])
        return row["document_id"][0]

    def version(self, convention):
        """Serial of the current version."""
        [row] = self.account.read(
            "bde.document", [("id", "=", self.document(convention))], ["version_id"]
        )
        [version] = self.account.call(
            "bde.document.version", "read", [row["version_id"][0]], ["serial"]
        )
        return version["serial"]

    # ------------------------------------------------------------
    # Signers without a browser
    # ------------------------------------------------------------

    def link(self, person):
        """The link of the next message to somebody."""
        return self.school.mailbox.link(getattr(person, "email", person), "/bde/s/")

    def sign(self, person, link=None):
        """Somebody signs all that his link opens; the link, to open it again."""
        link = link or self.link(person)
        visitor = Visitor(link).read()
        visitor.ask_code()
        code = self.school.mailbox.code(person.email)
        answer = visitor.read("?step=code").send_signature(code, person.name)
        assert answer.status_code == 303, answer.text
        return link

    def sign_in_session(self, login, password=PASSWORD):
        """A member of staff signs all that waits for him."""
        account = Account(self.school.server, login, password)
        wizard = account.call("bde.document.signature", "action_sign_in_session", [])
        ids = wizard["context"]["default_signature_ids"]
        number = account.create(
            "bde.sign.wizard",
            {"signature_ids": [(6, 0, ids)], "signed_name": login, "has_read": True},
        )
        account.call("bde.sign.wizard", "action_sign", [number])
        return len(ids)
