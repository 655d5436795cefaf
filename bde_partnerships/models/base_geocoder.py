from odoo import api, models
from odoo.exceptions import UserError

from ..rules import ban
from ..rules.outside import Unavailable


class BaseGeocoder(models.AbstractModel):
    """Base adresse nationale, the French directory of addresses, as a provider of core."""

    _inherit = "base.geocoder"

    @api.model
    def _geo_query_address_ban(self, street=None, zip=None, city=None, state=None, country=None):
        return ban.Address(street or "", zip or "", city or "").query

    @api.model
    def _call_ban(self, addr, **kw):
        """Coordinates of one line of address; None abroad, for the base knows France alone.

        :raise UserError: the service is off or does not answer
        """
        if country := kw.get("force_country"):
            # core gives the name in English
            known = self.env["res.country"].with_context(lang="en_US")
            if not known.search_count([("name", "=", country), ("code", "in", [*ban.COUNTRIES])]):
                return None
        try:
            point = self._bde_find_point(ban.address_of(addr))
        except Unavailable as error:
            raise UserError(self._bde_why(error))
        return point and (point.latitude, point.longitude)

    @api.model
    def _bde_find_point(self, address):
        """Point of an address of France.

        :param ban.Address address: see there
        :raise Unavailable: also when it is switched off
        """
        return ban.search(address, base_url=self._bde_url())

    @api.model
    def _bde_find_points(self, addresses, throttle=None):
        """Points of many addresses: by file, one by one where the server takes no file.

        :param list addresses: of ``ban.Address``, as many as you like
        :raise Unavailable: also when it is switched off
        :rtype: list[ban.Point | None]
        """
        url = self._bde_url()
        points = []
        for start in range(0, len(addresses), ban.BATCH_SIZE):
            chunk = addresses[start : start + ban.BATCH_SIZE]
            try:
                points += ban.search_many(chunk, base_url=url)
            except Unavailable as error:
                if not error.refused:
                    raise
                throttle = throttle or ban.outside.Throttle(ban.RATE)
                points += [ban.search(one, base_url=url, throttle=throttle) for one in chunk]
        return points

    @api.model
    def _bde_url(self):
        url = self.env["bde.services"]._get("bde.ban_url")
        if not url:
            raise Unavailable("switched off", off=True)
        return url

    @api.model
    def _bde_why(self, error):
        """What to tell people when addresses cannot be looked up."""
        if error.off:
            return self.env._(
                "Looking up addresses is switched off on this server. Place the point by hand."
            )
        return self.env._(
            "The national directory of addresses does not answer. "
            "Try later, or place the point by hand."
        )
