from datetime import timedelta

from odoo import api, fields, models

from ..rules import presence as rules
from ..rules import weeks
from .bde_absence import SOURCES

# Days after the first one during which its question is asked.
FIRST_DAYS = 4
UNDER_WAY = ("signed", "running")


class BdePresenceWeek(models.Model):
    """Somebody said that the days of a week were done, but for the absences noted."""

    _name = "bde.presence.week"
    _description = "Week confirmed"
    _inherit = ["bde.owned"]
    _order = "monday desc, id desc"
    _rec_name = "monday"

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="placement_id.company_id", store=True, precompute=True, default=None
    )
    # for the rules of teachers
    referent_id = fields.Many2one(
        related="placement_id.referent_id", store=True, precompute=True, index=True
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", store=True, precompute=True, index=True
    )
    monday = fields.Date(string="Week of", required=True, readonly=True)
    by = fields.Selection(SOURCES, string="Confirmed by", required=True, readonly=True)
    name = fields.Char(string="Person", readonly=True)
    confirmed_on = fields.Datetime(readonly=True, required=True, default=fields.Datetime.now)

    _once_uniq = models.UniqueIndex("(placement_id, monday, by)")


class BdePlacement(models.Model):
    """The first day of a stay, and its weeks."""

    _inherit = "bde.placement"

    presence_week_ids = fields.One2many(
        "bde.presence.week", "placement_id", string="Weeks confirmed", readonly=True
    )
    arrival = fields.Selection(
        [("arrived", "Has arrived"), ("missing", "Did not arrive")],
        string="First day",
        readonly=True,
        copy=False,
    )
    arrival_on = fields.Datetime(string="First day said on", readonly=True, copy=False)
    arrival_by = fields.Char(string="First day said by", readonly=True, copy=False)
    may_note_arrival = fields.Boolean(compute="_compute_may_note_arrival")

    _arrival_idx = models.Index("(company_id, date_start) WHERE arrival = 'missing'")

    @api.depends("state", "arrival", "date_start")
    def _compute_may_note_arrival(self):
        today = {company: company._bde_today() for company in self.company_id}
        for placement in self:
            now, start = today.get(placement.company_id), placement.date_start
            # until it is settled: who is missing still may come, were it written down late
            waits = placement.arrival != "arrived" and placement.state in UNDER_WAY
            late = placement.arrival == "missing" and placement.state == "ended"
            placement.may_note_arrival = bool(start) and start <= now and (waits or late)

    # ------------------------------------------------------------
    # First day
    # ------------------------------------------------------------

    def _first_day(self):
        """First day of presence of one stay; None without hours."""
        return min(self._slots_by_date(), default=None)

    def _asks_arrival(self, today):
        """Whether nobody has said yet if the pupil arrived, in the first days of the stay."""
        self.ensure_one()
        if self.arrival or self.state not in UNDER_WAY or self.date_start > today:
            return False
        if self.departure_decision == "hold":  # the head keeps him at school
            return False
        first = self._first_day()
        return bool(first) and first <= today <= first + timedelta(days=FIRST_DAYS)

    def _note_arrival(self, arrived, source, name):
        """Somebody says that the pupil has arrived, or did not; said twice it is once.

        Who did not arrive is absent on that day, and his referent and the bureau hear of it at
        once. Who arrives later the same day was not absent: the bureau hears of that too.

        :param str source: host, tutor, student or staff
        :param str name: who says it
        """
        self.ensure_one()
        said = "arrived" if arrived else "missing"
        if self.arrival == said:
            return
        before, today = self.arrival, self.company_id._bde_today()
        # sudo: fields that no form writes
        placement = self.sudo()
        placement.write({"arrival": said, "arrival_on": fields.Datetime.now(), "arrival_by": name})
        if not arrived:
            absence = placement._absence_of_arrival(today, source, name)
            placement._tell_not_arrived(absence)
        elif before == "missing":
            placement._arrived_after_all(today)

    def _absence_of_arrival(self, today, source, name):
        """The absence of the day on which the pupil did not arrive; the one that stands, if any."""
        slots = self._slots_by_date()
        day = max((day for day in slots if day <= today), default=min(slots, default=today))
        standing = self._standing_on(day)
        if standing or day not in slots:
            return standing[:1]
        return self.env["bde.absence"].create(
            {
                "placement_id": self.id,
                "date_from": day,
                "source": source,
                "declared_by": name,
                "state": "declared",
                "is_arrival": True,
            }
        )

    def _arrived_after_all(self, today):
        """He came late on the first day: the absence of that day goes, and the tasks."""
        absences = self.absence_ids.filtered("is_arrival")
        late = absences.filtered(lambda one: one.date_from == today and one.state == "declared")
        late.write({"state": "withdrawn"})
        absences.activity_unlink(["mail.mail_activity_data_todo"])
        self._tell_arrived()

    def action_note_arrived(self):
        """The school heard that these pupils have arrived."""
        self._note_arrivals(True)

    def action_note_not_arrived(self):
        """The school heard that these pupils did not arrive."""
        self._note_arrivals(False)

    def _note_arrivals(self, arrived):
        self.check_access("write")
        for placement in self.filtered("may_note_arrival"):
            placement._note_arrival(arrived, "staff", self.env.user.name)

    # ------------------------------------------------------------
    # Weeks
    # ------------------------------------------------------------

    def _weeks_over(self, today):
        """Weeks of one stay whose days of presence are over, or end today.

        :return: {Monday: dates}, in order
        """
        slots = self._slots_by_date()
        mondays = sorted({weeks.monday_of(day) for day in slots})
        found = {monday: rules.week_days(slots, monday) for monday in mondays}
        return {monday: days for monday, days in found.items() if days[-1] <= today}

    def _confirm_week(self, monday, source, name):
        """Notes that the days of a week were done, but for the absences; once a side.

        What the other side declared, and nobody contests, is confirmed by it. A pupil who was
        there on one of its days has arrived, if the company or the school says so.
        """
        self.ensure_one()
        # sudo: nobody writes weeks
        placement = self.sudo()
        if not placement.presence_week_ids.filtered(
            lambda week: week.monday == monday and week.by == source
        ):
            self.env["bde.presence.week"].sudo().create(
                {"placement_id": self.id, "monday": monday, "by": source, "name": name}
            )
        last = monday + timedelta(days=6)
        for absence in placement.absence_ids:
            theirs = _side(absence.source) != _side(source)
            if absence.state == "declared" and theirs and monday <= absence.date_from <= last:
                absence.state = "confirmed"
        if source != "student" and placement.arrival != "arrived":
            days = placement._day_calendar().items()
            if any(monday <= day <= last and one.planned > one.absent for day, one in days):
                placement._note_arrival(True, source, name)

    def action_confirm_weeks(self):
        """The school heard that all days until today were done, but for the absences noted."""
        self.check_access("write")
        for placement in self.filtered(lambda one: one.state in (*UNDER_WAY, "ended")):
            confirmed = set(placement.presence_week_ids.mapped("monday"))
            for monday in placement._weeks_over(placement.company_id._bde_today()):
                if monday not in confirmed:
                    placement._confirm_week(monday, "staff", self.env.user.name)


def _side(source):
    """Who answers for whom: the company and its tutor are one side."""
    return "company" if source in ("host", "tutor") else source
