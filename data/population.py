"""Pupils, families and teachers of one lycée, with the situations that schools really meet.

Separated parents at two addresses, a single parent, a grandmother who is only a contact, siblings
who share their parents, a guardian without e-mail, a minor in the care of the child welfare
service, an adult pupil who is his own guardian, a pupil without INE, one without a class, one who
left in October.
"""

from dataclasses import dataclass, field
from datetime import date

from .people import BOYS, FATHERS, GIRLS, MOTHERS

MOTHER, FATHER, GRANDPARENT, FAMILY, ASE, SELF = "10", "20", "38", "39", "51", "70"


@dataclass
class Adult:
    number: int
    lastname: str
    firstname: str = ""
    title: str = ""
    mail: str = ""
    mobile: str = ""
    landline: str = ""
    address: tuple = ()


@dataclass
class Child:
    number: int
    lastname: str
    firstname: str
    birth: date
    sex: str
    klass: object
    ine: str = ""
    usage_name: str = ""
    regime: str = "0"
    status: str = "ST"
    mail: str = ""
    mobile: str = ""
    address: tuple = ()
    left_on: date | None = None
    placed: bool = True
    # (Adult or None for himself, legal rank, kinship)
    family: list = field(default_factory=list)


@dataclass
class Professor:
    number: int
    lastname: str
    firstname: str
    title: str
    mail: str
    birth: date
    # (class code, subject, weekly hours)
    services: list = field(default_factory=list)
    principal_of: list = field(default_factory=list)


class Population:
    """One lycée's people, drawn with its own seeded generator."""

    def __init__(self, school, year, random, people):
        self.school, self.year, self.random = school, year, random
        self.people = people
        self.adults = []
        self.children = []
        self.professors = []
        self.numbers = int(school.uai[3:7]) * 1000
        for klass in school.classes:
            for _ in range(klass.size):
                self.add_child(klass)
        self.add_special_cases()
        self.add_professors()

    def number(self):
        self.numbers += 1
        return self.numbers

    # --- families -----------------------------------------------------------------------------

    def adult(self, firstnames, lastname="", address=None):
        title = "MME" if firstnames is MOTHERS else "M."
        lastname, firstname = self.people.person(firstnames, lastname)
        adult = Adult(self.number(), lastname, firstname, title)
        adult.address = address or self.people.address()
        if self.random.random() < 0.86:
            adult.mail = self.people.mail(lastname, firstname)
        if self.random.random() < 0.95 or not adult.mail:
            adult.mobile = self.people.mobile()
        if self.random.random() < 0.3:
            adult.landline = self.people.landline()
        self.adults.append(adult)
        return adult

    def family(self, lastname):
        """Guardians of a pupil, the first one at his address."""
        draw = self.random.random()
        mother = self.adult(MOTHERS, lastname if self.random.random() < 0.6 else "")
        first = (mother, "1", MOTHER)
        if draw < 0.16:
            return [first]
        if draw < 0.20:
            self.adults.remove(mother)
            return [(self.adult(FATHERS, lastname), "1", FATHER)]
        apart = draw > 0.78
        father = self.adult(FATHERS, lastname, None if apart else mother.address)
        if not apart and self.random.random() < 0.06 and mother.mail:
            father.mail = mother.mail
        family = [first, (father, "2", FATHER)]
        if self.random.random() < 0.08:
            family.append((self.adult(MOTHERS), "0", GRANDPARENT))
        return family

    def add_child(self, klass):
        sibling = self.random.random() < 0.06 and self.children
        if sibling:
            other = self.random.choice(self.children)
            lastname, family = other.lastname, other.family
        else:
            lastname, family = self.people.family_name(), None
        sex = self.random.choice("12")
        lastname, firstname = self.people.person(GIRLS if sex == "2" else BOYS, lastname)
        if family is None:
            family = self.family(lastname)
        late = self.random.choices((0, 1, 2), (70, 22, 8))[0]
        child = Child(
            self.number(), lastname, firstname,
            self.people.birth_date(self.year - klass.age - late), sex, klass,
            ine=self.people.ine(), regime=self.random.choices("023", (35, 55, 10))[0],
            address=family[0][0].address, family=family,
        )  # fmt: skip
        if self.random.random() < 0.7:
            child.mail = self.people.mail(lastname, firstname, "eleves.exemple.example.org")
        if self.random.random() < 0.9:
            child.mobile = self.people.mobile()
        self.children.append(child)
        return child

    # --- situations ---------------------------------------------------------------------------

    def add_special_cases(self):
        """Turn chosen pupils of the list into the cases that a demonstration must have."""
        first, last = self.school.classes[0], self.school.classes[-1]
        youngest = [child for child in self.children if child.klass is first]
        oldest = [child for child in self.children if child.klass is last]
        self.in_care(youngest[2])
        self.phone_only(youngest[4])
        self.adult_pupil(oldest[3])
        self.emancipated(oldest[5])
        youngest[6].ine = ""
        youngest[8].usage_name = self.people.family_name()
        oldest[7].status = "AP"
        gone = youngest[10]
        gone.left_on = date(self.year, 10, 9)
        youngest[12].placed = False

    def in_care(self, child):
        """Authority lies with an institution; the mother is only a contact."""
        service = Adult(
            self.number(), "SERVICE AIDE SOCIALE À L'ENFANCE DU VAL-D'ORVANE",
            mail="ase@departement.example", landline=self.people.landline(),
            address=("1 place de la Préfecture", "96000", "ORVANE", "96001"),
        )  # fmt: skip
        self.adults.append(service)
        mother = next((link for link in child.family if link[2] == MOTHER), child.family[0])
        child.family = [(service, "1", ASE), (mother[0], "0", mother[2])]

    def phone_only(self, child):
        """Nobody in the family has an e-mail."""
        for adult, _rank, _kinship in child.family:
            adult.mail = ""
            adult.mobile = adult.mobile or self.people.mobile()

    def adult_pupil(self, child):
        """Of age: he is his own guardian, his parents are contacts."""
        child.birth = date(self.year - 19, 3, 14)
        child.family = [(None, "1", SELF)] + [
            (adult, "0", kinship) for adult, _rank, kinship in child.family
        ]

    def emancipated(self, child):
        """A minor entered as his own guardian: the head must say whether a judgment exists."""
        child.birth = date(self.year - 16, 1, 20)
        child.family = [(None, "1", SELF)]

    # --- teachers -----------------------------------------------------------------------------

    def add_professors(self):
        """Teachers share the hours of each subject; each class has one head teacher."""
        load = {}
        for klass in self.school.classes:
            for subject, hours in klass.subjects:
                professor = self.professor_for(subject, hours, load)
                professor.services.append((klass.code, subject, hours))
                load[professor.number] = load.get(professor.number, 0.0) + hours
            trade = max(klass.subjects, key=lambda pair: pair[1])[0]
            principal = next(
                professor
                for professor in self.professors
                if (klass.code, trade) in [service[:2] for service in professor.services]
            )
            principal.principal_of.append(klass.code)

    def professor_for(self, subject, hours, load):
        for professor in self.professors:
            taught = {service[1] for service in professor.services}
            if subject in taught and load[professor.number] + hours <= 18:
                return professor
        woman = self.random.random() < 0.5
        lastname, firstname = self.people.person(MOTHERS if woman else FATHERS)
        professor = Professor(
            self.number(), lastname, firstname, "MME" if woman else "M.",
            self.people.mail(lastname, firstname, self.school.mail_domain),
            self.people.birth_date(self.year - self.random.randint(27, 62)),
        )  # fmt: skip
        self.professors.append(professor)
        return professor


def families_of(children):
    """Adults who are guardians or contacts of these children, each once, in order."""
    seen = {}
    for child in children:
        for adult, _rank, _kinship in child.family:
            if adult is not None:
                seen.setdefault(adult.number, adult)
    return list(seen.values())


