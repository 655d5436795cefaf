from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bde_pledge import PLEDGE_CHANNELS


class BdePledgeNote(models.TransientModel):
    """Notes what a company promises, on the telephone for instance: an amount, and it is done."""

    _name = "bde.pledge.note"
    _description = "Note a promise"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        required=True,
        domain="[('company_id', '=', company_id)]",
    )
    campaign_id = fields.Many2one(
        "bde.tax.campaign",
        required=True,
        compute="_compute_campaign_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', '=', company_id), ('state', '!=', 'closed')]",
    )
    tax_year_id = fields.Many2one(related="campaign_id.tax_year_id")
    window_id = fields.Many2one(
        "bde.tax.window",
        compute="_compute_window_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('tax_year_id', '=', tax_year_id), ('is_period', '=', True)]",
        help="When the company will choose the school in SOLTéA.",
    )
    kind = fields.Selection(
        [("amount", "An amount"), ("percent", "A percentage"), ("open", "Not said")],
        string="How much",
        required=True,
        default="amount",
    )
    amount = fields.Monetary()
    percent = fields.Float(string="Percentage", digits=(5, 2), default=100)
    course_id = fields.Many2one(
        "bde.tax.course", domain="[('campaign_id', '=', campaign_id)]", help="Empty: the school."
    )
    said_by_id = fields.Many2one(
        "res.partner",
        string="Said by",
        compute="_compute_said_by_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('bde_relation_id', '=', relation_id)]",
    )
    said_by = fields.Char(string="Said by (name)")
    said_on = fields.Date(required=True, default=lambda self: self.env.company._bde_today())
    channel = fields.Selection(PLEDGE_CHANNELS, required=True, default="call")
    note = fields.Text()
    earlier = fields.Char(string="Said before", compute="_compute_earlier")
    in_addition = fields.Boolean(
        string="Besides what was said before",
        help="Otherwise the newer word of the same person replaces the older one.",
    )

    @api.depends("relation_id")
    def _compute_campaign_id(self):
        """The campaign that runs this year."""
        for wizard in self:
            wizard.campaign_id = wizard.campaign_id or wizard.env["bde.tax.campaign"].search(
                [("company_id", "=", wizard.company_id.id), ("state", "=", "running")],
                order="year desc",
                limit=1,
            )

    @api.depends("campaign_id")
    def _compute_window_id(self):
        """The window that is open, else the next one."""
        for wizard in self:
            today = wizard.company_id._bde_today()
            # sudo: the calendar of the académie
            windows = wizard.campaign_id.sudo().tax_year_id.window_ids.filtered("is_period")
            left = windows.filtered(lambda one, today=today: one.date_to and one.date_to >= today)
            wizard.window_id = left.sorted("date_to")[:1]

    @api.depends("relation_id")
    def _compute_said_by_id(self):
        for wizard in self:
            contacts = wizard.relation_id.contact_ids
            if wizard.said_by_id not in contacts:
                wizard.said_by_id = contacts.filtered("bde_tax")[:1]

    @api.depends("relation_id", "campaign_id")
    def _compute_earlier(self):
        for wizard in self:
            pledges = self.env["bde.pledge"].search(
                [
                    ("campaign_id", "=", wizard.campaign_id.id),
                    ("relation_id", "=", wizard.relation_id.id),
                    ("state", "!=", "cancelled"),
                ]
            )
            wizard.earlier = ", ".join(pledges.mapped("summary"))

    def action_note(self):
        """Notes the promise.

        :raise UserError: an amount was said and none is typed
        """
        self.ensure_one()
        if self.kind == "amount" and not self.amount:
            raise UserError(self.env._("Type the amount, or choose “Not said”."))
        if self.kind == "percent" and not 0 < self.percent <= 100:
            raise UserError(self.env._("A percentage is between 0 and 100."))
        self.campaign_id._pledge(
            self.relation_id,
            {
                "amount": self.amount if self.kind == "amount" else 0,
                "percent": self.percent if self.kind == "percent" else 0,
                "window_id": self.window_id.id,
                "course_id": self.course_id.id,
                "said_by_id": self.said_by_id.id,
                "said_by": self.said_by,
                "said_on": self.said_on,
                "channel": self.channel,
                "note": self.note,
            },
            in_addition=self.in_addition,
        )
        return {"type": "ir.actions.act_window_close"}


class BdeTaxTarget(models.Model):
    """The button of a company that is asked."""

    _inherit = "bde.tax.target"

    def action_pledge(self):
        """Opens the dialog that notes the promise of this company."""
        action = super().action_pledge()
        wanted = ("default_campaign_id", "default_relation_id", "default_said_by_id")
        context = {name: action["context"][name] for name in wanted if action["context"].get(name)}
        return action | {
            "res_model": "bde.pledge.note",
            "context": context | {"default_company_id": self.company_id.id},
        }


class BdeRelation(models.Model):
    """The button on the page of a company."""

    _inherit = "bde.relation"

    def action_note_pledge(self):
        """Opens the dialog that notes the promise of this company."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Note a promise"),
            "res_model": "bde.pledge.note",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_company_id": self.company_id.id,
                "default_relation_id": self.id,
            },
        }
