"""Measuring, comparing and reporting. No import of Odoo: tested alone.

A benchmark compares with a yardstick of the same run. Seconds depend on the machine and are only
targets; what is judged is the ratio of the medians, with the yardstick's rounds between ours.
"""

import gc
import json
import re
import statistics
import time
from dataclasses import dataclass, field

LOWER, HIGHER = "lower", "higher"


@dataclass
class Measure:
    """One round: seconds of wall time, SQL queries, and how many units of work it did.

    :param statements: texts of the queries, where they were recorded
    """

    seconds: float
    queries: int = 0
    units: int = 1
    statements: list = field(default_factory=list)

    @property
    def per_unit(self):
        return self.seconds / self.units


@dataclass
class Result:
    """One line of the report.

    :param name: of the benchmark, stable from one issue to the next
    :param figure: ours, in ``unit``; ``yardstick``: the same of what it is compared with
    :param limit: bound of ``figure / yardstick``, an upper one unless ``better`` is ``higher``
    :param queries: SQL queries, by batch size or in one number; None where there are none
    :param checks: further conditions, by their name; all must hold
    :param notes: what a reader must know to judge the figures
    :param skipped: reason why nothing was measured
    """

    name: str
    figure: float | None = None
    yardstick: float | None = None
    limit: float | None = None
    unit: str = "s"
    better: str = LOWER
    queries: object = None
    checks: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    skipped: str = ""

    @property
    def ratio(self):
        if self.figure is None or not self.yardstick:
            return None
        return self.figure / self.yardstick

    @property
    def ok(self):
        """Whether the limit and every check hold; None when nothing was measured."""
        if self.skipped:
            return None
        if not all(self.checks.values()):
            return False
        if self.limit is None:
            return True
        if self.ratio is None:
            return False
        return self.ratio <= self.limit if self.better == LOWER else self.ratio >= self.limit

    def as_dict(self):
        """The object of the JSON report: plain types, figures rounded to what they are worth."""
        found = {
            "name": self.name,
            "figure": rounded(self.figure),
            "yardstick": rounded(self.yardstick),
            "ratio": rounded(self.ratio),
            "limit": self.limit,
            "queries": self.queries,
            "ok": self.ok,
            "unit": self.unit,
            "better": self.better,
            "checks": self.checks,
            "notes": self.notes,
        }
        if self.skipped:
            found["skipped"] = self.skipped
        return found


def rounded(value, digits=4):
    """A float with so many significant digits; None stays None."""
    return None if value is None else float(f"{value:.{digits}g}")


def interleave(ours, yardstick, rounds=7, warmup=1):
    """Run two callables in turns, so that what else the machine does falls on both.

    The order changes with each round: the second of a pair finds warmer caches than the first.

    :param ours, yardstick: callables without argument that return a :class:`Measure`
    :param warmup: rounds run first and not kept
    :return: two lists of ``rounds`` measures
    """
    kept = [], []
    pair = list(enumerate((ours, yardstick)))
    for number in range(warmup + rounds):
        for place, run in pair if number % 2 else reversed(pair):
            gc.collect()
            measure = run()
            if number >= warmup:
                kept[place].append(measure)
    return kept


def timed(function, *args, **kwargs):
    """Seconds of wall time of a call, and what it returned."""
    start = time.perf_counter()
    returned = function(*args, **kwargs)
    return time.perf_counter() - start, returned


def median_per_unit(measures):
    """Median over the rounds of the seconds per unit of work."""
    return statistics.median(measure.per_unit for measure in measures)


def compare(name, ours, yardstick, limit, scale=1, **options):
    """A :class:`Result` out of the rounds of :func:`interleave`.

    :param scale: multiplies seconds per unit into the unit shown (1000 for ms)
    :param options: further fields of the result
    """
    result = Result(
        name,
        figure=median_per_unit(ours) * scale,
        yardstick=median_per_unit(yardstick) * scale,
        limit=limit,
        **options,
    )
    spreads = [spread(measures) for measures in (ours, yardstick)]
    result.notes.append(
        f"{len(ours)} tours ; dispersion {spreads[0]:.0%} (nous), {spreads[1]:.0%} (étalon)"
    )
    return result


def spread(measures):
    """Distance of the quartiles over the median: how steady the rounds were."""
    values = [measure.per_unit for measure in measures]
    if len(values) < 2:
        return 0.0
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / middle if middle else 0.0


def same_queries(by_size):
    """Whether the count does not depend on the size of the batch.

    :param by_size: mapping from size to queries; one size alone proves nothing
    """
    return len(by_size) > 1 and len(set(by_size.values())) == 1


_CHUNKED = re.compile(r"\s*(INSERT INTO|UPDATE)\b.*?\bVALUES\b", re.S)
CHUNK = 100


def without_chunks(statements, chunk=CHUNK):
    """Number of statements, one that goes on where a full one of the same form stopped left out.

    Odoo writes rows a hundred at a time whatever a module does (``INSERT_BATCH_SIZE`` and
    ``UPDATE_BATCH_SIZE`` of its ORM): 200 records are two INSERTs where 20 are one. A second
    INSERT after one of less than a hundred rows is the module's own and counts.

    :param statements: SQL texts with ``%s`` in place of each row
    """
    count, rows = 0, {}
    for statement in statements:
        head = _CHUNKED.match(statement)
        if not head:
            count += 1
            continue
        full = rows.get(head[0]) == chunk
        count += not full
        rows[head[0]] = statement.count("%s", head.end())
    return count


# ------------------------------------------------------------------
# Report
# ------------------------------------------------------------------

HEADER = ("mesure", "nous", "étalon", "unité", "rapport", "limite", "requêtes", "")


def table(results):
    """The report as text: one line per result, its notes below."""
    rows = [HEADER, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = []
    for number, row in enumerate(rows):
        cells = [
            cell.ljust(width) if column in (0, 3, 6, 7) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
        if not number:
            lines.append("  ".join("-" * width for width in widths).rstrip())
            continue
        result = results[number - 1]
        failed = [f"non tenu : {check}" for check, held in result.checks.items() if not held]
        notes = [*failed, *result.notes, *([f"sauté : {result.skipped}"] if result.skipped else [])]
        lines += [f"    {note}" for note in notes]
    return "\n".join(lines)


def _row(result):
    sign = "≤" if result.better == LOWER else "≥"
    mark = {True: "ok", False: "TROP LENT" if all(result.checks.values()) else "ÉCHEC"}
    return (
        result.name,
        _number(result.figure),
        _number(result.yardstick),
        result.unit,
        _number(result.ratio, 3),
        "–" if result.limit is None else f"{sign} {result.limit:g}",
        _queries(result.queries),
        mark.get(result.ok, "sauté"),
    )


def _number(value, digits=4):
    return "–" if value is None else f"{value:.{digits}g}"


def _queries(queries):
    if queries is None:
        return "–"
    if isinstance(queries, dict):
        return " ".join(f"{size}:{count}" for size, count in queries.items())
    return str(queries)


def write_json(results, path):
    """Write the report: a list of the objects of :meth:`Result.as_dict`."""
    with open(path, "w", encoding="utf-8") as out:
        json.dump([result.as_dict() for result in results], out, indent=2, ensure_ascii=False)
        out.write("\n")


def exit_code(results):
    """1 when a benchmark misses its limit or a check; a skip is no failure, but is shown."""
    return int(any(result.ok is False for result in results))
