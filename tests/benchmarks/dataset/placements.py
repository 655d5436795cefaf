"""Periods, placements and agreements to host: two rounds a year, and a third one for some.

States follow the time of year: last year is over, this year's first round is running, the second
one is being prepared, so that a board shows every column.
"""

import json
from datetime import timedelta

from .core import step

DIVISIONS_PER_PERIOD = 4
# (year, round) -> share of each state, in hundredths
STATES = {
    (0, 0): {"closed": 92, "attested": 4, "interrupted": 2, "cancelled": 2},
    (0, 1): {"closed": 90, "attested": 6, "interrupted": 2, "cancelled": 2},
    (1, 0): {"running": 93, "partly_signed": 3, "interrupted": 2, "refused": 2},
    (1, 1): {
        "to_place": 4, "hosting": 3, "agreed": 3, "draft": 4, "to_check": 16, "to_sign": 30,
        "partly_signed": 28, "signed": 10, "refused": 2,
    },
    (1, 2): {"to_check": 20, "to_sign": 40, "partly_signed": 30, "signed": 10},
}  # fmt: skip
THIRD_ROUND_DIVISIONS = 2
WITHOUT_CONVENTION = ("to_place", "hosting", "agreed")
SCHEDULE = {
    **{
        day: [["08:00", "12:00"], ["13:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
    },
    "sat": [],
    "sun": [],
}


def _dates(build):
    """First and last day of each round, by (year, round); inside the school year whatever today."""
    dates = {}
    for y, year in enumerate(build.years):
        for number, days in ((0, 70), (1, 210)):
            start = year.date_start + timedelta(days)
            dates[y, number] = start
    today = build.academy._bde_today()
    last = build.years[1].date_end - timedelta(40)
    dates[1, 0] = min(max(today - timedelta(10), build.years[1].date_start), last)
    dates[1, 1] = min(today + timedelta(35), last)
    dates[1, 2] = min(today + timedelta(70), last)
    mondays = {key: day - timedelta(day.weekday()) for key, day in dates.items()}
    return {
        key: (max(day, build.years[key[0]].date_start), day + timedelta(25))
        for key, day in mondays.items()
    }


@step("bde.period")
def periods(build):
    """One period for four classes, a round and a year; key dates come with them.

    Scratch table ``b_period`` (division_id, r, period_id, dates, hours).
    """
    dates = _dates(build)
    build.run("SELECT y, school, company_id, d, division_id FROM b_division ORDER BY y, school, d")
    groups = {}
    for y, school, company, d, division in build.cr.fetchall():
        for year, number in STATES:
            if year == y and (number < 2 or d < THIRD_ROUND_DIVISIONS):
                key = (y, number, school, d // DIVISIONS_PER_PERIOD)
                groups.setdefault(key, (company, []))[1].append(division)
    values = [
        {
            "name": f"PFMP {number + 1} – groupe {group + 1}",
            "company_id": company,
            "school_year_id": build.years[y].id,
            "division_ids": [(6, 0, divisions)],
            "date_start": dates[y, number][0],
            "date_end": dates[y, number][1],
            "state": "open" if y else "closed",
        }
        for (y, number, _school, group), (company, divisions) in groups.items()
    ]
    created = build.env["bde.period"].create(values)
    build.env.flush_all()
    build.count["bde.period"] = len(created)
    hours = {key: _hours(build, *span) for key, span in dates.items()}
    rows = [
        (division, number, period.id, y, *dates[y, number], *hours[y, number])
        for (y, number, _school, _group), (_company, divisions), period in (
            (key, group, period)
            for (key, group), period in zip(groups.items(), created, strict=True)
        )
        for division in divisions
    ]
    build.scratch(
        "b_period",
        "division_id int, r int, period_id int, y int, date_start date, date_end date, "
        "total_hours float8, presence_days int",
        rows,
    )
    build.env.invalidate_all()


def _hours(build, start, end):
    """Hours and days of presence of the schedule, public holidays taken out."""
    from odoo.addons.bde_pfmp.rules import weeks

    off = build.schools[0]._bde_public_holidays(start, end)
    presence = weeks.presence(SCHEDULE, start, end, off)
    return presence["minutes"] / 60, presence["days"]


@step("bde.period.deadline")
def deadlines(build):
    """Made with their periods."""
    build.count["bde.period.deadline"] = build.value("SELECT count(*) FROM bde_period_deadline")


def _state_expression():
    """SQL that draws a state from the shares of the year and round."""
    cases = []
    for (y, number), shares in STATES.items():
        bound, inner = 0, []
        for state, share in shares.items():
            bound += share
            inner.append(f"WHEN draw < {bound} THEN '{state}'")
        cases.append(f"WHEN y = {y} AND r = {number} THEN CASE {' '.join(inner)} END")
    return f"CASE {' '.join(cases)} END"


@step("bde.placement")
def placements(build):
    """Every pupil in every round of his class.

    Scratch table ``b_placement``: one row a placement, with the ids of all it points at; ``c`` is
    the ordinal of its convention, ``h`` that of its agreement to host.
    """
    state = _state_expression()
    build.scratch(
        "b_placement",
        None,
        query=f"""
        SELECT t.*,
               CASE WHEN state NOT IN %(without)s
                    THEN (count(*) FILTER (WHERE state NOT IN %(without)s) OVER w)::int END AS c,
               CASE WHEN hosted THEN (count(*) FILTER (WHERE hosted) OVER w)::int END AS h
          FROM (SELECT u.*, {state} AS state, {state} IN ('hosting', 'agreed')
                       OR (y = 1 AND r = 1 AND {state} <> 'to_place') AS hosted
                  FROM (SELECT row_number() OVER (ORDER BY e.y, e.r, p.i)::int AS n, e.*, p.i,
                               p.school, p.company_id, p.student_id, p.name AS student_name,
                               p.birth, p.k, b.d, b.year_id,
                               %(schooling)s + e.y * %(pupils)s + p.i AS schooling_id,
                               pg_temp.pick(p.i, 40 + 10 * e.y + e.r, 100) AS draw,
                               1 + pg_temp.pick(p.i, 41 + 10 * e.y + e.r, s.hosts) AS host_k,
                               %(teacher)s + t.first + 1 + (b.d * 3 + p.k) %% t.teachers
                                   AS referent_id
                          FROM b_period e
                          JOIN b_division b ON b.division_id = e.division_id
                          JOIN b_pupil p ON p.school = b.school AND p.d = b.d
                          JOIN b_school s ON s.n = b.school
                          JOIN b_teacher_count t ON t.school = b.school) AS u) AS t
        WINDOW w AS (ORDER BY n ROWS UNBOUNDED PRECEDING)""",
        without=WITHOUT_CONVENTION,
        schooling=build.base["bde.schooling"],
        pupils=build.pupils,
        teacher=build.base["bde.teacher"],
    )
    for column, model in (("n", "bde.placement"), ("h", "bde.hosting"), ("c", "bde.convention")):
        build.reserve(model, build.value(f"SELECT max({column}) FROM b_placement"))
    build.run("CREATE INDEX ON b_placement (n)")
    placed = "CASE WHEN p.state NOT IN ('to_place', 'hosting') THEN {} END".format
    build.insert(
        "bde.placement",
        {
            "id": "%(base)s + p.n",
            "active": "true",
            "company_id": "p.company_id",
            "school_year_id": "p.year_id",
            "period_id": "p.period_id",
            "schooling_id": "p.schooling_id",
            "student_id": "p.student_id",
            "student_name": "p.student_name",
            "division_id": "p.division_id",
            "host_id": placed("h.partner_id"),
            "signatory_id": placed("h.signatory_id"),
            "tutor_id": placed("h.tutor_id"),
            "referent_id": "p.referent_id",
            "date_start": "p.date_start",
            "date_end": "p.date_end",
            "attestation_due_on": "p.date_end + interval '2 months'",
            "schedule": placed("%(schedule)s::jsonb"),
            "weekly_hours": f"COALESCE({placed('35')}, 0)",
            "total_hours": f"COALESCE({placed('p.total_hours')}, 0)",
            "presence_days": f"COALESCE({placed('p.presence_days')}, 0)",
            "insurance_company": placed("'AXA'"),
            "insurance_policy": placed("to_char(h.i, 'FM00000000')"),
            "meals": placed("'Au restaurant de l''entreprise'"),
            "state": "p.state",
            "evaluation_state": "'none'",
            "visit_status": "'none'",
            "visit_count": "0",
            "meeting_done": "false",
            "hosting_id": "%(hosting)s + p.h",
            "convention_id": "%(convention)s + p.c",
        },
        "b_placement p JOIN b_host h ON h.school = p.school AND h.k = p.host_k",
        base=build.base["bde.placement"],
        hosting=build.base["bde.hosting"],
        convention=build.base["bde.convention"],
        schedule=json.dumps(SCHEDULE),
    )
    build.link(
        "bde_placement_bde_training_activity_rel",
        {"bde_placement_id": "%(base)s + p.n", "bde_training_activity_id": "a.id"},
        """b_placement p
           JOIN b_division b ON b.division_id = p.division_id
           JOIN bde_training_activity a ON a.training_id = b.training_id
           WHERE p.state NOT IN ('to_place', 'hosting') AND (a.sequence + p.n) %% 8 < 3""",
        base=build.base["bde.placement"],
    )
    build.run("ANALYZE bde_placement_bde_training_activity_rel")


@step("bde.hosting")
def hostings(build):
    """Agreements to host of this year's second round: accepted, or waiting to be checked."""
    waits = "CASE WHEN p.state = 'hosting' THEN {} ELSE {} END".format
    build.insert(
        "bde.hosting",
        {
            "id": "%(base)s + p.h",
            "active": "true",
            "company_id": "p.company_id",
            "placement_id": "%(placement)s + p.n",
            "student_id": "p.student_id",
            "referent_id": "p.referent_id",
            "division_id": "p.division_id",
            "period_id": "p.period_id",
            "state": waits("'submitted'", "'accepted'"),
            "source": "'public'",
            "siret": "e.company_registry",
            "host_name": "e.name",
            "host_street": "e.street",
            "host_zip": "e.zip",
            "host_city": "e.city",
            "signatory_name": "s.name",
            "signatory_email": "s.email",
            "tutor_name": "t.name",
            "tutor_email": "t.email",
            "schedule": "%(schedule)s::jsonb",
            "insurance_company": "'AXA'",
            "insurance_policy": "to_char(h.i, 'FM00000000')",
            "sent_on": "now() - interval '20 days'",
            "submitted_on": "now() - interval '10 days'",
            "accepted_on": waits("NULL", "now() - interval '9 days'"),
        },
        """b_placement p
           JOIN b_host h ON h.school = p.school AND h.k = p.host_k
           JOIN res_partner e ON e.id = h.partner_id
           JOIN res_partner s ON s.id = h.signatory_id
           JOIN res_partner t ON t.id = h.tutor_id
           WHERE p.h IS NOT NULL""",
        base=build.base["bde.hosting"],
        placement=build.base["bde.placement"],
        schedule=json.dumps(SCHEDULE),
    )
