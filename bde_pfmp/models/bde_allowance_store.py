import json
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

# columns that counting writes, with their types in the database
COLUMNS = {
    "placement_id": "integer",
    "company_id": "integer",
    "school_year_id": "integer",
    "schooling_id": "integer",
    "student_id": "integer",
    "student_name": "varchar",
    "division_id": "integer",
    "period_id": "integer",
    "mef": "varchar",
    "date_start": "date",
    "date_end": "date",
    "due_on": "date",
    "days": "integer",
    "rate_known": "boolean",
    "daily": "numeric",
    "cap": "numeric",
    "amount": "numeric",
    "working": "jsonb",
    "status": "varchar",
    "missing": "jsonb",
}


class BdeAllowance(models.Model):
    """How counting writes: past the ORM, what changed in one statement."""

    _inherit = "bde.allowance"

    @api.model
    def _store(self, rows):
        """Writes the rows that changed in one statement, whatever their number."""
        if not rows:
            return
        data = [
            {name: self._column_value(row[name], kind) for name, kind in COLUMNS.items()}
            for row in rows.values()
        ]
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        typed = SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(kind)) for name, kind in COLUMNS.items()
        )
        updated = [name for name in COLUMNS if name != "placement_id"]
        assign = SQL(", ").join(
            SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name)) for name in updated
        )

        def values(table):
            return SQL(", ").join(
                SQL("%s.%s", SQL.identifier(table), SQL.identifier(name)) for name in updated
            )

        query = SQL(
            """
            INSERT INTO bde_allowance (%(names)s, create_uid, create_date, write_uid, write_date)
            SELECT %(names)s, %(uid)s, now() at time zone 'UTC', %(uid)s,
                   now() at time zone 'UTC'
              FROM jsonb_to_recordset(%(data)s::jsonb) AS given(%(typed)s)
            ON CONFLICT (placement_id) DO UPDATE
               SET %(assign)s, write_uid = excluded.write_uid, write_date = excluded.write_date
             WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            names=names,
            uid=self.env.uid,
            data=json.dumps(data),
            typed=typed,
            assign=assign,
            old=values("bde_allowance"),
            new=values("excluded"),
        )
        self.env.cr.execute(query)
        self.invalidate_model(flush=False)

    @api.model
    def _column_value(self, value, kind):
        """As the database reads it from JSON."""
        if value is False and kind != "boolean":
            return None
        if isinstance(value, Decimal):
            return str(value)
        if hasattr(value, "isoformat"):
            return value.isoformat()
        if isinstance(value, tuple):
            return list(value)
        return value
