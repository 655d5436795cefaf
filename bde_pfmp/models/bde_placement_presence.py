from odoo import api, fields, models
from odoo.tools import format_date

from ..rules import presence as rules
from ..rules import terms
from .bde_absence import COUNTED


class BdePlacement(models.Model):
    """The days of a stay: what was planned, what was missed, what is done."""

    _inherit = "bde.placement"

    absence_ids = fields.One2many("bde.absence", "placement_id", string="Absences")
    presence_text = fields.Char(string="Days done", compute="_compute_presence_text")

    @api.depends("absence_ids.state", "date_end")
    def _compute_presence_text(self):
        for placement in self:
            today = placement.company_id._bde_today()
            whole, done = placement._days_done(), placement._days_done(today)
            text = self.env["bde.absence"]._in_words(done.days, done.minutes)
            text = self.env._("Done so far: %(days)s", days=text)
            if placement.date_end and placement.date_end > today:
                text += self.env._(
                    "; %(days)s by the end if nothing more is missed",
                    days=f"{whole.days:g}".replace(".", ","),
                )
            placement.presence_text = text

    def action_add_absence(self):
        """Notes an absence of this pupil."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Absence"),
            "res_model": "bde.absence",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_placement_id": self.id,
                "default_date_from": fields.Date.to_string(
                    min(self.company_id._bde_today(), self.date_end)
                ),
            },
        }

    def action_view_absences(self):
        """The absences of these placements."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_absence")
        return dict(
            action,
            domain=[("placement_id", "in", self.ids)],
            context={"default_placement_id": self.id if len(self) == 1 else False},
        )

    def _slots_by_date(self):
        """Hours of each day of presence of one stay, each day by the terms of its date.

        :rtype: dict {date: slots}
        """
        self.ensure_one()
        if not (self.date_start and self.date_end):
            return {}
        holidays = self.company_id._bde_public_holidays(self.date_start, self.date_end)
        return terms.dated(self._terms(), holidays)

    def _missed(self):
        """Absences of one stay that count, for :mod:`rules.presence`."""
        # sudo: counted for whoever reads the placement, the reasons are not shown
        absences = self.sudo().absence_ids.sorted("date_from")
        return [absence._missed() for absence in absences if absence.state in COUNTED]

    def _day_calendar(self):
        """Each day of presence of one stay; loops over placements share their queries.

        :return: {date: Day(planned, absent, reason)}, minutes; the reason (a key of
            ``bde.absence.reason``) is None when nothing was missed
        """
        return rules.calendar(self._slots_by_date(), self._missed())

    def _days_done(self, upto=None):
        """What was really done of one stay; loops over placements share their queries.

        Declared and confirmed absences are taken out whatever their reason, contested and
        withdrawn ones are not.

        :param upto: last day that counts; None for the whole stay as it is planned
        :return: Done(days, minutes); halves of days are 0.5
        """
        return rules.done(self._slots_by_date(), self._missed(), upto)

    def _absence_sentence(self, code, about):
        """What is wrong with an absence, see :func:`rules.presence.fault`."""
        day = format_date(self.env, about) if code not in ("too_much", "figure") else about
        sentences = {
            "order": self.env._("The last day of an absence comes before its first day."),
            "outside": self.env._(
                "%(day)s is not in the stay of %(pupil)s, from %(start)s to %(end)s.",
                day=day,
                pupil=self.student_name,
                start=format_date(self.env, self.date_start),
                end=format_date(self.env, self.date_end),
            ),
            "no_presence": self.env._(
                "%(pupil)s had no hours then (%(day)s): nothing to take out.",
                pupil=self.student_name,
                day=day,
            ),
            "one_day": self.env._("Half days and hours are said day by day."),
            "minutes": self.env._(
                "Say how many hours were missed on %(day)s: not more than the day has.", day=day
            ),
            "twice": self.env._(
                "An absence of %(pupil)s is noted already on %(day)s: change that one.",
                pupil=self.student_name,
                day=day,
            ),
            "figure": self.env._("Say how many days, or how many hours, were missed."),
            "too_much": self.env._(
                "%(pupil)s cannot have missed more than the %(days)s days of the stay.",
                pupil=self.student_name,
                days=about,
            ),
        }
        return sentences[code]


class BdeConvention(models.Model):
    _inherit = "bde.convention"

    def action_view_absences(self):
        """The absences that the days done are counted from."""
        return self.placement_id.action_view_absences()
