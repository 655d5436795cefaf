"""The companies of ``data/samples/entreprises.csv``, as the managers register them."""

import csv
import io

from .demo_schools import silent

# upper bounds of the bands of SIRENE
BANDS = (
    (0, "00"), (2, "01"), (5, "02"), (9, "03"), (19, "11"), (49, "12"), (99, "21"), (199, "22"),
    (249, "31"), (499, "32"), (999, "41"),
)  # fmt: skip


def rows(world):
    """The companies of the sample file, as dicts.

    :rtype: list[dict]
    """
    text = world.files("")["entreprises.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@silent
def register(world, bureau):
    """The manager of a school registers the companies that may host its classes."""
    env = world.as_user(bureau.login("rbde"))
    codes = {klass.code for klass in bureau.school.classes}
    mine = [row for row in rows(world) if codes & set(row["classes"].split())]
    wizards = env["bde.employer.register"].create([_values(row) for row in mine])
    for wizard in wizards:
        wizard.action_register()
    relations = env["bde.relation"].search([])
    # those who took pupils year after year, some to call again, one that is watched
    relations.status = "active"
    relations[::4].status = "strong"
    relations[3::10].status = "revive"
    reason = env.ref("bde_partnerships.status_reason_no_tutor")
    relations[5:6].write({"status": "watch", "status_reason_id": reason.id})


def _values(row):
    people = [
        {
            "name": f"{row[f'{who}_prenom']} {row[f'{who}_nom'].title()}",
            "function": row[f"{who}_fonction"],
            "email": row[f"{who}_email"],
            "phone": row[f"{who}_telephone"],
            "bde_signatory": who == "signataire",
            "bde_tutor": who == "tuteur",
        }
        for who in ("signataire", "tuteur")
    ]
    boss, tutor = people
    if boss["name"] == tutor["name"]:
        people = [boss | {"bde_tutor": True}]
    return {
        "siret": row["siret"],
        "name": row["raison_sociale"],
        "naf_code": f"{row['naf'][:2]}.{row['naf'][2:]}",
        "headcount": next(code for most, code in BANDS if int(row["effectif"]) <= most),
        "activity": row["activite"],
        "street": row["adresse"],
        "zip": row["code_postal"],
        "city": row["ville"],
        "phone": row["telephone"],
        "email": row["email"],
        "insurance_company": row["assureur"],
        "insurance_policy": row["police"],
        "contact_ids": [(0, 0, person) for person in people],
    }


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    yield (
        f"employers-{bureau.school.uai}",
        f"{bureau.school.name} : entreprises d'accueil",
        lambda: register(world, bureau),
    )
