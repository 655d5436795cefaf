def migrate(cr, version):
    """Events of core, where they were used before: each has a school, none sends letters.

    Those that had no company are the first company's. Letters that core planned would reach
    people whom a school may not write to, see ``event.event``.
    """
    for table in ("event_event", "event_registration"):
        if _exists(cr, table):
            cr.execute(
                f"UPDATE {table} SET company_id = (SELECT min(id) FROM res_company)"
                " WHERE company_id IS NULL"
            )
    if _exists(cr, "event_mail"):
        cr.execute("DELETE FROM event_mail")


def _exists(cr, table):
    cr.execute("SELECT to_regclass(%s)", (table,))
    return bool(cr.fetchone()[0])
