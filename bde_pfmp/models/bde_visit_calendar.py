from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import vobject

from odoo import fields, models
from odoo.exceptions import UserError

UTC = ZoneInfo("UTC")
# core would write to whoever it invites: here to the teacher himself
QUIET = {"no_mail_to_attendees": True, "dont_notify": True, "mail_create_nolog": True}


class BdeVisit(models.Model):
    """A planned visit in the calendar of its teacher."""

    _inherit = "bde.visit"

    event_id = fields.Many2one(
        "calendar.event",
        string="In the calendar",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    def _moment(self, minutes):
        """(start, stop) of a stop in UTC, for the calendar; None without a day.

        :param int minutes: how long it takes
        """
        self.ensure_one()
        if not self.planned_on:
            return None
        zone = ZoneInfo(self.company_id.bde_tz or "Europe/Paris")
        day = datetime.combine(self.planned_on, time(), zone)
        # wall clock of the school: the change of the hour is in the zone
        start = (day + timedelta(minutes=round((self.round_time or 14) * 60))).astimezone(UTC)
        return start, start + timedelta(minutes=minutes)

    def _event_vals(self):
        start, stop = self._moment(self.round_id.visit_minutes or 40)
        user = self.teacher_id.user_id
        return {
            "name": self.env._("Visit: %(host)s", host=self.host_id.name or ""),
            "start": start.replace(tzinfo=None),
            "stop": stop.replace(tzinfo=None),
            "location": self.place,
            # the pupil's name is for those who open the event; colleagues see that he is busy
            "description": self.student_name,
            "privacy": "private",
            "user_id": user.id,
            "partner_ids": [fields.Command.set(user.partner_id.ids)],
            "company_id": self.company_id.id,
        }

    def write(self, vals):
        """What is given up leaves the calendar."""
        result = super().write(vals)
        if vals.get("state") in ("missed", "cancelled") or vals.get("round_id") is False:
            self._drop_events()
        return result

    def unlink(self):
        self._drop_events()
        return super().unlink()

    def _drop_events(self):
        """Takes visits out of the calendar."""
        # sudo: events of the teacher, whoever gives the visit up; nobody else is invited
        events = self.sudo().event_id.with_context(**QUIET)
        if events:
            events.unlink()

    def _ics_note(self):
        """First name and class: enough for the teacher, little for others."""
        student = self.placement_id.student_id
        return " ".join(filter(None, (student.firstname, self.division_id.name)))


class BdeVisitRound(models.Model):
    """Rounds in calendars: entries of Odoo, and a file for any other."""

    _inherit = "bde.visit.round"

    def action_calendar(self):
        """Puts the stops into the teacher's calendar; there they move with the round."""
        self._check_is_mine()
        if lonely := self.filtered(lambda one: not one.teacher_id.user_id):
            raise UserError(
                self.env._(
                    "%(teacher)s has no account: download the file and send it to him.",
                    teacher=lonely[0].teacher_id.name,
                )
            )
        # sudo: entries of the teacher, whom the bureau may plan for
        visits = self.visit_ids.filtered(lambda one: one.state == "planned").sudo()
        Event = self.env["calendar.event"].sudo().with_context(**QUIET)
        fresh = visits.filtered(lambda one: not one.event_id)
        events = Event.create([visit._event_vals() for visit in fresh])
        for visit, event in zip(fresh, events, strict=True):
            visit.event_id = event
        return True

    def _lay_out(self):
        """Entries that are in a calendar move with the round."""
        result = super()._lay_out()
        for one in self.filtered(lambda this: this.state == "planned"):
            # sudo: entries of the teacher
            for visit in one._stops().sudo().filtered("event_id"):
                visit.event_id.with_context(**QUIET).write(visit._event_vals())
        return result

    def action_ics(self):
        """Downloads the rounds for any calendar."""
        if not any(one._stops() for one in self):
            raise UserError(self.env._("There is no stop to put into a calendar."))
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/rounds.ics?ids={ids}",
            "target": "download",
        }

    def _ics(self):
        """The stops as one iCalendar file (RFC 5545); the same stop keeps its UID.

        :rtype: bytes
        """
        calendar = vobject.iCalendar()
        for one in self:
            for visit in one._stops():
                start, stop = visit._moment(one.visit_minutes)
                event = calendar.add("vevent")
                event.add("uid").value = f"bde-visit-{visit.id}@{one.company_id.uai or 'bde'}"
                event.add("dtstamp").value = datetime.now(UTC)
                event.add("dtstart").value = start
                event.add("dtend").value = stop
                event.add("summary").value = self.env._(
                    "Visit: %(host)s", host=visit.host_id.name or ""
                )
                if visit.place:
                    event.add("location").value = visit.place
                # a pupil is not named in a file that leaves for any calendar
                event.add("description").value = visit._ics_note()
                event.add("class").value = "PRIVATE"
        return calendar.serialize().encode()
