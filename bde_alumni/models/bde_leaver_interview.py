from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BdeLeaverInterview(models.Model):
    """A talk with a final-year pupil about what comes next, and what was agreed."""

    _name = "bde.leaver.interview"
    _description = "Interview with a final-year pupil"
    _inherit = ["bde.owned"]
    _order = "date desc, id desc"
    _rec_name = "date"

    plan_id = fields.Many2one(
        "bde.leaver.plan", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True, default=None
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._bde_today())
    user_id = fields.Many2one(
        "res.users", string="By", default=lambda self: self.env.user, ondelete="set null"
    )
    with_whom = fields.Char(
        string="Also there", help="Somebody of France Travail, of the Mission locale, a parent…"
    )
    agreed = fields.Text(
        string="What was agreed",
        required=True,
        help="Facts only: the pupil may ask to read it. Nothing about health or family.",
    )
    next_on = fields.Date(string="Next time")

    @api.constrains("date", "next_on")
    def _check_next(self):
        for interview in self:
            if interview.next_on and interview.next_on < interview.date:
                raise ValidationError(self.env._("The next interview is after this one."))
