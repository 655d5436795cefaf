"""``bde bench``: which measures run, without a database."""

import argparse
from types import SimpleNamespace

import pytest

from tests.benchmarks import names
from tools import bench, cli, database, ui, workspace


@pytest.fixture
def launched(monkeypatch, tmp_path):
    """The commands that would run; nothing is prepared."""
    commands = []
    space = SimpleNamespace(
        python="python", test_env={}, write_conf=lambda **values: None, conf_name=""
    )
    monkeypatch.setattr(workspace, "prepare", lambda *parts: space)
    monkeypatch.setattr(database, "ensure_database", lambda *args, **values: None)

    def run(command, **values):
        commands.append(command)
        return argparse.Namespace(returncode=0)

    monkeypatch.setattr(bench.subprocess, "run", run)
    return commands


def options(*arguments):
    return cli.parser().parse_args(["bench", *arguments])


def test_one_measure_of_a_group(launched):
    assert bench.bench(options("followup", "--only", "allowances")) == 0
    assert launched == [["python", "-m", "tests.benchmarks", "followup", "--only", "allowances"]]


def test_several_measures_and_the_figures(launched):
    bench.bench(options("followup", "--only", "allowances", "--only", "visits_home",
                        "--json", "x.json"))  # fmt: skip
    assert launched[0][3:] == [
        "followup", "--only", "allowances", "--only", "visits_home", "--json", "x.json"
    ]  # fmt: skip


def test_all_without_a_choice(launched):
    bench.bench(options())
    assert launched == [["python", "-m", "tests.benchmarks"]]


def test_a_name_that_is_not_there_is_told_before_anything_is_made(launched):
    with pytest.raises(ui.BdeError, match="Mesure inconnue : allowance. Mesures :") as found:
        bench.bench(options("followup", "--only", "allowance"))
    assert "quality_refresh, allowances, departure_list" in str(found.value)
    with pytest.raises(ui.BdeError, match="Groupe inconnu : folowup. Groupes : agreements"):
        bench.bench(options("folowup"))
    assert launched == []


def test_names_of_all_groups_are_read():
    # issue 5, section Speed
    assert names.measures("followup") == [
        "quality_refresh", "allowances", "departure_list", "visits_home", "attestation_batch"
    ]  # fmt: skip
    assert all(names.measures(group) for group in names.GROUPS)


def test_the_help_says_it(capsys):
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["bench", "--help"])
    assert "--only NOM" in capsys.readouterr().out
