from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import distance

COMPARISONS = {"<=": SQL("<="), "<": SQL("<"), ">=": SQL(">="), ">": SQL(">")}


class ResPartner(models.Model):
    """How far a company is from the user's school."""

    _inherit = "res.partner"

    bde_distance = fields.Float(
        string="Distance (km)",
        compute="_compute_bde_distance",
        search="_search_bde_distance",
        digits=(6, 1),
        help="From the school as the crow flies, in kilometres. Zero: not known, for the "
        "company or the school has not been placed on the map.",
    )

    # what filters by distance reads first: a rectangle around the school
    _bde_coordinates_idx = models.Index(
        "(partner_latitude, partner_longitude) WHERE bde_employer AND partner_latitude != 0"
    )

    @api.model
    def _bde_origin(self):
        """(latitude, longitude) of the user's school, None when it is not on the map."""
        # sudo: the school's own address
        partner = self.env.company.sudo().partner_id
        if not (partner.partner_latitude or partner.partner_longitude):
            return None
        return partner.partner_latitude, partner.partner_longitude

    @api.depends("partner_latitude", "partner_longitude")
    @api.depends_context("company")
    def _compute_bde_distance(self):
        origin = self._bde_origin()
        for partner in self:
            place = partner.partner_latitude, partner.partner_longitude
            partner.bde_distance = distance.km(*origin, *place) if origin and any(place) else 0

    @api.model
    def _search_bde_distance(self, operator, value):
        """Companies within some kilometres; those that are not on the map are not found."""
        if operator not in COMPARISONS:
            return NotImplemented
        origin = self._bde_origin()
        if origin is None:
            return Domain.FALSE
        domain = Domain("partner_latitude", "!=", 0)
        if operator in ("<=", "<"):
            south, north, west, east = distance.box(*origin, value)
            domain = (
                Domain("partner_latitude", ">=", south)
                & Domain("partner_latitude", "<=", north)
                & Domain("partner_longitude", ">=", west)
                & Domain("partner_longitude", "<=", east)
                & domain
            )

        def to_sql(model, alias, query):
            return SQL(
                "2 * %s * asin(sqrt(least(1, "
                "power(sin(radians(%s::float8 - %s) / 2), 2) + cos(radians(%s)) * "
                "cos(radians(%s::float8)) * power(sin(radians(%s::float8 - %s) / 2), 2)))) %s %s",
                distance.EARTH_RADIUS,
                SQL.identifier(alias, "partner_latitude"),
                origin[0],
                origin[0],
                SQL.identifier(alias, "partner_latitude"),
                SQL.identifier(alias, "partner_longitude"),
                origin[1],
                COMPARISONS[operator],
                value,
            )

        return domain & Domain.custom(to_sql=to_sql)
