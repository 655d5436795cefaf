"""What the steps of the data set share: the random numbers, bulk inserts, the order of steps."""

import io
import re
import time

SEED = 20260901
CASTS = re.compile(r"::character varying|::text|\[\]|[()]")
STEPS = []
PROOFS = []

# Deterministic on every machine and under every plan, unlike random() after setseed().
FUNCTIONS = f"""
CREATE FUNCTION pg_temp.rnd(i bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, salt + {SEED}) & 2147483647)::float8 / 2147483648 $$;
CREATE FUNCTION pg_temp.pick(i bigint, salt int, n int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT floor(pg_temp.rnd(i, salt) * n)::int $$;
-- upper() leaves accents as they are in a database of collation C
CREATE FUNCTION pg_temp.capitals(name text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT upper(translate(name, 'àâäçéèêëîïôöùûüÿ', 'ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸ')) $$;
"""


def step(model):
    """Register a function ``f(build)`` that fills the table of a model.

    Steps run in the order of their definition. A later issue adds its models as further steps,
    in a file of its own that ``dataset/__init__.py`` imports after the others.
    """

    def register(function):
        STEPS.append((model, function))
        return function

    return register


def proof(function):
    """Register a check of its own for some models: ``f(env, sample)`` -> list of sentences.

    :param sample: function from the name of a model to records spread over its table
    """
    PROOFS.append(function)
    return function


class Builder:
    """A database being filled, in one transaction.

    Rows reserved together have consecutive ids, so that a step can compute the id of another
    step's row from its ordinal: ``id = build.base["bde.student"] + ordinal`` (from 1).

    :param env: superuser environment of the database
    :param scale: share of the full size, to try the steps quickly
    """

    def __init__(self, env, scale=1.0, say=print):
        self.env = env
        self.cr = env.cr
        self.scale = scale
        self.say = say
        self.base = {}
        self.count = {}
        self.seconds = {}
        self.stripped = {}
        self.run(FUNCTIONS)
        self.catalogue = self._catalogue()

    def run(self, query, **params):
        """Execute SQL; parameters by name."""
        self.cr.execute(query, params)

    def value(self, query, **params):
        """First column of the first row."""
        self.run(query, **params)
        return self.cr.fetchone()[0]

    def reserve(self, model, count):
        """Take ``count`` consecutive ids of a model; remember and return the id before them."""
        table = self.env[model]._table
        sequence = f"{table}_id_seq"
        self.run("SELECT nextval(%(sequence)s)", sequence=sequence)
        base = self.cr.fetchone()[0] - 1
        self.run("SELECT setval(%(sequence)s, %(last)s)", sequence=sequence, last=base + count)
        self.base[model], self.count[model] = base, count
        return base

    def insert(self, model, columns, source, **params):
        """``INSERT … SELECT`` into a model's table, with the log columns.

        :param columns: SQL expression by column name; must hold ``id``
        :param source: what stands after ``FROM``
        """
        if self.env[model]._log_access:
            columns = {
                **columns,
                "create_uid": "1",
                "write_uid": "1",
                "create_date": "now() AT TIME ZONE 'UTC'",
                "write_date": "now() AT TIME ZONE 'UTC'",
            }
        table = self.env[model]._table
        self.strip(table)
        names = ", ".join(f'"{name}"' for name in columns)
        values = ",\n  ".join(f'{value} AS "{name}"' for name, value in columns.items())
        self.run(f"INSERT INTO {table} ({names})\nSELECT {values}\nFROM {source}", **params)
        written = self.cr.rowcount
        self.run(f"ANALYZE {table}")
        return written

    def link(self, table, columns, source, **params):
        """``INSERT … SELECT`` into a relation table: the values of ``columns`` from ``source``."""
        self.strip(table)
        names = ", ".join(columns)
        values = ", ".join(f"{value} AS {name}" for name, value in columns.items())
        self.run(f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}", **params)

    def strip(self, table):
        """Take the indexes and foreign keys off a table before rows come in by the thousand.

        :meth:`restore` puts them back as they were, and PostgreSQL then checks every row: the
        proof is the same, in a fraction of the time. Tables may point at each other meanwhile.
        """
        if table in self.stripped:
            return
        self.run(
            """SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE conrelid = %(table)s::regclass AND contype IN ('f', 'u') ORDER BY conname""",
            table=table,
        )
        constraints = self.cr.fetchall()
        self.run(
            """SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i
                 JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = %(table)s::regclass AND NOT i.indisprimary
                  AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid
                                     AND o.conrelid = i.indrelid)""",
            table=table,
        )
        indexes = self.cr.fetchall()
        for name, _kind, _definition in constraints:
            self.run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            self.run(f'DROP INDEX "{name}"')
        self.stripped[table] = indexes, constraints

    def restore(self):
        """Indexes, then unique constraints, then foreign keys of all stripped tables."""
        self.run("SET LOCAL maintenance_work_mem = '256MB'")
        for indexes, _constraints in self.stripped.values():
            for _name, definition in indexes:
                self.run(definition)
        for wanted in "uf":
            for table, (_indexes, constraints) in self.stripped.items():
                for name, kind, definition in constraints:
                    if kind == wanted:
                        self.run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        if changed := self._catalogue() ^ self.catalogue:
            raise AssertionError(f"an index or a key is not as it was: {sorted(changed)[:4]}")

    def _catalogue(self):
        """Definitions of all indexes and constraints of the database's own tables."""
        self.run(
            """SELECT pg_get_indexdef(indexrelid) FROM pg_index
                 JOIN pg_class c ON c.oid = indrelid
                WHERE c.relnamespace = 'public'::regnamespace
                UNION ALL
               SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                 FROM pg_constraint WHERE connamespace = 'public'::regnamespace"""
        )
        # PostgreSQL writes the casts of a list elsewhere once it has read its own words
        return {CASTS.sub("", definition) for (definition,) in self.cr.fetchall()}

    def scratch(self, name, columns, rows=None, query=None, **params):
        """A temporary table, from Python rows (COPY) or from a query, analysed.

        :param columns: SQL column definitions when rows are given, ignored with a query
        """
        if query:
            self.run(f"CREATE TEMP TABLE {name} AS {query}", **params)
        else:
            self.run(f"CREATE TEMP TABLE {name} ({columns})")
            text = io.StringIO("".join("\t".join(map(_copied, row)) + "\n" for row in rows))
            self.cr.copy_expert(f"COPY {name} FROM STDIN", text)
        self.run(f"ANALYZE {name}")

    def sized(self, count, least=1):
        """A count of the full data set, at the scale of this one."""
        return max(least, round(count * self.scale))

    def build(self):
        """Run all steps and say how long each took."""
        for model, function in [*STEPS, ("index et clés", Builder.restore)]:
            start = time.perf_counter()
            function(self)
            spent = time.perf_counter() - start
            self.seconds[model] = round(self.seconds.get(model, 0) + spent, 1)
            rows = self.count.get(model)
            self.say(f"{model:<28} {rows if rows is not None else '':>8}  {spent:.1f} s")


def choose(words, salt, ordinal="i"):
    """SQL expression that picks one of the words for an ordinal."""
    quoted = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"(ARRAY[{quoted}]::text[])[1 + pg_temp.pick({ordinal}, {salt}, {len(words)})]"


def _copied(value):
    if value is None:
        return r"\N"
    if isinstance(value, str):
        for char, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            value = value.replace(char, escaped)
    return str(value)
