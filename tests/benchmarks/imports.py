"""The import of a large school's SIECLE files: preview, then apply."""

import statistics

from . import odoo_env, siecle_file
from .harness import Measure, Result, same_queries, without_chunks

PUPILS = 1200
TARGET = 10  # seconds, of the issue
# All within one chunk of 200 records: there are two guardians and two links for each pupil.
WITHIN = (1, 20, 100)
# Whole chunks: what one more costs must not depend on how many there were.
CHUNKS = (200, 400, 600)


def run(env, bench, count):
    """Import so many pupils into a school that is still empty.

    :return: measures of the preview and of the application
    """
    record = _new_import(env, bench, count)
    preview = odoo_env.counted(record.env, record.action_preview, count)
    applied = odoo_env.counted(record.env, record.action_apply, count)
    pupils = record.env["bde.schooling"].search_count([("company_id", "=", record.company_id.id)])
    if (record.state, pupils) != ("applied", count):
        raise AssertionError(f"{pupils} pupils of {count}, import {record.state}")
    return preview, applied


def _new_import(env, bench, count):
    """The import of a new school's manager, its two files attached; in his environment."""
    uai = "0339999P"
    school = env["res.company"].create(
        {
            "name": "Lycée du banc",
            "bde_kind": "school",
            "parent_id": env["res.company"].browse(bench.large).parent_id.id,
            "uai": uai,
            "country_id": env.ref("base.fr").id,
        }
    )
    manager = env["res.users"].browse(bench.managers[bench.large])
    env["bde.membership"].create(
        {"user_id": manager.id, "company_id": school.id, "role": "manager"}
    )
    env.flush_all()
    env = odoo_env.environment(env.cr, manager.id, school.id)
    year = env["bde.school.year"]._current(school).sudo().date_start.year
    files = env["ir.attachment"].create(
        [
            {"name": name, "raw": content(uai, year, count)}
            for name, content in (
                ("ElevesAvecAdresses.xml", siecle_file.pupils_xml),
                ("ResponsablesAvecAdresses.xml", siecle_file.guardians_xml),
            )
        ]
    )
    return env["bde.import"].create({"attachment_ids": [(6, 0, files.ids)]})


def measured(bench, count):
    """One import, rolled back; the sum of both steps, and each."""
    with odoo_env.rolled_back(bench.registry) as env:
        preview, applied = run(env, bench, count)
    both = Measure(preview.seconds + applied.seconds, preview.queries + applied.queries, count)
    return both, preview, applied


def queries(bench, count):
    """Queries of one import with core's chunks of a hundred rows counted once."""
    with odoo_env.rolled_back(bench.registry) as env, odoo_env.recorded():
        return sum(without_chunks(measure.statements) for measure in run(env, bench, count))


def benchmark(bench):
    """The result of ``siecle_import``; see ``agreements.siecle_import``."""
    measured(bench, WITHIN[0])
    rounds = [measured(bench, PUPILS) for _round in range(min(bench.rounds, 3))]
    within = {count: queries(bench, count) for count in WITHIN}
    by_chunks = [queries(bench, count) for count in CHUNKS]
    steps = [after - before for before, after in zip(by_chunks, by_chunks[1:], strict=False)]
    seconds = [statistics.median(m[place].seconds for m in rounds) for place in (0, 1, 2)]
    return Result(
        "siecle_import",
        figure=seconds[0],
        yardstick=TARGET,
        limit=1.0,
        queries=within,
        checks={
            "mêmes requêtes qu'une tranche soit pleine ou non": same_queries(within),
            "mêmes requêtes pour chaque tranche de plus": len(set(steps)) == 1,
        },
        notes=[
            "l'étalon est la cible de 10 s pour 1 200 élèves et 2 400 responsables",
            f"aperçu {seconds[1]:.1f} s, application {seconds[2]:.1f} s, "
            f"{rounds[-1][0].queries} requêtes en tout ; une tranche de 200 de plus : {steps}",
        ],
    )
