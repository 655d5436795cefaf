from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Addresses of the outside services: those that the administrator chose before stay."""
    api.Environment(cr, SUPERUSER_ID, {})["bde.services"]._set_defaults()
