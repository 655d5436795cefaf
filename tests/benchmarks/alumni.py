"""Group ``alumni``: leavers of ten years, on a whole académie.

Names, limits and yardsticks are those of issue 7, section Speed.
"""

import base64
import time
from datetime import timedelta

from . import odoo_env, taxe, webclient, yardsticks
from .harness import compare, interleave, same_queries, without_chunks

COHORT_LIMIT, SEND_LIMIT, SEARCH_LIMIT = 3, 1.3, 1.5
LETTERS, CORE_LETTERS = 20_000, 2_000
IMPORT_ROWS = 22_000
CORE_ROWS = 2_000
# a training: more people than a screen shows, in any school
WORD = "cuisine"

# ------------------------------------------------------------------
# The page of a cohort
# ------------------------------------------------------------------

FIGURES = """
    SELECT l.company_id, w.cohort, w.months{columns},
           count(*) FILTER (WHERE NOT a.is_deceased) AS asked,
           count(*) FILTER (WHERE a.is_deceased) AS deceased,
           count(*) FILTER (WHERE l.situation = 'job' AND NOT a.is_deceased),
           count(*) FILTER (WHERE l.situation = 'apprenticeship' AND NOT a.is_deceased),
           count(*) FILTER (WHERE l.situation = 'study' AND NOT a.is_deceased),
           count(*) FILTER (WHERE l.situation = 'looking' AND NOT a.is_deceased),
           count(*) FILTER (WHERE l.situation = 'other' AND NOT a.is_deceased)
      FROM bde_alumni_wave_line l
      JOIN bde_alumni_wave w ON w.id = l.wave_id
      JOIN bde_alumnus a ON a.id = l.alumnus_id
     WHERE l.state <> 'to_send' AND l.company_id = ANY(%(schools)s)
       AND w.cohort = ANY(%(cohorts)s)
  GROUP BY l.company_id, w.cohort, w.months{columns}"""
FLOWS = """
    SELECT w.months, l.training_id, l.situation, o.relation_id, r.partner_name, count(*)
      FROM bde_alumni_wave_line l
      JOIN bde_alumni_wave w ON w.id = l.wave_id
      JOIN bde_alumnus a ON a.id = l.alumnus_id
      JOIN bde_outcome o ON o.id = l.outcome_id
 LEFT JOIN bde_relation r ON r.id = o.relation_id
     WHERE l.state <> 'to_send' AND l.company_id = ANY(%(schools)s) AND w.cohort = %(cohort)s
       AND NOT a.is_deceased
  GROUP BY w.months, l.training_id, l.situation, o.relation_id, r.partner_name"""
LEFT = """
    SELECT company_id, cohort, count(*) FROM bde_alumnus
     WHERE company_id = ANY(%(schools)s) AND cohort = %(cohort)s AND NOT is_deceased
       AND (student_id IS NULL OR has_left) AND active
  GROUP BY company_id, cohort"""
SITUATIONS = ("job", "apprenticeship", "study", "looking", "other")


def cohort_dashboard(bench):
    """What became of all cohorts of the académie; then the page of one, as its manager opens it.

    Milliseconds. Yardstick: SQL written by hand, with equal results. Limit: 3 (issue 7).
    """
    return [_all_cohorts(bench), _one_page(bench)]


def _all_cohorts(bench):
    seen = {}

    def ours():
        with odoo_env.rolled_back(bench.registry) as env:
            schools, cohorts = _scope(env)

            def run():
                figures = env["bde.alumni.cohort"]._cohort_figures(schools, cohorts)
                seen["ours"] = {key: _numbers(found) for key, found in figures.items()}

            return odoo_env.counted(env, run)

    def yardstick():
        with odoo_env.rolled_back(bench.registry) as env:
            schools, cohorts = _scope(env)
            return odoo_env.counted(
                env, lambda: seen.update(sql=_by_hand(env, schools.ids, cohorts))
            )

    measures = interleave(ours, yardstick, rounds=2 * bench.rounds, warmup=1)
    return compare(
        "cohort_dashboard",
        *measures,
        limit=COHORT_LIMIT,
        scale=1000,
        unit="ms",
        queries=measures[0][-1].queries,
        checks={"égal au SQL écrit à la main": seen["ours"] == seen["sql"]},
        notes=[f"{len(seen['ours'])} enquêtes de toute l'académie"],
    )


def _one_page(bench):
    school, seen = bench.large, {}

    def ours():
        with odoo_env.rolled_back(bench.registry, **bench.as_manager(school)) as env:
            cohort = _cohort(env, school)
            return odoo_env.counted(env, lambda: seen.update(page=cohort.page))

    def yardstick():
        with odoo_env.rolled_back(bench.registry) as env:
            cohort = _cohort(env, school).cohort

            def run():
                years = list(range(cohort - 2, cohort + 1))
                seen["figures"] = _by_hand(env, [school], years, ", l.training_id, a.sex")
                for query in (FLOWS, LEFT):
                    env.cr.execute(query, {"schools": [school], "cohort": cohort})
                    seen[query] = env.cr.fetchall()

            return odoo_env.counted(env, run)

    measures = interleave(ours, yardstick, rounds=3 * bench.rounds, warmup=2)
    page = seen["page"]
    return compare(
        "cohort_page",
        *measures,
        limit=COHORT_LIMIT,
        scale=1000,
        unit="ms",
        queries=measures[0][-1].queries,
        checks={"égal au SQL écrit à la main": _same_page(page, seen)},
        notes=[f"{page['leavers']} sortants, {len(page['horizons'])} enquêtes, trois années"],
    )


def _scope(env):
    schools = env["res.company"].search([("bde_kind", "=", "school")])
    groups = env["bde.alumni.wave"]._read_group([], ["cohort"])
    return schools, [cohort for (cohort,) in groups]


def _cohort(env, school):
    """The cohort with the most surveys, the latest of them."""
    return env["bde.alumni.cohort"].search(
        [("company_id", "=", school), ("cohort", "<=", env.cr.now().year - 3)], limit=1
    )


def _by_hand(env, schools, cohorts, columns=""):
    query = FIGURES.format(columns=columns)
    env.cr.execute(query, {"schools": schools, "cohorts": list(cohorts)})
    split = 3 + columns.count(",")
    return {row[:split]: row[split:] for row in env.cr.fetchall()}


def _numbers(figures):
    """What the query by hand counts: asked, deceased, each situation."""
    told = tuple(figures.situations.get(code, 0) for code in SITUATIONS)
    return (figures.leavers, figures.deceased, *told)


def _same_page(page, seen):
    """Whether the page says the numbers that SQL found."""
    told = {}
    for (_school, cohort, months, *_group), counts in seen["figures"].items():
        if cohort == page["cohort"]:
            told[months] = [a + b for a, b in zip(told.get(months, [0] * 7), counts, strict=True)]
    shown = {
        one["months"]: [one["asked"], one["deceased"], *(row["count"] for row in one["rows"])]
        for one in page["horizons"]
    }
    flows = {}
    for months, *_group, count in seen[FLOWS]:
        flows[months] = flows.get(months, 0) + count
    drawn = {
        one["months"]: sum(stream["count"] for stream in one["flow"]) for one in page["horizons"]
    }
    return shown == told and flows == drawn and page["leavers"] == seen[LEFT][0][2]


# ------------------------------------------------------------------
# Sending a survey
# ------------------------------------------------------------------


def survey_send(bench):
    """20,000 leavers of all schools asked by letter: checked, noted, links and mails made.

    Milliseconds a letter. Yardstick: core's ``mass_mailing`` to addresses, its traces and mails
    made, none sent, 2,000 of them; core's own invitation to a survey, a mail at a time, takes six
    times as long. Limit: 1.3 (issue 7).
    """
    sent = []

    def ours():
        with odoo_env.rolled_back(bench.registry) as env:
            waves = _waves_to_send(env)
            before = env["mail.mail"].search_count([])
            measure = odoo_env.counted(env, waves._ask_now)
            sent.append(env["mail.mail"].search_count([]) - before)
            measure.units = max(sent[-1], 1)
            return measure

    measures = interleave(
        ours,
        lambda: taxe.core_mailing(bench, CORE_LETTERS),
        rounds=min(bench.rounds, 2),
        warmup=0,
    )
    return [
        compare(
            "survey_send",
            *measures,
            limit=SEND_LIMIT,
            scale=1000,
            unit="ms/lettre",
            queries=measures[0][-1].queries,
            checks={"tous sont sollicités": sent[-1] >= bench_size(bench) * 0.95},
            notes=[
                f"{sent[-1]} lettres ; étalon : {CORE_LETTERS}, {measures[1][-1].queries} requêtes",
            ],
        )
    ]


def bench_size(bench):
    """Letters of this data set: 20,000, or as many as two of its years hold."""
    with odoo_env.rolled_back(bench.registry) as env:
        rows = env["bde.alumnus"]._read_group([], ["cohort"], ["__count"], order="cohort desc")
        return min(LETTERS, sum(count for _cohort, count in rows[:2]))


def _waves_to_send(env):
    """Surveys at 12 and 18 months of the two last years, of all schools, nobody asked yet."""
    groups = env["bde.alumnus"]._read_group([], ["cohort"], order="cohort desc")
    today = env["res.company"].search([("bde_kind", "=", "school")], limit=1)._bde_today()
    schools = env["res.company"].search([("bde_kind", "=", "school")])
    waves = env["bde.alumni.wave"].create(
        [
            {
                "company_id": school.id,
                "cohort": cohort,
                "months": months,
                "date": today - timedelta(days=1),
            }
            for (cohort,), months in zip(groups[:2], (12, 18), strict=True)
            for school in schools
        ]
    )
    waves._begin()
    env.flush_all()
    env.cr.execute("ANALYZE bde_alumni_wave_line")
    return waves


# ------------------------------------------------------------------
# Open data
# ------------------------------------------------------------------


def open_data_import(bench):
    """22,000 lines of the ministry's file read, checked and written.

    Milliseconds a line. Yardstick: core's creation of contacts, without a limit; what is judged
    is that each chunk takes the same number of queries (issue 7).
    """
    seen = {}

    def ours():
        with odoo_env.rolled_back(bench.registry) as env:
            academy = env["res.company"].search([("bde_kind", "=", "academy")], limit=1)
            uais = env["res.company"].search([("uai", "!=", False)]).mapped("uai")
            file = _official_file(uais)
            return odoo_env.counted(env, lambda: _import(env, academy, file, seen), IMPORT_ROWS)

    def yardstick():
        return yardsticks.create_partners(bench, bench.medium, CORE_ROWS)

    measures = interleave(ours, yardstick, rounds=min(bench.rounds, 2), warmup=0)
    chunks = seen["chunks"]
    found = {"2e": chunks[1], "avant-dernier": chunks[-2]}
    return [
        compare(
            "open_data_import",
            *measures,
            limit=None,
            scale=1000,
            unit="ms/ligne",
            queries=found,
            checks={
                "mêmes requêtes par lot": same_queries(found),
                "toutes les lignes sont là": seen["written"] == IMPORT_ROWS,
                "relu, rien ne change": seen["again"] == 0,
            },
            notes=[
                f"{IMPORT_ROWS} lignes, {len(chunks)} lots : lecture {seen['read']:.1f} s, "
                f"aperçu {seen['preview']:.1f} s, écriture {seen['apply']:.1f} s",
            ],
        )
    ]


def _official_file(uais):
    """A CSV as the ministry gives it: rates missing in three ways, some schools of ours."""
    missing = ("nd", "NC", "", "-")
    lines = [
        "annee;uai;libelle;region;type_diplome;code_formation_mefstat11;libelle_formation;"
        "duree_formation;part_en_poursuite_d_etudes;part_en_emploi_6_mois_apres_la_sortie;"
        "part_des_autres_situations;taux_emploi_6_mois;taux_emploi_12_mois"
    ]
    for number in range(IMPORT_ROWS):
        rates = [str((number * step) % 101) for step in (3, 5, 7, 11, 13)]
        if number % 3 == 0:
            rates = [missing[number % 4]] * 5
        lines.append(
            f"cumul 2022-2023;{uais[number % len(uais)]};LYCEE {number % 500};Nouvelle-Aquitaine;"
            f"BAC PRO;{40000000000 + number};Formation {number % 300};3 ans;{';'.join(rates)}"
        )
    return base64.b64encode("\n".join(lines).encode())


def _import(env, academy, file, seen):
    """The three steps, with the time of each and the queries of each chunk; then once more."""
    Import = env["bde.inserjeunes.import"].with_company(academy)
    record = Import.create({"company_id": academy.id, "filename": "fine.csv", "file": file})
    for name, step in (("read", record.action_read), ("preview", record.action_preview)):
        start = time.perf_counter()
        step()
        env.flush_all()
        seen[name] = time.perf_counter() - start
    start, seen["chunks"] = time.perf_counter(), []
    _chunk(env, record.action_apply, seen)
    while record.state == "running":
        _chunk(env, record.apply_next, seen)
    seen["apply"] = time.perf_counter() - start
    seen["written"] = env["bde.inserjeunes"].search_count([("company_id", "=", academy.id)])
    again = Import.create({"company_id": academy.id, "filename": "fine.csv", "file": file})
    again.action_read()
    again.action_preview()
    seen["again"] = again.todo_count


def _chunk(env, verb, seen):
    """One chunk: its queries, those that core cuts by a hundred rows counted once."""
    with odoo_env.recorded():
        measure = odoo_env.counted(env, verb)
        seen["chunks"].append(without_chunks(measure.statements))


# ------------------------------------------------------------------
# Directory
# ------------------------------------------------------------------


def directory_search(bench):
    """The directory of a school searched by a training, as the screen of the bureau does.

    Milliseconds. Yardstick: core's list of contacts searched by a piece of a name, with as many
    rows on the screen. Limit: 1.5 (issue 7).
    """
    school, seen = bench.large, {}
    with odoo_env.rolled_back(bench.registry, **bench.as_manager(school)) as env:
        calls = webclient.open_action(
            env, "bde_alumni.action_directory", domain=[("directory_search", "ilike", WORD)]
        )
    with odoo_env.rolled_back(bench.registry, **bench.as_etalon(school)) as env:
        core = webclient.open_action(
            env,
            "contacts.action_contacts",
            domain=[("complete_name", "ilike", "garage")],
            view_type="list",
        )

    def play(user, played, who):
        answers, measure = odoo_env.request(bench.registry, user, school, played)
        seen[who] = yardsticks.visible(answers)[0]
        return measure

    measures = interleave(
        lambda: play(bench.managers[school], calls, "ours"),
        lambda: play(bench.etalon, core, "core"),
        rounds=3 * bench.rounds,
        warmup=2,
    )
    return [
        compare(
            "directory_search",
            *measures,
            limit=SEARCH_LIMIT,
            scale=1000,
            unit="ms",
            queries=measures[0][-1].queries,
            checks={"autant de fiches visibles": seen["ours"] == seen["core"]},
            notes=[f"fiches visibles : {seen['ours']}, étalon {seen['core']}"],
        )
    ]


BENCHMARKS = (cohort_dashboard, survey_send, open_data_import, directory_search)
