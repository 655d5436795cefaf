"""The benchmarks' door to Odoo: registry, environments, requests, counted rounds."""

import contextlib
import json
import logging
import os
import time

from .harness import Measure, without_chunks

DATABASE = os.environ.get("BDE_BENCH_DATABASE", "bde_bench")


def load_registry(database=DATABASE):
    """Registry of the database, with the configuration file named by BDE_ODOO_CONF."""
    from odoo.modules.registry import Registry
    from odoo.tools import config

    arguments = ["-d", database, "--no-http", "--log-level=error"]
    if os.environ.get("BDE_ODOO_CONF"):
        arguments = ["-c", os.environ["BDE_ODOO_CONF"], *arguments]
    config.parse_config(arguments, setup_logging=True)
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return Registry(database)


def environment(cr, uid=None, company_id=None):
    """A fresh environment as a request of the user would have it.

    :param uid: id of the user, the superuser by default
    :param company_id: the only active company
    """
    from odoo import SUPERUSER_ID, api

    uid = uid or SUPERUSER_ID
    context = {"lang": "fr_FR", "tz": "Europe/Paris", "uid": uid}
    if company_id:
        context["allowed_company_ids"] = [company_id]
    return api.Environment(cr, uid, context)


@contextlib.contextmanager
def rolled_back(registry, uid=None, company_id=None):
    """An environment on a cursor of its own whose changes vanish at the end."""
    with registry.cursor() as cr:
        # Odoo waits for the locks of other transactions by retrying; there are none here.
        try:
            yield environment(cr, uid, company_id)
        finally:
            cr.rollback()
            registry.reset_changes()


def counted(env, function, units=1):
    """Run a function and what it leaves to flush; time it and count its queries.

    It begins with an empty record cache, as a request does, whatever its preparation read.
    Queries of all cursors of the process count, as a verb may open one of its own.
    """
    from odoo import sql_db

    env.invalidate_all()
    before, queries, start = len(_statements), sql_db.sql_counter, time.perf_counter()
    function()
    env.flush_all()
    measure = Measure(time.perf_counter() - start, sql_db.sql_counter - queries, units)
    measure.statements = _statements[before:]
    return measure


_statements = []


@contextlib.contextmanager
def recorded():
    """Meanwhile the measures of :func:`counted` also hold the texts of their statements."""
    from odoo.sql_db import Cursor

    execute = Cursor.execute

    def recording(cursor, query, *args, **kwargs):
        _statements.append(getattr(query, "code", None) or str(query))
        return execute(cursor, query, *args, **kwargs)

    Cursor.execute = recording
    try:
        yield
    finally:
        Cursor.execute = execute
        _statements.clear()


def queries_by_size(registry, run, sizes=(1, 20, 200), **user):
    """Queries of a batch verb by the number of records, each on a warm registry.

    :param run: called with an environment and a size, returns a :class:`Measure`
    :return: two mappings from size to queries: with core's chunks counted once, and as they are
    """

    def once(size):
        with rolled_back(registry, **user) as env, recorded():
            measure = run(env, size)
        return without_chunks(measure.statements), measure.queries

    for size in sizes:  # some rules are only read for more than one record
        once(size)
    found = {size: once(size) for size in sizes}
    return tuple({size: pair[place] for size, pair in found.items()} for place in (0, 1))


def request(registry, uid, company_id, calls):
    """Play calls of the web client, one environment each, as as many requests would.

    The answer is turned into JSON, since the server does it too.

    :param calls: list of ``(model, method, args, kwargs)``
    :return: the answers, and a :class:`Measure` of all of them
    """
    from odoo import sql_db
    from odoo.service.model import call_kw
    from odoo.tools import json_default

    answers = []
    queries, start = sql_db.sql_counter, time.perf_counter()
    with registry.cursor(readonly=True) as cr:
        for model, method, args, kwargs in calls:
            env = environment(cr, uid, company_id)
            context = dict(env.context, **kwargs.get("context", {}))
            answer = call_kw(env[model], method, args, dict(kwargs, context=context))
            answers.append(json.dumps(answer, default=json_default))
    measure = Measure(time.perf_counter() - start, sql_db.sql_counter - queries)
    return [json.loads(answer) for answer in answers], measure
