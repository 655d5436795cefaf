def migrate(cr, version):
    """Sites were last known to be right when the school entered them, or accepted an agreement:
    the column of a new field would say today for all."""
    cr.execute(
        """UPDATE bde_relation AS relation
           SET site_confirmed_on = GREATEST(
               relation.create_date::date,
               (SELECT max(hosting.write_date)::date
                FROM bde_hosting AS hosting
                JOIN bde_placement AS placement ON placement.id = hosting.placement_id
                WHERE hosting.state = 'accepted' AND placement.host_id = relation.partner_id
                  AND placement.company_id = relation.company_id))"""
    )
