"""Builds the demonstration académie: one académie, three lycées, their year in companies.

Everything is done as its users would do it: each act is made in the session of the person whose
act it is, with that person's rights, through the same imports and actions. Called by
``tools/in_odoo.py`` on an empty database; each step is committed, and a second call goes on after
the last one that ended. Dates are relative to the day it runs.
"""

from data import (
    demo_alumni,
    demo_conventions,
    demo_employers,
    demo_files,
    demo_followup,
    demo_insertion,
    demo_life,
    demo_partners,
    demo_periods,
    demo_schools,
    demo_staff,
    demo_tax,
)
from data.demo_cast import BUREAUS
from data.demo_world import World

# (role, sign-in, password), shown by ./bde start, which reads this list without running the file
SIGN_INS = [
    ("Responsable du bureau des entreprises (Trois-Rives)", "rbde@rives.example", "demo"),
    ("Proviseure, signe les conventions (Trois-Rives)", "proviseure@rives.example", "demo"),
    ("DDFPT, délégation de signature (Trois-Rives)", "ddfpt@rives.example", "demo"),
    ("Professeur référent et principal (Trois-Rives)", "prof@rives.example", "demo"),
    ("Professeure référente, première ASSP (Trois-Rives)", "referente@rives.example", "demo"),
    ("Secrétaire (Trois-Rives)", "secretaire@rives.example", "demo"),
    ("CPE, vie scolaire (Trois-Rives)", "cpe@rives.example", "demo"),
    ("Intendance (Trois-Rives)", "intendance@rives.example", "demo"),
    ("Responsable du bureau (Val-d'Armence)", "rbde@armence.example", "demo"),
    ("Proviseur (Val-d'Armence)", "proviseur@armence.example", "demo"),
    (
        "Professeur au Val-d'Armence, secrétaire à La Tirelle",
        "prof@armence.example",
        "demo",
    ),
    ("Responsable du bureau (La Tirelle)", "rbde@tirelle.example", "demo"),
    ("Proviseure (La Tirelle)", "proviseure@tirelle.example", "demo"),
    ("Correspondant académique", "correspondant@orvane.example", "demo"),
    ("Administratrice de la suite", "suite@orvane.example", "demo"),
]


def steps(world):
    """The steps in their order: ``(name, text shown, function)``."""
    yield from demo_schools.academy_steps(world)
    # a school after the other: while one is set up, the PDFs of the one before are rendered
    for bureau in BUREAUS:
        for part in (
            demo_schools,
            demo_employers,
            demo_files,
            demo_staff,
            demo_periods,
            demo_conventions,
            demo_partners,
        ):
            yield from part.steps(world, bureau)
    yield from demo_partners.last_steps(world)
    yield from demo_conventions.last_steps(world)
    yield from demo_life.last_steps(world)
    yield from demo_followup.last_steps(world)
    yield from demo_tax.last_steps(world)
    yield from demo_alumni.last_steps(world)
    yield from demo_insertion.last_steps(world)


def build(env, progress):
    """Builds what is missing of the demonstration.

    :param env: environment of the superuser on a cursor of its own
    :param progress: function that shows a line of text to the user
    """
    world = World(env)
    with world.ahead.serving():
        for name, text, act in steps(world):
            if world.is_done(name):
                continue
            progress(text)
            act()
            world.mark_done(name)
            # the next step may be long: what is done stays, whatever happens to it
            env.cr.commit()
