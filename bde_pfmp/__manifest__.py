{
    "name": "Bureau des entreprises: PFMP",
    "summary": "Pupils, periods, placements and signed conventions of vocational schools",
    "version": "19.0.3.0.0",
    "category": "Education",
    "author": "Bureau des entreprises contributors",
    "license": "LGPL-3",
    "depends": ["bde_partnerships"],
    "external_dependencies": {"python": ["lxml", "qrcode"]},
    "data": [
        # security first
        "security/ir.model.access.csv",
        "security/bde_pupil_rules.xml",
        "security/bde_placement_rules.xml",
        "security/bde_convention_rules.xml",
        "security/bde_figures_rules.xml",
        # data
        "data/bde.rule.csv",
        "data/bde_template_pfmp.xml",
        "data/bde_template_observation.xml",
        "data/bde_template_seconde_gt.xml",
        "data/bde_template_bts.xml",
        "data/bde_convention_cron.xml",
        "data/bde_figures_cron.xml",
        "data/bde_import_cron.xml",
        # views
        "views/bde_student_views.xml",
        "views/bde_division_views.xml",
        "views/bde_import_views.xml",
        "views/bde_rule_views.xml",
        "views/bde_period_views.xml",
        "views/bde_placement_views.xml",
        "views/bde_hosting_views.xml",
        "views/bde_hosting_public.xml",
        "report/bde_hosting_sheet.xml",
        "report/bde_convention_templates.xml",
        "wizard/bde_convention_report_views.xml",
        "views/bde_convention_views.xml",
        "views/bde_school_figures_views.xml",
        # menus last
        "views/bde_convention_menus.xml",
        "views/bde_pupil_menus.xml",
        "views/bde_placement_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "bde_pfmp/static/src/schedule/*",
            "bde_pfmp/static/src/import_files/*",
        ],
        # Public form of a host: nothing of the web client but the loader of modules.
        "bde_pfmp.assets_hosting": [
            "web/static/src/module_loader.js",
            "bde_pfmp/static/src/schedule/schedule.js",
            "bde_pfmp/static/src/hosting_form/*",
        ],
    },
}
