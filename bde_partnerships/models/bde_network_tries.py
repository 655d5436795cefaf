import hashlib
import hmac
import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


def network_of(address):
    """Network of an address: its neighbours share what it may ask for.

    >>> network_of("192.0.2.17"), network_of("2001:db8:1:2::7"), network_of("nonsense")
    ('192.0.2.0/24', '2001:db8:1::/56', 'nonsense')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address or ""
    prefix = 24 if parsed.version == 4 else 56
    return str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False))


class BdeNetworkTries(models.Model):
    """How often a network asked for something within the hour; addresses are not kept.

    In the database: all workers count together.
    """

    _name = "bde.network.tries"
    _description = "Requests of a network"
    _log_access = False

    origin = fields.Char(required=True, help="Keyed digest of the purpose and the network.")
    hour = fields.Datetime(required=True, index=True)
    count = fields.Integer(required=True)

    _origin_hour_uniq = models.UniqueIndex("(origin, hour)")

    @api.model
    def _allow(self, purpose, address, limit):
        """Counts one more request of a network, and says whether it is one too many.

        :param str purpose: what is asked for
        :param str address: as the server saw it
        :param int limit: requests of an hour
        :rtype: bool
        """
        # sudo: the secret of the instance
        key = self.env["ir.config_parameter"].sudo().get_param("database.secret", "")
        text = f"{purpose}\n{network_of(address)}"
        origin = hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        [(count,)] = self.env.execute_query(
            SQL(
                "INSERT INTO bde_network_tries (origin, hour, count) VALUES (%s, %s, 1)"
                " ON CONFLICT (origin, hour) DO UPDATE SET count = bde_network_tries.count + 1"
                " RETURNING count",
                origin,
                hour,
            )
        )
        return count <= limit

    @api.autovacuum
    def _gc_tries(self):
        limit = fields.Datetime.now() - timedelta(hours=2)
        self.search([("hour", "<", limit)], limit=10000).unlink()
