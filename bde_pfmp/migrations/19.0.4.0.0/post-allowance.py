from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The allowances of stays that are signed already are counted right after the upgrade."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("bde_pfmp.ir_cron_allowance")._trigger()
