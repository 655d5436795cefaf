from odoo import fields, models
from odoo.tools import format_date

from ..rules import schedule as hours


class BdeAbsence(models.Model):
    """The absence of a pupil who did not arrive is told from those of the weeks."""

    _inherit = "bde.absence"

    is_arrival = fields.Boolean(
        string="First day", readonly=True, copy=False, help="The pupil did not arrive."
    )

    def _stay_text(self, labels):
        """Days, part and reason in one line of the page of a stay."""
        first, last = (format_date(self.env, day) for day in (self.date_from, self.date_to))
        if self.part == "total":
            days = self._in_words(self.total_days, self.minutes)
        elif first != last:
            days = self.env._("from %(start)s to %(end)s", start=first, end=last)
        else:
            part = labels["part"][self.part] if self.part != "day" else ""
            if self.part == "hours":
                part = hours.format_minutes(self.minutes)
            days = ", ".join(filter(None, (first, part)))
        reason = labels["reason"][self.reason] if self.reason != "unknown" else ""
        return " – ".join(filter(None, (days, reason)))
