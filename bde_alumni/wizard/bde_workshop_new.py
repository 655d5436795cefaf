from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bde_alumni_event import KINDS
from ..rules import safety_net


class BdeWorkshopNew(models.TransientModel):
    """Makes a workshop and invites all final-year pupils of the chosen classes: two clicks.

    For a workshop of AvenirPro+ the leavers who are in it: they are in no class any more.
    """

    _name = "bde.workshop.new"
    _description = "New workshop for a class"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, string="School"
    )
    kind = fields.Selection(KINDS, required=True, default="avenirpro")
    name = fields.Char(
        string="Title", required=True, compute="_compute_name", store=True, readonly=False,
        precompute=True,
    )  # fmt: skip
    division_ids = fields.Many2many(
        "bde.division",
        string="Classes",
        default=lambda self: self._default_division_ids(),
        domain="[('company_id', '=', company_id), ('is_final_year', '=', True)]",
    )
    date = fields.Date(string="Day", required=True, default=lambda self: self._default_date())
    hour = fields.Float(string="Begins at", required=True, default=14.0)
    minutes = fields.Integer(required=True, default=120)
    place = fields.Char(help="Room, or address outside of the school.")
    animator = fields.Char(
        string="Led by", help="Somebody of France Travail, of the Mission locale, of a company…"
    )
    pupil_count = fields.Integer(string="Pupils invited", compute="_compute_pupil_count")
    is_too_long = fields.Boolean(compute="_compute_is_too_long")

    @api.model
    def _default_division_ids(self):
        """The final-year classes of the running year."""
        year = self.env["bde.school.year"]._search_current(
            self.env.company, self.env.company._bde_today()
        )
        return self.env["bde.division"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("school_year_id", "=", year.id),
                ("is_final_year", "=", True),
            ]
        )

    @api.model
    def _default_date(self):
        """A week from today, not on a weekend."""
        day = fields.Date.add(self.env.company._bde_today(), days=7)
        return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day

    @api.depends("kind", "company_id")
    def _compute_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for wizard in self:
            wizard.name = labels.get(wizard.kind)

    @api.depends("division_ids", "kind", "company_id")
    def _compute_pupil_count(self):
        for wizard in self:
            wizard.pupil_count = len(wizard._pupils())

    def _pupils(self):
        """Who is invited.

        :rtype: bde.student
        """
        if self.kind == "avenirpro_plus":
            return self.env["bde.leaver.plan"]._in_plus(self.company_id).student_id
        return self.division_ids._final_students()

    @api.depends("minutes", "kind")
    def _compute_is_too_long(self):
        for wizard in self:
            counts = wizard.kind != "avenirpro" or safety_net.is_workshop(wizard.minutes)
            wizard.is_too_long = not counts

    def action_create(self):
        """Makes the event, invites the pupils and opens the list of who is expected.

        :raises UserError: nobody to invite, or times that are none
        """
        self.ensure_one()
        if not 0 <= self.hour < 24 or self.minutes < 1:
            raise UserError(self.env._("Write an hour between 0:00 and 23:59, and how long it is."))
        plus = self.kind == "avenirpro_plus"
        if not self.division_ids and not plus:
            raise UserError(self.env._("Choose at least one class."))
        pupils = self._pupils()
        if not pupils and plus:
            raise UserError(
                self.env._("Nobody is in AvenirPro+: it is noted on the plan of a leaver.")
            )
        if not pupils:
            raise UserError(
                self.env._(
                    "There is no final-year pupil in these classes. Tick “Final year” on the"
                    " class, or import the pupils."
                )
            )
        event = self.env["event.event"].create(self._event_values())
        event._bde_invite(pupils)
        return event.action_bde_attendance()

    def _event_values(self):
        begin = self._moment()
        divisions = self.division_ids
        if self.kind == "avenirpro_plus":
            divisions = divisions.browse()
        return {
            "name": self.name,
            "company_id": self.company_id.id,
            "bde_kind": self.kind,
            "bde_place": self.place,
            "bde_animator": self.animator,
            "bde_division_ids": [fields.Command.set(divisions.ids)],
            "date_begin": begin,
            "date_end": begin + timedelta(minutes=self.minutes),
        }

    def _moment(self):
        """Beginning in UTC, of the hour that the clock of the school shows."""
        minutes = round(self.hour * 60)
        local = datetime.combine(self.date, time(minutes // 60, minutes % 60))
        zone = pytz.timezone(self.company_id.bde_tz or "Europe/Paris")
        return zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
