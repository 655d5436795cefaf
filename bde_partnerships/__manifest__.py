{
    "name": "Bureau des entreprises: partnerships",
    "summary": "Schools, roles, employers and signed documents of the bureau des entreprises",
    "version": "19.0.2.0.0",
    "category": "Education",
    "author": "Bureau des entreprises contributors",
    "license": "LGPL-3",
    "depends": ["base_geolocalize", "crm", "portal", "l10n_fr"],
    "external_dependencies": {
        "python": [
            "cryptography", "holidays", "openpyxl", "pyhanko", "python-stdnum", "qrcode",
            "rapidfuzz", "weasyprint",
        ],
    },
    "data": [
        # security first
        "security/bde_groups.xml",
        "security/ir.model.access.csv",
        "security/bde_rules.xml",
        "security/bde_core_rules.xml",
        "security/bde_document_rules.xml",
        "security/bde_document_template_rules.xml",
        "security/bde_agreement_rules.xml",
        # data
        "data/bde_mail_templates.xml",
        "data/bde_ground_cron.xml",
        "data/bde_engine_cron.xml",
        "data/bde_engine_data.xml",
        # views
        "wizard/bde_team_invite_views.xml",
        "wizard/bde_school_create_views.xml",
        "wizard/bde_employer_register_views.xml",
        "wizard/bde_sign_wizard_views.xml",
        "wizard/bde_reason_wizard_views.xml",
        "views/bde_menus.xml",
        "views/bde_mail_layouts.xml",
        "views/bde_public_templates.xml",
        "views/res_company_views.xml",
        "views/bde_membership_views.xml",
        "views/bde_relation_views.xml",
        "views/bde_training_views.xml",
        "views/bde_school_year_views.xml",
        "views/bde_document_template_views.xml",
        "views/bde_document_views.xml",
        "views/bde_document_signature_views.xml",
        "views/bde_journal_views.xml",
        "views/res_company_seal_views.xml",
        # menus last
        "views/bde_home_views.xml",
        "views/bde_ground_menus.xml",
        "views/bde_engine_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "bde_partnerships/static/src/home/*",
        ],
        # Pages without an account: nothing of the web client, they must open on any phone.
        "bde_partnerships.assets_public": [
            "bde_partnerships/static/src/public/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
    "application": True,
}
