from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import tax

# Where a company was found, the strongest first: what is told of it when several hold.
SOURCES = [
    ("giver", "Gave before"),
    ("host", "Hosts our pupils"),
    ("alumni", "Former pupils work there"),
    ("event", "Came to our events"),
    ("hand", "Added by hand"),
]
# How far the money is; what stands lower in the list is further.
STAGES = [
    ("targeted", "Not reached yet"),
    ("reached", "Reached"),
    ("answered", "Answered"),
    ("refused", "Not this year"),
    ("promised", "Promised"),
    ("received", "Received"),
]
ANSWERS = [
    ("chosen", "Has chosen us"),
    ("will", "Will choose us"),
    ("no", "Not this year"),
    ("wrong", "Wrong person"),
]
LEFT_OUT_REASONS = [
    ("exempt", "Owes no tax"),
    ("stop", "Must not be asked"),
    ("closed", "Closed"),
    ("hand", "Left out by hand"),
]
# What the parts write down about a target; its stage follows. A letter that came back changes
# ``reached_on`` only where no other one arrived and nobody spoke with the company.
FACTS = ("reached_on", "answered_on", "refused_on", "pledge_count", "received_amount")


class BdeTaxTarget(models.Model):
    """One company that a school asks for its taxe d'apprentissage in one campaign.

    Says where the company was found, what it may owe, who is written to there, and how far
    the money is. Others write the facts (letters, answers, pledges, receipts); the stage
    follows from them alone. Who is written to stands in ``bde_tax_target_contact.py``.
    """

    _name = "bde.tax.target"
    _description = "Company asked for the taxe d'apprentissage"
    _inherit = [
        "bde.owned", "bde.kept", "mail.thread", "mail.activity.mixin", "bde.solicitation.mixin",
    ]  # fmt: skip
    _order = "potential desc, partner_name, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_name", "partner_id.company_registry", "city"]
    _mailing_enabled = True

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        compute="_compute_company_id", store=True, precompute=True, default=None
    )
    campaign_state = fields.Selection(
        related="campaign_id.state", string="State of the campaign", tracking=False
    )
    year = fields.Integer(related="campaign_id.year", store=True, precompute=True, aggregator=None)
    # stored: amounts of many new records read it one by one
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        store=True,
        precompute=True,
        export_string_translation=False,
    )
    user_id = fields.Many2one(related="campaign_id.user_id", string="Campaign kept by")

    # ------------------------------------------------------------
    # The company
    # ------------------------------------------------------------

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
    partner_name = fields.Char(
        related="partner_id.name", store=True, precompute=True, string="Name"
    )
    city = fields.Char(related="partner_id.city", store=True, precompute=True, string="Town")
    naf_id = fields.Many2one(
        related="partner_id.naf_id", store=True, precompute=True, index="btree_not_null"
    )
    naf_section = fields.Selection(
        related="naf_id.section", store=True, precompute=True, string="Sector"
    )
    headcount = fields.Selection(related="partner_id.headcount", store=True, precompute=True)
    siret = fields.Char(related="partner_id.bde_siret", string="SIRET")
    phone = fields.Char(related="partner_id.phone")
    distance = fields.Float(related="partner_id.bde_distance", string="Distance (km)")

    # ------------------------------------------------------------
    # Where it was found
    # ------------------------------------------------------------

    from_host = fields.Boolean(string="Hosts our pupils", readonly=True)
    from_giver = fields.Boolean(string="Gave before", readonly=True)
    from_event = fields.Boolean(string="Came to our events", readonly=True)
    from_alumni = fields.Boolean(string="Former pupils work there", readonly=True)
    from_hand = fields.Boolean(string="Added by hand", readonly=True)
    source = fields.Selection(
        SOURCES, string="Found as", compute="_compute_source", store=True, precompute=True
    )

    # ------------------------------------------------------------
    # What it may owe
    # ------------------------------------------------------------

    payroll = fields.Monetary(
        help="Gross wages of the year before, as the company says. Leave it empty when it is"
        " not known: the number of employees gives an estimate.",
    )
    employs_apprentice = fields.Selection(
        [("unknown", "Not known"), ("yes", "Yes"), ("no", "No")],
        string="Has an apprentice",
        default="unknown",
        required=True,
        help="An employer of an apprentice with a small payroll owes no tax.",
    )
    potential = fields.Monetary(
        compute="_compute_potential",
        store=True,
        precompute=True,
        help="The balance that the company may allot: the rate of the year on its payroll.",
    )
    potential_is_estimate = fields.Boolean(
        string="Estimate",
        compute="_compute_potential",
        store=True,
        precompute=True,
        help="No payroll was typed: the number of employees and an average wage stand for it.",
    )

    potential_label = fields.Char(string="How sure", compute="_compute_potential_label")

    # ------------------------------------------------------------
    # Kept or left out
    # ------------------------------------------------------------

    state = fields.Selection(
        [("kept", "Kept"), ("left_out", "Left out")],
        string="Kept or left out",
        default="kept",
        required=True,
        readonly=True,
    )
    left_out_reason = fields.Selection(LEFT_OUT_REASONS, string="Why left out", readonly=True)
    left_out_text = fields.Char(string="Why, in words", readonly=True)
    exemption_id = fields.Many2one("bde.tax.exemption", readonly=True, ondelete="set null")
    to_check_text = fields.Char(string="To check", readonly=True)
    kept_by_hand = fields.Boolean(
        string="Brought back by hand",
        readonly=True,
        help="Somebody brought it back: no exemption leaves it out again.",
    )

    # ------------------------------------------------------------
    # What happened
    # ------------------------------------------------------------

    reached_on = fields.Date(
        string="Reached on",
        readonly=True,
        copy=False,
        help="The first letter that did not come back, or the first talk.",
    )
    bounced_on = fields.Date(string="Bounced on", readonly=True, copy=False)
    answered_on = fields.Date(string="Answered on", readonly=True, copy=False)
    answer = fields.Selection(ANSWERS, readonly=True, copy=False)
    refused_on = fields.Date(string="Said no on", readonly=True, copy=False)
    message_sent_count = fields.Integer(string="Messages sent", readonly=True, copy=False)
    pledge_count = fields.Integer(string="Pledges", readonly=True, copy=False)
    promised_amount = fields.Monetary(string="Promised", readonly=True, copy=False)
    received_amount = fields.Monetary(string="Received", readonly=True, copy=False)
    last_year_amount = fields.Monetary(string="Received last year", readonly=True, copy=False)
    giving_years = fields.Integer(
        string="Years given",
        readonly=True,
        copy=False,
        aggregator=None,
        help="In how many campaigns before this one money came from it.",
    )
    stage = fields.Selection(
        STAGES,
        compute="_compute_stage",
        store=True,
        precompute=True,
        group_expand="_order_stages",
    )
    note = fields.Text(help="Facts only: the person concerned may read what is written here.")

    _campaign_relation_uniq = models.Constraint(
        "UNIQUE(campaign_id, relation_id)", "A company is in a campaign once."
    )
    _company_campaign_stage_idx = models.Index("(company_id, campaign_id, stage)")
    _campaign_potential_idx = models.Index("(campaign_id, potential)")

    # ------------------------------------------------------------
    # Computed
    # ------------------------------------------------------------

    @api.depends("campaign_id")
    def _compute_company_id(self):
        for target in self:
            target.company_id = target.campaign_id.company_id or self.env.company

    @api.model
    def _order_stages(self, stages, _domain):
        """Groups stand in the order of the stages; an empty one would hide the rest on a phone."""
        return [stage for stage, _label in STAGES if stage in stages]

    @api.depends("from_host", "from_giver", "from_event", "from_alumni")
    def _compute_source(self):
        for target in self:
            found = (code for code, _label in SOURCES if target["from_" + code])
            target.source = next(found, "hand")

    @api.depends(
        "payroll",
        "headcount",
        "campaign_id.tax_year_id.rate",
        "campaign_id.tax_year_id.average_salary",
    )
    def _compute_potential(self):
        for year, targets in self.grouped(lambda one: one.campaign_id.tax_year_id).items():
            salary = year._salary_for_estimates()[0] if year else 0
            for target in targets:
                potential = tax.potential(target.payroll, target.headcount, salary, year.rate)
                target.potential = float(potential.amount or 0)
                target.potential_is_estimate = potential.is_estimate

    @api.depends_context("lang")
    @api.depends("potential", "potential_is_estimate")
    def _compute_potential_label(self):
        """An estimate is never shown as if somebody had said it."""
        for target in self:
            if target.potential_is_estimate:
                target.potential_label = self.env._("estimate")
            else:
                target.potential_label = "" if target.potential else self.env._("not known")

    @api.depends(*FACTS)
    def _compute_stage(self):
        for target in self:
            target.stage = target._stage_of_facts()

    def _stage_of_facts(self):
        """How far the money is: the furthest fact wins, a no counts where there is no money."""
        self.ensure_one()
        if self.company_id.currency_id.compare_amounts(self.received_amount, 0) > 0:
            return "received"
        if self.pledge_count:
            return "promised"
        if self.refused_on:
            return "refused"
        if self.answered_on:
            return "answered"
        return "reached" if self.reached_on else "targeted"

    def _solicitation_purpose(self):
        return "tax"

    @api.model
    def _bde_given(self):
        """Where a company was found is noted by who adds it."""
        return super()._bde_given() | {"from_" + code for code, _label in SOURCES}

    @api.model
    def _bde_fixed(self):
        return super()._bde_fixed() | {"campaign_id", "relation_id"}

    # ------------------------------------------------------------
    # Kept for good
    # ------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_without_money(self):
        """A company that promised or gave is left out, never deleted: the totals hold."""
        if any(target.pledge_count or target.received_amount for target in self):
            raise UserError(
                self.env._(
                    "Money hangs on this company: leave it out of the campaign instead of"
                    " deleting it."
                )
            )
