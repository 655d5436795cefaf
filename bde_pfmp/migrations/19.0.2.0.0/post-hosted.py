from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Companies get the number of pupils that they hosted before it was counted."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["bde.relation"].search([])._refresh_hosted()
    env.flush_all()
