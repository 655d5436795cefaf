{
    "name": "Bureau des entreprises: partnerships",
    "summary": "Schools, roles, employers and signed documents of the bureau des entreprises",
    "version": "19.0.1.0.0",
    "category": "Education",
    "author": "Bureau des entreprises contributors",
    "license": "LGPL-3",
    "depends": ["crm", "portal", "l10n_fr"],
    "external_dependencies": {
        "python": ["holidays", "pyhanko", "stdnum", "weasyprint"],
    },
    "data": [
        # security first
        "security/ir.model.access.csv",
        # data
        # views
        # menus last
    ],
    "application": True,
}
