"""Who works in the demonstration, and what its schools print. All invented.

Sign-ins are e-mail addresses, as for real staff; those of ``demo.SIGN_INS`` share one password.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from .schools import SCHOOLS

PASSWORD = "demo"
ACADEMY = {
    "name": "Académie d'Orvane",
    "holiday_zone": "A",
    "street": "1 place de la Préfecture",
    "zip": "96000",
    "city": "Orvane",
    "phone": "01 99 00 96 00",
    "bde_email": "bde@orvane.example",
}
ACADEMY_STAFF = (
    ("admin", "suite@orvane.example", "Hélène Marchandier"),
    ("correspondent", "correspondant@orvane.example", "Philippe Salarnac"),
)


@dataclass(frozen=True)
class Bureau:
    """What a school's own people fill in, and who they are: (role, local part, name)."""

    school: object
    domain: str
    color: str
    initials: str
    hours: str
    insurance: tuple
    staff: tuple
    delegates: tuple = ()
    # classes whose head teachers get the school's accounts of teachers, in this order
    first_classes: tuple = ()
    # own wording of the conventions, or None for the one handed down by the académie
    wording: str = ""
    board_before_year: timedelta = field(default=timedelta(days=66))

    def login(self, local):
        return f"{local}@{self.domain}"

    @property
    def mail(self):
        return f"bde-{self.school.uai.lower()}@ac-orvane.example"


RIVES, ARMENCE, TIRELLE = SCHOOLS

BUREAUS = (
    Bureau(
        RIVES, "rives.example", "#1f5f8b", "TR",
        "Du lundi au vendredi, de 8 h à 17 h 30",
        ("MAIF", "3 418 209 K"),
        (
            ("head", "proviseure", "Agnès Corbeval"),
            ("head", "ddfpt", "Didier Nogueteau"),
            ("manager", "rbde", "Nadia Perrelin"),
            ("secretary", "secretaire", "Sylvie Baldurin"),
            ("school_life", "cpe", "Karim Talbanel"),
            ("intendance", "intendance", "Florence Escalier"),
            ("teacher", "prof", ""),
            ("teacher", "referente", ""),
        ),
        delegates=("ddfpt",),
        first_classes=("2MRC", "1ASSP"),
        wording="Le lycée joint à chaque convention le livret de suivi. Le tuteur le remplit avec "
        "l'élève chaque semaine ; le professeur référent le lit à chacune de ses visites.",
    ),
    Bureau(
        ARMENCE, "armence.example", "#8b3a1f", "VA",
        "Lundi, mardi, jeudi et vendredi, de 8 h 30 à 17 h",
        ("MAE", "96 024 551"),
        (
            ("head", "proviseur", "Hervé Montarel"),
            ("manager", "rbde", "Laetitia Gavrilier"),
            ("teacher", "prof", ""),
        ),
        first_classes=("1MVVL",),
        wording="Pour les travaux sur véhicule levé ou sous tension, l'élève porte les équipements "
        "de protection que le lycée lui a remis.",
    ),
    Bureau(
        TIRELLE, "tirelle.example", "#3f6b2a", "LT",
        "Du lundi au jeudi, de 9 h à 16 h 30",
        ("MAIF", "3 620 774 B"),
        (
            ("head", "proviseure", "Malika Vasseteau"),
            ("manager", "rbde", "Yann Queval"),
            ("teacher", "prof", ""),
        ),
        first_classes=("1CUI",),
    ),
)  # fmt: skip
# One person, two schools: teacher at the second, secretary of the bureau at the third.
TWO_SCHOOLS = ("prof@armence.example", TIRELLE.uai, "secretary")
