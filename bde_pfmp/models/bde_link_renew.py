from odoo import models

from .bde_stay import Ask

# Whom a fresh letter speaks to, when somebody has several parts in a stay.
ROLES = ("host", "tutor", "student")


class BdeLink(models.Model):
    """A fresh link to the page of a stay, asked for from one that has expired."""

    _inherit = "bde.link"

    def _renew_stays(self):
        """Sends a fresh link to the same person at the same address.

        An address that was put right since gets none (:meth:`_stays`).

        :return: ``sent``, or what :meth:`_renewal_stopped` says
        """
        if stopped := self._renewal_stopped(lambda: self._renewed_part()[1]):
            return stopped
        stay, role = self._renewed_part()
        ask = Ask(stay, role, f"hand {self.renewed_on:%Y-%m-%d %H:%M}", stay._hand_line(role))
        return "sent" if self.env["bde.stay"]._write([ask]) else "nothing"

    def _renewed_part(self):
        """(stay, part in it) that a fresh letter speaks of; no part when nothing is left."""
        stay = self._stays()[:1]
        roles = stay._stay_roles(self._person_refs()) if stay else ()
        return stay, next((role for role in ROLES if role in roles), None)
