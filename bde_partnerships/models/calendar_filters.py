from odoo import models


class CalendarFilters(models.Model):
    """People ticked in the calendar: of those that their user may see."""

    _inherit = "calendar.filters"

    def _bde_tells_names(self):
        return True
