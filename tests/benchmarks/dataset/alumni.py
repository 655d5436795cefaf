"""Leavers of ten years: who they are, the surveys that asked them, what they told.

Everything follows from what stands in the tables already, so that the steps may also run alone
on a data set of before. Dates of birth are not known of people typed from old lists.
"""

from . import words
from .core import choose, proof, step

LEAVERS, YEARS = 100_000, 10
MONTHS = (6, 24)
# of a hundred asked: answered, had no address any more
ANSWERED, UNREACHABLE = 45, 10
# of a hundred leavers: members of the directory
MEMBERS = 40
SITUATIONS = ("job", "job", "job", "apprenticeship", "study", "study", "study", "looking", "other")
TRADES = ("Électricien", "Aide-soignante", "Cuisinier", "Mécanicien", "Vendeuse", "Soudeur")
STUDIES = ("BTS Électrotechnique", "BUT GEII", "Mention complémentaire", "Classe préparatoire")
SHOWN = ("city", "cohort", "employer", "study", "trade", "training")


def _fold(text):
    from odoo.addons.bde_partnerships.rules.lookalike import fold

    return fold(text)


@step("bde.alumnus")
def alumni(build):
    """Who left which school when, and what each told; rows of people come last, see below.

    Scratch tables: ``b_leaver`` (i, company_id, cohort, training, name…), ``b_told`` (a line of a
    survey with its answer).
    """
    _people(build)
    _waves(build)
    _told(build)
    base = build.base["bde.alumnus"]
    build.insert(
        "bde.alumnus",
        {
            "id": "%(base)s + l.i",
            "company_id": "l.company_id",
            "kind": "'pupil'",
            "lastname": "l.lastname",
            "firstname": "l.firstname",
            "name": "l.name",
            "cohort": "l.cohort",
            "training_id": "l.training_id",
            "has_left": "true",
            "left_on": "make_date(l.cohort, 7, 5)",
            "diploma_result": "CASE WHEN pg_temp.pick(l.i, 507, 10) < 8 THEN 'passed' "
            "ELSE 'failed' END",
            "sex": "CASE WHEN pg_temp.pick(l.i, 508, 2) = 0 THEN 'f' ELSE 'm' END",
            "email": "'ancien' || l.i || '@perso.example'",
            "email_normalized": "'ancien' || l.i || '@perso.example'",
            "phone": "'06 12 34 56 78'",
            "city": "l.city",
            "active": "true",
            "is_deceased": "false",
            "informed_on": "make_date(l.cohort, 6, 1)",
            "informed_how": "'class'",
            "ok_directory": "l.member",
            "outcome_id": "%(outcomes)s + t.o",
            "situation": "t.situation",
            "employer_id": "t.relation_id",
            "trade": "t.trade",
            "employer_name": "COALESCE(t.partner_name, t.employer_text)",
            "study_name": "t.study_label",
            "directory_key": "concat_ws(' ', l.folded, l.training_folded, l.cohort, "
            "l.city_folded, t.trade_folded, t.employer_folded, t.study_folded)",
            "member_key": "CASE WHEN l.member THEN concat_ws(' ', l.folded, l.training_folded, "
            "l.cohort, l.city_folded, t.trade_folded, t.employer_folded, t.study_folded) END",
            "member_shows": "CASE WHEN l.member THEN %(shown)s END",
        },
        """b_leaver l
           LEFT JOIN LATERAL (SELECT * FROM b_told t
                               WHERE t.i = l.i AND t.situation IS NOT NULL
                               ORDER BY t.months DESC LIMIT 1) t ON true""",
        base=base,
        outcomes=build.base["bde.outcome"],
        shown=",".join(["", *SHOWN, ""]),
    )


def _people(build):
    """Scratch ``b_leaver``: as many of each school and year as the school has pupils."""
    pupils = build.env["bde.student"]._read_group([], ["company_id"], ["__count"])
    total = sum(count for _company, count in pupils)
    last = build.env["res.company"].browse(pupils[0][0].id)._bde_today().year - 1
    wanted = build.sized(LEAVERS)
    build.scratch(
        "b_leaver_size",
        "company_id int, cohort int, people int",
        [
            (company.id, last - back, max(1, round(wanted * count / total / YEARS)))
            for company, count in pupils
            for back in range(YEARS)
        ],
    )
    build.scratch(
        "b_name",
        "n int, lastname text, firstname text, name text, folded text",
        [
            (number, last_, first, f"{last_.upper()} {first}", _fold(f"{last_} {first}"))
            for number, (last_, first) in enumerate(
                (last_, first) for last_ in words.LASTNAMES for first in words.FIRSTNAMES
            )
        ],
    )
    build.scratch(
        "b_town", "n int, city text, city_folded text",
        [(number, town, _fold(town)) for number, town in enumerate(words.TOWNS)],
    )  # fmt: skip
    trainings = build.env["bde.training"].search([]).grouped("company_id")
    build.scratch(
        "b_course_of",
        "company_id int, n int, trainings int, training_id int, training_folded text",
        [
            (company.id, number, len(found), one.id, _fold(one.name))
            for company, found in trainings.items()
            for number, one in enumerate(found)
        ],
    )
    build.scratch(
        "b_leaver",
        None,
        query="""
        SELECT l.*, n.lastname, n.firstname, n.name, n.folded, t.city, t.city_folded,
               c.training_id, c.training_folded
          FROM (SELECT row_number() OVER (ORDER BY s.cohort, s.company_id, k)::int AS i,
                       s.company_id, s.cohort
                  FROM b_leaver_size s, LATERAL generate_series(1, s.people) AS k) o
          JOIN LATERAL (SELECT o.*, pg_temp.pick(o.i, 501, %(members)s) < %(agree)s AS member) l
                    ON true
          JOIN b_name n ON n.n = pg_temp.pick(l.i, 502, %(names)s)
          JOIN b_town t ON t.n = pg_temp.pick(l.i, 503, %(towns)s)
     LEFT JOIN b_course_of c ON c.company_id = l.company_id
           AND c.n = pg_temp.pick(l.i, 504, c.trainings)""",
        members=100,
        agree=MEMBERS,
        names=len(words.LASTNAMES) * len(words.FIRSTNAMES),
        towns=len(words.TOWNS),
    )
    build.reserve("bde.alumnus", build.value("SELECT count(*) FROM b_leaver"))


def _waves(build):
    """Scratch ``b_wave``: a survey a school, year and horizon whose day has come."""
    build.scratch(
        "b_wave",
        None,
        query="""
        SELECT row_number() OVER (ORDER BY s.company_id, s.cohort, months)::int AS n,
               s.company_id, s.cohort, months,
               (make_date(s.cohort, 8, 31) + make_interval(months => months))::date AS day
          FROM b_leaver_size s, LATERAL unnest(%(months)s) AS months
         WHERE make_date(s.cohort, 8, 31) + make_interval(months => months) < CURRENT_DATE""",
        months=list(MONTHS),
    )
    build.reserve("bde.alumni.wave", build.value("SELECT count(*) FROM b_wave"))


def _told(build):
    """Scratch ``b_told``: who was asked in each survey, and the answer (``o``: its ordinal)."""
    build.run("SELECT id, company_id, partner_name FROM bde_relation ORDER BY company_id, id")
    relations, numbers = [], {}
    for number, company, name in build.cr.fetchall():
        numbers[company] = numbers.get(company, -1) + 1
        relations.append((company, numbers[company], number, name or "", _fold(name or "")))
    build.scratch(
        "b_employer",
        "company_id int, n int, relation_id int, partner_name text, folded text",
        relations,
    )
    build.scratch(
        "b_employers",
        None,
        query="SELECT company_id, count(*)::int AS employers FROM b_employer GROUP BY 1",
    )
    for name, texts in (("b_trade", TRADES), ("b_study", STUDIES)):
        rows = [(number, text, _fold(text)) for number, text in enumerate(texts)]
        build.scratch(name, "n int, label text, folded text", rows)
    build.scratch(
        "b_asked",
        None,
        query=f"""
        SELECT row_number() OVER (ORDER BY w.n, l.i)::int AS n, w.n AS wave, w.months, w.day,
               w.cohort, l.i, l.company_id, l.training_id,
               pg_temp.pick(l.i * 100 + w.months, 510, 100) AS luck,
               {choose(SITUATIONS, 511, "l.i * 100 + w.months")} AS told
          FROM b_wave w
          JOIN b_leaver l ON l.company_id = w.company_id AND l.cohort = w.cohort""",
    )
    build.scratch(
        "b_told",
        None,
        query="""
        SELECT a.*, r.relation_id, r.partner_name,
               CASE WHEN a.works AND r.relation_id IS NULL THEN 'Chez Durand' END AS employer_text,
               COALESCE(r.folded, CASE WHEN a.works THEN 'chez durand' END) AS employer_folded,
               t.label AS trade, t.folded AS trade_folded,
               s.label AS study_label, s.folded AS study_folded
          FROM (SELECT b.*,
                       CASE WHEN luck < %(answered)s THEN told END AS situation,
                       luck < %(answered)s AND told IN ('job', 'apprenticeship') AS works,
                       luck < %(answered)s AND told = 'study' AS studies,
                       CASE WHEN luck < %(answered)s
                            THEN count(*) FILTER (WHERE luck < %(answered)s) OVER (ORDER BY n)
                            END::int AS o
                  FROM b_asked b) a
     LEFT JOIN b_employers e ON e.company_id = a.company_id
     LEFT JOIN b_employer r ON r.company_id = a.company_id AND a.works
           AND pg_temp.pick(a.n, 512, 10) < 6
           AND r.n = pg_temp.pick(a.n, 513, least(e.employers, 200))
     LEFT JOIN b_trade t ON a.works AND t.n = pg_temp.pick(a.n, 514, %(trades)s)
     LEFT JOIN b_study s ON a.studies AND s.n = pg_temp.pick(a.n, 515, %(studies)s)""",
        answered=ANSWERED,
        trades=len(TRADES),
        studies=len(STUDIES),
    )
    build.run("CREATE INDEX ON b_told (i)")
    build.reserve("bde.alumni.wave.line", build.value("SELECT count(*) FROM b_told"))
    build.reserve("bde.outcome", build.value("SELECT count(o) FROM b_told"))


@step("bde.alumni.wave")
def waves(build):
    """The surveys, all over."""
    build.insert(
        "bde.alumni.wave",
        {
            "id": "%(base)s + w.n",
            "company_id": "w.company_id",
            "cohort": "w.cohort",
            "months": "w.months",
            "date": "w.day",
            "ends_on": "w.day + 90",
            "state": "'over'",
        },
        "b_wave w",
        base=build.base["bde.alumni.wave"],
    )


@step("bde.alumni.wave.line")
def lines(build):
    """Who was asked."""
    build.insert(
        "bde.alumni.wave.line",
        {
            "id": "%(base)s + t.n",
            "wave_id": "%(wave)s + t.wave",
            "company_id": "t.company_id",
            "alumnus_id": "%(alumnus)s + t.i",
            "training_id": "t.training_id",
            "state": "CASE WHEN t.o IS NOT NULL THEN 'answered' WHEN t.luck >= 100 - %(lost)s "
            "THEN 'unreachable' ELSE 'sent' END",
            "asked_on": "CASE WHEN t.luck < 100 - %(lost)s THEN t.day END",
            "reminder_count": "CASE WHEN t.o IS NULL THEN 2 ELSE 0 END",
            "channel": "'email'",
            "answered_on": "CASE WHEN t.o IS NOT NULL THEN t.day + 3 END",
            "outcome_id": "%(outcome)s + t.o",
            "situation": "t.situation",
        },
        "b_told t",
        base=build.base["bde.alumni.wave.line"],
        wave=build.base["bde.alumni.wave"],
        alumnus=build.base["bde.alumnus"],
        outcome=build.base["bde.outcome"],
        lost=UNREACHABLE,
    )


@step("bde.outcome")
def outcomes(build):
    """What they told."""
    build.insert(
        "bde.outcome",
        {
            "id": "%(base)s + t.o",
            "company_id": "t.company_id",
            "alumnus_id": "%(alumnus)s + t.i",
            "date": "t.day + 3",
            "months": "t.months",
            "situation": "t.situation",
            "relation_id": "t.relation_id",
            "employer_text": "t.employer_text",
            "trade": "t.trade",
            "contract": "CASE WHEN t.works THEN 'cdd' END",
            "linked_to_training": "CASE WHEN t.works THEN 'yes' END",
            "study_label": "t.study_label",
            "source": "'link'",
            "wave_line_id": "%(line)s + t.n",
        },
        "b_told t WHERE t.o IS NOT NULL",
        base=build.base["bde.outcome"],
        alumnus=build.base["bde.alumnus"],
        line=build.base["bde.alumni.wave.line"],
    )


@step("bde.alumni.consent")
def consents(build):
    """Members of the directory, who show all of it but their addresses."""
    build.scratch(
        "b_member",
        None,
        query="SELECT row_number() OVER (ORDER BY i)::int AS n, l.* FROM b_leaver l WHERE member",
    )
    base = build.reserve("bde.alumni.consent", build.value("SELECT count(*) FROM b_member"))
    build.insert(
        "bde.alumni.consent",
        {
            "id": "%(base)s + m.n",
            "company_id": "m.company_id",
            "alumnus_id": "%(alumnus)s + m.i",
            "purpose": "'directory'",
            "state": "'given'",
            "shown_fields": "%(shown)s::jsonb",
            "given_on": "make_date(m.cohort, 6, 15)",
            "by": "'self'",
            "channel": "'link'",
            "text_version": "'banc'",
            "text": "'Je veux être dans l’annuaire.'",
        },
        "b_member m",
        base=base,
        alumnus=build.base["bde.alumnus"],
        shown="[" + ", ".join(f'"{name}"' for name in SHOWN) + "]",
    )


@step("bde.alumni.figure")
def figures(build):
    """What the académie reads of them."""
    build.env.invalidate_all()
    build.env["bde.alumni.figure"]._refresh()
    build.count["bde.alumni.figure"] = build.env["bde.alumni.figure"].search_count([])


# ------------------------------------------------------------------
# Proofs
# ------------------------------------------------------------------


@proof
def leavers_of_ten_years(env, sample):
    """Every school has leavers of ten years, and answers in all situations."""
    wrong = []
    rows = env["bde.alumni.cohort"]._read_group([], ["company_id"], ["cohort:count_distinct"])
    schools = env["res.company"].search([("bde_kind", "=", "school")])
    if len(rows) < len(schools) or any(years < YEARS for _company, years in rows):
        wrong.append(f"{len(rows)} écoles de {len(schools)} ont des sortants de {YEARS} ans")
    told = dict(env["bde.outcome"]._read_group([], ["situation"], ["__count"]))
    wrong += [f"aucune situation {code}" for code in set(SITUATIONS) if not told.get(code)]
    return wrong


@proof
def surveys_agree_with_the_pages(env, sample):
    """The page of a cohort counts what its surveys count."""
    wrong = []
    for wave in sample("bde.alumni.wave")[:10]:
        found = env["bde.alumni.cohort"]._cohort_figures(wave.company_id, [wave.cohort])
        own = wave._figures()[wave.id]._replace(objected=0)
        if found.get((wave.company_id.id, wave.cohort, wave.months)) != own:
            wrong.append(f"{wave} : {own}")
    return wrong
