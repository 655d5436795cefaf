from odoo import api, fields, models

SCHOOL_ROLES = ("teacher", "school_life", "intendance", "secretary", "manager", "head")
ACADEMY_ROLES = ("correspondent", "admin")

# role -> roles that give it, as the groups imply each other in security/bde_groups.xml
HELD_THROUGH = {
    "staff": SCHOOL_ROLES,
    "secretary": ("secretary", "manager", "head"),
    "manager": ("manager", "head"),
}


class BdeMembership(models.Model):
    """A role of a person in a school, with its dates: the source of all rights.

    Groups are global in Odoo; they are only the union of the memberships. Rules
    compare with :meth:`res.users._bde_company_ids`.
    """

    _name = "bde.membership"
    _description = "Role of a person in a school"
    _inherit = ["bde.owned"]
    _order = "company_id, role, user_id, date_from"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="restrict")
    role = fields.Selection(
        [
            ("teacher", "Teacher"),
            ("school_life", "School life (CPE)"),
            ("intendance", "Intendance"),
            ("secretary", "Secretary"),
            ("manager", "Manager of the bureau"),
            ("head", "Head of school or DDFPT"),
            ("correspondent", "Academic correspondent"),
            ("admin", "Administrator of the suite"),
        ],
        required=True,
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._bde_today(),
    )
    date_to = fields.Date(string="To", help="Last day of the role, empty while it lasts.")
    is_current = fields.Boolean(string="Runs", readonly=True)

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)", "A role ends after it begins."
    )
    _user_company_role_uniq = models.UniqueIndex(
        "(user_id, company_id, role) WHERE date_to IS NULL",
        "This person already has this role in the school.",
    )

    def _runs_today(self):
        """Whether the role holds today, in the time of its school."""
        self.ensure_one()
        today = self.company_id._bde_today()
        return self.date_from <= today and (not self.date_to or today <= self.date_to)

    @api.model_create_multi
    def create(self, vals_list):
        memberships = super().create(vals_list)
        memberships._apply()
        return memberships

    def write(self, vals):
        users = self.user_id
        result = super().write(vals)
        if vals.keys() & {"user_id", "role", "date_from", "date_to"}:
            self._apply(users)
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        users._bde_sync_memberships()
        return result

    def _apply(self, users=None):
        """Stores which roles run, then brings the users in line."""
        for runs, memberships in self.grouped(lambda m: m._runs_today()).items():
            stale = memberships.filtered(lambda m, runs=runs: m.is_current != runs)
            super(BdeMembership, stale).write({"is_current": runs})
        ((users or self.env["res.users"]) | self.user_id)._bde_sync_memberships()
