from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Académies opened before amendments existed get their wording."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["bde.document.template"]._hand_down_to_all()
