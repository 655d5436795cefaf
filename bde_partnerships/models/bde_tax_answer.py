from odoo import fields, models

# What a company may answer on its page; the words of the buttons are in bde_tax_answer_page.py.
KINDS = [
    ("chosen", "They have chosen us"),
    ("will", "They will choose us"),
    ("no", "Not this year"),
    ("wrong", "Not the right person"),
]
TEXT_LENGTH = 1000


class BdeTaxAnswer(models.Model):
    """What a company said about the taxe d'apprentissage on its page: one line each time.

    Made by the page alone. Nothing is overwritten: who changes an answer writes a new line,
    the newest of a company counts (``is_last``).
    """

    _name = "bde.tax.answer"
    _description = "Answer about the taxe d'apprentissage"
    _inherit = ["bde.owned", "mail.activity.mixin"]
    _order = "id desc"
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
    by_accountant = fields.Boolean(readonly=True, help="Said by the firm that declares for them.")
    link_id = fields.Many2one(
        "bde.link", readonly=True, index="btree_not_null", ondelete="set null", check_company=True
    )
    is_last = fields.Boolean(
        string="Counts", readonly=True, help="No newer answer of this company came."
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
        readonly=True, help="Somebody has to act: wrong person, a remark or a question."
    )
    seen_on = fields.Datetime(readonly=True)
    seen_by_id = fields.Many2one("res.users", string="Seen by", readonly=True)

    _unseen_idx = models.Index("(company_id, id) WHERE seen_on IS NULL")
    _last_idx = models.Index("(target_id) WHERE is_last")
