def migrate(cr, version):
    """Leads without a company get one: that of their team, of their owner, or the first.

    Before the module loads: the column becomes required, and the rule on it flat.
    """
    cr.execute(
        """
        UPDATE crm_lead AS lead
           SET company_id = COALESCE(
                   (SELECT company_id FROM crm_team WHERE id = lead.team_id),
                   (SELECT company_id FROM res_users WHERE id = lead.user_id),
                   (SELECT min(id) FROM res_company)
               )
         WHERE company_id IS NULL
        """
    )
