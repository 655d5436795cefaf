from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Signatures of agreements that are out know their person, so that a correction keeps them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["bde.document"]._refresh_person_refs("bde.partnership")
