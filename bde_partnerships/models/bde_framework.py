from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BdeFramework(models.Model):
    """Framework agreement that the académie signed for all its schools.

    Schools read it, and link the agreements that they sign under it. What the académie
    sees of those is a count.
    """

    _name = "bde.framework"
    _description = "Framework agreement of the académie"
    _inherit = ["bde.owned"]
    _order = "date_end desc, name, id"
    # agreements of a school point to what its académie hands down
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(string="Académie")
    party = fields.Char(
        string="Signed with", required=True, help="Company, branch or network, as on the paper."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="In the directory",
        domain="[('bde_employer', '=', True)]",
        index="btree_not_null",
        ondelete="restrict",
    )
    axis_ids = fields.Many2many("bde.offer", string="Axes")
    object = fields.Text(required=True, help="What it is for, in two lines.")
    commitments = fields.Text(
        string="What schools may do under it", help="One line each: what a school may ask and sign."
    )
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="To", required=True)
    renewal_days = fields.Integer(
        default=180, help="Days before the end when the académie is reminded of it."
    )
    renewal_date = fields.Date(
        string="Renew from",
        compute="_compute_renewal_date",
        store=True,
        precompute=True,
        index=True,
    )
    state = fields.Selection(
        [
            ("future", "To come"),
            ("running", "In force"),
            ("renew", "Ends soon"),
            ("ended", "Ended"),
        ],
        compute="_compute_state",
    )
    file = fields.Binary(string="Agreement (PDF)", attachment=True)
    file_name = fields.Char()
    partnership_ids = fields.One2many("bde.partnership", "framework_id", string="Agreements")
    partnership_count = fields.Integer(
        string="Agreements of schools",
        compute="_compute_partnership_count",
        help="Agreements in force that schools signed under it.",
    )
    my_partnership_count = fields.Integer(
        string="Agreements of my school", compute="_compute_my_partnership_count"
    )

    _dates_check = models.Constraint(
        "CHECK(date_start <= date_end)", "The agreement ends before it begins."
    )
    _renewal_days_check = models.Constraint(
        "CHECK(renewal_days BETWEEN 0 AND 730)", "The reminder comes up to two years before."
    )

    @api.constrains("company_id")
    def _check_academy(self):
        for framework in self:
            # sudo: only the kind of the company
            if framework.company_id.sudo().bde_kind != "academy":
                raise ValidationError(
                    self.env._("A framework agreement is the académie's: open the académie first.")
                )

    @api.depends("date_end", "renewal_days")
    def _compute_renewal_date(self):
        for framework in self:
            end = framework.date_end
            framework.renewal_date = end and end - relativedelta(days=framework.renewal_days)

    @api.depends("date_start", "date_end", "renewal_date")
    def _compute_state(self):
        today = self.env.company._bde_today()
        for framework in self:
            if framework.date_start and framework.date_start > today:
                framework.state = "future"
            elif framework.date_end and framework.date_end < today:
                framework.state = "ended"
            elif framework.renewal_date and framework.renewal_date <= today:
                framework.state = "renew"
            else:
                framework.state = "running"

    def _compute_partnership_count(self):
        """Agreements signed under it: all schools' for the académie, who reads none of them."""
        # sudo: a count, which names no school
        groups = (
            self.env["bde.partnership"]
            .sudo()
            ._read_group(
                [("framework_id", "in", self.ids), ("state", "in", ("signed", "running"))],
                ["framework_id"],
                ["__count"],
            )
        )
        counts = {framework.id: count for framework, count in groups}
        for framework in self:
            framework.partnership_count = counts.get(framework.id, 0)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_my_partnership_count(self):
        """Agreements that the user may read; none for those who read no agreement."""
        Partnership = self.env["bde.partnership"]
        counts = {}
        if Partnership.has_access("read"):
            groups = Partnership._read_group(
                [("framework_id", "in", self.ids)], ["framework_id"], ["__count"]
            )
            counts = {framework.id: count for framework, count in groups}
        for framework in self:
            framework.my_partnership_count = counts.get(framework.id, 0)

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_open_partnerships(self):
        """The agreements of the user's schools under it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreements"),
            "res_model": "bde.partnership",
            "view_mode": "list,kanban,form",
            "domain": [("framework_id", "=", self.id)],
            "context": {"default_framework_id": self.id},
        }

    def action_new_partnership(self):
        """A new agreement of the school under it, with its axes."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New agreement"),
            "res_model": "bde.partnership",
            "view_mode": "form",
            "context": {
                "default_framework_id": self.id,
                "default_axis_ids": self.axis_ids.ids,
                "default_object": self.object,
            },
        }
