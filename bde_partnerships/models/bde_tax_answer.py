from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, formatLang

# What a company may answer on its page; the words of its page are in bde_tax_public.xml.
KINDS = [
    ("chosen", "They have chosen us"),
    ("will", "They will choose us"),
    ("no", "Not this year"),
    ("wrong", "Not the right person"),
]


class BdeTaxAnswer(models.Model):
    """What a company said about the taxe d'apprentissage on its page: one line each time.

    Made by the page alone. Nothing is overwritten: who changes an answer writes a new line,
    the newest of a company counts (``is_last``).
    """

    _name = "bde.tax.answer"
    _description = "Answer about the taxe d'apprentissage"
    _inherit = ["bde.owned", "mail.thread", "mail.activity.mixin"]
    _order = "state, id desc"
    _rec_name = "partner_name"

    company_id = fields.Many2one(
        related="target_id.company_id", store=True, precompute=True, default=None
    )
    target_id = fields.Many2one(
        "bde.tax.target",
        string="Company asked",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    campaign_id = fields.Many2one(
        "bde.tax.campaign",
        related="target_id.campaign_id",
        store=True,
        precompute=True,
        index=True,
        check_company=True,
    )
    partner_name = fields.Char(
        related="target_id.partner_name", store=True, precompute=True, string="Company"
    )
    kind = fields.Selection(KINDS, string="Answer", required=True, readonly=True)
    amount = fields.Monetary(string="Announced amount", readonly=True)
    percent = fields.Float(
        string="Share of their solde", digits=(5, 2), readonly=True, help="From 0 to 100."
    )
    said = fields.Char(string="How much", compute="_compute_said")
    currency_id = fields.Many2one(related="company_id.currency_id")
    course_id = fields.Many2one(
        "bde.tax.course",
        string="Training",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    remark = fields.Text(readonly=True)
    name = fields.Char(string="Who answered", readonly=True, help="As typed on the page.")
    on = fields.Datetime(string="When", required=True, readonly=True, default=fields.Datetime.now)
    by_accountant = fields.Boolean(
        string="Said by the accountant",
        readonly=True,
        help="By the firm that declares for them.",
    )
    link_id = fields.Many2one(
        "bde.link", readonly=True, index="btree_not_null", ondelete="set null", check_company=True
    )
    said_key = fields.Char(readonly=True, groups="base.group_system", help="Who said it.")
    is_last = fields.Boolean(
        string="Counts", readonly=True, help="No newer answer of this company came."
    )
    pledge_id = fields.Many2one(
        "bde.pledge",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    # The person who was named instead: nothing is made of it without staff.
    other_name = fields.Char(string="The right person", readonly=True)
    other_email = fields.Char(string="E-mail of the right person", readonly=True)
    other_phone = fields.Char(string="Phone of the right person", readonly=True)
    is_stranger = fields.Boolean(
        string="Address is not theirs",
        readonly=True,
        help="Who received the letter has nothing to do with this company. The link is closed.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Contact made of it",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    to_do = fields.Boolean(
        string="Something to do",
        readonly=True,
        help="Wrong person, a remark or a question, a no beside a promise.",
    )
    state = fields.Selection(
        [("new", "To read"), ("replaced", "Replaced"), ("seen", "Seen")],
        required=True,
        readonly=True,
        default="new",
        help="Replaced: a newer answer of the same company came before anybody read it.",
    )
    seen_on = fields.Datetime(readonly=True)
    seen_by_id = fields.Many2one("res.users", string="Seen by", readonly=True)

    _new_idx = models.Index("(company_id, id) WHERE state = 'new'")
    _last_idx = models.Index("(target_id) WHERE is_last")
    _order_idx = models.Index("(company_id, state, id DESC)")

    @api.depends("amount", "percent")
    @api.depends_context("lang")
    def _compute_said(self):
        for answer in self:
            answer.said = False
            if answer.percent:
                share = formatLang(self.env, answer.percent, digits=2 if answer.percent % 1 else 0)
                answer.said = self.env._("%(share)s %% of the balance", share=share)
            elif answer.amount:
                answer.said = format_amount(self.env, answer.amount, answer.currency_id)

    def write(self, vals):
        if not self.env.su and (forbidden := vals.keys() - self._bde_mail_fields()):
            raise UserError(
                self.env._(
                    "What a company answered is not rewritten (%(names)s): note a pledge or a"
                    " talk instead.",
                    names=", ".join(sorted(forbidden)),
                )
            )
        return super().write(vals)

    @api.model
    def _bde_mail_fields(self):
        """Fields that activities and followers write."""
        return {name for name in self._fields if name.startswith(("activity_", "message_", "my_"))}
