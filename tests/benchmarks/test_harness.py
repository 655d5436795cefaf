"""The harness itself, without Odoo: what it measures, compares, judges and writes."""

import json
import time

import pytest

from tests.benchmarks import harness
from tests.benchmarks.dataset import core, ground
from tests.benchmarks.harness import Measure, Result


def test_median_per_unit_ignores_one_slow_round():
    rounds = [Measure(2.0, units=1000), Measure(3.0, units=1000), Measure(90.0, units=1000)]
    assert harness.median_per_unit(rounds) == pytest.approx(0.003)


def test_spread_is_the_distance_of_quartiles_over_the_median():
    # quartiles of 1, 2, 3, 4, 5 are 2, 3 and 4
    assert harness.spread([Measure(s) for s in (1, 2, 3, 4, 5)]) == pytest.approx(2 / 3)
    assert harness.spread([Measure(1)]) == 0.0


def test_interleave_alternates_the_order_and_drops_the_warm_up():
    played = []

    def run(name):
        def once():
            played.append(name)
            return Measure(float(len(played)))

        return once

    ours, yardstick = harness.interleave(run("a"), run("b"), rounds=2, warmup=1)
    assert played == ["b", "a", "a", "b", "b", "a"]
    assert [measure.seconds for measure in ours] == [3.0, 6.0]
    assert [measure.seconds for measure in yardstick] == [4.0, 5.0]


def test_timed_returns_seconds_and_result():
    seconds, returned = harness.timed(lambda: sum(range(10)))
    assert returned == 45
    assert 0 <= seconds < 5


def test_compare_takes_the_ratio_of_the_medians_per_unit():
    ours = [Measure(s, units=100) for s in (0.3, 0.2, 0.4)]
    yardstick = [Measure(s, units=200) for s in (0.4, 0.5, 0.3)]
    result = harness.compare("x", ours, yardstick, limit=1.5, scale=1000, unit="ms")
    assert result.figure == pytest.approx(3.0)
    assert result.yardstick == pytest.approx(2.0)
    assert result.ratio == pytest.approx(1.5)
    assert result.ok is True
    assert "3 tours" in result.notes[0]


@pytest.mark.parametrize(
    ("figure", "limit", "better", "ok"),
    [
        (1.5, 1.5, harness.LOWER, True),
        (1.51, 1.5, harness.LOWER, False),
        (0.6, 0.6, harness.HIGHER, True),
        (0.59, 0.6, harness.HIGHER, False),
    ],
)
def test_ok_compares_the_ratio_with_the_limit(figure, limit, better, ok):
    assert Result("x", figure, 1.0, limit, better=better).ok is ok


def test_ok_needs_every_check():
    assert Result("x", 1.0, 1.0, 2.0, checks={"same": True}).ok is True
    assert Result("x", 1.0, 1.0, 2.0, checks={"same": True, "all": False}).ok is False
    assert Result("x", 1.0, checks={}).ok is True


def test_ok_is_false_without_a_yardstick_when_there_is_a_limit():
    assert Result("x", 1.0, None, 2.0).ok is False


def test_a_skip_is_neither_good_nor_bad_and_tells_why():
    result = Result("x", limit=0.6, skipped="no wkhtmltopdf")
    assert result.ok is None
    assert result.ratio is None
    assert result.as_dict()["skipped"] == "no wkhtmltopdf"


def test_same_queries_needs_two_sizes():
    assert harness.same_queries({1: 12, 20: 12, 200: 12})
    assert not harness.same_queries({1: 12, 20: 13})
    assert not harness.same_queries({1: 12})


def test_without_chunks_counts_once_the_chunks_of_core():
    insert = "INSERT INTO t (a) VALUES "
    full, rest = insert + ", ".join(["%s"] * 100), insert + "%s, %s"
    assert harness.without_chunks(["SELECT %s", full, full, rest, "SELECT %s"]) == 3
    # one record at a time is the module's own doing
    assert harness.without_chunks([insert + "%s"] * 200) == 200
    # a new batch after the end of another one
    assert harness.without_chunks([full, rest, rest]) == 2
    other = "INSERT INTO u (a) VALUES %s"
    assert harness.without_chunks([full, other, rest]) == 2


def test_without_chunks_knows_updates_of_many_rows():
    update = ' UPDATE "t" SET "a" = "__tmp"."a" FROM (VALUES {}) AS "__tmp"("id", "a")'
    full, rest = update.format(", ".join(["%s"] * 100)), update.format("%s")
    assert harness.without_chunks([full, rest]) == 1
    assert harness.without_chunks([rest, rest]) == 2
    assert harness.without_chunks(["UPDATE t SET a = %s WHERE id IN %s"] * 2) == 2


def test_rounded_keeps_four_significant_digits():
    assert harness.rounded(1234567.0) == 1235000.0
    assert harness.rounded(0.00123456) == 0.001235
    assert harness.rounded(None) is None


def test_json_holds_the_fields_of_the_issue(tmp_path):
    path = tmp_path / "bench.json"
    results = [
        Result("placements_create", 1.2, 1.0, 1.5, queries={1: 9, 20: 9, 200: 9}),
        Result("convention_pdf", limit=0.6, better=harness.HIGHER, skipped="absent"),
    ]
    harness.write_json(results, path)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert [line["name"] for line in written] == ["placements_create", "convention_pdf"]
    asked = {"name", "figure", "yardstick", "ratio", "limit", "queries", "ok"}
    assert all(asked <= line.keys() for line in written)
    assert written[0]["ratio"] == 1.2
    assert written[0]["queries"] == {"1": 9, "20": 9, "200": 9}
    assert written[0]["ok"] is True
    assert written[1]["ok"] is None


def test_table_shows_both_figures_the_verdict_and_the_reasons():
    text = harness.table(
        [
            Result("home", 3.0, 1.0, 1.5, unit="ms", queries=7, notes=["as a manager"]),
            Result("pdf", 1.0, 1.0, 2.0, checks={"same pages": False}),
            Result("x", skipped="no data"),
        ]
    )
    lines = text.splitlines()
    assert "home" in lines[2] and "TROP LENT" in lines[2] and "≤ 1.5" in lines[2]
    assert "as a manager" in lines[3]
    assert "ÉCHEC" in lines[4] and "non tenu : same pages" in lines[5]
    assert "sauté : no data" in lines[7]


def test_exit_code_is_not_zero_only_for_a_miss():
    good, missed = Result("a", 1.0, 1.0, 2.0), Result("b", 3.0, 1.0, 2.0)
    assert harness.exit_code([good, Result("c", skipped="why")]) == 0
    assert harness.exit_code([good, missed]) == 1


def test_sizes_of_schools_are_skewed_and_add_up():
    sizes = ground.school_sizes(100, 30_000)
    assert len(sizes) == 100
    assert sum(sizes) == 30_000
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 1200 and sizes[-1] < 120


def test_sirets_are_valid_and_different():
    stdnum = pytest.importorskip("stdnum.fr.siret")
    found = ground.sirets(500)
    assert len(set(found)) == 500
    assert all(stdnum.is_valid(siret) for siret in found)
    assert found == ground.sirets(500)


def test_words_in_sql_and_in_copy_are_escaped():
    assert "'rue de l''Industrie'" in core.choose(["rue de l'Industrie", "b"], 3)
    assert core._copied("a\tb\\c\n") == "a\\tb\\\\c\\n"
    assert core._copied(None) == r"\N"
    assert core._copied(12) == "12"


def test_steps_of_the_data_set_are_in_the_order_of_what_they_point_at():
    documents = pytest.importorskip("tests.benchmarks.dataset.documents")
    assert documents
    models = [model for model, _function in core.STEPS]
    for before, after in (
        ("res.company", "bde.student"),
        ("bde.student", "bde.schooling"),
        ("bde.period", "bde.placement"),
        ("bde.document.version", "bde.document.signature"),
        ("bde.document.signature", "bde.journal"),
    ):
        assert models.index(before) < models.index(after)


def test_interleave_measures_real_time():
    ours, _yardstick = harness.interleave(
        lambda: Measure(harness.timed(time.thread_time)[0]), lambda: Measure(1.0), 1, 0
    )
    assert 0 <= ours[0].seconds < 1
