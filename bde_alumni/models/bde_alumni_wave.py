from odoo import fields, models

WAVE_STATES = [("planned", "Planned"), ("running", "Running"), ("over", "Over")]


class BdeAlumniWave(models.Model):
    """Asking the leavers of one year what has become of them, 6, 12, 18 or 24 months later."""

    _name = "bde.alumni.wave"
    _description = "Survey of leavers"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "date desc, id desc"
    _rec_name = "cohort"

    cohort = fields.Integer(string="Left in", required=True, readonly=True, aggregator=None)
    months = fields.Integer(
        string="Months after leaving", required=True, readonly=True, default=6, aggregator=None
    )
    date = fields.Date(
        string="First asked on",
        required=True,
        help="Counted from the last day of the school year.",
    )
    state = fields.Selection(
        WAVE_STATES, required=True, readonly=True, default="planned", index=True
    )
    ask_ids = fields.One2many("bde.alumni.wave.line", "wave_id", string="Leavers", readonly=True)

    _cohort_months_uniq = models.Constraint(
        "UNIQUE(company_id, cohort, months)", "This survey exists already."
    )
    _months_check = models.Constraint(
        "CHECK(months IN (6, 12, 18, 24))", "Leavers are asked after 6, 12, 18 or 24 months."
    )
