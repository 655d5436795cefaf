{
    "name": "Bureau des entreprises: alumni",
    "summary": "Leavers of vocational schools: first steps, insertion, network of alumni",
    "version": "19.0.6.0.0",
    "category": "Education",
    "author": "Bureau des entreprises contributors",
    "license": "LGPL-3",
    "depends": ["bde_pfmp", "survey"],
    "data": [
        # security first
        "security/ir.model.access.csv",
        "security/bde_alumnus_rules.xml",
        "security/bde_leaver_rules.xml",
        "security/bde_consent_rules.xml",
        "security/bde_survey_rules.xml",
        "security/bde_network_rules.xml",
        # data
        # views
        "views/bde_alumni_menus.xml",
        "views/bde_alumnus_views.xml",
        "views/bde_leaver_plan_views.xml",
        "views/bde_leaver_net_views.xml",
        "views/bde_alumni_wave_views.xml",
        "views/bde_outcome_views.xml",
        "views/bde_mentor_views.xml",
        "views/bde_job_offer_views.xml",
        "views/bde_event_invitation_views.xml",
    ],
    "installable": True,
}
