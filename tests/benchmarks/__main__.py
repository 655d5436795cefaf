"""Run benchmarks: ``python -m tests.benchmarks [GROUP] [--only NAME] [--json FILE]``."""

import argparse
import importlib
import time
import traceback

from . import harness, odoo_env
from .bench import Bench
from .dataset import __main__ as dataset
from .names import GROUPS, complaint


def run_group(group, bench, only=()):
    """Run the benchmarks of a group; one that breaks is a result too, and stops no other."""
    module = importlib.import_module(f"{__package__}.{group}")
    results = []
    for function in module.BENCHMARKS:
        if only and function.__name__ not in only:
            continue
        start = time.perf_counter()
        try:
            found = function(bench)
        except Exception as error:  # noqa: BLE001 - a report of all figures is worth more
            traceback.print_exc()
            broken = harness.Result(function.__name__, checks={"a pu tourner": False})
            broken.notes.append(f"{type(error).__name__} : {error}".splitlines()[0])
            found = [broken]
        results += found
        for result in found:
            print(f"{result.name} : fait en {time.perf_counter() - start:.0f} s", flush=True)
    return results


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("group", nargs="?", choices=GROUPS)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--database", default=odoo_env.DATABASE)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", action="append", help="name of a benchmark, repeatable")
    options = parser.parse_args()
    groups = [options.group] if options.group else GROUPS
    if wrong := complaint(groups, options.only):
        print(wrong)
        return 2
    registry = odoo_env.load_registry(options.database)
    with registry.cursor() as cr:
        known = dataset.made(odoo_env.environment(cr))
    if not known and dataset.make(registry):
        print("Les données n'ont pas pu être faites.")
        return 1
    if known and dataset.remark(known):
        print(dataset.remark(known))
    bench = Bench(registry, options.rounds)
    results = []
    for group in groups:
        results += run_group(group, bench, options.only)
    print()
    print(harness.table(results))
    if options.json:
        harness.write_json(results, options.json)
    return harness.exit_code(results)


if __name__ == "__main__":
    raise SystemExit(main())
