from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ..rules.purposes import CHANNELS

# How a promise came to the school: as anything else, or by the answer page.
PLEDGE_CHANNELS = [*CHANNELS, ("link", "Answer page"), ("accountant", "Accountant")]
STATES = [
    ("promised", "Promised"),
    ("partly", "Partly received"),
    ("received", "Received"),
    ("not_received", "Not received"),
    ("cancelled", "Cancelled"),
]


class BdePledge(models.Model):
    """What a company said that it would allot to the school in one campaign.

    An amount, or a percentage of its balance, by whom it was said and when. What came of it is
    worked out from the receipts of the same company; see ``bde_tax_settle.py``.
    """

    _name = "bde.pledge"
    _description = "Promise of taxe d'apprentissage"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "said_on desc, id desc"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id.name", "partner_id.company_registry"]

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(related="campaign_id.year", store=True, precompute=True, aggregator=None)
    target_id = fields.Many2one(
        "bde.tax.target",
        string="Company asked",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    relation_id = fields.Many2one(
        "bde.relation",
        string="Page of the company",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        related="relation_id.partner_id",
        store=True,
        precompute=True,
        index=True,
    )
    city = fields.Char(related="partner_id.city", string="Town")
    window_id = fields.Many2one(
        "bde.tax.window",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="When the company allots it in SOLTéA.",
    )
    course_id = fields.Many2one(
        "bde.tax.course",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('campaign_id', '=', campaign_id)]",
        help="Empty: the school as a whole.",
    )
    amount = fields.Monetary(help="In euros. Leave it empty when a percentage was said.")
    percent = fields.Float(
        string="Percentage", digits=(5, 2), aggregator=None, help="Share of its balance, 0 to 100."
    )
    expected_amount = fields.Monetary(
        string="Expected",
        compute="_compute_expected_amount",
        store=True,
        precompute=True,
        help="The amount said, or the percentage of what the company owes.",
    )
    expected_is_known = fields.Boolean(
        string="Amount known", compute="_compute_expected_amount", store=True, precompute=True
    )
    said_by_id = fields.Many2one(
        "res.partner",
        string="Said by",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('bde_relation_id', '=', relation_id)]",
    )
    said_by = fields.Char(string="Said by (name)", help="When the person is no contact.")
    said_on = fields.Date(
        required=True, default=lambda self: self.env.company._bde_today(), string="Said on"
    )
    channel = fields.Selection(PLEDGE_CHANNELS, required=True, default="call", string="By")
    note = fields.Text(help="Facts only: the person concerned may read what is written here.")

    received_amount = fields.Monetary(string="Received", readonly=True, copy=False)
    not_received_on = fields.Date(
        string="Given up on",
        readonly=True,
        copy=False,
        help="Nothing of it came by the last transfer.",
    )
    given_up_by_job = fields.Boolean(readonly=True, copy=False)
    cancelled_on = fields.Date(string="Cancelled on", readonly=True, copy=False)
    replaced_by_id = fields.Many2one(
        "bde.pledge",
        string="Replaced by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The same person's newer word.",
    )
    who = fields.Char(string="Who said it", compute="_compute_who")
    summary = fields.Char(string="What was said", compute="_compute_summary")
    state = fields.Selection(STATES, compute="_compute_state", store=True, precompute=True)

    _percent_check = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100)", "A percentage is between 0 and 100."
    )
    _amount_check = models.Constraint("CHECK(amount >= 0)", "A promise is not negative.")
    _company_campaign_state_idx = models.Index("(company_id, campaign_id, state)")

    @api.model
    def _bde_fixed(self):
        return super()._bde_fixed() | {"campaign_id", "relation_id", "target_id"}

    @api.depends("amount", "percent", "target_id.potential", "target_id.payroll")
    def _compute_expected_amount(self):
        """A share of an estimated payroll is no amount: it is shown as not known."""
        for pledge in self:
            share = pledge.percent / 100 * pledge.target_id.potential
            by_share = bool(pledge.percent and pledge.target_id.payroll)
            currency = pledge.company_id.currency_id
            pledge.expected_is_known = bool(pledge.amount or by_share)
            pledge.expected_amount = pledge.amount or (by_share and currency.round(share)) or 0

    @api.depends("said_by_id.name", "said_by")
    def _compute_who(self):
        for pledge in self:
            pledge.who = pledge.said_by_id.name or pledge.said_by

    @api.depends("amount", "percent", "expected_amount", "expected_is_known")
    def _compute_summary(self):
        """An amount, or a percentage with what it comes to where that is known."""
        for pledge in self:
            expected = format_amount(
                self.env, pledge.expected_amount, pledge.company_id.currency_id
            )
            if pledge.amount:
                pledge.summary = expected
            elif not pledge.percent:
                pledge.summary = self.env._("amount not said")
            elif pledge.expected_is_known:
                pledge.summary = f"{pledge.percent:g} % ({expected})"
            else:
                pledge.summary = self.env._(
                    "%(percent)s %% (amount not known)", percent=f"{pledge.percent:g}"
                )

    @api.depends("received_amount", "expected_amount", "not_received_on", "cancelled_on")
    def _compute_state(self):
        for pledge in self:
            pledge.state = pledge._state_of_facts()

    def _state_of_facts(self):
        self.ensure_one()
        if self.cancelled_on:
            return "cancelled"
        compare = self.company_id.currency_id.compare_amounts
        if compare(self.received_amount, 0) > 0:
            missing = self.expected_is_known and compare(self.received_amount, self.expected_amount)
            return "partly" if missing and missing < 0 else "received"
        return "not_received" if self.not_received_on else "promised"

    @api.constrains("campaign_id", "target_id")
    def _check_one_campaign(self):
        """A promise counts in the campaign of the company asked: totals are sums of both."""
        for pledge in self:
            if pledge.target_id.campaign_id != pledge.campaign_id:
                raise ValidationError(
                    self.env._("The promise and the company asked belong to one campaign.")
                )

    @api.constrains("amount", "percent")
    def _check_amount_or_percent(self):
        for pledge in self:
            if pledge.amount and pledge.percent:
                raise ValidationError(
                    self.env._("Write an amount or a percentage, not both: which one was said?")
                )
