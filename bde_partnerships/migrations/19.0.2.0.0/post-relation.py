from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Companies that were set aside without a reason get the one that says so."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    reason = env.ref("bde_partnerships.status_reason_before")
    cr.execute(
        "UPDATE bde_relation SET status_reason_id = %s "
        "WHERE status IN ('watch', 'avoid') AND status_reason_id IS NULL",
        [reason.id],
    )
    env["bde.relation"].invalidate_model(["status_reason_id"])
