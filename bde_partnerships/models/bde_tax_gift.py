from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

# What a receipt says: once it is issued, none of it changes.
SAID = frozenset(
    (
        "campaign_id", "component_id", "course_id", "relation_id", "name", "quantity", "interest",
        "book_value", "value_proof", "value_proof_name", "received_on", "replaces_id",
    )
)  # fmt: skip
# Written by the verbs alone.
KEPT = frozenset(
    ("state", "number", "issued_on", "issued_by_id", "pdf", "cancelled_on", "cancel_reason")
)


class BdeTaxGift(models.Model):
    """Equipment given to a CFA, deducted from the solde of the taxe d'apprentissage.

    Only a CFA may receive one for the tax (Code du travail, L6241-4, 2°): received from
    1 January to 31 December N, deducted in the DSN of April N+1, outside SOLTéA. Its receipt
    bears the day of delivery, the interest and the book value (R6241-24); it is numbered and
    never changes: it is cancelled and replaced. See ``bde_tax_gift_verbs.py``
    and ``bde_tax_gift_receipt.py``.
    """

    _name = "bde.tax.gift"
    _description = "Gift in kind to the CFA"
    _inherit = ["bde.owned", "bde.kept", "mail.thread"]
    _order = "received_on desc, id desc"

    campaign_id = fields.Many2one(
        "bde.tax.campaign",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Of the year in which the CFA received the gift.",
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    year = fields.Integer(related="campaign_id.year", store=True, precompute=True, aggregator=None)
    component_id = fields.Many2one(
        "bde.tax.component",
        string="CFA",
        compute="_compute_component_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('campaign_id', '=', campaign_id)]",
        help="The CFA or section of apprenticeship of the school that received it.",
    )
    course_id = fields.Many2one(
        "bde.tax.course",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('campaign_id', '=', campaign_id)]",
    )
    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="relation_id.partner_id", store=True, precompute=True, index=True, string="Employer"
    )
    name = fields.Char(string="What is given", required=True, tracking=True)
    quantity = fields.Integer(default=1, required=True)
    interest = fields.Text(
        string="Pedagogical interest", help="What apprentices learn with it; the receipt says so."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    book_value = fields.Monetary(
        string="Book value",
        tracking=True,
        help="Valeur comptable, which the company justifies by a document.",
    )
    value_proof = fields.Binary(
        string="Proof of the value",
        attachment=True,
        copy=False,
        help="Invoice or extract of the accounts of the company: without it no receipt.",
    )
    value_proof_name = fields.Char(string="Name of the proof", copy=False)
    received_on = fields.Date(
        string="Received on", help="Day on which the CFA received it.", tracking=True
    )
    deducted_in = fields.Char(string="Deducted in", compute="_compute_deducted_in")
    cfa_notice = fields.Text(compute="_compute_cfa_notice")
    todo = fields.Text(string="Before the receipt", compute="_compute_todo")

    state = fields.Selection(
        [("draft", "In preparation"), ("issued", "Receipt issued"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    number = fields.Char(string="Receipt number", readonly=True, copy=False)
    issued_on = fields.Date(string="Issued on", readonly=True, copy=False)
    issued_by_id = fields.Many2one(
        "res.users",
        string="Issued by",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
    )
    pdf = fields.Binary(string="Receipt", attachment=True, readonly=True, copy=False)
    cancelled_on = fields.Date(string="Cancelled on", readonly=True, copy=False)
    cancel_reason = fields.Char(string="Why it was cancelled", readonly=True, copy=False)
    replaces_id = fields.Many2one(
        "bde.tax.gift",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    _number_uniq = models.UniqueIndex("(company_id, number) WHERE number IS NOT NULL")
    _replaces_uniq = models.UniqueIndex(
        "(replaces_id) WHERE replaces_id IS NOT NULL", "This receipt was replaced already."
    )
    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "At least one thing is given.")
    _value_positive = models.Constraint("CHECK(book_value >= 0)", "A value is not negative.")
    _company_state_idx = models.Index("(company_id, state, received_on)")

    # ------------------------------------------------------------
    # Computes and checks
    # ------------------------------------------------------------

    @api.depends("campaign_id")
    def _compute_component_id(self):
        """The CFA of the school when it has one alone."""
        for gift in self:
            if gift.component_id.campaign_id != gift.campaign_id:
                cfas = gift.campaign_id.component_ids.filtered("is_cfa")
                gift.component_id = cfas if len(cfas) == 1 else False

    @api.depends_context("lang")
    @api.depends("year")
    def _compute_deducted_in(self):
        for gift in self:
            gift.deducted_in = bool(gift.year) and self.env._(
                "DSN of April %(year)s", year=gift.year + 1
            )

    @api.depends_context("lang")
    @api.depends("campaign_id.component_ids.is_cfa")
    def _compute_cfa_notice(self):
        for gift in self:
            has_cfa = any(gift.campaign_id.component_ids.mapped("is_cfa"))
            gift.cfa_notice = bool(gift.campaign_id) and not has_cfa and self._only_for_a_cfa()

    @api.depends_context("lang")
    @api.depends("state", *(SAID - {"value_proof"}))
    def _compute_todo(self):
        for gift in self:
            obstacles = gift._obstacles_to_issue() if gift.state == "draft" else []
            gift.todo = "\n".join(obstacles) or False

    @api.depends("name", "number")
    def _compute_display_name(self):
        for gift in self:
            gift.display_name = " – ".join(filter(None, (gift.number, gift.name)))

    @api.model
    def _only_for_a_cfa(self):
        """The sentence for a school, or a part of it, that is no CFA."""
        return self.env._(
            "A gift in kind counts for the taxe d'apprentissage only when a CFA receives it (Code "
            "du travail, L6241-4). A school without apprentices may take equipment outside the "
            "tax, as patronage (article 238 bis of the CGI): no receipt of the tax is made for it. "
            "If the school has a CFA, tick “CFA” on that component of the campaign."
        )

    @api.constrains("component_id")
    def _check_cfa(self):
        if any(not gift.component_id.is_cfa for gift in self):
            raise ValidationError(self._only_for_a_cfa())

    @api.constrains("received_on", "campaign_id")
    def _check_received_on(self):
        """A gift counts for the year in which it is received."""
        for gift in self:
            if gift.received_on and gift.received_on.year != gift.year:
                raise ValidationError(
                    self.env._(
                        "Received on %(date)s: in the campaign of %(year)s count the gifts that "
                        "were received from 1 January to 31 December %(year)s. Choose the campaign "
                        "of %(other)s.",
                        date=format_date(self.env, gift.received_on),
                        year=str(gift.year),
                        other=str(gift.received_on.year),
                    )
                )

    @api.constrains("component_id", "course_id", "campaign_id")
    def _check_one_campaign(self):
        for gift in self:
            others = (gift.component_id.campaign_id | gift.course_id.campaign_id) - gift.campaign_id
            if others:
                raise ValidationError(
                    self.env._("The CFA and the course are those of the campaign of the gift.")
                )

    # ------------------------------------------------------------
    # What was issued stays
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_verbs(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_verbs(vals)
        if vals.keys() & SAID and any(gift.state != "draft" for gift in self):
            raise UserError(
                self.env._(
                    "A receipt that was issued does not change: cancel it and make the one that "
                    "replaces it."
                )
            )
        return super().write(vals)

    def _check_by_verbs(self, vals):
        if not self.env.su and vals.keys() & (KEPT | {"replaces_id"}):
            raise AccessError(self.env._("The state of a receipt changes by its buttons only."))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(gift.state != "draft" for gift in self):
            raise UserError(
                self.env._("A numbered receipt is never deleted: cancel it, its number stays.")
            )
