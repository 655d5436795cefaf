from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import outcomes


class BdeAlumniWaveAdd(models.TransientModel):
    """A survey made by hand: an older year, or one whose day has passed."""

    _name = "bde.alumni.wave.add"
    _description = "New survey of leavers"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    cohort = fields.Integer(
        string="Left in",
        required=True,
        default=lambda self: self.env.company._bde_today().year - 1,
        help="Year in which their last school year ended.",
    )
    horizon = fields.Selection(
        [(str(months), f"{months}") for months in outcomes.HORIZONS],
        string="Months after leaving",
        required=True,
        default="6",
    )
    date = fields.Date(string="First asked on", compute="_compute_counts")
    leaver_count = fields.Integer(string="Leavers", compute="_compute_counts")
    not_told_count = fields.Integer(
        string="Not told of the follow-up",
        compute="_compute_counts",
        help="They are asked as soon as they have been told: the law wants it first.",
    )
    no_contact_count = fields.Integer(string="Without mail or telephone", compute="_compute_counts")

    @api.depends("company_id", "cohort", "horizon")
    def _compute_counts(self):
        Alumnus, Wave = self.env["bde.alumnus"], self.env["bde.alumni.wave"]
        for wizard in self:
            year, known = wizard.cohort, 1900 < wizard.cohort < 2200
            leavers = Alumnus
            wizard.date = False
            if known:
                leavers = Alumnus.search(Wave._leavers_domain(wizard.company_id, year))
                wizard.date = Wave._day_of(wizard.company_id, year, int(wizard.horizon or 6))
            wizard.leaver_count = len(leavers)
            wizard.not_told_count = len(leavers.filtered(lambda one: not one.informed_on))
            wizard.no_contact_count = len(
                leavers.filtered(lambda one: not one.email and not one.phone)
            )

    def action_add(self):
        """Makes the survey; it begins on its day, or now when that has passed."""
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        if not self.leaver_count:
            raise UserError(
                self.env._(
                    "Nobody of this school left in %(year)s: make the alumni of that year first.",
                    year=self.cohort,
                )
            )
        today = self.company_id._bde_today()
        # sudo: waves are made by verbs; the right was checked
        Wave = self.env["bde.alumni.wave"].sudo()
        vals = {
            "company_id": self.company_id.id,
            "cohort": self.cohort,
            "months": int(self.horizon),
        }
        wave = Wave.search([(name, "=", value) for name, value in vals.items()])
        if not wave:
            wave = Wave.create(vals | {"date": max(self.date, today)})
            if wave.date <= today:
                wave._begin()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.alumni.wave",
            "res_id": wave.id,
            "view_mode": "form",
        }
