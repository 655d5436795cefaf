"""``bde test``: databases of earlier versions are brought to this one and looked at.

``tests/upgrade/<version>.dump`` is a small database of a landed version. It is restored, our
modules are updated and the new ones installed, as ``bde start`` does, the log must hold no
warning, then the tests of ``tests/upgrade`` say what must have become of what was in it.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from . import database, postgres
from .files import run_logged
from .paths import ROOT, our_modules
from .report import ALLOWED, Report, read_junit, records
from .ui import note, step

FOLDER = ROOT / "tests/upgrade"
DATABASE = "bde_upgrade"
# Warnings of an upgrade that are no defect: each with why.
HARMLESS = (
    *ALLOWED,
    # the dump comes without its filestore: pictures of Odoo's own menus and languages
    re.compile(r"No such file or directory: .*/filestore/"),
)


def upgrade(space):
    """Upgrade each dump and check it.

    :rtype: report.Report
    """
    report = Report()
    for dump in sorted(FOLDER.glob("*.dump")):
        label = f"mise à niveau depuis {dump.stem}"
        with step(label.capitalize()):
            begin = time.monotonic()
            report.merge(_upgrade_one(space, dump, label))
            note(f"{time.monotonic() - begin:.0f} s")
    return report


def _upgrade_one(space, dump, label):
    report = Report()
    restore = _pg_restore(space)
    if not restore:
        report.skip(label, "pg_restore introuvable sur cette machine")
        return report
    database.drop(space, DATABASE)
    database.create_empty(space, DATABASE)
    run_logged(
        [restore, "--no-owner", "--no-privileges", "--exit-on-error", "-d", DATABASE, dump],
        space.data / "logs/upgrade-restore.log",
        f"{dump.name} n'a pas pu être restauré.",
        env=space.env,
    )
    log = space.data / "logs/upgrade.log"
    with open(log, "w") as out:
        code = subprocess.run(
            space.server_command(
                DATABASE, *_modules(space), "--stop-after-init", "--no-http"
            ),
            stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=space.env,
            cwd=space.data,
        ).returncode  # fmt: skip
    report.merge(read_upgrade_log(log.read_text(errors="replace"), code, label))
    if not report.failures:
        report.merge(_checks(space, dump))
    database.drop(space, DATABASE)
    return report


def _modules(space):
    """Our modules as the server is told of them: new ones are installed, the others updated."""
    missing = database.missing_modules(space, DATABASE)
    known = [module for module in our_modules() if module not in missing]
    return ["-u", ",".join(known), *(["-i", ",".join(missing)] if missing else [])]


def read_upgrade_log(text, code, label):
    """What an upgrade's log says: each warning that is not listed is a failure."""
    report = Report()
    for level, logger, message in records(text):
        serious = level in ("WARNING", "ERROR", "CRITICAL")
        if serious and not any(pattern.search(message) for pattern in HARMLESS):
            report.fail(f"{label} : {level} {logger}", message)
    if code and not report.failures:
        report.fail(f"{label} : code {code}", text[-3000:])
    if not report.failures:
        report.ok()
    return report


def _checks(space, dump):
    """The tests of ``tests/upgrade`` that say what must have become of this dump."""
    result = space.data / "logs/pytest-upgrade.xml"
    log = space.data / "logs/pytest-upgrade.log"
    result.unlink(missing_ok=True)
    env = dict(space.test_env, BDE_UPGRADE_DATABASE=DATABASE, BDE_UPGRADE_FROM=dump.stem)
    with open(log, "w") as out:
        subprocess.run(
            [str(space.python), "-m", "pytest", "-q", f"--junit-xml={result}",
             f"tests/upgrade/test_from_{'_'.join(dump.stem.split('.')[:3])}.py",
             "-p", "no:odoo"],
            cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    if not result.exists():
        report = Report()
        report.fail(f"mise à niveau depuis {dump.stem} : pytest", log.read_text())
        return report
    report = read_junit(result)
    note(f"{report.closing_line()} ; journal : {log}")
    return report


def _pg_restore(space):
    """Path of pg_restore: beside the private server, or anywhere on this machine."""
    cluster = space.postgres.cluster
    folder = cluster.programs if cluster else postgres.server_programs()
    beside = Path(folder) / "pg_restore" if folder else None
    if beside and os.access(beside, os.X_OK):
        return beside
    return shutil.which("pg_restore")
