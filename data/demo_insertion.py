"""Official figures in the demonstration: an invented file of InserJeunes, as the ministry's are.

Read by the correspondent of the académie, so that each school sees its own lines beside what its
leavers told. The figures are made up; small trainings are not published, in three ways.
"""

import base64
import random

from .demo_cast import ACADEMY_STAFF, BUREAUS
from .demo_schools import silent

TITLES = (
    "annee;uai;libelle;region;type_diplome;code_formation_mefstat11;libelle_formation;"
    "duree_formation;part_en_poursuite_d_etudes;part_en_emploi_6_mois_apres_la_sortie;"
    "part_des_autres_situations;taux_poursuite_etudes;taux_emploi_6_mois;taux_emploi_12_mois;"
    "taux_emploi_18_mois;taux_emploi_24_mois"
)
DIPLOMAS = {"cap": "CAP", "bac_pro": "BAC PRO", "bma": "BMA", "cs": "CS"}
MISSING = ("nd", "NC", "")


def _rates(draw, published):
    """Parts and rates of a line, as texts: what is published adds up."""
    if not published:
        return [MISSING[draw.randrange(3)]] * 8
    study = draw.randrange(35, 60)
    rate = draw.randrange(45, 75)
    job = round((100 - study) * rate / 100)
    later = [min(rate + step + draw.randrange(4), 95) for step in (5, 8, 10)]
    return [str(value) for value in (study, job, 100 - study - job, study, rate, *later)]


def official_file(env, years):
    """The file, as bytes: lines of each training of the schools of the demonstration."""
    lines = [TITLES]
    for bureau in BUREAUS:
        school = env["res.company"].search([("uai", "=", bureau.school.uai)])
        trainings = env["bde.training"].search([("company_id", "=", school.id)], order="id")
        draw = random.Random(f"official-{school.uai}")
        for number, training in enumerate(one for one in trainings if one.diploma in DIPLOMAS):
            code = f"{'241' if training.diploma == 'cap' else '247'}102{(training.mef or '')[3:8]}"
            lines.append(
                f"{years};{school.uai};{school.name.upper()};Orvane;{DIPLOMAS[training.diploma]};"
                f"{code.ljust(11, '0')};{training.name.upper()};"
                f"{'2' if training.diploma == 'cap' else '3'} ans;"
                f"{';'.join(_rates(draw, number % 3 != 2))}"
            )
    return "\n".join(lines).encode()


@silent
def official_figures(world):
    """The latest file that is published: the leavers of two and three years ago."""
    env = world.as_user(ACADEMY_STAFF[1][1])
    last = world.today.year - 2
    content = official_file(env(su=True), f"cumul {last - 1}-{last}")
    record = env["bde.inserjeunes.import"].create(
        {
            "file": base64.b64encode(content),
            "filename": "fr-en-inserjeunes-lycee_pro-formation-fine.csv",
        }
    )
    record.action_read()
    record.action_preview()
    record.action_apply()
    env["bde.alumni.figure"].action_refresh()


def last_steps(world):
    """Once all schools are there."""
    yield "alumni-official", "Chiffres officiels d'insertion", lambda: official_figures(world)
