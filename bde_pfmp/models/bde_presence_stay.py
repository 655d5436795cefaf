from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..rules import presence as rules
from ..rules import schedule as hours
from .bde_absence import STANDING
from .bde_placement_stay import STAY_STATES, StayError
from .bde_presence import FIRST_DAYS, UNDER_WAY, _side
from .bde_stay import Ask

# An ask for a week leaves from the early afternoon of its last day, and for six days.
ASK_HOUR, ASK_DAYS = 14, 6
NOTE = 1000
CLOSED = ("attested", "closed")


class BdePlacement(models.Model):
    """Section ``presence`` of the page of a stay: first day, weeks, absences."""

    _inherit = "bde.placement"

    def _stay_sections(self, roles):
        return [*super()._stay_sections(roles), self._presence_section(roles)]

    def _presence_section(self, roles):
        source, today = _source(roles), self.company_id._bde_today()
        slots = self._slots_by_date()
        locked = self.state in CLOSED or bool(self.convention_id.attestation_on)
        asks_arrival = source != "student" and self._asks_arrival(today)
        weeks = [] if locked else self._presence_weeks(source, today)
        begun = bool(slots) and min(slots) <= today
        missing = self.arrival == "missing" and self.state in UNDER_WAY and source != "student"
        # who certifies the days of a stay that is over says there how many they were
        certifies = "host" in roles and self._attestation_is_waited_for()
        waits = asks_arrival or missing or weeks and not certifies
        state = "todo" if waits else "info" if weeks else "done" if begun else "later"
        done = rules.done(slots, self._missed(), min(today, self.date_end))
        return {
            "key": "presence",
            "sequence": 20,
            "title": self.env._("Presence"),
            "state": "info" if locked else state,
            "template": "bde_pfmp.stay_presence",
            "source": source,
            "locked": locked,
            "begun": begun,
            "first_day": min(slots, default=self.date_start),
            "asks_arrival": asks_arrival,
            "missing": missing,
            "weeks": weeks,
            "absences": self._presence_absences(source),
            "reasons": self._presence_reasons(),
            "done_text": self.env._(
                "%(days)s day(s) done so far, that is %(hours)s.",
                days=f"{done.days:g}".replace(".", ","),
                hours=hours.format_minutes(done.minutes),
            ),
            "today": today.isoformat(),
        }

    def _presence_reasons(self):
        """Reasons to choose from, in the words of who answers."""
        labels = dict(self.env["bde.absence"]._fields["reason"]._description_selection(self.env))
        return list((labels | {"unknown": self.env._("I do not know")}).items())

    def _presence_weeks(self, source, today):
        """Weeks that are over and that this side has not confirmed, the last one first."""
        # sudo: what was confirmed of the stay that the link opens
        rows = self.sudo().presence_week_ids
        said = {row.monday for row in rows if _side(row.by) in (_side(source), "staff")}
        slots, absences = self._slots_by_date(), self._standing()
        return [
            {
                "monday": monday.isoformat(),
                "title": self.env._(
                    "Week from %(start)s to %(end)s",
                    start=format_date(self.env, days[0], date_format="d MMMM"),
                    end=format_date(self.env, days[-1], date_format="d MMMM"),
                ),
                "days": [
                    {
                        "date": day.isoformat(),
                        "name": format_date(self.env, day, date_format="EEEE d MMMM"),
                        "hours": hours.format_day(slots[day]),
                        "whole": hours.day_minutes(slots[day]) // 60,
                    }
                    for day in days
                    if not any(one.date_from <= day <= one.date_to for one in absences)
                ],
                "absent": any(
                    one.part != "total" and one.date_from <= days[-1] and one.date_to >= days[0]
                    for one in absences
                ),
            }
            for monday, days in reversed(self._weeks_over(today).items())
            if monday not in said
        ]

    def _standing(self):
        """Absences of one stay that are said and not withdrawn."""
        # sudo: of the stay that the link opens
        return self.sudo().absence_ids.filtered(lambda one: one.state in STANDING)

    def _standing_on(self, day):
        return self._standing().filtered(
            lambda one: one.part != "total" and one.date_from <= day <= one.date_to
        )

    def _presence_absences(self, source):
        """What was said, who said it, and what this side may answer."""
        Absence = self.env["bde.absence"]
        labels = {
            name: dict(Absence._fields[name]._description_selection(self.env))
            for name in ("part", "reason", "source", "state")
        }
        mine = _side(source)
        return [
            {
                "id": absence.id,
                "text": absence._stay_text(labels),
                "by": labels["source"][absence.source],
                "state": absence.state,
                "state_label": labels["state"][absence.state],
                "may_withdraw": absence.state == "declared" and _side(absence.source) == mine,
                "may_contest": absence.state in ("declared", "confirmed")
                and _side(absence.source) != mine,
            }
            for absence in self._standing().sorted("date_from")
        ]

    def _week_to_ask(self, today, hour):
        """Monday of the week to ask about now; None when it was said, or is the last one.

        The last week is asked with the end of the stay.
        """
        found = self._weeks_over(today)
        if not found:
            return None
        monday, days = list(found.items())[-1]
        due = days[-1] < today or hour >= ASK_HOUR
        late = days[-1] < today - timedelta(days=ASK_DAYS)
        last = days[-1] == max(self._slots_by_date())
        # sudo: what was confirmed of a stay that the job writes about
        said = monday in self.sudo().presence_week_ids.mapped("monday")
        return None if late or last or said or not due else monday

    def _presence_asks_of(self, today, hour):
        """What is asked about one stay now, of the tutor; who has none, of the company.

        :rtype: list of Ask
        """
        role = "tutor" if self.tutor_id else "host"
        asks, first = [], self._first_day()
        if self._asks_arrival(today):
            line = lambda env: env._("has the pupil arrived? One tap to say it.")  # noqa: E731
            asks.append(Ask(self, role, "first_day", line))
        if first and first <= today <= first + timedelta(days=FIRST_DAYS):
            # he needs his page while he is there: to say an absence, to ask for help
            line = lambda env: env._(  # noqa: E731
                "your page: to say an absence, an accident, or that something is wrong."
            )
            asks.append(Ask(self, "student", "start", line))
        monday = self._week_to_ask(today, hour)
        if monday:
            line = lambda env: env._(  # noqa: E731
                "were all days of the week done? One tap to say it."
            )
            asks.append(Ask(self, role, f"week_{monday}", line))
        return asks

    # ------------------------------------------------------------
    # What is sent
    # ------------------------------------------------------------

    def _stay_post_presence(self, roles, form, files, proof):
        """Takes an answer of the section ``presence``, by the button that was pressed."""
        source = _source(roles)
        if self.state in CLOSED or self.convention_id.attestation_on:
            raise StayError(
                self.env._("The days were certified: call the school to change something.")
            )
        verb, _dash, about = (form.get("do") or "").partition("-")
        take = {
            "arrived": self._take_arrival,
            "missing": self._take_arrival,
            "all": self._take_week,
            "every": self._take_weeks,
            "missed": self._take_week,
            "absence": self._take_absence,
            "contest": self._take_answer,
            "withdraw": self._take_answer,
        }.get(verb)
        if not take:
            raise StayError(self.env._("Choose one of the answers."))
        take(source, self._stay_person(source)["name"], verb, about, form)

    def _take_arrival(self, source, name, verb, about, form):
        today = self.company_id._bde_today()
        if source == "student" or not (self.arrival == "missing" or self._asks_arrival(today)):
            if self.arrival == verb:
                return  # sent twice
            raise StayError(self.env._("The school has noted the first day already."))
        self._note_arrival(verb == "arrived", source, name)

    def _take_week(self, source, name, verb, about, form):
        today = self.company_id._bde_today()
        monday = _date(form.get("week"))
        days = self._weeks_over(today).get(monday)
        if not days:
            raise StayError(self.env._("This week is not over yet, or is not in the stay."))
        if verb == "missed":
            chosen = {day: form.get(f"part_{day}") for day in days if form.get(f"part_{day}")}
            if not chosen:
                raise StayError(
                    self.env._("Say which day was missed, or press “All days were done”."),
                    {f"part_{days[0]}": self.env._("Choose for one day at least.")},
                )
            for day, part in chosen.items():
                self._declare(source, name, day, day, part, form, f"part_{day}")
        self._confirm_week(monday, source, name)

    def _take_weeks(self, source, name, verb, about, form):
        """All weeks that wait for this side were done, but for the absences that were said."""
        for week in self._presence_weeks(source, self.company_id._bde_today()):
            self._confirm_week(_date(week["monday"]), source, name)

    def _take_absence(self, source, name, verb, about, form):
        first = _date(form.get("date_from"))
        last = _date(form.get("date_to")) or first
        if not first:
            text = self.env._("Say the day of the absence.")
            raise StayError(text, {"date_from": text})
        self._declare(source, name, first, last, form.get("part") or "day", form, "date_from")

    def _declare(self, source, name, first, last, part, form, field):
        """Notes an absence that somebody said; the same one said by the other side confirms it.

        :raises StayError: at ``field`` of the form
        """
        vals = {"date_from": first, "date_to": last, "part": part}
        if part[:1] == "h" and part[1:].isdecimal():
            vals |= {"part": "hours", "missed_hours": int(part[1:])}
        reasons = dict(self.env["bde.absence"]._fields["reason"].selection)
        reason = form.get("reason")
        if vals["part"] not in ("day", "morning", "afternoon", "hours"):
            raise StayError(self.env._("Choose one of the answers."), {field: ""})
        same = self._standing().filtered(
            lambda one: (
                (one.date_from, one.date_to, one.part) == (first, last, vals["part"])
                and (part[:1] != "h" or one.missed_hours == vals["missed_hours"])
            )
        )
        if same:
            if same[0].state == "declared" and _side(same[0].source) != _side(source):
                same[0].state = "confirmed"
            return
        # before anything is written: a refusal of the database would put it into the log
        minutes = round(vals.get("missed_hours", 0) * 60)
        fault = rules.fault(
            self._slots_by_date(),
            [one._missed() for one in self._standing()],
            rules.Missed(first, last, vals["part"], minutes),
        )
        if fault:
            text = self._absence_sentence(*fault)
            raise StayError(text, {field: text})
        self.env["bde.absence"].create(
            {
                "placement_id": self.id,
                **vals,
                "reason": reason if reason in reasons else "unknown",
                "note": (form.get("note") or "").strip()[:NOTE],
                "source": source,
                "declared_by": name,
                "state": "declared",
            }
        )

    def _take_answer(self, source, name, verb, about, form):
        """One's own absence is taken back, the other side's is contested."""
        absence = self._standing().filtered(lambda one: str(one.id) == about)
        if not absence:
            raise StayError(self.env._("This absence is no longer there."))
        offered = next(one for one in self._presence_absences(source) if one["id"] == absence.id)
        if not offered[f"may_{verb}"]:
            if absence.state == "contested":
                return  # sent twice
            raise StayError(self.env._("The school has decided on this absence: call it."))
        if verb == "withdraw":
            absence.state = "withdrawn"
            return
        absence.write(
            {
                "state": "contested",
                "contest_note": ": ".join(
                    filter(None, (name, (form.get("note") or "").strip()[:NOTE]))
                ),
            }
        )
        self._tell_contested(absence)


class BdeStay(models.AbstractModel):
    _inherit = "bde.stay"

    @api.model
    def _asks(self, company, today):
        return [*super()._asks(company, today), *self._presence_asks(company, today)]

    @api.model
    def _presence_asks(self, company, today):
        """First day and weeks, of the tutor; the pupil gets his page on the first day."""
        placements = self.env["bde.placement"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", STAY_STATES[:3]),
                ("date_start", "<=", today),
                ("date_end", ">=", today - timedelta(days=ASK_DAYS)),
            ]
        )
        hour, asks = company._bde_now().hour, []
        for placement in placements:
            asks += placement._presence_asks_of(today, hour)
        return asks


def _source(roles):
    """The part in which somebody answers: a boss who is the tutor answers as the tutor."""
    return next(role for role in ("tutor", "host", "student") if role in roles)


def _date(text):
    """A date of a form; None when it is none."""
    try:
        return fields.Date.to_date((text or "").strip()) or None
    except ValueError:
        return None
