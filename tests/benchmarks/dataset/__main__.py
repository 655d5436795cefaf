"""Make the data set: ``python -m tests.benchmarks.dataset [--scale 0.05] [--database NAME]``."""

import argparse
import hashlib
import json
import time
from functools import partial
from pathlib import Path

from .. import odoo_env
from . import check
from .core import SEED, Builder

say = partial(print, flush=True)
PARAMETER = "bde.bench.dataset"


def code_digest():
    """Digest of the code of the data set: another one makes other data."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def remark(known):
    """What to say of data that another version of this code made; usually nothing."""
    if known.get("code") == code_digest():
        return ""
    return (
        "Ces données ont été faites par une autre version du code. Pour les refaire : "
        "./bde odoo db drop bde_bench, puis ./bde bench --data"
    )


def made(env):
    """What is known of the data set of this database: a dict, empty when there is none."""
    return json.loads(env["ir.config_parameter"].sudo().get_param(PARAMETER) or "{}")


def make(registry, scale=1.0, say=say):
    """Build, check, then commit; one transaction, so that an interrupted run leaves nothing.

    :return: number of defects that the check found; nothing is kept unless it is 0
    """
    start = time.perf_counter()
    with registry.cursor() as cr:
        env = odoo_env.environment(cr)
        build = Builder(env, scale, say)
        build.build()
        env.invalidate_all()
        seconds = time.perf_counter() - start
        say(f"données : {seconds:.0f} s ; vérification…")
        defects = check.check(env, say)
        if defects:
            cr.rollback()
            return defects
        known = {
            "seed": SEED,
            "code": code_digest(),
            "scale": scale,
            "seconds": round(seconds, 1),
            "rows": build.count,
            "steps": build.seconds,
        }
        env["ir.config_parameter"].set_param(PARAMETER, json.dumps(known))
        cr.commit()
    vacuum(registry)
    say(f"fini en {time.perf_counter() - start:.0f} s")
    return 0


def vacuum(registry):
    """Statistics and visibility map, as on a database that has lived."""
    with registry.cursor() as cr:
        cr.commit()
        cr._cnx.autocommit = True
        try:
            cr.execute("VACUUM ANALYZE")
        finally:
            cr._cnx.autocommit = False


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.dataset")
    parser.add_argument("--database", default=odoo_env.DATABASE)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size")
    options = parser.parse_args()
    registry = odoo_env.load_registry(options.database)
    with registry.cursor() as cr:
        known = made(odoo_env.environment(cr))
    if known:
        rows = ", ".join(f"{model} {count}" for model, count in known["rows"].items() if count)
        say(f"Les données sont là, faites en {known['seconds']} s : {rows}.")
        say(remark(known))
        return 0
    defects = make(registry, options.scale)
    if defects:
        print(f"{defects} défauts : rien n'a été gardé.")
    return int(bool(defects))


if __name__ == "__main__":
    raise SystemExit(main())
