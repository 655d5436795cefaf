from collections import Counter, defaultdict
from contextlib import ExitStack

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.sql import table_columns

# never moved: the dialogs of core's own merge
IGNORED_TABLES = ("base_partner_merge",)
# rows that say the same though no index forbids them twice: (expressions, predicate) by table
SAME_ROWS = {
    "bde_former_siret": [(["partner_id", "siret"], None)],
    "bde_approach": [(["partner_id", "school_id", "date", "purpose", "channel"], None)],
    "bde_optout": [(["partner_id", "company_id", "COALESCE(purpose, '')"], "active")],
}


class BdeMergeLinks(models.AbstractModel):
    """Moves what points to records that are merged into others, many at once.

    Core's mover goes record by record to one target, and deletes what collides with a unique
    index. Here a whole mapping is moved with a constant number of statements for each column,
    and rows that collide are joined: what the kept row lacks is filled in, what hangs on the
    other one is moved to it.
    """

    _name = "bde.merge.links"
    _description = "Links of merged records"

    @api.model
    def _move(self, model, mapping, skip=()):
        """Points everything that points to the keys of ``mapping`` to their values.

        Many2one, many2many, company-wide and pairs of model and id, of every model that is
        installed, ours or not. Stored fields that depend on them are computed again.

        :param str model: model of the records
        :param dict mapping: id of the kept record by id of the dropped one
        :param skip: pairs of table and column that stay as they are
        :return: number of rows moved, by table
        :rtype: collections.Counter
        """
        moved, touched = Counter(), defaultdict(set)
        if not mapping:
            return moved
        self.env.flush_all()
        self.env.invalidate_all()
        owners = self._column_owners()
        sources = list(mapping)
        targets = [mapping[source] for source in sources]
        for table, column in self._foreign_keys(model):
            if (table, column) not in skip:
                ids = self._move_column(table, column, sources, targets)
                moved[table] += len(ids)
                if (table, column) in owners and ids:
                    touched[owners[table, column]].update(ids)
        for owner, name, condition in self._pairs(model):
            table = self.env[owner]._table
            ids = self._move_column(table, name, sources, targets, condition=condition)
            moved[table] += len(ids)
            if ids:
                touched[owner, name].update(ids)
        for owner, name in self._references():
            table = self.env[owner]._table
            values = [[f"{model},{id_}" for id_ in ids] for ids in (sources, targets)]
            ids = self._move_column(table, name, *values, cast=SQL("varchar"))
            moved[table] += len(ids)
            if ids:
                touched[owner, name].update(ids)
        self._compute_again(touched)
        return +moved

    # ------------------------------------------------------------
    # What may point to a record
    # ------------------------------------------------------------

    @api.model
    def _foreign_keys(self, model):
        """(table, column) of every foreign key to a model."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        found = wizard._get_fk_on(self.env[model]._table)
        return sorted({pair for pair in found if not pair[0].startswith(IGNORED_TABLES)})

    @api.model
    def _column_owners(self):
        """(model, field) of each column that a many2one of the registry stores."""
        return {
            (Model._table, name): (model, name)
            for model, Model in self.env.registry.items()
            if not Model._abstract and Model._auto
            for name, field in Model._fields.items()
            if field.type == "many2one" and field.store and not field.company_dependent
        }

    @api.model
    def _pairs(self, model):
        """(model, name of the id's field, SQL condition on the name of the model)."""
        for owner, Model in self.env.registry.items():
            if Model._abstract or not Model._auto or Model._transient:
                continue
            for name, field in Model._fields.items():
                partner = self._model_column(Model, name, field)
                if partner:
                    condition = SQL("%s = %s", SQL.identifier(partner), model)
                    if owner == "ir.attachment":
                        # pictures of a record's own fields go with it
                        condition = SQL("%s AND res_field IS NULL", condition)
                    yield owner, name, condition

    @api.model
    def _model_column(self, Model, name, field):
        """Stored field that names the model of an id, or None."""
        if not field.store:
            return None
        if field.type == "many2one_reference":
            candidates = (field.model_field,)
        elif field.type == "integer" and name == "res_id":
            candidates = ("res_model", "model")
        else:
            return None
        for candidate in candidates:
            column = Model._fields.get(candidate)
            if column is not None and column.store and column.type in ("char", "selection"):
                return candidate
        return None

    @api.model
    def _references(self):
        for owner, Model in self.env.registry.items():
            if not Model._abstract and Model._auto and not Model._transient:
                for name, field in Model._fields.items():
                    if field.type == "reference" and field.store:
                        yield owner, name

    # ------------------------------------------------------------
    # One column
    # ------------------------------------------------------------

    @api.model
    def _move_column(self, table, column, sources, targets, cast=None, condition=None):
        """Moves one column and returns the ids of the rows, or as many Nones without ids."""
        cast, condition = cast or SQL("int"), condition or SQL("TRUE")
        name = SQL.identifier(column)
        source_array = SQL("%s::%s[]", sources, cast)
        found = self.env.execute_query(
            SQL(
                "SELECT 1 FROM %s WHERE %s = ANY(%s) AND %s LIMIT 1",
                SQL.identifier(table), name, source_array, condition,
            )
        )  # fmt: skip
        if not found:
            return []
        with_id = "id" in table_columns(self.env.cr, table)
        self._join_rows(table, column, sources, targets, cast, condition, with_id)
        rows = self.env.execute_query(
            SQL(
                """UPDATE %(table)s SET %(column)s = map.target
                   FROM unnest(%(sources)s, %(targets)s::%(cast)s[]) AS map(source, target)
                   WHERE %(column)s = map.source AND %(condition)s
                   RETURNING %(returned)s""",
                table=SQL.identifier(table),
                column=name,
                sources=source_array,
                targets=targets,
                cast=cast,
                condition=condition,
                returned=SQL.identifier(table, "id") if with_id else SQL("NULL"),
            )
        )
        return [row[0] for row in rows]

    # ------------------------------------------------------------
    # Rows that collide
    # ------------------------------------------------------------

    @api.model
    def _unique_indexes(self, table, column):
        """(expressions, predicate) of the unique indexes that a column is part of."""
        rows = self.env.execute_query(
            SQL(
                """SELECT ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true)
                                FROM generate_series(1, i.indnkeyatts) AS k),
                          pg_get_expr(i.indpred, i.indrelid)
                   FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                   WHERE c.relname = %s AND c.relnamespace = current_schema::regnamespace
                     AND i.indisunique""",
                table,
            )
        )
        rows += SAME_ROWS.get(table, [])
        return [(keys, pred) for keys, pred in rows if any(column in key for key in keys)]

    @api.model
    def _join_rows(self, table, column, sources, targets, cast, condition, with_id):
        """Joins rows that would be there twice once the column has moved."""
        for keys, predicate in self._unique_indexes(table, column):
            ranked = self._ranked(
                table, column, sources, targets, cast, condition, with_id, keys, predicate
            )
            if not with_id:
                self.env.cr.execute(
                    SQL(
                        """WITH ranked AS (%s) DELETE FROM %s AS row USING ranked
                           WHERE row.ctid = ranked.bde_ctid AND ranked.bde_rank > 1""",
                        ranked,
                        SQL.identifier(table),
                    )
                )
                continue
            losers = dict(
                self.env.execute_query(
                    SQL(
                        "WITH ranked AS (%s) SELECT id, bde_winner FROM ranked WHERE bde_rank > 1",
                        ranked,
                    )
                )
            )
            if losers:
                self._join_records(table, losers)

    @api.model
    def _ranked(
        self, table, column, sources, targets, cast, condition, with_id, keys, predicate
    ):  # fmt: skip
        """Query of the rows that the move touches, numbered among those that collide.

        The rows of the kept records come first. Expressions and predicate of the index are
        PostgreSQL's own text of it, read over the columns as they will be.
        """
        names = [name for name in table_columns(self.env.cr, table) if name != column]
        expressions = [SQL(key.replace("%", "%%")) for key in keys]
        return SQL(
            """SELECT bde_ctid, %(id)s row_number() OVER joined AS bde_rank
               FROM (SELECT old.ctid AS bde_ctid, map.source IS NOT NULL AS bde_moves,
                            %(columns)s COALESCE(map.target, old.%(column)s) AS %(column)s
                     FROM (SELECT ctid, * FROM %(table)s WHERE %(condition)s) AS old
                     LEFT JOIN unnest(%(sources)s::%(cast)s[], %(targets)s::%(cast)s[])
                            AS map(source, target) ON map.source = old.%(column)s
                     WHERE old.%(column)s = ANY(%(both)s::%(cast)s[])) AS future
               WHERE %(predicate)s AND %(given)s
               WINDOW joined AS (PARTITION BY %(keys)s ORDER BY bde_moves, bde_ctid)""",
            id=SQL("id, first_value(id) OVER joined AS bde_winner,") if with_id else SQL(""),
            columns=SQL("").join(SQL("old.%s, ", SQL.identifier(name)) for name in names),
            column=SQL.identifier(column),
            table=SQL.identifier(table),
            condition=condition,
            sources=sources,
            targets=targets,
            both=sources + targets,
            cast=cast,
            predicate=SQL((predicate or "TRUE").replace("%", "%%")),
            given=SQL(" AND ").join(SQL("(%s) IS NOT NULL", key) for key in expressions),
            keys=SQL(", ").join(expressions),
        )

    @api.model
    def _join_records(self, table, mapping):
        """Joins rows of a table that has ids, and removes those that were joined.

        :param dict mapping: id of the row that stays by id of the one that goes
        """
        models_of_table = [
            model
            for model, Model in self.env.registry.items()
            if Model._table == table and Model._auto and not Model._abstract
        ]
        self._fill_in(table, mapping)
        losers = list(mapping)
        for model in models_of_table:
            records = self.env[model].browse(losers)
            records._bde_join_into(mapping)
            self._move(model, mapping)
            parents = [
                name
                for name, field in records._fields.items()
                if field.type == "many2one" and field.store
            ]
            records.modified(parents)
        self.env.cr.execute(SQL("DELETE FROM %s WHERE id = ANY(%s)", SQL.identifier(table), losers))
        self.env.invalidate_all(flush=False)

    @api.model
    def _fill_in(self, table, mapping, skip=()):
        """Fills what the kept rows lack with what the others have, in one statement."""
        columns = [
            name
            for name in table_columns(self.env.cr, table)
            if name not in {"id", "create_uid", "create_date", "write_uid", "write_date", *skip}
        ]
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s AS kept SET %(sets)s
                   FROM unnest(%(losers)s::int[], %(winners)s::int[]) AS map(loser, winner)
                   JOIN %(table)s AS gone ON gone.id = map.loser
                   WHERE kept.id = map.winner""",
                table=SQL.identifier(table),
                sets=SQL(", ").join(
                    SQL(
                        "%(name)s = COALESCE(kept.%(name)s, gone.%(name)s)",
                        name=SQL.identifier(name),
                    )
                    for name in columns
                ),
                losers=list(mapping),
                winners=list(mapping.values()),
            )
        )

    # ------------------------------------------------------------
    # What is computed from them
    # ------------------------------------------------------------

    @api.model
    def _compute_again(self, touched):
        """Computes stored fields that depend on what moved; what people may type is left."""
        self.env.invalidate_all(flush=False)
        with ExitStack() as protected:
            for (model, _name), ids in touched.items():
                records = self.env[model].browse(ids)
                typed = [
                    field
                    for field in records._fields.values()
                    if field.compute and field.store and not field.readonly
                ]
                protected.enter_context(self.env.protecting(typed, records))
            for (model, name), ids in touched.items():
                self.env[model].browse(ids).modified([name])
            self.env.flush_all()


class Base(models.AbstractModel):
    _inherit = "base"

    def _bde_join_into(self, mapping):
        """Hook: records that are joined into others, before they go; for what is not just missing.

        :param dict mapping: id of the record that stays by id of each of these
        """
