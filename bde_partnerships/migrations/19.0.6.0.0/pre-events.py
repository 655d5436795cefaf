def migrate(cr, version):
    """Events that had no company, where core's were used before, are the first company's."""
    for table in ("event_event", "event_registration"):
        cr.execute("SELECT to_regclass(%s)", (table,))
        if cr.fetchone()[0]:
            cr.execute(
                f"UPDATE {table} SET company_id = (SELECT min(id) FROM res_company)"
                " WHERE company_id IS NULL"
            )
