"""``bde bench``: run the measures of tests/benchmarks with the Odoo environment."""

import subprocess

from . import database, workspace
from .paths import ROOT
from .ui import BdeError

DATABASE = "bde_bench"


def bench(options):
    """Create or refresh the database of the measures, then run them."""
    if not (ROOT / "tests/benchmarks").is_dir():
        raise BdeError("Il n'y a pas encore de mesures (tests/benchmarks).")
    from tests.benchmarks import names

    groups = [options.group] if options.group else names.GROUPS
    if wrong := names.complaint(groups, options.only):
        raise BdeError(wrong)
    space = workspace.prepare("start", "test")
    space.conf_name = "odoo-bench.conf"
    space.write_conf(db_name=DATABASE)
    database.ensure_database(space, DATABASE, demo=False)
    module = "tests.benchmarks.dataset" if options.data else "tests.benchmarks"
    command = [str(space.python), "-m", module]
    if options.group and not options.data:
        command.append(options.group)
    if not options.data:
        for name in options.only or ():
            command += ["--only", name]
    if options.json and not options.data:
        command += ["--json", options.json]
    env = dict(space.test_env, BDE_BENCH_DATABASE=DATABASE)
    return subprocess.run(command, cwd=ROOT, env=env).returncode
