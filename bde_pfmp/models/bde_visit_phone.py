import uuid
from datetime import timedelta

from odoo import api, fields, models

from ..rules import visits as rules
from .bde_visit import MARGIN

# stays that a teacher looks at: from the signature to two weeks after the end
FOLLOWED = ("signed", "running", "ended", "interrupted")
SOON = 21
# how a report begins when nothing was planned: by the number of those made
BY_RANK = ("call", "midpoint", "final")


class BdeVisit(models.Model):
    """What the page of teachers shows, ``/bde/visits``."""

    _inherit = "bde.visit"

    @api.model
    def _phone_values(self):
        """Values of the page of the signed-in user: his pupils now, today's round first.

        Constant queries for any number of pupils; read with the rights of the user.
        """
        company = self.env.company
        today = company._bde_today()
        entries = self._phone_entries(today)
        labels = {
            name: self._fields[name]._description_selection(self.env)
            for name in ("kind", "channel", "mood", "alert")
        }
        return {
            "company": company,
            "owner": self.env.uid,
            "today": fields.Date.to_string(today),
            "entries": entries,
            "rounds": self._phone_rounds(today),
            "todo": self._phone_todo(sum(1 for entry in entries if entry["due"])),
            "labels": labels,
            "is_teacher": bool(
                self.env["bde.teacher"].search_count([("user_id", "=", self.env.uid)], limit=1)
            ),
        }

    @api.model
    def _phone_todo(self, number):
        if number:
            return self.env._("%(number)s to make today or late.", number=number)
        return self.env._("Nothing is late.")

    @api.model
    def _phone_rounds(self, today):
        """The rounds that the user drives today, stop after stop."""
        rounds = self.env["bde.visit.round"].search(
            [
                ("teacher_id.user_id", "=", self.env.uid),
                ("date", "=", today),
                ("state", "=", "planned"),
            ]
        )
        return [
            {
                "summary": self.env._(
                    "Leave at %(leaves)s, back at about %(back)s, about %(km)s km in all.",
                    leaves=_clock(one.time_start),
                    back=_clock(one.back_at),
                    km=round(one.km_estimate),
                ),
                "stops": [
                    {
                        "time": _clock(visit.round_time),
                        "host": visit.host_id.name or "",
                        "pupil": visit.student_name,
                        "place": visit.place or "",
                        "done": visit.state == "done",
                    }
                    for visit in one._stops()
                ],
            }
            for one in rounds
        ]

    @api.model
    def _phone_entries(self, today):
        """One dict a pupil, the most pressing first."""
        mine = [("teacher_id.user_id", "=", self.env.uid)]
        placements = self.env["bde.placement"].search(
            [
                "|",
                ("referent_id.user_id", "=", self.env.uid),
                ("visit_ids", "any", [*mine, ("state", "=", "planned")]),
                ("state", "in", FOLLOWED),
                ("is_replaced", "=", False),
                ("date_start", "<=", today + timedelta(days=SOON)),
                ("date_end", ">=", today - timedelta(days=MARGIN)),
            ]
        )
        visits = self.search(
            [("placement_id", "in", placements.ids), ("state", "in", ("planned", "done"))]
        ).grouped("placement_id")
        entries = [
            self._phone_entry(placement, visits.get(placement, self.browse()), today)
            for placement in placements
        ]
        return sorted(entries, key=lambda entry: (entry["order"], entry["pupil"]))

    @api.model
    def _phone_entry(self, placement, visits, today):
        planned = visits.filtered(lambda one: one.state == "planned").sorted(
            lambda one: (one.planned_on or today, one.id)
        )
        done = visits.filtered(lambda one: one.state == "done").sorted("done_on")
        following = planned[:1]
        kind = following.kind or BY_RANK[min(len(done), len(BY_RANK) - 1)]
        due = following.planned_on if following else None
        # sudo: names and numbers of the company that the teacher calls
        known = placement.sudo()
        return {
            # a fresh one at each drawing, for browsers that run no script
            "uuid": str(uuid.uuid4()),
            "placement": placement.id,
            "visit": following.id or "",
            "pupil": placement.student_name,
            "division": placement.division_id.name or "",
            "host": known.host_id.name,
            "place": placement._visit_place(),
            "host_phone": known.host_id.phone or "",
            "tutor": known.tutor_id.name or "",
            "tutor_phone": known.tutor_id.phone or "",
            "date_start": placement.date_start,
            "date_end": placement.date_end,
            "planned_on": due,
            "due": bool(due and due <= today),
            "late": bool(due and due < today),
            "kind": kind,
            "channel": following.channel or rules.CHANNELS[kind],
            "in_round": bool(following.round_id),
            "last": done[-1:],
            "is_complete": placement.visit_status == "enough" and placement.meeting_done,
            "progress": self._phone_progress(placement),
            # what is due, then what is to come, then what needs nothing
            "order": (0 if due else 1, due or placement.date_end),
        }

    @api.model
    def _phone_progress(self, placement):
        """Where the follow-up of a stay stands, in one line."""
        counts = {"done": placement.visit_count, "wanted": rules.CONTACTS}
        if placement.meeting_done:
            return self.env._("%(done)s of %(wanted)s contacts, meeting of three done", **counts)
        return self.env._("%(done)s of %(wanted)s contacts, meeting of three to come", **counts)


def _clock(value):
    """``13 h 05`` of 13.08: an hour as it is said in French schools."""
    minutes = round((value or 0) * 60)
    return f"{minutes // 60} h {minutes % 60:02d}"
