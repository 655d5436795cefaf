from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from odoo.addons.bde_partnerships.rules.signer import fold_phone, signer_key

# A letter is found again a year later; one opened in front of the person serves that day.
PAGE_DAYS = 400
DESK_DAYS = 1


class BdeLink(models.Model):
    """The link of an alumnus to his page, ``/bde/m/<token>``."""

    _inherit = "bde.link"

    purpose = fields.Selection(
        selection_add=[("alumni", "Page of an alumnus")], ondelete={"alumni": "cascade"}
    )
    channel = fields.Selection(
        selection_add=[("desk", "At the bureau")], ondelete={"desk": "cascade"}
    )

    def _paths(self):
        return super()._paths() | {"alumni": "m"}

    def _alumnus(self):
        """Whose page this link opens; nobody once the address is no longer his.

        An address that was put right closes what went to the wrong one.

        :return: the alumnus in sudo, in the company of his school
        """
        self.ensure_one()
        alumnus = self.env["bde.alumnus"].browse(self.res_id).exists()
        if self.purpose != "alumni" or alumnus.company_id != self.company_id:
            return alumnus.browse()
        if alumnus.is_deceased or not self._reaches_alumnus(alumnus):
            return alumnus.browse()
        return alumnus.with_context(bde_alumni_link=self.id)

    def _reaches_alumnus(self, alumnus):
        """Whether this link went to the address that he has now."""
        if self.channel == "email":
            return bool(self.email) and _mail(alumnus.email) == _mail(self.email)
        if self.channel == "sms":
            return bool(self.phone) and fold_phone(alumnus.phone) == fold_phone(self.phone)
        return True

    @api.autovacuum
    def _gc_alumni_links(self):
        """Links bear a name and an address: they go a year after they ended.

        Until then an expired one is renewed by its reader; one to confirm an address is not.
        """
        now = fields.Datetime.now()
        for purposes, days in ((("alumni", "portrait"), 365), (("alumni_mail",), 30)):
            domain = [
                ("purpose", "in", purposes),
                ("expires_on", "<", now - timedelta(days=days)),
            ]
            self.search(domain, limit=5000).unlink()

    def _renew_alumni(self):
        """Sends a fresh link to the same person at the same address.

        :return: ``sent``, or what :meth:`_renewal_stopped` says
        """
        if stopped := self._renewal_stopped(
            lambda: self.channel in ("email", "sms") and self._alumnus()
        ):
            return stopped
        return "sent" if self._alumnus()._send_page_links() else "nothing"


class BdeOutgoing(models.Model):
    _inherit = "bde.outgoing"

    kind = fields.Selection(
        selection_add=[("alumni", "Letter to an alumnus")], ondelete={"alumni": "cascade"}
    )


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"

    def _page_person(self):
        """Who is written to, as letters and links want it.

        :rtype: dict with ``name``, ``email``, ``phone``, ``lang``
        """
        self.ensure_one()
        return {
            "name": f"{self.firstname} {self.usage_name or self.lastname}",
            "email": self.email or False,
            "phone": self.phone or False,
            "lang": self.company_id.partner_id.lang or "fr_FR",
        }

    def _page_key(self, person=None):
        """Key of a person and his address: two brothers with one mailbox are two."""
        person = person or self._page_person()
        return signer_key(f"alumnus {self.id}", person["email"], person["phone"])

    @api.model
    def _page_link_vals(self, alumnus, channel):
        """Values of a link to the page of an alumnus."""
        person = alumnus._page_person()
        days = DESK_DAYS if channel == "desk" else PAGE_DAYS
        return {
            "company_id": alumnus.company_id.id,
            "purpose": "alumni",
            "signer_key": alumnus._page_key(person),
            "channel": channel,
            "res_model": "bde.alumnus",
            "res_id": alumnus.id,
            "expires_on": fields.Datetime.now() + timedelta(days=days),
            **person,
        }

    def _mint_page_links(self, channel):
        """New links to the pages of these alumni; constant queries.

        The tokens exist nowhere else afterwards. The caller checked who asks.

        :param str channel: ``email`` or ``sms`` (the link serves as long as the address is his),
            ``desk`` (opened in front of him, for a day)
        :return: {alumnus: (link, address)}
        """
        minted = self.env["bde.link"]._mint(
            [self._page_link_vals(alumnus, channel) for alumnus in self]
        )
        return {
            alumnus: (link, link._url(token))
            for alumnus, (link, token) in zip(self, minted, strict=True)
        }

    def _close_page_links(self):
        """Closes all links to the pages of these alumni, at once."""
        # sudo: no role writes links; the caller checked who asks
        self.env["bde.link"].sudo().search(
            [
                ("purpose", "=", "alumni"),
                ("res_model", "=", "bde.alumnus"),
                ("res_id", "in", self.ids),
                ("revoked", "=", False),
            ]
        ).write({"revoked": True, "closed_by": "school"})


def _mail(address):
    return email_normalize(address) or address
