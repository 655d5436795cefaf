"""Partners in the demonstration: what a bureau knows of its companies, asks and agrees with them.

Every act is made in the session of the person whose act it is; talks, calls and agreements are
dated over the school year, so that lists, timelines and cards have something to say.
"""

import itertools
from datetime import timedelta

from odoo import fields

from .demo_cast import ACADEMY_STAFF, BUREAUS
from .demo_schools import silent

# Invented towns, put on the map where there are hardly any real ones.
PLACES = {
    "96000": (46.300, 2.450),
    "96110": (46.372, 2.561),
    "96140": (46.251, 2.608),
    "96200": (46.188, 2.401),
    "96300": (46.405, 2.352),
    "96410": (46.221, 2.252),
    "96520": (46.340, 2.291),
    "96600": (46.452, 2.489),
    "96710": (46.135, 2.537),
}
SAID = (
    ("call", "agreed", "Prend deux élèves en juin, appeler la cheffe d'atelier"),
    ("call", "reached", "Demande le calendrier de l'année prochaine"),
    ("call", "no_answer", ""),
    ("visit", "reached", "Visite de l'atelier : postes récents, tuteur disponible"),
    ("call", "callback", "Rappeler après l'inventaire"),
    ("mail", "reached", "Accord pour un jury en mai"),
    ("call", "refused", "Déjà complet ce trimestre"),
    ("call", "agreed", "Accueille un élève de première"),
)
REQUESTS = (
    (
        "Serrurerie Bastianou", "Ali Bastianou", "serrurerie@bastianou.example",
        ["placements"], 1, "en mars", "Je peux montrer le métier à un élève motivé.",
    ),
    (
        "Hôtel des Trois Ponts", "Claire Desaunay", "direction@troisponts.example",
        ["apprenticeship", "visits"], 2, "à la rentrée", "Nous cherchons deux apprentis.",
    ),
)  # fmt: skip


@silent
def place(world):
    """Schools and companies on the map; tags and a lead school by the académie."""
    suite = world.as_user(ACADEMY_STAFF[0][1])
    tags = suite["bde.employer.tag"].create(
        [
            {"name": name, "kind": kind, "company_id": suite.company.id}
            for kind, name in (
                ("trade", "Automobile"), ("trade", "Électricité"), ("trade", "Bouche"),
                ("network", "Club des entreprises d'Orvane"), ("basin", "Bassin d'Orvane"),
                ("label", "Lycée des métiers de l'énergie"),
            )
        ]
    )  # fmt: skip
    for bureau in BUREAUS:
        school = world.school(bureau.school.uai)
        manager = world.as_user(bureau.login("rbde"))
        latitude, longitude = PLACES.get(school.zip, PLACES["96000"])
        school.with_env(manager).action_bde_place(latitude, longitude)
    _place_companies(world)
    _tag(world, tags)
    correspondent = world.as_user(ACADEMY_STAFF[1][1])
    first = world.school(BUREAUS[0].school.uai)
    shared = _shared_companies(world)
    shared[:1].with_env(correspondent)._bde_name_lead_school(first, correspondent.company)


def _place_companies(world):
    """Round their town, each a little further on the spiral; by the manager who knows them."""
    turns = {}
    for bureau in BUREAUS:
        manager = world.as_user(bureau.login("rbde"))
        for employer in manager["bde.relation"].search([]).partner_id:
            if employer.zip not in PLACES or employer.partner_latitude:
                continue
            turn = turns[employer.zip] = turns.get(employer.zip, 0) + 1
            latitude, longitude = PLACES[employer.zip]
            offset = 0.0022 * turn
            sign = (1, -1, 1, -1)[turn % 4], (1, 1, -1, -1)[turn % 4]
            employer.action_bde_place(latitude + sign[0] * offset, longitude + sign[1] * offset)


def _tag(world, tags):
    by_name = {tag.name: tag for tag in tags}
    trades = {"45": "Automobile", "43": "Électricité", "10": "Bouche", "56": "Bouche"}
    for bureau in BUREAUS:
        manager = world.as_user(bureau.login("rbde"))
        employers = manager["bde.relation"].search([]).partner_id
        for digits, name in trades.items():
            some = employers.filtered(lambda one, d=digits: (one.naf_code or "").startswith(d))
            some._bde_add_tags(by_name[name].with_env(manager), manager.company)
        network = by_name["Club des entreprises d'Orvane"].with_env(manager)
        employers[::7]._bde_add_tags(network, manager.company)


def _shared_companies(world):
    """Companies that two schools follow."""
    groups = world.env["bde.relation"]._read_group([], ["partner_id"], ["__count"])
    partners = [partner for partner, count in groups if count > 1]
    return world.env["res.partner"].browse([partner.id for partner in partners])


@silent
def know(world, bureau):
    """Who follows which company, what it agreed to, what was said over the year."""
    env = world.as_user(bureau.login("rbde"))
    relations = env["bde.relation"].search([], order="id")
    offers = {offer.code: offer for offer in env["bde.offer"].search([])}
    reason = env["bde.status.reason"].search([], limit=1)
    for number, relation in enumerate(relations):
        vals = {"user_id": env.uid} if number % 3 == 0 else {}
        if number % 4 == 0:
            vals["offer_ids"] = [
                (4, offers[code].id) for code in ("placements", "visits", "tutoring")
            ]
        if number == 9:
            vals |= {"status": "watch", "status_reason_id": reason.id}
        if vals:
            relation.write(vals)
    relations[3:5].write({"status": "revive"})
    said = itertools.cycle(SAID)
    year_start = world.calendar.year[0]
    span = max(20, (world.today - year_start).days)
    for number, relation in enumerate(relations[:30]):
        for turn in range(1 + number % 3):
            channel, outcome, summary = next(said)
            day = world.school_day(world.today - timedelta(days=(7 * number + 31 * turn) % span))
            with world.at(day, 9 + number % 8):
                relation._bde_log_talk(
                    {
                        "date": fields.Datetime.now(),
                        "channel": channel,
                        "outcome": outcome,
                        "summary": summary,
                        "purpose": "placements",
                        "contact_id": relation.signatory_id.id,
                    },
                    reason="known_host",
                )


@silent
def prospect(world, bureau):
    """A campaign under way, cards on the three boards, requests to sort."""
    env = world.as_user(bureau.login("rbde"))
    relations = env["bde.relation"].search([("status", "not in", ("watch", "avoid"))], order="id")
    campaign = env["bde.campaign"]._from_partners(
        relations[30:48].partner_id,
        {
            "name": "Places de mars, classes de première",
            "date_start": world.today + timedelta(days=3),
            "per_week": 6,
            "user_ids": [(6, 0, [env.uid])],
            "reason": "known_host",
        },
    )
    campaign.action_create_leads()
    _move_cards(campaign.lead_ids)
    for code, few in (("apprenticeship", relations[5:9]), ("partnership", relations[10:13])):
        pipeline = env["bde.pipeline"]._by_code(code)
        leads = env["crm.lead"].create(
            [
                {
                    "type": "opportunity",
                    "bde_relation_id": relation.id,
                    "bde_pipeline_id": pipeline.id,
                    "user_id": env.uid,
                }
                for relation in few
            ]
        )
        for lead, stage in zip(leads, itertools.cycle(pipeline.stage_ids[:4])):
            lead.stage_id = stage
    for company, contact, email, codes, pupils, when, message in REQUESTS:
        world.env["crm.lead"]._bde_from_form(
            env.company,
            {
                "company": company, "contact": contact, "function": "", "email": email,
                "phone": "", "zip": "96000", "city": "Orvane", "siret": "", "offers": codes,
                "trainings": [], "pupils": pupils, "when": when, "message": message,
            },
            origin="demo",
        )  # fmt: skip


def _move_cards(leads):
    """The campaign has begun: some were called, two said yes, one no."""
    stages = leads.bde_pipeline_id.stage_ids
    full = leads.env["crm.lost.reason"].search(
        [("bde_pipeline_ids", "in", leads.bde_pipeline_id.ids)], limit=1
    )
    for number, lead in enumerate(leads):
        if number % 6 == 5:
            lead.action_set_lost(lost_reason_id=full.id)
        elif number % 3:
            lead.stage_id = stages[number % len(stages)]


@silent
def agree(world, bureau):
    """Agreements: one that runs and is to be renewed soon, one in draft."""
    env = world.as_user(bureau.login("rbde"))
    relations = env["bde.relation"].search([("status", "=", "strong")], order="id", limit=2)
    axes = env["bde.offer"].search([("code", "in", ("placements", "visits", "jury"))])
    values = [
        {
            "relation_id": relation.id,
            "object": "Faire découvrir les métiers aux élèves et préparer leur insertion",
            "axis_ids": [(6, 0, axes.ids)],
            "date_start": world.today - timedelta(days=300 if number else 10),
            "date_end": world.today + timedelta(days=65 if number else 355),
            "commitment_ids": [
                (0, 0, {"side": side, "name": name, "quantity": count, "deadline": deadline})
                for side, name, count, deadline in (
                    ("company", "Élèves accueillis en PFMP", 4, False),
                    ("company", "Visite de l'entreprise", 1, world.today + timedelta(days=40)),
                    ("school", "Atelier ouvert aux salariés", 1, world.today - timedelta(days=6)),
                )
            ],
        }
        for number, relation in enumerate(relations)
    ]
    drafts = env["bde.partnership"].create(values)
    for partnership in drafts[1:]:
        partnership._record_paper(
            (_scan(), "application/pdf"),
            world.today - timedelta(days=302),
            partnership.date_start,
            partnership.date_end,
        )


def _scan():
    """A page of paper, as a scanner makes it."""
    from weasyprint import HTML

    return HTML(
        string="<h1>Convention de partenariat</h1><p>Exemplaire signé sur papier, numérisé.</p>"
    ).write_pdf()


@silent
def academy(world):
    """A framework agreement, a company that says no, two entries for one company."""
    correspondent = world.as_user(ACADEMY_STAFF[1][1])
    shared = _shared_companies(world)
    correspondent["bde.framework"].create(
        {
            "name": "Accord-cadre automobile",
            "party": "Branche des services de l'automobile d'Orvane",
            "company_id": correspondent.company.id,
            "object": "Accueil en PFMP, dons de matériel, jurys et formation des professeurs",
            "date_start": world.calendar.year[0],
            "date_end": world.calendar.year[1] + timedelta(days=730),
        }
    )
    second, third = BUREAUS[1:3]
    manager = world.as_user(third.login("rbde"))
    refusing = manager["bde.relation"].search([], order="id desc", limit=1)
    manager["bde.optout"]._record(
        manager.company, partner=refusing.partner_id, purposes=("tax",), everywhere=True
    )
    manager = world.as_user(second.login("rbde"))
    known = (shared[:1] or manager["bde.relation"].search([], limit=1).partner_id).with_env(manager)
    double = known._bde_register_employer(
        {"name": f"{known.name} SARL", "zip": known.zip, "city": known.city}, manager.company
    )
    manager["bde.merge"]._propose(
        known, double, manager.company, "Même adresse et même gérant, saisie deux fois"
    )


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    name, uai = bureau.school.name, bureau.school.uai
    yield f"know-{uai}", f"{name} : ce que l'on sait des entreprises", lambda: know(world, bureau)
    yield f"prospect-{uai}", f"{name} : prospection", lambda: prospect(world, bureau)
    yield f"agree-{uai}", f"{name} : conventions de partenariat", lambda: agree(world, bureau)


def last_steps(world):
    """Steps once all schools are there."""
    yield "places", "La carte, les étiquettes et l'établissement chef de file", lambda: place(world)
    yield "partners-academy", "Accord-cadre, opposition et doublon", lambda: academy(world)
