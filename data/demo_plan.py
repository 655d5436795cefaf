"""What happens to whom in the demonstration: periods by school, states by pupil. No Odoo here."""

from dataclasses import dataclass

from .demo_cast import BUREAUS

RIVES, ARMENCE, TIRELLE = BUREAUS

# States of a period that has not begun: (state to reach, how many pupils), in the order of the
# list of the class. Those who are left over have no host yet.
EVERY_STATE = (
    # the teacher who teaches most hours follows the first ones of the list: he has some to sign
    ("to_sign", 3),
    ("partly_signed", 3),
    ("submitted", 3),
    ("sheet", 4),
    ("returned", 1),
    ("accepted", 2),
    ("draft", 1),
    ("to_check", 2),
    ("refused", 1),
    ("cancelled", 1),
    ("set_aside", 1),
    ("signed", 2),
)
ABOUT_TO_LEAVE = (
    ("to_place", 2),
    ("submitted", 1),
    ("accepted", 1),
    ("to_sign", 2),
    ("partly_signed", 3),
    ("for_the_head", 5),
    ("signed", 14),
)
JUST_BEGUN = (("sheet", 6), ("submitted", 3), ("accepted", 2), ("to_check", 2), ("to_sign", 2))


@dataclass(frozen=True)
class Stay:
    """Some classes of a school in a period.

    :param str when: attribute of ``demo_calendar.Calendar``
    :param fates: dict of class code -> states to reach; None when all are signed
    :param seal: whether the documents are sealed at once, the others are by the job
    """

    bureau: object
    when: str
    name: str
    classes: tuple
    fates: dict | None = None
    seal: bool = False
    # classes whose pupils bring back a sheet filled by hand, which the bureau types
    paper: tuple = ()
    # pupils who left without a complete convention: (class code, how many)
    late: int = 0

    @property
    def key(self):
        return f"{self.bureau.school.uai}-{self.when}"


STAYS = (
    Stay(RIVES, "first_past", "PFMP 1 – Terminale ASSP", ("TASSP",)),
    Stay(RIVES, "second_past", "PFMP 1 – Terminale AGOrA", ("TAGORA",)),
    Stay(ARMENCE, "second_past", "PFMP 1 – Terminale CIEL", ("TCIEL",)),
    Stay(RIVES, "running", "PFMP 1 – Première MCVA", ("1MCVA",), seal=True, late=1),
    Stay(TIRELLE, "running", "PFMP 1 – Première cuisine", ("1CUI",)),
    Stay(
        RIVES,
        "prepared",
        "PFMP 1 – Seconde MRC",
        ("2MRC",),
        {"2MRC": EVERY_STATE},
    ),
    Stay(
        RIVES,
        "leaving",
        "PFMP 1 – Première ASSP",
        ("1ASSP",),
        {"1ASSP": ABOUT_TO_LEAVE},
        paper=("1ASSP",),
    ),
    Stay(
        ARMENCE,
        "prepared",
        "PFMP 1 – Première MVVL et MELEC",
        ("1MVVL", "1MELEC"),
        {"1MVVL": JUST_BEGUN, "1MELEC": ()},
    ),
    Stay(
        TIRELLE, "prepared", "PFMP 1 – CAP équipier polyvalent du commerce", ("1CAPEPC",),
        {"1CAPEPC": ()},
    ),
)  # fmt: skip


def fates(states, count):
    """The state of each pupil of a class, in the order of its list.

    >>> fates((("to_place", 1), ("sheet", 1)), 3)
    ['to_place', 'sheet', 'to_place']
    """
    result = [state for state, number in states for _ in range(number)]
    return (result + ["to_place"] * count)[:count]
