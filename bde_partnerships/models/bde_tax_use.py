from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
    bought_on = fields.Date(string="Bought on")
    picture_ids = fields.One2many("bde.tax.picture", "use_id", string="Pictures")
    cover_id = fields.Many2one(
        "bde.tax.picture",
        string="First picture",
        compute="_compute_cover_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    cover = fields.Image(related="cover_id.image")
    picture_note = fields.Char(string="Pictures to look at", compute="_compute_picture_note")

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "An amount is not negative.")
    _company_campaign_idx = models.Index("(company_id, campaign_id, sequence)")

    @api.depends("picture_ids.sequence")
    def _compute_cover_id(self):
        for use in self:
            use.cover_id = use.picture_ids.sorted(lambda one: (one.sequence, one.id))[:1]

    @api.depends_context("lang")
    @api.depends("picture_ids.checked")
    def _compute_picture_note(self):
        """What is left to look at before it may be shown."""
        for use in self:
            waiting = len(use.picture_ids - use.picture_ids._showable())
            note = self.env._("%(count)s to look at: who is on it?", count=waiting)
            use.picture_note = note if waiting else False

    @api.constrains("campaign_id", "course_id")
    def _check_course(self):
        for use in self:
            if use.course_id and use.course_id.campaign_id != use.campaign_id:
                raise ValidationError(
                    self.env._("Choose a course of the same campaign: %(use)s.", use=use.name)
                )
