from odoo import fields, models


class CalendarEvent(models.Model):
    """Core shows every event to every internal user: an event is its school's."""

    _inherit = "calendar.event"

    company_id = fields.Many2one(
        "res.company",
        string="School",
        index=True,
        default=lambda self: self.env.company,
        help="People of this school see the event, and whoever is invited.",
    )
