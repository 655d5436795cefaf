"""What schools know of the companies: places on the map, approaches, talks, leads, opt-outs.

The columns that the suite computes (levels, keys, counters) are left to its own code; what is
many and plain goes by SQL.
"""

import random

from odoo import fields
from odoo.fields import Command

from . import words
from .core import SEED, choose, step

LEADS_PER_RELATION = 0.33
PAST_PER_RELATION = 0.5
OPTOUTS = 400
CHUNK = 2000
DRAFTS = 5  # agreements of each school
COMPUTED = (
    "bde_level", "bde_siren", "naf_id", "bde_name_key", "bde_street_key", "bde_town_key",
)  # fmt: skip


@step("bde.employer.tag")
def tags(build):
    """Trades and basins of the académie, one or two on every company."""
    rows = [("trade", word) for word in words.TRADES] + [("basin", town) for town in words.TOWNS]
    created = build.env["bde.employer.tag"].create(
        [{"name": name, "kind": kind, "company_id": build.academy.id} for kind, name in rows]
    )
    build.env.flush_all()
    build.count["bde.employer.tag"] = len(created)
    field = build.env["res.partner"]._fields["bde_tag_ids"]
    base, count = build.employers
    trades = len(words.TRADES)
    build.link(
        field.relation,
        {field.column1: "partner_id", field.column2: "tag_id"},
        f"""(SELECT %(base)s + i AS partner_id,
                    (%(tags)s::int[])[1 + pg_temp.pick(i, 1, {trades})] AS tag_id
               FROM generate_series(1, %(count)s) AS i) AS t""",
        base=base,
        count=count,
        tags=created.ids,
    )


@step("res.partner")
def places(build):
    """Points of companies and schools, within some 80 km; then what the suite computes."""
    base, count = build.employers
    build.run(
        """UPDATE res_partner
              SET partner_latitude = 44.2 + pg_temp.rnd(id, 71) * 1.3,
                  partner_longitude = -1.2 + pg_temp.rnd(id, 72) * 1.8,
                  bde_geo_state = CASE WHEN bde_employer THEN 'done' END
            WHERE id BETWEEN %(first)s AND %(last)s
               OR id IN (SELECT partner_id FROM res_company WHERE id = ANY(%(schools)s))""",
        first=base + 1,
        last=base + count,
        schools=build.schools.ids,
    )
    build.env.invalidate_all()
    Partner = build.env["res.partner"].with_context(active_test=False, prefetch_fields=False)
    for start in range(base + 1, base + count + 1, CHUNK):
        partners = Partner.browse(range(start, min(start + CHUNK, base + count + 1)))
        for name in COMPUTED:
            build.env.add_to_compute(partners._fields[name], partners)
        partners.flush_recordset()
        build.env.invalidate_all()


@step("bde.approach")
def approaches(build):
    """Two approaches a relation in the last year: shared, without a word of content."""
    count = 2 * build.relations
    base = build.reserve("bde.approach", count)
    build.insert(
        "bde.approach",
        {
            "id": "%(base)s + 2 * h.i - n",
            "partner_id": "h.partner_id",
            "school_id": "h.company_id",
            "date": "CURRENT_DATE - 20 - pg_temp.pick(2 * h.i - n, 31, 340)",
            "purpose": choose(("placements", "placements", "partnership", "events"), 32, "h.i"),
            "channel": choose(("call", "mail"), 33, "h.i"),
        },
        "b_host h, generate_series(0, 1) AS n",
        base=base,
    )


@step("bde.talk")
def talks(build):
    """Three talks a relation, by the manager of the school."""
    base = build.reserve("bde.talk", 3 * build.relations)
    build.insert(
        "bde.talk",
        {
            "id": "%(base)s + 3 * h.i - n",
            "company_id": "h.company_id",
            "relation_id": "h.relation_id",
            "date": "date_trunc('second', now() AT TIME ZONE 'UTC')"
            " - (1 + pg_temp.pick(3 * h.i - n, 34, 700)) * interval '1 day'",
            "channel": choose(("call", "call", "mail", "visit"), 35, "3 * h.i - n"),
            "direction": "'out'",
            "contact_id": "h.signatory_id",
            "purpose": "'placements'",
            "outcome": choose(("reached", "agreed", "no_answer", "callback"), 36, "3 * h.i - n"),
            "summary": "'A dit ce qui est possible au printemps'",
            "user_id": "m.user_id",
        },
        """b_host h, generate_series(0, 2) AS n,
           LATERAL (SELECT user_id FROM bde_membership
                     WHERE company_id = h.company_id AND role = 'manager' LIMIT 1) AS m""",
        base=base,
    )


@step("bde.past.placement")
def past_placements(build):
    """Placements of earlier years, through the ORM, which computes their key and year."""
    relations = _some_relations(build, PAST_PER_RELATION)
    trainings = build.env["bde.training"].search([("company_id", "in", build.schools.ids)])
    by_school = trainings.grouped("company_id")
    Past = build.env["bde.past.placement"]
    year = fields.Date.today().year - 2
    total = 0
    for start in range(0, len(relations), CHUNK):
        values = [
            {
                "relation_id": relation.id,
                "year_label": f"{year}-{year + 1}",
                "training_id": by_school[relation.company_id][relation.id % 2 - 1].id,
                "pupil_count": 1 + relation.id % 3,
            }
            for relation in relations[start : start + CHUNK]
        ]
        total += len(Past.create(values))
        build.env.flush_all()
    build.count["bde.past.placement"] = total


@step("crm.lead")
def leads(build):
    """Cards on the boards of the schools, in every stage, some lost with a reason."""
    env = build.env
    Lead = env["crm.lead"].with_context(
        tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
    )
    relations = _some_relations(build, LEADS_PER_RELATION)
    pipelines = env["bde.pipeline"].search([])
    stages = {
        pipeline: pipeline.stage_ids.filtered(lambda s: not s.is_won) for pipeline in pipelines
    }
    managers = {
        membership.company_id: membership.user_id
        for membership in env["bde.membership"].search([("role", "=", "manager")])
    }
    total = 0
    for start in range(0, len(relations), CHUNK):
        values = []
        for number, relation in enumerate(relations[start : start + CHUNK]):
            # most ask for placements, as in the schools
            pipeline = pipelines[number % 4 % len(pipelines)] if number % 4 else pipelines[0]
            values.append(
                {
                    "name": relation.partner_name,
                    "type": "opportunity",
                    "company_id": relation.company_id.id,
                    "bde_relation_id": relation.id,
                    "bde_pipeline_id": pipeline.id,
                    "stage_id": stages[pipeline][number % len(stages[pipeline])].id,
                    "user_id": managers[relation.company_id].id,
                    "phone": f"05 56 {number % 100:02d} 00 00",
                }
            )
        total += len(Lead.create(values))
        env.flush_all()
    build.count["crm.lead"] = total


@step("bde.optout")
def optouts(build):
    """Companies that said no, half of them to all schools."""
    rng = random.Random(SEED)
    base, count = build.employers
    wanted = build.sized(OPTOUTS, 8)
    schools = build.schools
    rows = []
    for number, offset in enumerate(rng.sample(range(1, count + 1), wanted)):
        school = schools[number % len(schools)]
        rows.append(
            {
                "partner_id": base + offset,
                "company_id": build.academy.id if number % 2 else school.id,
                "school_id": school.id,
                "purpose": rng.choice((False, "placements", "tax")),
                "source": "said",
            }
        )
    build.env["bde.optout"].create(rows)
    build.env.flush_all()
    build.count["bde.optout"] = len(rows)


@step("bde.partnership")
def partnerships(build):
    """Agreements of each school, with commitments of both sides."""
    axis = build.env["bde.offer"].search([], limit=2)
    values = []
    for school in build.schools:
        relations = build.env["bde.relation"].search(
            [("company_id", "=", school.id)], limit=DRAFTS, order="id"
        )
        values += [
            {
                "company_id": school.id,
                "relation_id": relation.id,
                "object": "Accueil d'élèves et visites d'atelier",
                "axis_ids": [Command.set(axis.ids)],
                "date_start": fields.Date.today(),
                "commitment_ids": [
                    Command.create({"side": side, "name": name, "quantity": 2})
                    for side, name in (("school", "Visites"), ("company", "Élèves accueillis"))
                ],
            }
            for relation in relations
        ]
    created = build.env["bde.partnership"].create(values)
    build.env.flush_all()
    build.count["bde.partnership"] = len(created)


@step("bde.relation")
def counters(build):
    """Pupils hosted, answers, last talk: what the suite stores of the rows above."""
    relations = build.env["bde.relation"].search([], order="id")
    names = ("hosted_year_count", "asked_count", "last_talk_on")
    for start in range(0, len(relations), CHUNK):
        part = relations[start : start + CHUNK]
        for name in names:
            build.env.add_to_compute(part._fields[name], part)
        part.flush_recordset()
        build.env.invalidate_all()


def _some_relations(build, share):
    """A share of all relations, spread over the schools."""
    relations = build.env["bde.relation"].search([], order="id")
    every = max(1, round(1 / share))
    return relations[::every]
