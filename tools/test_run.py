"""``bde test``: lint, Odoo's runner, translations, upgrade, pytest; one closing line.

The parts are jobs, of which two run at a time; our modules are installed once, and each job has
a copy of that database.
"""

import ast
import subprocess
import threading

from . import browser, checks, database, ports, upgrade, workspace
from .files import locked
from .i18n import check as check_translations
from .paths import ROOT, data_dir, our_modules
from .report import Report, read_install_log, read_junit, read_odoo_log
from .ui import note, side_by_side, step

DATABASE = "bde_test"  # our modules installed: nobody works in it, each job has a copy
INSTALLED = threading.Lock()  # held by the job that makes or copies it
# Two, for each waits on one processor and the browser's stories wait a little less.
AT_ONCE = 2
ORDER = ("bde_pfmp", "à côté", "pytest", "bde_partnerships")
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
    jobs = _odoo_jobs(space, options.k) if "odoo" in parts else {}
    jobs |= _other_jobs(space, options.k, parts)
    for done in side_by_side(_ordered(jobs), AT_ONCE).values():
        report.merge(done)


def _ordered(jobs):
    """The longest ones begin; what is first makes the database that most of them copy."""
    return {name: jobs[name] for name in sorted(jobs, key=_place)}


def _place(name):
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _other_jobs(space, name, parts):
    """All but Odoo's runner: {name: function that returns a report}."""
    jobs = {}
    if parts & {"lint", "upgrade"}:
        jobs["à côté"] = lambda: _lint_and_upgrade(space, parts)
    if "i18n" in parts and our_modules():
        jobs["traductions"] = lambda: _translations(space)
    if "pytest" in parts:
        jobs["pytest"] = lambda: _pytest(space, name)
    return jobs


def _lint_and_upgrade(space, parts):
    """What needs no database with our modules: the other jobs wait for that meanwhile."""
    report = Report()
    if "lint" in parts:
        with step("Relecture du code (ruff, pylint-odoo, manifestes, XML)"):
            report.merge(checks.lint(space, AT_ONCE if parts == {"lint"} else 1))
    if "upgrade" in parts:
        report.merge(upgrade.upgrade(space))
    return report


def _translations(space):
    name, report = _copy(space, "i18n")
    with step("Traductions"):
        report.merge(check_translations(space, name))
    database.drop(space, name)
    return report


def _odoo_jobs(space, name):
    """Odoo's runner, a process and a database for each module: {name: function}."""
    modules = [module for module in our_modules() if has_tests(module)]
    if name:
        tags = matching_tags(modules, name)
        return {"Odoo": lambda: _odoo_tests(space, "chosen", tags)} if tags else {}
    lint = [f"/test_lint:{name}" for name in CORE_LINT]
    jobs = {
        module: lambda module=module: _odoo_tests(space, module, [f"/{module}"], [module])
        for module in modules
    }
    return jobs | {"test_lint": lambda: _odoo_tests(space, "lint", lint, install=["test_lint"])}


def _odoo_tests(space, label, tags, modules=(), install=()):
    """Odoo's runner on a copy of the database with our modules.

    :param label: of the copy and the log
    :param modules: those of which tests must have run
    :param install: modules of Odoo that bring the tests
    """
    name, report = _copy(space, label)
    log = space.data / f"logs/tests-{label}.log"
    log.parent.mkdir(exist_ok=True)
    with step(f"Tests d'Odoo ({label})"), open(log, "w") as out:
        command = space.server_command(
            name, "--stop-after-init", f"--test-tags={','.join(tags)}",
            f"--http-port={ports.free()}", f"--screenshots={space.data / 'logs/screenshots'}",
            *(["-i", ",".join(install)] if install else []),
        )  # fmt: skip
        subprocess.run(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env=dict(space.test_env, BDE_TESTS_ALONE="1"), cwd=space.data,
        )  # fmt: skip
    report.merge(read_odoo_log(log.read_text(errors="replace"), modules))
    note(f"{report.closing_line()} ; journal : {log}")
    database.drop(space, name)
    return report


def _copy(space, label):
    """A copy of the database with our modules: (its name, what its installation told)."""
    name = f"{DATABASE}_{label}"
    with INSTALLED:
        report = _installed(space)
        database.drop(space, name)
        database.copy(space, DATABASE, name)
    return name, report


def _installed(space):
    """The database with our modules, installed from this very code; called with the lock.

    :return: what the log of the installation says when it was made now
    """
    log = space.data / "logs/install.log"
    start = log.stat().st_size if log.exists() else 0
    database.ensure_test_database(space, DATABASE)
    if not log.exists():
        return Report()
    with open(log, "rb") as file:
        file.seek(start)
        return read_install_log(file.read().decode(errors="replace"))


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
    if not name:  # a few chosen ones may do without, or make it themselves
        with INSTALLED:
            report.merge(_installed(space))
    with step("Tests de tests/ (pytest)"):
        report.merge(_pytest_session(space, name, "alone", ["tests", "-p", "no:odoo", *skipped]))
    if inside:
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
