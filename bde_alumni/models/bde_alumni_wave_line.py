from odoo import fields, models

LINE_STATES = [
    ("to_send", "To be asked"),
    ("sent", "Asked"),
    ("partial", "Answered in part"),
    ("answered", "Answered"),
    ("unreachable", "Cannot be reached"),
    ("refused", "Does not wish to answer"),
]


class BdeAlumniWaveLine(models.Model):
    """One leaver of a survey: how he was asked, and what came back."""

    _name = "bde.alumni.wave.line"
    _description = "Leaver asked"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "wave_id desc, name, id"
    _rec_name = "name"

    wave_id = fields.Many2one(
        "bde.alumni.wave",
        string="Survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="wave_id.company_id", store=True, precompute=True, default=None
    )
    alumnus_id = fields.Many2one(
        "bde.alumnus",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    name = fields.Char(related="alumnus_id.name", store=True, precompute=True)
    state = fields.Selection(LINE_STATES, required=True, readonly=True, default="to_send")
    asked_on = fields.Date(readonly=True)
    reminder_count = fields.Integer(string="Reminders", readonly=True)
    reminded_on = fields.Date(string="Last reminder", readonly=True)
    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS"), ("call", "Telephone"), ("page", "His page")],
        readonly=True,
        help="How he was asked last.",
    )
    answered_on = fields.Date(readonly=True)
    call_count = fields.Integer(string="Calls", readonly=True)
    called_on = fields.Date(string="Last call", readonly=True)

    _wave_alumnus_uniq = models.Constraint(
        "UNIQUE(wave_id, alumnus_id)", "A leaver is asked once in a survey."
    )
    _wave_state_idx = models.Index("(wave_id, state)")
