"""PDFs of a lot of documents by two workers, against Odoo's own report path."""

import statistics

from . import pdf_workers, render_workers
from .harness import HIGHER, Measure, Result, interleave, timed


def batch(bench, name, make_lot):
    """Documents a minute of the engine's job, and of core's path on the same documents.

    :param make_lot: gives the :class:`lot.Lot`, whose documents are out for signature
    """
    reason = pdf_workers.missing_program()
    if reason:
        return Result(name, limit=1.0, better=HIGHER, skipped=reason)
    ready = make_lot()
    count = len(ready.documents)
    database = bench.registry.db_name
    ours = render_workers.Workers(render_workers.OURS, database, ready.documents)
    core = render_workers.Workers(render_workers.CORE, database, ready.documents)
    core_pages = []

    def run_ours():
        ready.forget_pdfs()
        return Measure(timed(ours.run)[0], units=count)

    def run_core():
        seconds, answers = timed(core.run)
        core_pages[:] = [pages for answer in answers for pages in answer]
        return Measure(seconds, units=count)

    try:
        # a round takes some ten minutes, most of it wkhtmltopdf's
        measures = interleave(run_ours, run_core, rounds=1, warmup=0)
    finally:
        ours.close()
        core.close()
    pdfs = ready.pdfs()
    pages = [pdf_workers.count_pages(pdf) for pdf in pdfs]
    figures = [60 / statistics.median(m.per_unit for m in rounds) for rounds in measures]
    seconds = [statistics.median(m.seconds for m in rounds) for rounds in measures]
    return Result(
        name,
        *figures,
        limit=1.0,
        unit="doc/min",
        better=HIGHER,
        checks={"un PDF par document": len(pdfs) == count},
        notes=[
            f"{count} documents, 2 processus : {seconds[0]:.1f} s contre {seconds[1]:.1f} s "
            "(cible : 60 s)",
            f"pages par document : {span(pages)} (PDF/A-3a), {span(core_pages)} (Odoo)",
        ],
    )


def span(values):
    """``6`` or ``5 à 7``."""
    low, high = min(values, default=0), max(values, default=0)
    return str(low) if low == high else f"{low} à {high}"
