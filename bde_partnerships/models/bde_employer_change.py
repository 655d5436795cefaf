from odoo import api, fields, models


class BdeEmployerChange(models.Model):
    """History of what all schools share of a company: what changed, when, by which school.

    The name of the person is for his own school.
    """

    _name = "bde.employer.change"
    _description = "Change of a shared company"
    _inherit = ["bde.unsigned"]
    _order = "id desc"
    _rec_name = "field"

    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    field = fields.Char(required=True, readonly=True)
    field_label = fields.Char(string="Changed", compute="_compute_field_label")
    old_value = fields.Char(string="Before", readonly=True)
    new_value = fields.Char(string="After", readonly=True)
    source = fields.Selection(
        [("hand", "By hand"), ("sirene", "SIRENE")], required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, groups="base.group_system", index=True
    )
    school_id = fields.Many2one(
        "res.company", required=True, readonly=True, groups="base.group_system", index=True
    )
    who = fields.Char(string="By", compute="_compute_who")

    @api.depends("field")
    def _compute_field_label(self):
        Partner = self.env["res.partner"]
        for change in self:
            field = Partner._fields.get(change.field)
            change.field_label = field._description_string(self.env) if field else change.field

    @api.depends("user_id", "school_id")
    @api.depends_context("uid")
    def _compute_who(self):
        mine = self.env.user._bde_company_ids("staff")
        # sudo: the school is shown to all, the person to his own school only
        for change, change_sudo in zip(self, self.sudo(), strict=True):
            school = change_sudo.school_id.name
            if change_sudo.school_id.id in mine:
                change.who = f"{change_sudo.user_id.name}, {school}"
            else:
                change.who = school
