"""Who the leavers of the demonstration are. All invented."""

import random
from datetime import date, timedelta

from odoo.addons.bde_pfmp.models.bde_period import PLACEMENT_STAGES

from .demo_employers import rows
from .demo_paths import Life
from .people import _ENDS as ENDS
from .people import _STARTS as STARTS
from .people import BOYS, GIRLS, MOTHERS, TOWNS, WORLD_NAMES, plain

# tutors of these first names may have left school a few years ago
YOUNG = (
    "Aïssata Émilie Fatima Leïla Mariam Nora Samira Sophie Abdel Ibrahim Karim Mamadou Mourad"
    " Rachid Vincent Yann"
).split()


class Crowd:
    """Draws leavers of a school, always the same ones."""

    def __init__(self, uai):
        self.random = random.Random(f"alumni-{uai}")
        self.names = set()
        self.phones = 4000 + 400 * int(uai[5:7])

    def name(self, sex):
        """A first and a last name that nobody has yet."""
        while True:
            name = (
                self.random.choice(GIRLS if sex == "f" else BOYS),
                self.random.choice(
                    (
                        self.random.choice(STARTS) + self.random.choice(ENDS),
                        self.random.choice(WORLD_NAMES),
                    )
                ),
            )
            if name not in self.names:
                self.names.add(name)
                return name

    def person(self, cohort, sex, name=None):
        """Names, birth date, addresses of somebody who leaves at 18 or 19."""
        firstname, lastname = name or self.name(sex)
        town = self.random.choice(TOWNS)
        self.phones += 1
        # the range that Arcep keeps for fiction, far from the numbers that ``people`` gives
        number = (self.phones * 7919) % 10_000
        born = date(cohort - 18, 1, 1) + timedelta(days=self.random.randrange(-120, 240))
        return {
            "lastname": lastname,
            "firstname": firstname,
            "sex": sex,
            "birth_date": born,
            "email": f"{plain(firstname)}.{plain(lastname)}@courriel.example",
            "phone": f"06 39 98 {number // 100:02d} {number % 100:02d}",
            "zip": town[0],
            "city": town[1],
        }

    def people(self, code, cohort, size, known=()):
        """The leavers of a class: mostly women in care, mostly men in networks.

        :param known: [(first name, last name)] of those whom the bureau met in companies since
        """
        women = {"TASSP": 8, "TAGORA": 6, "TCIEL": 2, "2CAPBOU": 4}[code]
        met = [self.person(cohort, "f" if name[0] in MOTHERS else "m", name) for name in known]
        return met + [
            self.person(cohort, "f" if number % 10 < women else "m")
            for number in range(size - len(met))
        ]


def cohorts(world):
    """Years in which the three cohorts left, the oldest first."""
    last = world.calendar.year[0].year
    return (last - 2, last - 1, last)


def life(alumnus):
    """The years of a leaver after school, see ``demo_paths``."""
    return Life(alumnus.training_id.code, f"{alumnus.firstname} {alumnus.lastname}", alumnus.sex)


def companies(world, env, code):
    """Companies of the school that work in the trade of a class."""
    sirets = [row["siret"] for row in rows(world) if code in row["classes"].split()]
    return env["bde.relation"].search([("partner_id.company_registry", "in", sirets)], order="id")


def tutors(env, division):
    """Contacts who follow pupils of a class this year, of an age at which one left not long ago.

    :return: [(first name, last name)]
    """
    placements = env["bde.placement"].search(
        [("division_id.name", "=", division.name), ("state", "in", PLACEMENT_STAGES["signed"])]
    )
    names = [one.name.split(" ", 1) for one in placements.tutor_id.sorted("id")]
    return [tuple(name) for name in names if name[0] in YOUNG]


def in_words(relation):
    """A company as somebody writes it who works there; empty when there is none."""
    return relation and f"{relation.partner_name}, {(relation.partner_city or '').title()}"
