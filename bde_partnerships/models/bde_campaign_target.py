from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
        check_company=True,
        domain="[('bde_employer', '=', True)]",
    )
    partner_name = fields.Char(
        related="partner_id.name", store=True, precompute=True, string="Name"
    )
    city = fields.Char(related="partner_id.city", string="Town")
    activity = fields.Char(related="partner_id.activity")
    state = fields.Selection(
        [("kept", "Chosen"), ("skipped", "Left out"), ("done", "In the pipeline")],
        default="kept",
        required=True,
        readonly=True,
    )
    skip_reason = fields.Selection(
        [
            ("hand", "Left out by hand"),
            ("stop", "Must not be asked"),
            ("progress", "In progress at my school"),
            ("cooldown", "Approached lately"),
        ],
        string="Why left out",
        readonly=True,
    )
    message = fields.Char(
        string="To know", readonly=True, help="What is known against calling this company now."
    )
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

    @api.constrains("partner_id")
    def _check_partner_id(self):
        if not all(target.partner_id.bde_employer for target in self):
            raise ValidationError(self.env._("Choose companies of the directory."))

    def _judge(self, verdict, in_progress):
        """Keeps the company or leaves it out, by a verdict of ``_bde_solicitation``."""
        self.ensure_one()
        reason = False
        if verdict.level == "stop":
            reason = "stop"
        elif in_progress:
            reason = "progress"
        elif verdict.needs_reason and not self.campaign_id.reason:
            reason = "cooldown"
        vals = {
            "state": "skipped" if reason else "kept",
            "skip_reason": reason,
            "message": " ".join(verdict.messages) or False,
        }
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self.write(changed)

    def action_leave_out(self):
        """Leaves companies out whatever the check says."""
        self.filtered(lambda one: one.state == "kept").write(
            {"state": "skipped", "skip_reason": "hand"}
        )

    def action_keep(self):
        """Takes back what was left out by hand; the check has the last word."""
        back = self.filtered(lambda one: one.skip_reason == "hand")
        back.write({"state": "kept", "skip_reason": False})
        back.campaign_id.action_check()

    def action_open_lead(self):
        """Opens the lead that came of it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "view_mode": "form",
            "views": [(self.env.ref("bde_partnerships.view_lead_form").id, "form")],
        }
