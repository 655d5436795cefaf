from odoo import models
from odoo.tools import format_date


class BdeAlumnus(models.Model):
    """The right of access: plan, interviews, hand-overs, safety net, letters, mentors, offers."""

    _inherit = "bde.alumnus"

    def _kept_about_me(self):
        plans = self._leaver_plans()
        groups = [
            (self.env._("My plan"), self._kept_plans(plans)),
            (self.env._("My interviews"), self._kept_interviews(plans)),
            (self.env._("What was told to an adviser"), self._kept_sheets(plans)),
            (self.env._("Safety net"), self._kept_net(plans)),
            (self.env._("Events and workshops"), self._kept_events()),
            (self.env._("What I asked of mentors"), self._kept_mentoring()),
            (self.env._("Offers that I proposed"), self._kept_offers()),
            (self.env._("Letters that the school sent me"), self._kept_letters()),
        ]
        return super()._kept_about_me() + [(title, rows) for title, rows in groups if rows]

    def _kept_day(self, day):
        return format_date(self.env, day) if day else ""

    def _kept_plans(self, plans):
        names = ("wish", "wish_text", "training_label", "cv_about", "cv_languages", "cv_more",
                 "solution", "solution_text", "solution_on")  # fmt: skip
        return [row for plan in plans for row in _rows(plan, names)]

    def _kept_interviews(self, plans):
        return [
            (
                self._kept_day(one.date),
                _line(value for _label, value in _rows(one, ("with_whom", "agreed", "next_on"))),
            )
            for one in plans.interview_ids
        ]

    def _kept_sheets(self, plans):
        states = dict(plans._sheets()._fields["state"]._description_selection(self.env))
        rows = []
        for sheet in plans._sheets():
            told = sheet.content or sheet._content()
            facts = (f"{label} : {value}" for label, value in told["lines"])
            day = self._kept_day(sheet.sent_on or sheet.agreed_on)
            rows.append((told["to"], _line((states[sheet.state], day, *facts, told["note"]))))
        return rows

    def _kept_net(self, plans):
        return [
            (
                one.round_id.name,
                _line(value for _label, value in _rows(one, ("situation", "solution", "note"))),
            )
            for one in plans.net_ids
        ]

    def _kept_events(self):
        found = self.env["event.registration"].search([("bde_alumnus_id", "=", self.id)])
        found |= self._leaver_plans().registration_ids
        states = dict(found._fields["state"]._description_selection(self.env))
        return [
            (
                self._kept_day(one.event_id.date_begin.date()),
                _line((one.event_id.name, states[one.state], one.bde_absence_reason)),
            )
            for one in found
        ]

    def _kept_mentoring(self):
        found = self.env["bde.mentor.request"].search([("from_alumnus_id", "=", self.id)])
        return [(self._kept_day(one.create_date.date()), one.text) for one in found]

    def _kept_offers(self):
        found = self.env["bde.job.offer"].search([("alumnus_id", "=", self.id)])
        return [(self._kept_day(one.create_date.date()), one.title) for one in found]

    def _kept_letters(self):
        return [
            (self._kept_day(one.sent_on.date()), one.subject or one.line or "")
            for one in self.letter_ids
            if one.state == "sent" and one.sent_on
        ]


def _rows(record, names):
    """(label, text) of the fields of a record that say something."""
    rows = []
    for name in names:
        field, value = record._fields[name], record[name]
        if not value or value == "none":
            continue
        if field.type == "date":
            value = format_date(record.env, value)
        elif field.type == "selection":
            value = dict(field._description_selection(record.env))[value]
        rows.append((field._description_string(record.env), str(value)))
    return rows


def _line(texts):
    return ", ".join(filter(None, texts))
