import json

from odoo import models
from odoo.tools import SQL, split_every
from odoo.tools.translate import LazyTranslate

from ..rules import inserjeunes_file
from .bde_inserjeunes_import_line import TODO

_lt = LazyTranslate(__name__)

REASONS = {
    "uai_bad": _lt("UAI “%(value)s”: seven digits and the check letter."),
    "year_bad": _lt("Years “%(value)s”: write them as in “cumul 2022-2023”."),
    "percent_bad": _lt("“%(value)s” is no percentage, nor a way to say that there is none."),
    "twice": _lt("Line %(value)s says the same already."),
    "twice_other": _lt("Line %(value)s says otherwise of the same school and training."),
}
KEY = ("kind", *inserjeunes_file.KEY)
# texts of a figure that are written as the file has them
TEXTS = tuple(name for name in inserjeunes_file.TEXTS if name not in KEY)


class BdeInserjeunesImport(models.Model):
    """What each row is beside what is known, then writing: a constant number of statements a
    chunk, whatever its size."""

    _inherit = "bde.inserjeunes.import"

    def action_preview(self):
        """Reads every row and compares it with the figures that are there; writes none of them.

        :raise UserError: columns that are missing or said twice
        """
        if self.state == "draft":
            self.action_read()
        self._check_step("columns", "preview", "done")
        columns = self._column_fields()
        rows = [row for row in self._read_table().rows if row[0] > self.header_line]
        read = [(line, cells, *self._read_row(cells, columns)) for line, cells in rows]
        known = self._known_figures({values["uai"] for _l, _c, values, problem in read})
        schools = self._school_uais()
        # sudo: lines are made by the import alone
        self.sudo().line_ids.unlink()
        seen = {}
        vals_list = [self._line_values(row, known, schools, seen) for row in read]
        for chunk in split_every(self._chunk_size(), vals_list, list):
            self._insert_lines(chunk)
        # sudo: a state is written by verbs alone
        self.sudo().state = "preview"
        return True

    def _read_row(self, cells, columns):
        named = {
            name: cells[number]
            for number, name in enumerate(columns)
            if name and number < len(cells)
        }
        values, problem = inserjeunes_file.read(named)
        measures = {
            name: values.pop(name) for name in inserjeunes_file.MEASURES if values[name] is not None
        }
        values = {name: values.get(name) for name in (*inserjeunes_file.TEXTS, "last_year")}
        return values | {"kind": self.kind, "measures": measures}, problem

    def _known_figures(self, uais):
        """{key: (texts, measures)} of the figures of these schools; one query."""
        self.env["bde.inserjeunes"].flush_model()
        names = [*KEY, *TEXTS, "measures"]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM bde_inserjeunes WHERE company_id = %s AND kind = %s"
                " AND uai = ANY(%s)",
                SQL(", ").join(map(SQL.identifier, names)),
                self.company_id.id,
                self.kind,
                list(uais - {None}),
            )
        )
        known = {}
        for row in rows:
            values = dict(zip(names, row, strict=True))
            known[_key(values)] = _content(values)
        return known

    def _school_uais(self):
        """UAIs of the schools of the académie."""
        # sudo: schools are known to their académie
        schools = self.env["res.company"].sudo().search(
            [("parent_id", "=", self.company_id.id), ("bde_kind", "=", "school")]
        )  # fmt: skip
        return set(schools.mapped("uai")) - {False}

    def _line_values(self, row, known, schools, seen):
        line, cells, values, problem = row
        vals = {
            "line": line,
            **{name: values[name] for name in ("year_label", "uai", "name", "training")},
            "said": json.dumps(values),
            "is_own": values["uai"] in schools,
            "cells": None,
            "reason": None,
        }
        if problem:
            code, text = problem
            return vals | self._refused(code, text, cells)
        key, content = _key(values), _content(values)
        if key in seen:
            first, other = seen[key]
            if other != content:
                return vals | self._refused("twice_other", first, cells)
            return vals | {"status": "known", "reason": self._reason("twice", first)}
        seen[key] = line, content
        if key not in known:
            return vals | {"status": "new"}
        return vals | {"status": "known" if known[key] == content else "changed"}

    def _refused(self, code, value, cells):
        return {
            "status": "refused",
            "reason": self._reason(code, value),
            "cells": json.dumps(cells),
        }

    def _reason(self, code, value):
        sentence = self.env._(REASONS[code])
        return sentence % {"value": value}

    def _insert_lines(self, vals_list):
        """Stores rows by the thousand: the ORM has nothing to add to them."""
        Line = self.env["bde.inserjeunes.import.line"]
        types = {name: Line._fields[name].column_type[1] for name in vals_list[0]}
        types |= {"status": "varchar"}
        columns = [
            SQL("%s::%s[]", [vals.get(name) for vals in vals_list], SQL(kind))
            for name, kind in types.items()
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO bde_inserjeunes_import_line
                       (import_id, company_id, create_uid, write_uid, create_date, write_date,
                        todo, %(names)s)
                SELECT %(own)s, %(school)s, %(user)s, %(user)s, %(now)s, %(now)s,
                       new.status IN %(todo)s, new.*
                  FROM unnest(%(columns)s) AS new(%(names)s)
                """,
                names=SQL(", ").join(map(SQL.identifier, types)),
                columns=SQL(", ").join(columns),
                own=self.id,
                school=self.company_id.id,
                user=self.env.uid,
                now=self.env.cr.now(),
                todo=TODO,
            )
        )
        Line.invalidate_model()
        self.invalidate_recordset(["line_ids"])

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    def _apply_chunk(self):
        """Writes the next rows; the last chunk ends the import."""
        self.company_id._bde_check_user_is("correspondent", "admin")
        self.env.flush_all()
        names = [*KEY, *TEXTS, "last_year", "measures"]
        written = [*TEXTS, "last_year", "measures", "source_line", "write_uid", "write_date"]
        self.env.cr.execute(
            SQL(
                """
                WITH chunk AS (
                    SELECT line.id, line.line, line.status, line.company_id, said.*
                      FROM bde_inserjeunes_import_line line,
                           jsonb_populate_record(NULL::bde_inserjeunes, line.said) AS figure,
                   LATERAL (SELECT %(figure)s) AS said
                     WHERE line.import_id = %(own)s AND line.todo
                  ORDER BY line.line LIMIT %(size)s
                ), written AS (
                    INSERT INTO bde_inserjeunes
                           (company_id, school_id, source_line, create_uid, write_uid,
                            create_date, write_date, %(names)s)
                    SELECT chunk.company_id, school.id, chunk.line, %(user)s, %(user)s,
                           %(now)s, %(now)s, %(chunk)s
                      FROM chunk
                 LEFT JOIN res_company school ON school.uai = chunk.uai
                       AND school.parent_id = chunk.company_id AND school.bde_kind = 'school'
                        ON CONFLICT (company_id, kind, uai, year_label, COALESCE(mefstat11, ''),
                                     COALESCE(diploma, ''), COALESCE(duration, ''))
                 DO UPDATE SET %(updates)s
                )
                UPDATE bde_inserjeunes_import_line line
                   SET todo = FALSE,
                       result = CASE chunk.status WHEN 'new' THEN 'made' ELSE 'corrected' END
                  FROM chunk
                 WHERE chunk.id = line.id
                """,
                figure=SQL(", ").join(SQL("figure.%s", SQL.identifier(name)) for name in names),
                chunk=SQL(", ").join(SQL("chunk.%s", SQL.identifier(name)) for name in names),
                names=SQL(", ").join(map(SQL.identifier, names)),
                updates=SQL(", ").join(
                    SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in written
                ),
                own=self.id,
                size=self._chunk_size(),
                user=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.env["bde.inserjeunes"].invalidate_model()
        self.env["bde.inserjeunes.import.line"].invalidate_model()
        self.invalidate_recordset()
        self._end()


def _key(values):
    """What tells a figure from another; texts that are missing are empty, as in the index."""
    return tuple(values[name] or "" for name in KEY)


def _content(values):
    """What a file may correct: texts and measures, as they are compared."""
    return (*(values[name] or "" for name in TEXTS), values["measures"] or {})
