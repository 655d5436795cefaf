from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ..rules import ban, lookalike
from ..rules.outside import Unavailable
from .res_partner_services import Result

# What core takes for the address of a point, see base_geolocalize.
ADDRESS = ("street", "zip", "city", "state_id", "country_id")
COORDINATES = ("partner_latitude", "partner_longitude")
STATES = {
    "housenumber": "done", "street": "street", "locality": "street", "municipality": "town",
}  # fmt: skip
PER_RUN = 10 * ban.BATCH_SIZE
BY_HAND = ban.BATCH_SIZE


class ResPartner(models.Model):
    """Where companies and schools are: the national directory of addresses, or a person."""

    _inherit = "res.partner"

    bde_geo_state = fields.Selection(
        [
            ("none", "Not placed yet"),
            ("done", "At its door"),
            ("street", "In its street"),
            ("town", "In its town"),
            ("failed", "Address not found"),
            ("hand", "Placed by hand"),
        ],
        string="Place on the map",
        default="none",
        readonly=True,
        copy=False,
        help="How exactly the point is known. A point placed by hand stays until the address "
        "changes.",
    )

    _bde_geo_state_idx = models.Index("(bde_geo_state, id) WHERE bde_employer")

    # ------------------------------------------------------------
    # A point belongs to an address
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._bde_with_geo_state(vals) for vals in vals_list])

    def write(self, vals):
        if not vals.keys().isdisjoint(COORDINATES):
            return super().write(self._bde_with_geo_state(vals))
        if vals.keys().isdisjoint(ADDRESS):
            return super().write(vals)
        # sudo: compared only; who may write is checked below
        moved = self.sudo().filtered(lambda partner: partner._bde_moves(vals)).with_env(self.env)
        if moved:
            super(ResPartner, moved).write(dict(vals, bde_geo_state="none"))
        # core takes the point away even from those who stay: another writing of the same street
        placed = (self - moved).filtered(lambda partner: any(partner._bde_coordinates()))
        for partner in placed:
            place = dict(zip(COORDINATES, partner._bde_coordinates(), strict=True))
            super(ResPartner, partner).write(dict(vals, **place))
        if others := self - moved - placed:
            super(ResPartner, others).write(vals)
        return True

    @api.model
    def _bde_with_geo_state(self, vals):
        """Coordinates that come without a word on their origin were typed by somebody."""
        if "bde_geo_state" in vals or vals.keys().isdisjoint(COORDINATES):
            return vals
        if any(vals.get(name) for name in COORDINATES):
            return dict(vals, bde_geo_state=self.env.context.get("bde_geo_state", "hand"))
        return dict(vals, bde_geo_state="none")

    def _bde_coordinates(self):
        # sudo: given back as they are; who may write is checked by the write itself
        partner = self.sudo()
        return partner.partner_latitude, partner.partner_longitude

    def _bde_moves(self, vals):
        """Whether these values are another place, not another way to write it."""
        for name in ADDRESS:
            if name not in vals:
                continue
            if self._fields[name].relational:
                same = self[name].id == (vals[name] or False)
            elif name == "street":
                same = lookalike.street_key(self.street) == lookalike.street_key(vals[name])
            else:
                same = lookalike.fold(self[name]) == lookalike.fold(vals[name])
            if not same:
                return True
        return False

    def _bde_address(self):
        """What is looked up, None where nothing can be: no town, or another country."""
        self.ensure_one()
        if self.country_id and self.country_id.code not in ban.COUNTRIES:
            return None
        address = ban.Address(self.street or "", self.zip or "", self.city or "")
        return address if address.postcode or address.town else None

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    def _bde_check_may_place(self, company):
        """Who moves a point: the bureau for companies, those who write it for the rest."""
        employers = self.filtered("bde_employer")
        if employers and not employers.has_access("write"):
            company._bde_check_user_is("secretary")
        (self - employers).check_access("write")

    def _bde_place(self, latitude, longitude, company):
        """Puts the point of a company where a person says; it is not moved again by itself.

        :param float latitude, longitude: WGS 84 degrees
        :param company: the school in whose name it is placed
        :raise AccessError: the user does not keep companies at this school
        :raise UserError: not a place on earth
        """
        self.ensure_one()
        company = company.with_env(self.env)
        self._bde_check_may_place(company)
        self._bde_put(latitude, longitude, company)

    def _bde_put(self, latitude, longitude, company):
        """``_bde_place`` for callers who checked the right."""
        try:
            latitude, longitude = round(float(latitude), 7), round(float(longitude), 7)
        except (TypeError, ValueError):
            raise UserError(
                self.env._("Type the coordinates in degrees, e.g. 44.8378 and -0.5792.")
            )
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or not (latitude or longitude):
            raise UserError(
                self.env._(
                    "%(latitude)s, %(longitude)s is no place: the latitude is between -90 and 90, "
                    "the longitude between -180 and 180.",
                    latitude=latitude,
                    longitude=longitude,
                )
            )
        before = self._bde_readable_place()
        # sudo: no role writes shared companies, nor the partners of schools; callers checked
        self.sudo().write(
            {
                "partner_latitude": latitude,
                "partner_longitude": longitude,
                "bde_geo_state": "hand",
            }
        )
        if self.bde_employer:
            # one line of history for the three fields
            self.env["bde.employer.change"].sudo().create(
                {
                    "partner_id": self.id,
                    "field": "bde_geo_state",
                    "old_value": before,
                    "new_value": self._bde_readable_place(),
                    "user_id": self.env.uid,
                    "school_id": company.id,
                    "source": "hand",
                }
            )

    def _bde_readable_place(self):
        """How the point is known, and where it is."""
        label = self._bde_readable("bde_geo_state")
        if not (self.partner_latitude or self.partner_longitude):
            return label
        return f"{label} ({self.partner_latitude:.5f}, {self.partner_longitude:.5f})"

    def action_bde_place(self, latitude, longitude):
        """Puts the point by hand, in the name of the user's school; see ``_bde_place``."""
        self._bde_place(latitude, longitude, self.env.company)
        return True

    def action_bde_geocode(self):
        """Looks up the address of one company now.

        :raise UserError: placed by hand, no address, not found, or no answer
        """
        self.ensure_one()
        self._bde_check_may_place(self.env.company)
        (result,) = self._bde_geocode_all().values()
        if result.status not in ("done", "street", "town"):
            raise UserError(result.detail)
        return True

    def action_bde_geocode_listed(self):
        """Looks up the addresses of the chosen companies and tells line by line.

        :raise UserError: more than can be waited for
        :return: action of the report
        """
        employers = self.filtered("bde_employer")
        self.env.company._bde_check_user_is("secretary")
        if len(employers) > BY_HAND:
            raise UserError(
                self.env._(
                    "Choose at most %(count)s companies. The others are placed by night.",
                    count=BY_HAND,
                )
            )
        results = employers._bde_geocode_all()
        return self.env["bde.service.report"]._open(self.env._("Place on the map"), results)

    def _bde_geocode_all(self):
        """``{partner: Result}``, one call for many; the caller checked the right."""
        results, asked = {}, {}
        for partner in self:
            if partner.bde_geo_state == "hand":
                message = self.env._("Placed by hand: it stays where it is.")
                results[partner] = Result("hand", message)
            elif address := partner._bde_address():
                asked[partner] = address
            else:
                message = self.env._("No town of France in the address: place it by hand.")
                results[partner] = Result("no_address", message)
        geocoder = self.env["base.geocoder"]
        try:
            if len(asked) == 1:
                points = [geocoder._bde_find_point(*asked.values())]
            else:
                points = geocoder._bde_find_points(list(asked.values()))
        except Unavailable as error:
            why = geocoder._bde_why(error)
            return results | {partner: Result("unavailable", why) for partner in asked}
        points = dict(zip(asked, points, strict=True))
        self._bde_write_points(points)
        for partner, point in points.items():
            detail = point.label if point else self.env._("Address not found: place it by hand.")
            results[partner] = Result(partner.bde_geo_state if point else "failed", detail)
        return {partner: results[partner] for partner in self}

    @api.model
    def _bde_write_points(self, points):
        """Writes the points that were found, and that the others were looked for.

        :param dict points: ``{partner: Point or None}``
        """
        today = fields.Date.context_today(self)
        for partner, point in points.items():
            # sudo: nobody writes shared companies directly; callers checked
            partner = partner.sudo()
            if point is None:
                if not partner.partner_latitude:
                    partner.write({"bde_geo_state": "failed"})
                continue
            partner.write(
                {
                    "partner_latitude": point.latitude,
                    "partner_longitude": point.longitude,
                    "date_localization": today,
                    "bde_geo_state": STATES.get(point.kind, "town"),
                }
            )

    def geo_localize(self):
        """Core's button: it would ask for any partner, and write as the user."""
        employers = self.filtered("bde_employer")
        others = self - employers
        # before anything leaves for an outside service
        others.check_access("write")
        if employers:
            employers._bde_check_may_place(self.env.company)
            employers._bde_geocode_all()
        others = others.filtered(lambda partner: partner.bde_geo_state != "hand")
        # whatever the provider, what it finds is no placing by hand
        return super(ResPartner, others.with_context(bde_geo_state="done")).geo_localize()

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form" and self.env.user.has_group("bde_partnerships.group_staff"):
            # core's page with its button; companies have their map, contacts need none
            for page in arch.xpath("//page[@name='geo_location']"):
                page.getparent().remove(page)
        return arch, view

    # ------------------------------------------------------------
    # By night
    # ------------------------------------------------------------

    @api.model
    def _bde_geo_domain(self):
        """Companies and schools whose address was not looked up yet."""
        # sudo: schools' own partners, for the job
        schools = self.env["res.company"].sudo().search([("bde_kind", "=", "school")])
        return (
            Domain("bde_geo_state", "in", ("none", False))
            & (Domain("city", "!=", False) | Domain("zip", "!=", False))
            & (Domain("country_id", "=", False) | Domain("country_id.code", "in", ban.COUNTRIES))
            & (Domain("bde_employer", "=", True) | Domain("id", "in", schools.partner_id.ids))
        )

    @api.model
    def _cron_bde_geocode(self):
        """Places companies and schools on the map, some hundreds at a time, one commit each.

        When the directory fails the job stops; what is not placed waits for its next run.
        """
        domain = self._bde_geo_domain()
        if not self.env["bde.services"]._get("bde.ban_url"):
            return
        partners = self.search(domain, order="id", limit=PER_RUN)
        addresses = [(partner.id, partner._bde_address()) for partner in partners]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        for chunk in split_every(ban.BATCH_SIZE, addresses, list):
            asked = [(id_, address) for id_, address in chunk if address]
            try:
                points = self.env["base.geocoder"]._bde_find_points([a for _id, a in asked])
            except Unavailable as failure:
                self._bde_come_back("cron_geocode", failure)
                self.env["ir.cron"]._commit_progress(remaining=0)
                return
            # a new transaction: what people changed meanwhile is seen, and left to the next run
            self.env["ir.cron"]._commit_progress()
            found = {
                self.browse(id_): (address, point)
                for (id_, address), point in zip(asked, points, strict=True)
            }
            self.browse([id_ for id_, _address in chunk]).exists()._bde_take_points(found)
            if not self.env["ir.cron"]._commit_progress(len(chunk)):
                return

    def _bde_take_points(self, found):
        """Writes what the job found for those whose address is still the one it asked for."""
        points = {}
        for partner in self.filtered(lambda p: p.bde_geo_state in ("none", False)):
            address, point = found.get(partner, (None, None))
            if partner._bde_address() == address:
                points[partner] = point
        self._bde_write_points(points)
