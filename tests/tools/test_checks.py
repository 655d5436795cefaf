"""Checks of manifests and XML files, the choice of tests by name, the help."""

from types import SimpleNamespace

import pytest

from tools import checks, cli, start, test_run

MANIFEST = {
    "name": "X",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "BDE",
    "depends": ["base"],
    "data": ["views/a.xml"],
}


@pytest.fixture
def tree(tmp_path):
    """A root with one module, and an Odoo of three modules."""
    for name, manifest in {
        "root/bde_x": MANIFEST,
        "odoo/base": {"license": "LGPL-3"},
        "odoo/sale": {"license": "LGPL-3", "depends": ["base"]},
        "odoo/shop": {"license": "LGPL-3", "depends": ["sale"]},
        "odoo/closed": {"license": "OEEL-1", "depends": ["base"]},
    }.items():
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "__manifest__.py").write_text(repr(manifest))
    views = tmp_path / "root/bde_x/views"
    views.mkdir()
    (views / "a.xml").write_text("<odoo/>")
    return tmp_path


def problems(tree, **changes):
    path = tree / "root/bde_x/__manifest__.py"
    path.write_text(repr({**MANIFEST, **changes}))
    odoo = SimpleNamespace(addons=[tree / "odoo"], package=tree / "none")
    return checks.manifest_problems("bde_x", odoo, tree / "root")


def test_a_good_manifest_has_no_problem(tree):
    assert problems(tree) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"version": "1.0"}, "version 1.0"),
        ({"license": "AGPL-3"}, "licence AGPL-3"),
        ({"data": ["views/a.xml", "views/b.xml"]}, "fichier absent : views/b.xml"),
        ({"data": []}, "fichier non chargé : views/a.xml"),
        ({"depends": ["shop"]}, "dépendance à écarter : sale"),
        ({"depends": ["closed"]}, "licence propriétaire : closed"),
        ({"depends": ["nowhere"]}, "dépendance introuvable : nowhere"),
    ],
)
def test_each_defect_is_told(tree, changes, told):
    (problem,) = problems(tree, **changes)
    assert problem.startswith(told)


def test_xml_that_does_not_parse_or_is_of_another_age(tree):
    views = tree / "root/bde_x/views"
    (views / "b.xml").write_text("<odoo><record></odoo>")
    (views / "c.xml").write_text("<odoo><tree/></odoo>")
    found = checks.xml_problems(tree / "root/bde_x")
    assert [problem.split(" : ")[0] for problem in found] == ["views/b.xml", "views/c.xml"]


def test_tests_are_chosen_by_name(tree):
    folder = tree / "root/bde_x/tests"
    folder.mkdir()
    (folder / "test_period.py").write_text(
        "class TestWeeks:\n def test_count(self): ...\n def test_holiday(self): ...\n"
        "class TestDates:\n def test_holiday(self): ...\n"
    )

    def tags(name):
        return test_run.matching_tags(["bde_x"], name, tree / "root")

    assert tags("count") == ["/bde_x:TestWeeks.test_count"]
    assert tags("holiday") == ["/bde_x:TestWeeks.test_holiday", "/bde_x:TestDates.test_holiday"]
    assert tags("testweeks") == ["/bde_x:TestWeeks"]
    assert tags("test_period") == ["/bde_x:TestWeeks", "/bde_x:TestDates"]
    assert tags("nothing") == []


def test_the_longest_jobs_begin():
    jobs = test_run._ordered(dict.fromkeys(("test_lint", "pytest", "bde_x", "à côté", "bde_pfmp")))
    assert list(jobs) == ["bde_pfmp", "à côté", "pytest", "test_lint", "bde_x"]


def test_sign_ins_are_read_without_running_the_file(tmp_path):
    path = tmp_path / "demo.py"
    path.write_text("import odoo_is_not_here\nSIGN_INS = [('Proviseur', 'p@a', 'secret')]\n")
    assert start.sign_ins(path) == [("Proviseur", "p@a", "secret")]
    assert start.sign_ins(tmp_path / "absent.py") == []


def test_help_and_mistakes_are_in_french(capsys):
    assert cli.main([]) == 2
    out = capsys.readouterr().out
    assert "utilisation" in out and "usage:" not in out
    for command in ("start", "stop", "test", "bench", "odoo", "i18n"):
        assert command in out
    with pytest.raises(SystemExit):
        cli.main(["start", "--port", "x"])
    assert "n'est pas un nombre" in capsys.readouterr().err
