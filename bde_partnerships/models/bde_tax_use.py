from odoo import api, fields, models


class BdeTaxUse(models.Model):
    """One thing that the money of a campaign paid for, as companies are told.

    The accounts stay in the school's accounting: an amount here is information only.
    """

    _name = "bde.tax.use"
    _description = "What the taxe d'apprentissage bought"
    _inherit = ["bde.owned"]
    _order = "campaign_id desc, sequence, id"

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    course_id = fields.Many2one(
        "bde.tax.course",
        string="Course",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('campaign_id', '=', campaign_id)]",
        help="For whom it was bought. Empty: for the whole school.",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="What was bought", required=True, help="In a few words, as companies read it."
    )
    text = fields.Text(
        string="What it changes", help="One or two sentences: what pupils do with it."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Amount spent",
        help="For information: the accounts stay in the school's accounting.",
    )
    bought_on = fields.Date()
    picture_ids = fields.One2many("bde.tax.picture", "use_id", string="Pictures")

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "An amount is not negative.")
    _company_campaign_idx = models.Index("(company_id, campaign_id, sequence)")

    @api.depends("name")
    def _compute_display_name(self):
        for use in self:
            use.display_name = use.name
