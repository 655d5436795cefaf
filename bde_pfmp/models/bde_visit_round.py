from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..rules import rounds as rules

STAY = 40  # minutes that a visit takes


def point_of(partner):
    """(latitude, longitude) of a company, None when it is not known."""
    if partner.partner_latitude or partner.partner_longitude:
        return (partner.partner_latitude, partner.partner_longitude)
    return None


class BdeVisitRound(models.Model):
    """A half-day of visits of one teacher: the stops in their order, with times and kilometres.

    Order, times and kilometres are proposals, as the crow flies; the teacher moves the stops and
    writes what he drove.
    """

    _name = "bde.visit.round"
    _description = "Round of visits"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "date, time_start, id"

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    teacher_id = fields.Many2one(
        "bde.teacher",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    date = fields.Date(required=True)
    time_start = fields.Float(string="Leaves school at", required=True, default=13.0)
    visit_minutes = fields.Integer(
        string="Minutes a visit", required=True, default=STAY, help="Time spent in each company."
    )
    visit_ids = fields.One2many("bde.visit", "round_id", string="Stops")
    visit_count = fields.Integer(compute="_compute_figures", string="Number of stops")
    reported_count = fields.Integer(compute="_compute_figures", string="Reported")
    towns = fields.Char(compute="_compute_figures")
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Made"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
    )
    km_estimate = fields.Float(
        string="Estimated km",
        readonly=True,
        digits=(8, 1),
        help="From the school and back: the straight lines and a third more. Check it.",
    )
    back_at = fields.Float(string="Back at about", readonly=True)
    km = fields.Float(
        string="Kilometres driven",
        copy=False,
        digits=(8, 1),
        help="As on the counter: this is what the claim says.",
    )
    in_calendar = fields.Boolean(compute="_compute_figures")

    _km_check = models.Constraint("CHECK(km >= 0)", "Kilometres are not negative.")
    _minutes_check = models.Constraint(
        "CHECK(visit_minutes > 0 AND visit_minutes <= 480)",
        "A visit lasts between one minute and eight hours.",
    )
    _time_check = models.Constraint(
        "CHECK(time_start >= 0 AND time_start < 24)", "The departure is an hour of the day."
    )
    _teacher_date_idx = models.Index("(company_id, teacher_id, date)")

    @api.depends("teacher_id.name", "date")
    def _compute_name(self):
        for one in self:
            one.name = self.env._(
                "%(day)s – %(teacher)s",
                day=format_date(self.env, one.date) if one.date else "",
                teacher=one.teacher_id.name or "",
            )

    @api.depends("visit_ids.state", "visit_ids.host_id.city", "visit_ids.event_id")
    def _compute_figures(self):
        for one in self:
            visits = one.visit_ids
            one.visit_count = len(visits)
            one.reported_count = len(visits.filtered(lambda visit: visit.state != "planned"))
            towns = [visit.host_id.city for visit in visits.sorted("round_rank")]
            one.towns = " – ".join(dict.fromkeys(filter(None, towns)))
            # sudo: whether there are events, which are the teacher's
            one.in_calendar = bool(visits.sudo().event_id)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rounds = super().create(vals_list)
        rounds._check_is_mine()
        rounds._lay_out()
        return rounds

    def write(self, vals):
        self._check_is_mine()
        if not self.env.su and vals.keys() & {"state", "km_estimate", "back_at"}:
            raise AccessError(self.env._("These fields follow from the others."))
        result = super().write(vals)
        if vals.keys() & {"date", "time_start", "visit_minutes", "visit_ids", "teacher_id"}:
            self._lay_out()
        if vals.keys() & {"km", "date", "teacher_id"}:
            self.filtered(lambda one: one.state == "done")._note_journeys()
        return result

    def _check_is_mine(self):
        """A teacher keeps his own rounds, the bureau all."""
        if self.env.su:
            return
        bureau = self.env.user._bde_company_ids("secretary")
        for one in self:
            # sudo: whose round it is
            owner = one.teacher_id.sudo().user_id
            if one.company_id.id not in bureau and owner != self.env.user:
                raise AccessError(self.env._("Only the teacher himself or the bureau plans this."))

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_done(self):
        if any(one.state == "done" for one in self):
            raise UserError(self.env._("This round is done: its kilometres may be claimed."))

    # ------------------------------------------------------------
    # ORDER AND TIMES
    # ------------------------------------------------------------

    def _stops(self):
        """Visits that are still stops of this round, in their order."""
        self.ensure_one()
        return self.visit_ids.filtered(lambda one: one.state in ("planned", "done")).sorted(
            lambda one: (one.round_rank, one.id)
        )

    def _school_point(self):
        # sudo: where the school is, which everybody knows
        return point_of(self.company_id.sudo().partner_id)

    def _lay_out(self):
        """Times, ways and estimated kilometres of the stops in the order they have."""
        for one in self.filtered(lambda this: this.state != "cancelled"):
            stops, start = one._stops(), one._school_point()
            points = [point_of(visit.host_id) for visit in stops]
            times = rules.timetable(start, points, round(one.time_start * 60), one.visit_minutes)
            for rank, (visit, (minute, way)) in enumerate(zip(stops, times, strict=True), 1):
                values = {
                    "round_rank": rank,
                    "round_time": minute / 60,
                    "leg_km": round(way, 1),
                }
                if visit.state == "planned":
                    values |= {"planned_on": one.date, "teacher_id": one.teacher_id.id}
                # sudo: a plan that the bureau or the teacher makes; checked on the round
                visit.sudo().with_context(bde_laying_out=True).write(values)
            back = 0.0
            if times:
                last = next((point for point in reversed(points) if point), None)
                way = rules.road_km(last, start)
                back = (times[-1][0] + one.visit_minutes + way / rules.SPEED * 60) / 60
            # sudo: figures that follow
            one.sudo().write(
                {
                    "km_estimate": round(rules.length(start, points), 1),
                    "back_at": min(back, 23.98),
                }
            )

    def action_propose(self):
        """The dialog that proposes rounds; from the list, with or without a choice."""
        return self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_visit_round_wizard")

    def action_order(self):
        """Puts the stops in the order of the shortest way."""
        for one in self:
            stops = one._stops()
            points = [point_of(visit.host_id) for visit in stops]
            for rank, position in enumerate(rules.order(one._school_point(), points), 1):
                # sudo: see _lay_out
                stops[position].sudo().with_context(bde_laying_out=True).round_rank = rank
        self._lay_out()
        return True

    # ------------------------------------------------------------
    # VERBS
    # ------------------------------------------------------------

    def action_take_estimate(self):
        """Writes the estimated kilometres as those driven; the teacher says so."""
        for one in self:
            one.km = one.km_estimate

    def action_done(self):
        """The round was made: its kilometres may be claimed.

        :raises UserError: while stops wait for their report
        """
        self._check_is_mine()
        today = {company: company._bde_today() for company in self.company_id}
        planned = self.filtered(lambda one: one.state == "planned")
        for one in planned:
            if one.date > today[one.company_id]:
                raise UserError(self.env._("%(round)s has not come yet.", round=one.name))
            waiting = one.visit_ids.filtered(lambda visit: visit.state == "planned")
            if waiting:
                raise UserError(
                    self.env._(
                        "Report these stops first, or say that they were not made: %(names)s.",
                        names=", ".join(waiting.mapped("display_name")),
                    )
                )
        # sudo: the state is the verbs'; the right was checked
        planned.sudo().write({"state": "done"})
        planned._note_journeys()
        return True

    def action_cancel(self):
        """Gives up rounds: their visits are to be made another day."""
        self._check_is_mine()
        if any(one.state == "done" for one in self):
            raise UserError(self.env._("This round is done: its kilometres may be claimed."))
        self._free_visits()
        # sudo: the state is the verbs'; the right was checked
        self.sudo().write({"state": "cancelled"})
        return True

    def unlink(self):
        self._free_visits()
        return super().unlink()

    def _free_visits(self):
        """Visits that were not made wait for another round."""
        visits = self.visit_ids.filtered(lambda visit: visit.state == "planned")
        # sudo: a plan of the same people; the right is checked on the round
        visits.sudo().with_context(bde_laying_out=True).write({"round_id": False})

    def _note_journeys(self):
        """Lines of the mileage list; extended in bde_mileage.py."""


class BdeVisit(models.Model):
    """The place of a visit in a round."""

    _inherit = "bde.visit"

    round_id = fields.Many2one(
        "bde.visit.round",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        check_company=True,
        domain="[('company_id', '=', company_id), ('state', '=', 'planned')]",
    )
    round_rank = fields.Integer(string="Stop", copy=False)
    round_time = fields.Float(string="At about", readonly=True, copy=False)
    leg_km = fields.Float(string="Km from the stop before", readonly=True, copy=False)
    place = fields.Char(compute="_compute_place", string="Address")
    has_point = fields.Boolean(compute="_compute_place", string="Place known")

    @api.depends("placement_id.site_address", "host_id.street", "host_id.zip", "host_id.city")
    def _compute_place(self):
        for visit in self:
            visit.place = visit.placement_id._visit_place() if visit.placement_id else False
            visit.has_point = bool(point_of(visit.host_id))

    def write(self, vals):
        """A stop that is moved, added or taken out: the round is timed again."""
        if vals.get("round_id") is False:
            vals = vals | {"round_rank": 0, "round_time": 0, "leg_km": 0}
        laid_out = self.env.context.get("bde_laying_out")
        touched = not laid_out and vals.keys() & {"round_id", "round_rank", "state"}
        rounds = self.round_id if touched else self.env["bde.visit.round"]
        result = super().write(vals)
        if touched:
            (rounds | self.round_id).filtered(lambda one: one.state == "planned")._lay_out()
        return result


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    def _visit_place(self):
        """Where the pupil is to be found, on one line."""
        self.ensure_one()
        # sudo: the address of the company, for whoever reads the placement
        host = self.sudo().host_id
        if self.site_address:
            return " ".join(self.site_address.split())
        town = " ".join(filter(None, (host.zip, host.city)))
        return ", ".join(filter(None, (host.street, host.street2, town)))
