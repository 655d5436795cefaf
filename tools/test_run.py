"""``bde test``: lint, Odoo's runner, translations, pytest; one closing line."""

import ast
import subprocess

from . import browser, checks, database, ports, upgrade, workspace
from .files import locked
from .i18n import check as check_translations
from .paths import ROOT, data_dir, our_modules
from .report import Report, read_junit, read_odoo_log
from .ui import note, side_by_side, step

DATABASE = "bde_test"  # our modules installed: the pattern of what pytest makes
UNIT_DATABASE = "bde_test_odoo"
# Odoo's own checks of addons that are cheap and find real defects.
CORE_LINT = (
    "ManifestLinter",
    "TestNaming",
    "TestLintOverrideSignatures",
    "RoutesLinter",
    "TestDunderinit",
    "TestTestHoles",
    "TestOnchangeDomains",
    "TestIndex",
)
IN_ODOO = ("isolation",)  # folders of tests/ that run inside an Odoo registry
NOT_TESTS = ("upgrade",)


def test(options):
    """Run the parts asked for, print the report, return the exit code."""
    report = Report()
    parts = set(options.only or ("lint", "odoo", "i18n", "upgrade", "pytest"))
    if options.k:
        parts -= {"lint", "i18n"}
        if "upgrade" not in options.k:
            parts.discard("upgrade")
    # One run at a time in a checkout: they share a database and end its server.
    with locked(data_dir() / ".test.lock"):
        space = workspace.prepare("test", "test")
        try:
            _run_parts(space, options, parts, report)
        finally:
            space.postgres.stop()
    return report.show()


def _run_parts(space, options, parts, report):
    if parts & {"odoo", "pytest"}:
        space.browser = browser.ensure_chromium(space.cache)
    if parts != {"lint"}:
        database.ensure_template(space)
    jobs = {}
    if "odoo" in parts:
        jobs["Odoo"] = lambda: _odoo_tests(space, options.k)
    if parts != {"odoo"}:
        jobs["à côté"] = lambda: _other_parts(space, options, parts)
    # Odoo's runner and the browser stories take as long, and each waits on one processor.
    for done in side_by_side(jobs).values():
        report.merge(done)


def _other_parts(space, options, parts):
    """All but Odoo's runner, the quick ones first."""
    report = Report()
    if "lint" in parts:
        with step("Relecture du code (ruff, pylint-odoo, manifestes, XML)"):
            report.merge(checks.lint(space))
    if "i18n" in parts and our_modules():
        _need_database(space)
        with step("Traductions"):
            report.merge(check_translations(space, DATABASE))
    if "upgrade" in parts:
        report.merge(upgrade.upgrade(space))
    if "pytest" in parts:
        report.merge(_pytest(space, options.k))
    return report


def _odoo_tests(space, name):
    """Odoo's runner on a fresh database, all modules in one process."""
    modules = our_modules()
    tags = [f"/{module}" for module in modules]
    tags += [f"/test_lint:{lint}" for lint in CORE_LINT]
    with_tests = [module for module in modules if has_tests(module)]
    if name:
        tags, with_tests = matching_tags(modules, name), []
    if not tags or not modules:
        return Report()
    install = []
    if not (name and _is_current(space)):
        _fresh_database(space)
        install = ["-i", ",".join([*modules, "test_lint"])]
    log = space.data / "logs/tests.log"
    log.parent.mkdir(exist_ok=True)
    with step(f"Tests d'Odoo ({', '.join(modules)})"), open(log, "w") as out:
        command = space.server_command(
            UNIT_DATABASE, *install, "--stop-after-init", f"--test-tags={','.join(tags)}",
            f"--http-port={ports.free()}", f"--screenshots={space.data / 'logs/screenshots'}",
        )  # fmt: skip
        subprocess.run(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env=space.test_env, cwd=space.data,
        )  # fmt: skip
    report = read_odoo_log(log.read_text(errors="replace"), with_tests)
    note(f"{report.closing_line()} ; journal : {log}")
    if install:
        database.remember_trees(space, UNIT_DATABASE)
    return report


def _fresh_database(space):
    template = database.ensure_template(space)
    database.drop(space, UNIT_DATABASE)
    database.copy(space, template, UNIT_DATABASE)


def _is_current(space):
    return database.exists(space, UNIT_DATABASE) and database.is_current(space, UNIT_DATABASE)


def _need_database(space):
    """The database of the other parts: Odoo's runner has its own."""
    database.ensure_test_database(space, DATABASE)


def has_tests(module, root=ROOT):
    return any((root / module / "tests").glob("test_*.py"))


def matching_tags(modules, name, root=ROOT):
    """Odoo's tags of the test methods whose name, class or file contains ``name``."""
    tags, wanted = [], name.lower()
    for module in modules:
        for path in sorted((root / module / "tests").glob("test_*.py")):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef):
                    tags += _class_tags(module, path.stem, node, wanted)
    return tags


def _class_tags(module, stem, node, wanted):
    methods = [
        item.name
        for item in node.body
        if isinstance(item, ast.FunctionDef) and item.name.startswith("test")
    ]
    if wanted in f"{stem} {node.name}".lower():
        return [f"/{module}:{node.name}"] if methods else []
    return [f"/{module}:{node.name}.{m}" for m in methods if wanted in m.lower()]


def _pytest(space, name):
    """The tests of ``tests/``: alone, then those that need an Odoo registry."""
    report = Report()
    if not (ROOT / "tests").is_dir():
        return report
    inside = [f"tests/{folder}" for folder in IN_ODOO if (ROOT / "tests" / folder).is_dir()]
    skipped = [f"--ignore=tests/{folder}" for folder in (*NOT_TESTS, *IN_ODOO)]
    with step("Tests de tests/ (pytest)"):
        report.merge(_pytest_session(space, name, "alone", ["tests", "-p", "no:odoo", *skipped]))
    if inside:
        _need_database(space)
        with step("Tests dans Odoo de tests/ (pytest-odoo)"):
            arguments = [
                *inside, f"--odoo-database={DATABASE}", f"--odoo-config={space.conf}",
                "--odoo-http",
            ]  # fmt: skip
            report.merge(_pytest_session(space, name, "odoo", arguments))
    return report


def _pytest_session(space, name, label, arguments):
    result = space.data / f"logs/pytest-{label}.xml"
    log = space.data / f"logs/pytest-{label}.log"
    result.unlink(missing_ok=True)
    command = [str(space.python), "-m", "pytest", "-q", f"--junit-xml={result}", *arguments]
    if name:
        command += ["-k", name]
    with open(log, "w") as out:
        code = subprocess.run(
            command, cwd=ROOT, env=space.test_env, stdout=out, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        ).returncode  # fmt: skip
    if not result.exists():
        report = Report()
        report.fail(f"pytest ({label})", log.read_text())
        return report
    report = read_junit(result)
    if code not in (0, 1, 5) and not report.failures:
        report.fail(f"pytest ({label}) : code {code}", log.read_text())
    note(f"{report.closing_line()} ; journal : {log}")
    return report
