from datetime import timedelta

from odoo import fields, models

from odoo.addons.bde_partnerships.models.bde_link import RENEWALS_PER_DAY

from .bde_stay import Ask

# Whom a fresh letter speaks to, when somebody has several parts in a stay.
ROLES = ("host", "tutor", "student")


class BdeLink(models.Model):
    """A fresh link to the page of a stay, asked for from one that has expired."""

    _inherit = "bde.link"

    def _renew_stays(self):
        """Sends a fresh link to the same person at the same address, three times a day at most.

        A link that the school closed went, as a rule, to a wrong address: whoever holds it gets
        no other. An address that was put right since gets none either (:meth:`_stays`).

        :return: ``sent``, ``capped``, ``nothing`` or ``closed``
        """
        self.ensure_one()
        self._lock()
        if self.revoked:
            return "closed"
        stay = self._stays()[:1]
        roles = stay and stay._stay_roles(self._person_refs())
        if not roles:
            return "nothing"
        now = fields.Datetime.now()
        renewed = self._of_signer().filtered(
            lambda link: link.renewed_on and link.renewed_on > now - timedelta(days=1)
        )
        if self in renewed or len(renewed) >= RENEWALS_PER_DAY:
            return "capped"
        self.renewed_on = now
        role = next(role for role in ROLES if role in roles)
        ask = Ask(stay, role, f"hand {now:%Y-%m-%d %H:%M}", stay._hand_line(role))
        return "sent" if self.env["bde.stay"]._write([ask]) else "nothing"
