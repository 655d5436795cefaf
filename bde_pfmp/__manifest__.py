{
    "name": "Bureau des entreprises: PFMP",
    "summary": "Pupils, periods, placements and signed conventions of vocational schools",
    "version": "19.0.1.0.0",
    "category": "Education",
    "author": "Bureau des entreprises contributors",
    "license": "LGPL-3",
    "depends": ["bde_partnerships"],
    "external_dependencies": {"python": ["lxml", "qrcode"]},
    "data": [
        # security first
        "security/ir.model.access.csv",
        "security/bde_pupil_rules.xml",
        # data
        # views
        # menus last
    ],
    "application": False,
}
