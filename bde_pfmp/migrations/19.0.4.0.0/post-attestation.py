from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Académies opened before attestations were signed get their wording; their day is noted.

    Attestations that came back on paper say since when: the day on which that was recorded.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["bde.document.template"]._hand_down_to_all()
    cr.execute(
        """
        UPDATE bde_convention AS convention
           SET attestation_on = document.state_since::date
          FROM bde_document AS document
         WHERE document.id = convention.document_id
           AND document.state IN ('attested', 'closed')
           AND convention.attestation_on IS NULL
        """
    )
    env["bde.placement"].search([("convention_id", "!=", False)])._refresh_attested()
