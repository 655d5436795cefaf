"""Group ``followup``: what follows the signature, on a whole académie.

Names, limits and yardsticks are those of issue 5, section Speed.
"""

import statistics

from . import lot, odoo_env, partners, rendering, webclient, yardsticks
from .harness import Measure, compare, interleave, same_queries, timed

PUPILS = 1200
SIZES = (1, 20, 200, PUPILS)
ATTESTATIONS = 300
EXACT = 1e-9


# ------------------------------------------------------------------
# Figures
# ------------------------------------------------------------------


def quality_refresh(bench):
    """Indexes of all hosts from all answers, by SQL in batches.

    Yardstick: the pure module on the same answers, in memory. Limit: no slower; equal to 1e-9;
    the target is 10 s for 20,000 hosts and 60,000 answers (issue 5).
    """
    seen = {}

    def ours():
        with odoo_env.rolled_back(bench.registry) as env:
            Line = env["bde.site.quality"]
            seconds, _count = timed(Line._refresh)
            env.flush_all()
            seen["sql"] = {
                (line.partner_id.id, line.training_code): (
                    line.count,
                    line.index if line.is_shown else None,
                    line.trend or None,
                )
                for line in Line.search([])
            }
            return Measure(seconds)

    def pure():
        from odoo.addons.bde_pfmp.rules import quality

        with odoo_env.rolled_back(bench.registry) as env:
            sheets = env["bde.site.quality"]._sheets()
            terms = env["bde.quality.term"]._terms()
            seconds, table = timed(lambda: quality.table(sheets, terms))
            seen["answers"] = len(sheets)
            seen["pure"] = {
                key: (found.count, found.index, found.trend) for key, found in table.items()
            }
            return Measure(seconds)

    measures = interleave(ours, pure, rounds=min(bench.rounds, 3), warmup=0)
    hosts = len({host for host, _training in seen["sql"]})
    return [
        compare(
            "quality_refresh",
            *measures,
            limit=None,
            unit="s",
            checks={"égal au calcul en mémoire à 1e-9": _equal(seen["sql"], seen["pure"])},
            notes=[f"{hosts} entreprises, {seen['answers']} réponses (cible : 10 s)"],
        )
    ]


def _equal(left, right):
    """Whether two tables say the same, indexes within :data:`EXACT`."""
    if left.keys() != right.keys():
        return False
    for key, (count, index, trend) in left.items():
        other_count, other_index, other_trend = right[key]
        if (count, trend, index is None) != (other_count, other_trend, other_index is None):
            return False
        if index is not None and abs(index - other_index) > EXACT:
            return False
    return True


def allowances(bench):
    """The allowances of 1,200 pupils of the largest school, counted again.

    Milliseconds a pupil. Yardstick: ``res.partner.create`` of as many plain contacts. Limit:
    1.0, the same queries for 1, 20, 200 and all; the target is 2 s for all (issue 5).
    """
    school = bench.large

    def run(env, size=PUPILS):
        schoolings = (
            env["bde.schooling"]
            .sudo()
            .search([("company_id", "=", school), ("date_end", "=", False)], limit=size)
        )
        return odoo_env.counted(
            env, lambda: env["bde.allowance"].sudo()._refresh(schoolings), len(schoolings)
        )

    def ours():
        with odoo_env.rolled_back(bench.registry, **bench.as_manager(school)) as env:
            return run(env)

    def yardstick():
        return yardsticks.create_partners(bench, school, PUPILS)

    user = bench.as_manager(school)
    queries, raw = odoo_env.queries_by_size(bench.registry, run, SIZES, **user)
    measures = interleave(ours, yardstick, rounds=min(bench.rounds, 5))
    seconds = statistics.median(measure.seconds for measure in measures[0])
    return [
        compare(
            "allowances",
            *measures,
            limit=1.0,
            scale=1000,
            unit="ms/élève",
            queries=queries,
            checks={"mêmes requêtes pour 1, 20, 200 et tous": same_queries(queries)},
            notes=[
                f"{measures[0][-1].units} élèves : {seconds:.1f} s (cible : 2 s)",
                "requêtes brutes " + " ".join(f"{size}:{count}" for size, count in raw.items()),
            ],
        )
    ]


# ------------------------------------------------------------------
# Screens
# ------------------------------------------------------------------


def departure_list(bench):
    """Who leaves, its classes unfolded. Yardstick: core's list of leads, as many rows."""
    return [_list(bench, "departure_list", "bde_pfmp.action_placement_departure")]


def visits_home(bench):
    """The visits of a school, as their menu opens them. Yardstick: core's list of leads."""
    return [_list(bench, "visits_home", "bde_pfmp.action_visit")]


def _list(bench, name, action):
    school = bench.medium
    with odoo_env.rolled_back(bench.registry, **bench.as_manager(school)) as env:
        calls = webclient.open_action(env, action, domain=[], view_type="list", group_by="")
    answers, _measure = odoo_env.request(bench.registry, bench.managers[school], school, calls)
    rows, _columns = yardsticks.visible(answers)
    yardsticks.prepare_leads(bench, school, [rows])
    core = yardsticks.lead_list(bench)
    return partners._screen(bench, name, calls, core, core_company=bench.core_company)


# ------------------------------------------------------------------
# Attestations
# ------------------------------------------------------------------


class AttestationLot(lot.Lot):
    """As many attestations out for the hosts' signature, of stays that are over for the bench."""

    def __init__(self, bench, count):
        self.bench = bench
        with self.environment() as env:
            running = env["bde.convention"].search([("state", "=", "running")], limit=count)
            assert len(running) == count, f"{len(running)} conventions of {count}"
            self.stays = running.document_id.ids
            self._move(env, "ended")
            self.documents = running._ensure_attestations().document_id.ids
            env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
            env.cr.commit()

    def _move(self, env, state):
        for documents in env["bde.document"].sudo().browse(self.stays)._as_engine():
            documents._set_state(state)

    def close(self):
        super().close()
        with self.environment() as env:
            self._move(env, "running")
            env.cr.commit()


def attestation_batch(bench):
    """PDFs of 300 attestations by two workers through the engine's job.

    Documents a minute; yardstick, limit and target are those of ``pdf_batch`` of the conventions.
    """
    made = []

    def make_lot():
        made.append(AttestationLot(bench, ATTESTATIONS))
        return made[0]

    try:
        return [rendering.batch(bench, "attestation_batch", make_lot)]
    finally:
        for one in made:
            one.close()


BENCHMARKS = (quality_refresh, allowances, departure_list, visits_home, attestation_batch)
