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
    cr.execute(
        """
        UPDATE bde_placement AS placement
           SET attested_on = convention.attestation_on
          FROM bde_convention AS convention
         WHERE convention.id = placement.convention_id
           AND placement.attested_on IS DISTINCT FROM convention.attestation_on
        """
    )
