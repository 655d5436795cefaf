from odoo import fields, models


class BdeTaxReceipt(models.Model):
    """Money of a company that a SOLTéA export names: one row of it, counted once.

    Made and corrected by imports alone, so that the receipts of a campaign are what the export
    says, to the cent. A negative amount is a correction.
    """

    _name = "bde.tax.receipt"
    _description = "Receipt of taxe d'apprentissage"
    _inherit = ["bde.owned"]
    _order = "transfer_on desc, id desc"
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
    target_id = fields.Many2one(
        "bde.tax.target",
        string="Company asked",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The company that promised or was asked: it may be another establishment.",
    )
    window_id = fields.Many2one(
        "bde.tax.window",
        string="Transfer",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    transfer_on = fields.Date(string="Transferred on")
    amount = fields.Monetary(required=True, help="In euros; negative: a correction.")
    component_id = fields.Many2one(
        "bde.tax.component",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    course_id = fields.Many2one(
        "bde.tax.course",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    course_label = fields.Char(string="Course in the file")
    import_line_id = fields.Many2one(
        "bde.tax.import.line",
        string="Row of the export",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The last row that spoke of it.",
    )
    row_key = fields.Char(
        readonly=True, help="What the row is known by in the next export: it is counted once."
    )
    is_unexpected = fields.Boolean(
        string="Without a promise", readonly=True, help="The company had promised nothing."
    )

    _row_key_uniq = models.UniqueIndex("(company_id, row_key)")
    _company_campaign_date_idx = models.Index("(company_id, campaign_id, transfer_on)")
