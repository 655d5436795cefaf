from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..rules.rhythm import Rhythm

# What an académie begins with: first, every, most, referent told after, bureau told after.
# The referent is not told of himself nor of the head; agreements have no referent.
BEGINNING = {
    "host": (3, 3, 3, 2, 3),
    "tutor": (3, 3, 3, 2, 3),
    "student": (2, 2, 4, 2, 4),
    "guardian": (3, 3, 3, 2, 3),
    "referent": (2, 2, 3, 0, 2),
    "head": (3, 3, 2, 0, 2),
    "third": (4, 4, 3, 0, 3),
}
NAMES = ("first_days", "every_days", "max_count", "referent_after", "manager_after")
FIELDS = Rhythm._fields


class BdeReminderRule(models.Model):
    """How often people of one role are reminded to sign, and when somebody calls them.

    Handed down by the académie; a line of the school for a role takes its place there. A role
    without a line is never reminded by itself.
    """

    _name = "bde.reminder.rule"
    _description = "Rhythm of reminders"
    _inherit = ["bde.owned"]
    _order = "company_id, sequence, id"
    _rec_name = "role"
    _check_company_domain = models.check_company_domain_parent_of

    company_id = fields.Many2one(string="Of")
    is_own = fields.Boolean(compute="_compute_is_own", help="The user may change it.")
    sequence = fields.Integer(default=10)
    role = fields.Selection(selection="_selection_role", required=True)
    first_days = fields.Integer(
        string="First reminder after",
        required=True,
        default=3,
        help="Days after the message with the link.",
    )
    every_days = fields.Integer(
        string="Then every", required=True, default=3, help="Days between two reminders."
    )
    max_count = fields.Integer(
        string="At most",
        required=True,
        default=3,
        help="Reminders for one document. 0: this role is never reminded.",
    )
    referent_after = fields.Integer(
        string="Referent told after",
        default=2,
        help="Reminders without an answer after which the referent is asked to help. 0: never.",
    )
    manager_after = fields.Integer(
        string="Bureau calls after",
        default=3,
        help="Reminders without an answer after which the bureau calls. 0: never.",
    )
    urgent_days = fields.Integer(
        string="Urgent before the deadline",
        default=7,
        help="So many days before the deadline reminders come closer together.",
    )
    urgent_every = fields.Integer(
        string="When urgent, every", default=2, help="Days; never more than one message a day."
    )
    stop_days = fields.Integer(
        string="Stop after the deadline",
        default=7,
        help="So many days after the deadline nobody is reminded any more: the bureau calls.",
    )

    _role_uniq = models.Constraint(
        "UNIQUE(company_id, role)", "This role has its line already: change that one."
    )
    _days_check = models.Constraint(
        "CHECK(first_days BETWEEN 1 AND 60 AND every_days BETWEEN 1 AND 60"
        " AND urgent_every BETWEEN 1 AND 60 AND urgent_days BETWEEN 0 AND 60"
        " AND stop_days BETWEEN 0 AND 60)",
        "Days are between 1 and 60.",
    )
    _count_check = models.Constraint(
        "CHECK(max_count BETWEEN 0 AND 10 AND referent_after BETWEEN 0 AND 10"
        " AND manager_after BETWEEN 0 AND 10)",
        "At most ten reminders: nobody reads the eleventh.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("company_id")
    def _compute_is_own(self):
        own = self._filtered_access("write")
        for rule in self:
            rule.is_own = not rule.id or rule in own

    def action_make_own(self):
        """Gives the user's school a line of its own, to change; that of the académie stays.

        Who teaches at one school and manages another makes it for the one that he manages.
        """
        self.ensure_one()
        managed = self.env.companies.filtered_domain(
            [("id", "in", self.env.user._bde_company_ids("manager"))]
        )
        company = self.env.company if self.env.company in managed else managed[:1]
        if not company:
            raise AccessError(self.env._("The rhythm of a school is set by its bureau."))
        own = self.search([("company_id", "=", company.id), ("role", "=", self.role)])
        if not own:
            self.copy({"company_id": company.id})
        return self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_reminder_rule"
        )

    @api.model
    def _selection_role(self):
        return self.env["bde.document.signature"]._fields["role"]._description_selection(self.env)

    @api.model
    def _rhythms(self, company):
        """Rhythm of each role at a school: its own line, else that of the académie.

        :rtype: dict[str, rules.rhythm.Rhythm]
        """
        # sudo: how often people are reminded is no secret, whoever asks
        rules = self.sudo().search([("company_id", "in", (company._bde_academy() | company).ids)])
        own_last = rules.sorted(lambda rule: rule.company_id == company)
        return {rule.role: Rhythm(*(rule[name] for name in FIELDS)) for rule in own_last}

    @api.model
    def _hand_down(self, academies):
        """Gives académies the lines that they do not have yet."""
        known = {
            (rule.company_id, rule.role)
            for rule in self.search([("company_id", "in", academies.ids)])
        }
        roles = [role for role, _label in self._selection_role()]
        return self.create(
            [
                {"company_id": academy.id, "role": role, "sequence": roles.index(role)}
                | dict(zip(NAMES, values, strict=True))
                for academy in academies
                for role, values in BEGINNING.items()
                if role in roles and (academy, role) not in known
            ]
        )

    @api.model
    def _hand_down_to_all(self):
        """Every académie that is there begins with a rhythm; by the upgrade."""
        return self._hand_down(self.env["res.company"].search([("bde_kind", "=", "academy")]))


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._hand_down_rhythm()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("bde_kind") == "academy":
            self._hand_down_rhythm()
        return result

    def _hand_down_rhythm(self):
        """An académie begins with a rhythm of reminders."""
        academies = self.filtered(lambda company: company.bde_kind == "academy")
        if academies:
            # sudo: whoever opens an académie need not have a right on rhythms
            self.env["bde.reminder.rule"].sudo()._hand_down(academies)
