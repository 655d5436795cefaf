from odoo.tools import sql

# « do not call for now » and « no longer » had no reason and no end
STATUSES = {"known": "active", "partner": "strong", "paused": "watch", "stopped": "avoid"}


def migrate(cr, version):
    """Statuses of version 1 become those of today; what is set aside ends in a year.

    Before the module loads: its new stored fields are computed from the statuses.
    """
    if sql.column_exists(cr, "bde_relation", "status_until"):
        return
    # both columns: what is missing would be computed and checked before there are reasons to name
    cr.execute(
        "ALTER TABLE bde_relation ADD COLUMN status_until date, ADD COLUMN status_reason_id integer"
    )
    for old, new in STATUSES.items():
        cr.execute("UPDATE bde_relation SET status = %s WHERE status = %s", [new, old])
    cr.execute(
        "UPDATE bde_relation SET status_until = current_date + interval '1 year' "
        "WHERE status IN ('watch', 'avoid')"
    )
