from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..rules.solicitation import REASONS


class BdeCampaign(models.Model):
    """A selection of companies that a school goes through, so many a week, for one pipeline.

    The list is checked before anybody calls (opt-outs, closed companies, cool-downs, leads in
    progress), then each kept company becomes a lead with a planned call.
    """

    _name = "bde.campaign"
    _description = "Campaign of prospecting"
    _inherit = ["bde.owned", "bde.yearly", "mail.thread"]
    _order = "date_start desc, id desc"

    name = fields.Char(string="Campaign", required=True, tracking=True)
    active = fields.Boolean(default=True)
    pipeline_id = fields.Many2one(
        "bde.pipeline",
        required=True,
        default=lambda self: self.env["bde.pipeline"]._default_pipeline(),
        ondelete="restrict",
    )
    purpose = fields.Selection(related="pipeline_id.purpose", export_string_translation=False)
    state = fields.Selection(
        [("draft", "In preparation"), ("running", "Under way")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    training_id = fields.Many2one(
        "bde.training",
        check_company=True,
        ondelete="restrict",
        help="The training that places are looked for.",
    )
    date_start = fields.Date(
        string="First calls on",
        required=True,
        default=lambda self: self.env.company._bde_today(),
    )
    per_week = fields.Integer(
        string="Companies a week", required=True, default=10, help="Spread over the working days."
    )
    user_ids = fields.Many2many(
        "res.users",
        "bde_campaign_user_rel",
        "campaign_id",
        "user_id",
        string="Who calls",
        required=True,
        default=lambda self: self.env.user,
        domain="[('company_ids', 'in', company_id)]",
        help="They take turns.",
    )
    reason = fields.Selection(
        REASONS,
        string="Call although approached lately",
        help="Listed reason for companies that a school approached within the cool-down. "
        "Without it they are left out.",
    )
    target_ids = fields.One2many("bde.campaign.target", "campaign_id", string="Companies")
    lead_ids = fields.One2many("crm.lead", "bde_campaign_id", string="Leads")

    _per_week_positive = models.Constraint(
        "CHECK(per_week BETWEEN 1 AND 500)", "Between 1 and 500 companies a week."
    )

    @api.model
    def _from_partners(self, partners, vals=None):
        """A campaign in preparation for these companies, checked.

        :param partners: employers (``res.partner``)
        :param dict vals: values of the campaign
        :rtype: bde.campaign
        """
        campaign = self.create(
            {
                "name": self.env._("Prospecting"),
                "target_ids": [Command.create({"partner_id": one.id}) for one in partners],
            }
            | dict(vals or {})
        )
        campaign.action_check()
        return campaign

    @api.model
    def action_from_map(self, partner_ids):
        """Opens a campaign for companies selected on the map or in a list.

        :param list partner_ids: ids of employers
        :raise UserError: nothing is selected, or nothing of it is a company of the bureau
        """
        partners = self.env["res.partner"].search(
            [("id", "in", partner_ids), ("bde_employer", "=", True)]
        )
        if not partners:
            raise UserError(self.env._("Select companies first."))
        return self._from_partners(partners)._open()

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_check(self):
        """Says for each company that has no lead yet whether it is kept, and why not."""
        return True

    def action_create_leads(self):
        """Makes the leads of the kept companies, with a planned call each."""
        return True
