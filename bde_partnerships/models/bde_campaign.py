from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import call_days
from ..rules.solicitation import REASONS


class BdeCampaign(models.Model):
    """A selection of companies that a school goes through, so many a week, for one pipeline.

    The list is checked before anybody calls (opt-outs, closed companies, cool-downs, leads in
    progress), then each kept company becomes a lead with a planned call; see
    ``bde_campaign_verbs.py``.
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
        default=lambda self: call_days.spread(self.env.company._bde_today(), 1, 1)[0],
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
        default=lambda self: self.env.user,
        check_company=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
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

    kept_count = fields.Integer(string="Chosen", compute="_compute_target_counts")
    skipped_count = fields.Integer(string="Left out", compute="_compute_target_counts")
    lead_count = fields.Integer(string="In the pipeline", compute="_compute_lead_counts")
    to_call_count = fields.Integer(string="To call", compute="_compute_lead_counts")
    called_count = fields.Integer(string="Called", compute="_compute_lead_counts")
    agreed_count = fields.Integer(string="Said yes", compute="_compute_lead_counts")
    refused_count = fields.Integer(string="Said no", compute="_compute_lead_counts")
    date_end = fields.Date(
        string="Last calls on",
        compute="_compute_date_end",
        help="At this pace, without week-ends, public and school holidays.",
    )

    _per_week_positive = models.Constraint(
        "CHECK(per_week BETWEEN 1 AND 500)", "Between 1 and 500 companies a week."
    )
    _company_date_idx = models.Index("(company_id, date_start)")

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    @api.depends("target_ids.state")
    def _compute_target_counts(self):
        counts = {
            (campaign.id, state): count
            for campaign, state, count in self.env["bde.campaign.target"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"]
            )
        }
        for campaign in self:
            campaign.kept_count = counts.get((campaign._origin.id, "kept"), 0)
            campaign.skipped_count = counts.get((campaign._origin.id, "skipped"), 0)

    @api.depends("lead_ids.won_status", "lead_ids.bde_talk_ids")
    def _compute_lead_counts(self):
        """Where its leads stand: two queries for any number of campaigns."""
        Lead = self.env["crm.lead"].with_context(active_test=False)
        own = [("bde_campaign_id", "in", self.ids)]
        by_status = {
            (campaign.id, status): count
            for campaign, status, count in Lead._read_group(
                own, ["bde_campaign_id", "won_status"], ["__count"]
            )
        }
        silent = [*own, ("won_status", "=", "pending"), ("bde_talk_ids", "=", False)]
        to_call = {
            campaign.id: count
            for campaign, count in Lead._read_group(silent, ["bde_campaign_id"], ["__count"])
        }
        for campaign in self:
            key = campaign._origin.id
            pending = by_status.get((key, "pending"), 0)
            campaign.to_call_count = to_call.get(key, 0)
            campaign.called_count = pending - campaign.to_call_count
            campaign.agreed_count = by_status.get((key, "won"), 0)
            campaign.refused_count = by_status.get((key, "lost"), 0)
            campaign.lead_count = pending + campaign.agreed_count + campaign.refused_count

    @api.depends("date_start", "per_week", "target_ids.state", "lead_ids.bde_call_on")
    def _compute_date_end(self):
        for campaign in self:
            days = campaign._call_days(campaign.kept_count) if campaign.date_start else []
            planned = [day for day in campaign.lead_ids.mapped("bde_call_on") if day]
            campaign.date_end = max([*days[-1:], *planned], default=False)

    # ------------------------------------------------------------
    # Making one
    # ------------------------------------------------------------

    @api.model
    def _from_partners(self, partners, vals=None):
        """A campaign in preparation for these companies, checked.

        :param partners: employers (``res.partner``)
        :param dict vals: values of the campaign
        :rtype: bde.campaign
        """
        campaign = self.create({"name": self._default_name()} | dict(vals or {}))
        campaign._add_partners(partners)
        return campaign

    def _default_name(self):
        today = self.env.company._bde_today()
        return self.env._("Prospecting of %(month)s", month=today.strftime("%m/%Y"))

    def _add_partners(self, partners):
        """Adds companies that are not on the list yet, and checks the list."""
        self.ensure_one()
        new = partners - self.target_ids.partner_id
        self.env["bde.campaign.target"].create(
            [{"campaign_id": self.id, "partner_id": partner.id} for partner in new]
        )
        self.action_check()

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
            "views": [(self.env.ref("bde_partnerships.view_campaign_form").id, "form")],
        }

    def action_open_board(self):
        """The leads of the campaign on the board of its pipeline."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_lead_board")
        return action | {
            "name": self.name,
            "domain": [
                ("bde_campaign_id", "=", self.id),
                ("bde_pipeline_id", "=", self.pipeline_id.id),
            ],
            "context": {
                "default_bde_pipeline_id": self.pipeline_id.id,
                "default_bde_campaign_id": self.id,
                "active_test": False,
            },
        }

    def action_add_companies(self):
        """Opens the directory, where companies are selected and sent to this campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_employer")
        return action | {
            "name": self.env._("Companies for: %(campaign)s", campaign=self.name),
            "context": {"search_default_open": 1, "bde_campaign_id": self.id},
            "target": "current",
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_bde_campaign(self):
        """Sends the selected companies to the campaign that asked for them, or to a new one."""
        Campaign = self.env["bde.campaign"]
        campaign = Campaign.browse(self.env.context.get("bde_campaign_id")).exists()
        if not campaign:
            return Campaign.action_from_map(self.ids)
        employers = self.search([("id", "in", self.ids), ("bde_employer", "=", True)])
        campaign._add_partners(employers)
        return campaign._open()


class BdeRelation(models.Model):
    _inherit = "bde.relation"

    def action_bde_campaign(self):
        """A campaign with the companies of the selected pages."""
        self.check_access("read")
        companies = self.company_id
        if len(companies) > 1:
            raise UserError(self.env._("Select companies of one school."))
        return self.with_company(companies).partner_id.action_bde_campaign()
