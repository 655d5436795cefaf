"""Translations: ``.pot`` files from the code, French kept in step, and their check."""

import json

from . import database, workspace
from .paths import our_modules
from .report import Report
from .ui import note, step


def i18n(options):
    """``bde i18n``: refresh the files, or check them with ``--check``."""
    space = workspace.prepare("test", "test")
    name = "bde_test"
    with step("Base à jour"):
        database.ensure_test_database(space, name)
    if options.check:
        return check(space, name).show()
    with step("Extraction et fusion"):
        _helper(space, name, "update")
    return 0


def check(space, name):
    """A report with one test per module: complete, nothing fuzzy, .pot up to date."""
    report = Report()
    for module, problems in _helper(space, name, "check").items():
        if problems:
            report.fail(f"traductions de {module}", "\n".join(problems))
        else:
            report.ok()
    return report


def _helper(space, name, mode):
    """Run the part that needs Odoo and polib in the environment's Python."""
    out = space.data / "i18n.json"
    out.unlink(missing_ok=True)
    database.run_in_odoo(space, name, "translations", mode, out, *our_modules(), log="i18n")
    found = json.loads(out.read_text())
    if mode == "update":
        for module, lines in found.items():
            for line in lines:
                note(f"{module} : {line}")
    return found
