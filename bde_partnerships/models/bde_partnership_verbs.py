from odoo import models


class BdePartnership(models.Model):
    """Sending, renewing, dates: for one or for many."""

    _inherit = "bde.partnership"

    def _obstacles_to_send(self):
        """What forbids to send each agreement: {agreement: [sentences]}."""
        return {partnership: [] for partnership in self}
