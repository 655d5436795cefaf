from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bde_visit_round import STAY, point_of
from ..rules import rounds as rules

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


class BdeVisitRoundWizard(models.TransientModel):
    """Proposes rounds to a teacher: visits that lie near each other, on days when he is free."""

    _name = "bde.visit.round.wizard"
    _description = "Propose rounds of visits"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, string="School"
    )
    teacher_id = fields.Many2one(
        "bde.teacher",
        required=True,
        compute="_compute_teacher_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', '=', company_id)]",
    )
    date_from = fields.Date(
        required=True, string="Between", default=lambda self: self.env.company._bde_today()
    )
    date_to = fields.Date(
        required=True,
        string="And",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    most = fields.Integer(string="Visits a round, at most", required=True, default=4)
    time_start = fields.Float(string="Leaves school at", required=True, default=13.0)
    visit_minutes = fields.Integer(string="Minutes a visit", required=True, default=STAY)
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean(default=True)
    wednesday = fields.Boolean(default=True)
    thursday = fields.Boolean(default=True)
    friday = fields.Boolean(default=True)
    visit_count = fields.Integer(string="Visits to share", compute="_compute_visit_count")
    lost_count = fields.Integer(string="Without a point on the map", compute="_compute_visit_count")

    @api.depends("company_id")
    def _compute_teacher_id(self):
        for wizard in self:
            wizard.teacher_id = wizard.teacher_id or self.env["bde.teacher"].search(
                [("user_id", "=", self.env.uid), ("company_id", "=", wizard.company_id.id)],
                limit=1,
            )

    @api.depends("teacher_id", "date_from")
    def _compute_date_to(self):
        """Up to the last visit that is planned, three weeks on otherwise."""
        for wizard in self:
            last = self.env["bde.visit"].search(
                wizard._visit_domain(), order="planned_on desc", limit=1
            )
            start = wizard.date_from or wizard.company_id._bde_today()
            wizard.date_to = max(last.planned_on or start, start + timedelta(days=20))

    @api.depends("teacher_id", "date_from", "date_to")
    def _compute_visit_count(self):
        for wizard in self:
            visits = wizard._visits()
            wizard.visit_count = len(visits)
            wizard.lost_count = len(visits.filtered(lambda one: not point_of(one.host_id)))

    def _visit_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("teacher_id", "=", self.teacher_id.id),
            ("state", "=", "planned"),
            ("channel", "=", "onsite"),
            ("round_id", "=", False),
            ("planned_on", ">=", self.date_from),
        ]

    def _visits(self):
        """Visits on site that stand in no round yet."""
        if not (self.teacher_id and self.date_from and self.date_to):
            return self.env["bde.visit"]
        return self.env["bde.visit"].search(
            [*self._visit_domain(), ("planned_on", "<=", self.date_to)], order="planned_on, id"
        )

    def _free_days(self):
        """Dates on which the teacher may go: his weekdays, no public holiday, no other round."""
        chosen = {rank for rank, name in enumerate(WEEKDAYS) if self[name]}
        off = self.company_id._bde_public_holidays(self.date_from, self.date_to)
        taken = set(
            self.env["bde.visit.round"]
            .search(
                [
                    ("teacher_id", "=", self.teacher_id.id),
                    ("state", "!=", "cancelled"),
                    ("date", ">=", self.date_from),
                    ("date", "<=", self.date_to),
                ]
            )
            .mapped("date")
        )
        span = range((self.date_to - self.date_from).days + 1)
        days = [self.date_from + timedelta(days=rank) for rank in span]
        return [d for d in days if d.weekday() in chosen and d not in off and d not in taken]

    def action_propose(self):
        """Makes the rounds and shows them: everything can still be moved.

        :raises UserError: says what is missing
        """
        self.ensure_one()
        if self.most < 1:
            raise UserError(self.env._("A round has one visit at least."))
        visits = self._visits()
        if not visits:
            raise UserError(
                self.env._(
                    "No visit on site waits for a round between these dates. Plan the visits of "
                    "the period first."
                )
            )
        if not (days := self._free_days()):
            raise UserError(self.env._("No day is left: choose other weekdays or dates."))
        rounds = self._make(visits, days)
        if not rounds:
            raise UserError(
                self.env._("On none of these days is a pupil in his company: choose others.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_visit_round")
        action["domain"] = [("id", "in", rounds.ids)]
        action["context"] = {}
        return action

    def _make(self, visits, days):
        # sudo: where the school is
        start = point_of(self.company_id.sudo().partner_id)
        points = [point_of(visit.host_id) for visit in visits]
        present = visits.placement_id._visit_days()
        rounds = self.env["bde.visit.round"]
        free = list(days)
        for group in rules.groups(start, points, self.most):
            stops = visits.browse([visits[rank].id for rank in group])
            dates = [set(present[visit.placement_id]) for visit in stops]
            day = rules.choose_day(free, stops.mapped("planned_on"), dates)
            if not day:
                continue
            free.remove(day)
            # who is not there that day is visited another time
            here = [v for v, days_there in zip(stops, dates, strict=True) if day in days_there]
            one = self.env["bde.visit.round"].create(
                {
                    "company_id": self.company_id.id,
                    "teacher_id": self.teacher_id.id,
                    "date": day,
                    "time_start": self.time_start,
                    "visit_minutes": self.visit_minutes,
                }
            )
            stops.browse([visit.id for visit in here]).with_context(bde_laying_out=True).write(
                {"round_id": one.id}
            )
            one.action_order()
            rounds |= one
        return rounds
