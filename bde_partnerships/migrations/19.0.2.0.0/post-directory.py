from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Companies get their NAF and stand below their legal entity.

    After the module loads: the list of the NAF is data of this version.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False, "tracking_disable": True})
    employers = env["res.partner"].search([("bde_employer", "=", True)])
    env.add_to_compute(employers._fields["naf_id"], employers)
    employers._bde_group_entities()
    env.flush_all()
