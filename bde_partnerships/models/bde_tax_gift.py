from odoo import fields, models


class BdeTaxGift(models.Model):
    """Equipment given to a CFA, deducted from the solde of the taxe d'apprentissage.

    Only a CFA may give a receipt for it (Code du travail, L6241-4, 2°): received from 1 January
    to 31 December of a year, deducted in the DSN of April of the next.
    """

    _name = "bde.tax.gift"
    _description = "Gift in kind to the CFA"
    _inherit = ["bde.owned", "mail.thread"]
    _order = "received_on desc, id desc"

    campaign_id = fields.Many2one(
        "bde.tax.campaign",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The gift is received in the year of this campaign.",
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    component_id = fields.Many2one(
        "bde.tax.component",
        string="CFA",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('campaign_id', '=', campaign_id)]",
    )
    course_id = fields.Many2one(
        "bde.tax.course",
        string="Course",
        index="btree_not_null",
        ondelete="set null",
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
    name = fields.Char(string="What is given", required=True)
    quantity = fields.Integer(default=1, required=True)
    interest = fields.Text(string="Pedagogical interest")
    currency_id = fields.Many2one(related="company_id.currency_id")
    book_value = fields.Monetary(
        help="Book value (valeur comptable) that the company justifies with its proof."
    )
    value_proof = fields.Binary(string="Proof of the value", attachment=True, copy=False)
    value_proof_name = fields.Char(string="Name of the proof", copy=False)
    received_on = fields.Date(string="Received on")
    state = fields.Selection(
        [("draft", "In preparation"), ("issued", "Receipt issued"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    number = fields.Char(string="Receipt number", readonly=True, copy=False)

    _number_uniq = models.UniqueIndex("(company_id, number) WHERE number IS NOT NULL")
    _company_state_idx = models.Index("(company_id, state, received_on)")
