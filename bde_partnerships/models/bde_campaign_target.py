from odoo import api, fields, models


class BdeCampaignTarget(models.Model):
    """One company of a campaign: kept, left out with the reason, or turned into a lead."""

    _name = "bde.campaign.target"
    _description = "Company of a campaign"
    _inherit = ["bde.owned"]
    _order = "campaign_id, state, partner_name, id"
    _rec_name = "partner_id"

    campaign_id = fields.Many2one(
        "bde.campaign", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        compute="_compute_company_id", store=True, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('bde_employer', '=', True)]",
    )
    partner_name = fields.Char(related="partner_id.name", store=True, string="Name")
    city = fields.Char(related="partner_id.city", string="Town")
    state = fields.Selection(
        [("kept", "Kept"), ("skipped", "Left out"), ("done", "In the pipeline")],
        default="kept",
        required=True,
        readonly=True,
    )
    skip_reason = fields.Selection(
        [
            ("hand", "Left out by hand"),
            ("stop", "Must not be asked"),
            ("progress", "Already in progress at my school"),
            ("cooldown", "Approached lately"),
        ],
        readonly=True,
    )
    message = fields.Char(readonly=True, help="What is known against calling this company now.")
    lead_id = fields.Many2one(
        "crm.lead", index="btree_not_null", readonly=True, ondelete="set null", check_company=True
    )

    _campaign_partner_uniq = models.Constraint(
        "UNIQUE(campaign_id, partner_id)", "A company is in a campaign once."
    )

    @api.depends("campaign_id")
    def _compute_company_id(self):
        for target in self:
            target.company_id = target.campaign_id.company_id or self.env.company
