from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BdeDelegation(models.Model):
    """Delegation of signature of the head of a school, for a time.

    The head of a lycée signs in its name and may delegate his signature to his deputies
    (R421-13 C. éduc.); a delegation is written, names the person and ends.
    """

    _name = "bde.delegation"
    _description = "Delegation of signature"
    _inherit = ["bde.owned"]
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", string="Delegate", required=True, index=True, ondelete="restrict"
    )
    scope = fields.Selection(
        [("conventions", "Conventions of pupils"), ("all", "All documents of the bureau")],
        required=True,
        default="conventions",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._bde_today()
    )
    date_to = fields.Date(string="To", help="Last day, empty while the delegation lasts.")
    granted_by_id = fields.Many2one(
        "res.users",
        string="Granted by",
        readonly=True,
        default=lambda self: self.env.user,
    )

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)", "A delegation ends after it begins."
    )

    @api.constrains("user_id", "company_id")
    def _check_user_is_staff(self):
        for delegation in self:
            if delegation.company_id.id not in delegation.user_id._bde_company_ids("staff"):
                raise ValidationError(
                    self.env._(
                        "%(user)s has no role at %(school)s: invite this person first.",
                        user=delegation.user_id.name,
                        school=delegation.company_id.sudo().name,
                    )
                )

    def _valid_on(self, date, scope="conventions"):
        """Those that hold on a day for what is to be signed.

        :param date: ``datetime.date``
        :param str scope: ``conventions`` or ``all``
        """
        return self.filtered(
            lambda d: (
                d.scope in (scope, "all")
                and d.date_from <= date
                and (not d.date_to or date <= d.date_to)
            )
        )
