from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Days of absence that staff typed become one absence each, over the stay, without dates."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("SELECT placement_id, absence_days, absence_hours FROM bde_typed_absence")
    env["bde.absence"]._take_typed(cr.fetchall())
    cr.execute("DROP TABLE bde_typed_absence")
