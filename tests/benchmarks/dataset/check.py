"""Proof that the data set is what the ORM would have written.

Foreign keys, unique indexes, checks and required columns are PostgreSQL's own and held while
the rows were inserted. What is left is checked here through the ORM, on a sample of each model:
the Python constraints, ``check_company``, that stored computed fields hold what would be
computed now, and what a model proves of itself (``core.proof``).
"""

from functools import partial

from .core import PROOFS, STEPS

SAMPLE = 60


def check(env, say=print, sample=SAMPLE):
    """Check every model of the data set; say each defect and return their number."""
    defects = 0
    for model in dict.fromkeys(name for name, _function in STEPS):
        if not env[model]._auto:
            continue
        records = _sample(env, model, sample)
        found = [*_invalid(records), *_stale(records)]
        for text in found[:5]:
            say(f"    {model} : {text}")
        defects += len(found)
    for prove in PROOFS:
        found = prove(env, partial(_sample, env, size=sample))
        for text in found[:5]:
            say(f"    {prove.__name__} : {text}")
        defects += len(found)
    return defects


def _sample(env, model, size):
    """Records spread evenly over a table, the first and the last among them."""
    table = env[model]._table
    env.cr.execute(
        f"""SELECT id FROM (
                SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS total
                  FROM {table}) AS t
             WHERE n = 1 OR n = total OR n %% greatest(1, total / %s) = 0
             ORDER BY id DESC LIMIT %s""",
        [size, 2 * size],
    )
    return env[model].browse([row[0] for row in env.cr.fetchall()])


def _invalid(records):
    """Messages of the constraints that a record breaks."""
    from odoo.exceptions import AccessError, UserError, ValidationError

    names = [name for name, field in records._fields.items() if field.store or field.inverse]
    found = []
    for record in records:
        try:
            record._validate_fields(names)
            if record._check_company_auto:
                record._check_company()
        except (AccessError, UserError, ValidationError) as error:
            found.append(f"{record} {error}")
    return found


def _stale(records):
    """Stored computed fields whose stored value differs from the computed one."""
    found = []
    for name, field in records._fields.items():
        # an editable one is computed once: its stored value may rightly differ later
        if not (field.store and field.compute) or not field.readonly or field.type == "binary":
            continue
        stored = {record.id: record[name] for record in records}
        records.env.add_to_compute(field, records)
        found += [
            f"{record}.{name} : {stored[record.id]!r}, calculé {record[name]!r}"
            for record in records
            if _differs(record[name], stored[record.id])
        ]
    return found


def _differs(value, stored):
    if isinstance(value, float) and isinstance(stored, float):
        return abs(value - stored) > 1e-6
    return value != stored
