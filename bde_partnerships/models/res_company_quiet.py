from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import fields, models

from ..rules.public_holidays import public_holidays
from ..rules.quiet import is_quiet

UTC = timezone.utc  # noqa: UP017 (datetime.UTC is not in Python 3.10)


class ResCompany(models.Model):
    """When a school writes to people of its own accord, and when it leaves them in peace."""

    _inherit = "res.company"

    def _bde_public_holidays(self, date_start, date_end):
        """Public holidays at the school: {date: French name}.

        Alsace-Moselle and the overseas territories are told by the UAI.
        """
        return public_holidays(date_start, date_end, self._bde_department())

    def _bde_now(self):
        """This moment on the clocks of the school, without a zone.

        :rtype: datetime.datetime
        """
        zone = ZoneInfo(self.bde_tz or "Europe/Paris")
        return fields.Datetime.now().replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)

    def _bde_is_quiet(self):
        """Whether the school writes to nobody now unless asked: nights, week-ends, holidays.

        :rtype: bool
        """
        now = self._bde_now()
        day = now.date()
        holidays = self.env["bde.holiday"]._between(self, day, day)
        return is_quiet(
            now,
            closed=[(holiday.date_start, holiday.date_end) for holiday in holidays],
            public=self._bde_public_holidays(day, day),
        )
