"""Second part of the demonstration: periods, hosts, placements, accords d'accueil."""

import itertools
from datetime import timedelta

from odoo.addons.bde_pfmp.rules import hosting_form

from .demo_employers import rows
from .demo_plan import STAYS, fates

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# First working day of the week, morning, afternoon: 35 hours, allowed from the age of 15 on.
HOURS = {
    "47": (1, ("09:00", "12:00"), ("14:00", "18:00")),
    "10": (1, ("06:00", "10:00"), ("10:30", "13:30")),
    "56": (1, ("09:00", "11:30"), ("12:00", "16:30")),
    "87": (0, ("07:30", "12:00"), ("13:00", "15:30")),
    "88": (0, ("08:00", "12:00"), ("13:00", "16:00")),
    "45": (0, ("08:00", "12:00"), ("14:00", "17:00")),
    "43": (0, ("07:30", "12:00"), ("13:00", "15:30")),
}
OFFICE_HOURS = (0, ("09:00", "12:00"), ("13:30", "17:30"))
# What has an accord d'accueil, and what was accepted: see ``demo_plan``.
WITH_SHEET = ("sheet", "submitted", "returned", "accepted")
ANSWERED = ("submitted", "returned", "accepted")
UNTOUCHED = ("to_place", "set_aside")
FALLBACK_INSURANCE = ("Mutuelle de l'Orvane", "RC à fournir")


def week(naf):
    """Weekly hours of a branch, as ``bde.placement`` keeps them."""
    first, morning, afternoon = HOURS.get(naf[:2], OFFICE_HOURS)
    worked = DAYS[first : first + 5]
    return {day: [list(morning), list(afternoon)] if day in worked else [] for day in DAYS}


def day_of(world, stay, before):
    """The school day of an act that comes so many days before the departure.

    The period that is being prepared is ahead of its calendar: its acts are counted from today.
    """
    if stay.when == "prepared":
        return world.school_day(world.today - timedelta(days=round(before * 0.6)))
    return world.school_day(getattr(world.calendar, stay.when)[0] - timedelta(days=before))


class Hosts:
    """Companies that may take the pupils of a class, in turn."""

    def __init__(self, world, stay, code):
        companies = [row for row in rows(world) if code in row["classes"].split()]
        # each stay begins elsewhere in the list, so that no company is always the first
        shift = 3 * STAYS.index(stay)
        self.companies = companies[shift % len(companies) :] + companies[: shift % len(companies)]
        self.turn = itertools.cycle(self.companies)

    def next(self):
        return next(self.turn)


def people(row):
    """``(signatory, tutor)`` of a row of the companies, as dicts of their boxes."""
    return tuple(
        {
            "name": f"{row[f'{who}_prenom']} {row[f'{who}_nom'].title()}",
            "function": row[f"{who}_fonction"],
            "email": row[f"{who}_email"],
            "phone": row[f"{who}_telephone"],
        }
        for who in ("signataire", "tuteur")
    )


def fate_of(stay, placements):
    """``{placement: state to reach}``, pupils in the order of the list of their class."""
    result = {}
    for division, pupils in placements.grouped("division_id").items():
        ordered = pupils.sorted(lambda p: (p.student_name, p.id))
        states = stay.fates[division.name] if stay.fates else [("signed", len(ordered))]
        result |= dict(zip(ordered, fates(states, len(ordered)), strict=True))
    return result


def open_period(world, stay):
    """The manager opens the period, makes its placements and shares the referents."""
    env = world.as_user(stay.bureau.login("rbde"))
    start, end = getattr(world.calendar, stay.when)
    with world.at(day_of(world, stay, 49)):
        period = env["bde.period"].create(
            {
                "name": stay.name,
                "kind": "pfmp",
                "division_ids": env["bde.division"].search([("name", "in", stay.classes)]).ids,
                "date_start": start,
                "date_end": end,
            }
        )
        period.action_create_placements()
    with world.at(day_of(world, stay, 45), 11):
        for placements in period.placement_ids.grouped("division_id").values():
            wizard = env["bde.placement.referent"].create(
                {"placement_ids": placements.ids, "mode": "share"}
            )
            if not wizard.line_ids:
                teachers = env["bde.teacher"].search([])
                wizard.write({"mode": "one", "teacher_id": teachers[:1].id})
            wizard.action_assign()
    return period


def fill_at_desk(world, stay, placements):
    """The bureau enters the hosts that the pupils brought back on paper."""
    env = world.as_user(stay.bureau.login("rbde"))
    sirets = [row["siret"] for row in rows(world)]
    employers = {
        partner.company_registry: partner
        for partner in env["res.partner"].search([("company_registry", "in", sirets)])
    }
    with world.at(day_of(world, stay, 28), 15):
        for placement, row in _with_hosts(world, stay, placements):
            employer = employers[row["siret"]]
            boss, tutor = (
                employer._bde_add_contact(env.company, person) for person in people(row)
            )
            tasks = placement.training_id.activity_ids
            placement.write(
                {
                    "host_id": employer.id,
                    "signatory_id": boss.id,
                    "tutor_id": tutor.id,
                    "schedule": week(row["naf"]),
                    "activity_ids": tasks[placement.id % 2 :: 2].ids,
                    "meals": "Pause de midi à la charge de l'élève, local à disposition",
                    "transport": "Transports en commun, à la charge de l'élève",
                    "insurance_company": row["assureur"] or FALLBACK_INSURANCE[0],
                    "insurance_policy": row["police"] or FALLBACK_INSURANCE[1],
                }
            )


def print_sheets(world, stay, placements):
    """The manager prints the sheets that the pupils take to the companies."""
    if not placements:
        return
    env = world.as_user(stay.bureau.login("rbde"))
    with world.at(day_of(world, stay, 40), 14):
        placements.with_env(env).action_print_sheets()


def answer(world, stay, placements):
    """Hosts fill the form behind the QR code: the same check and verb as the public page."""
    public = world.env.ref("base.public_user")
    context = {"lang": "fr_FR", "allowed_company_ids": placements.company_id.ids}
    env = world.env(user=public.id, su=True, context=context)
    for index, (placement, row) in enumerate(_with_hosts(world, stay, placements)):
        hosting = placement.hosting_id.with_env(env)
        with world.at(day_of(world, stay, 33 - index % 8), 9 + index % 9, 7 * index % 60):
            hosting._submit(_typed(hosting, row, index))


def type_paper(world, stay, placements):
    """The bureau types the sheets that came back on paper."""
    env = world.as_user(stay.bureau.login("rbde"))
    for index, (placement, row) in enumerate(_with_hosts(world, stay, placements)):
        with world.at(day_of(world, stay, 31 - index % 5), 16, 2 * index % 60):
            hosting = placement.with_env(env)._ensure_hostings()
            vals = _typed(hosting, row, index)
            hosting.write(vals | {"activity_ids": [(6, 0, vals["activity_ids"])]})
            hosting.action_desk_submit()


def _with_hosts(world, stay, placements):
    hosts = {code: Hosts(world, stay, code) for code in stay.classes}
    return [(placement, hosts[placement.division_id.name].next()) for placement in placements]


def _typed(hosting, row, index):
    """The values of a form, cleaned as the page and the desk clean them."""
    offered = hosting.training_id.activity_ids.ids
    vals, errors = hosting_form.clean(_boxes(row, offered, index), offered)
    assert not errors, (row["raison_sociale"], errors)
    return vals


def _boxes(row, offered, index):
    """What a host types in the form, box by box."""
    boss, tutor = people(row)
    boxes = {
        "siret": row["siret"],
        "host_name": row["raison_sociale"],
        "host_street": row["adresse"],
        "host_zip": row["code_postal"],
        "host_city": row["ville"],
        "activity": row["activite"],
        "insurance_company": row["assureur"] or FALLBACK_INSURANCE[0],
        "insurance_policy": row["police"],
        "meals": "Repas possible sur place" if index % 2 else "",
    }
    boxes |= {f"signatory_{name}": value for name, value in boss.items()}
    if boss["name"] == tutor["name"]:
        boxes["tutor_same"] = "1"
    else:
        boxes |= {f"tutor_{name}": value for name, value in tutor.items()}
    for day, slots in week(row["naf"]).items():
        for position, (start, end) in enumerate(slots):
            boxes[f"{day}_{position}_from"], boxes[f"{day}_{position}_to"] = start, end
    return boxes | {f"activity_{one}": "1" for one in offered[index % 2 :: 2]}


def judge(world, stay, fate):
    """Referents accept the forms, or send one back; the bureau does it for the others."""
    manager = world.as_user(stay.bureau.login("rbde"))
    for placement, state in fate.items():
        if state in (*UNTOUCHED, "sheet", "submitted"):
            continue
        user = placement.referent_id.user_id
        env = world.as_user(user.login, stay_company(stay, world)) if user else manager
        hosting = placement.hosting_id.with_env(env)
        with world.at(day_of(world, stay, 24), 17, placement.id % 60):
            if state == "returned":
                hosting.action_return(
                    "Peu de tâches sont cochées : l'élève pourra-t-il aussi tenir la caisse ?",
                    "tasks",
                )
            else:
                if hosting.name_differs:
                    hosting.name_confirmed = True
                hosting.action_accept()


def stay_company(stay, world):
    return world.school(stay.bureau.school.uai)


def prepare(world, stay):
    """One stay, from the period to the hosts."""
    if stay.when == "prepared":
        return _prepare(world, stay)
    with world.silently():
        return _prepare(world, stay)


def _prepare(world, stay):
    period = open_period(world, stay)
    placements = period.placement_ids.sorted(lambda p: (p.division_id.name, p.student_name))
    if not stay.fates:
        fill_at_desk(world, stay, placements)
        return
    fate = fate_of(stay, placements)
    paper = placements.filtered(lambda p: p.division_id.name in stay.paper)
    answered = placements.filtered(lambda p: fate[p] not in (*UNTOUCHED, "sheet"))
    print_sheets(world, stay, (placements - paper).filtered(lambda p: fate[p] not in UNTOUCHED))
    answer(world, stay, answered - paper)
    type_paper(world, stay, answered & paper)
    judge(world, stay, fate)
    with world.at(day_of(world, stay, 20)):
        aside = placements.filtered(lambda p: fate[p] == "set_aside")
        if aside:
            aside.action_set_aside("Dispensé : période déjà faite dans un autre lycée")


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    for stay in STAYS:
        if stay.bureau is bureau:
            yield (
                f"period-{stay.key}",
                f"{bureau.school.name} : {stay.name}",
                lambda stay=stay: prepare(world, stay),
            )
