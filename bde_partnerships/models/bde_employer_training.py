from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeEmployerTraining(models.Model):
    """A training whose pupils a company has welcomed, or says it would. No pupil, no school.

    Shared by all schools and written by checked methods alone. The code is that of the diploma
    (CFD) where the school gave it, so that two schools with the same training make one line.
    """

    _name = "bde.employer.training"
    _description = "Training that a company welcomes"
    _inherit = ["bde.unsigned"]
    _order = "partner_id, last_year desc, name"

    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    code = fields.Char(required=True, readonly=True, index=True)
    name = fields.Char(string="Training", required=True, readonly=True)
    last_year = fields.Char(
        string="Last welcomed in",
        readonly=True,
        help="School year; empty when the company has only said that it would.",
    )

    _partner_code_uniq = models.Constraint(
        "UNIQUE(partner_id, code)", "This training stands there already."
    )

    def action_remove(self):
        """A manager takes back what was only said: the company welcomes it no more.

        :raise AccessError: the user is no manager of his school
        :raise UserError: pupils have been there, which stays known
        """
        self.env.company._bde_check_user_is("manager")
        if self.filtered("last_year"):
            raise UserError(self.env._("Pupils of this training have been there: it stays known."))
        # sudo: no role writes shared data directly; the right was checked above
        self.sudo().unlink()
        return True

    @api.depends("name", "last_year")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.name} ({line.last_year})" if line.last_year else line.name
