from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Académies opened before the taxe d'apprentissage get their models of letters."""
    api.Environment(cr, SUPERUSER_ID, {})["bde.tax.letter.model"]._hand_down_to_all()
