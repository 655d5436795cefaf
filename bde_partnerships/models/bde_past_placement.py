from odoo import api, fields, models


class BdePastPlacement(models.Model):
    """A placement of before the suite, as the school's lists tell it.

    The pupil is optional: what is worth keeping is who hosted, when and for which training.
    """

    _name = "bde.past.placement"
    _description = "Past placement"
    _inherit = ["bde.owned"]
    _order = "year desc, date_start desc, id desc"
    _rec_name = "partner_name"

    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="relation_id.partner_id", store=True, index=True, string="Shared company"
    )
    partner_name = fields.Char(related="partner_id.name", string="Name of the company")
    tutor_id = fields.Many2one(
        "res.partner",
        string="Tutor",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="To")
    year_label = fields.Char(
        string="School year or period", help="As the list says it, for instance 2023-2024."
    )
    year = fields.Integer(
        string="School year",
        compute="_compute_year",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        aggregator=None,
        help="Calendar year in which the school year begins; 0 when nothing tells it.",
    )
    training_id = fields.Many2one(
        "bde.training",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    training_label = fields.Char(help="As the list says it, when the school has no such training.")
    pupil = fields.Char(help="Optional: may be erased once it serves no more.")
    pupil_count = fields.Integer(string="Pupils", default=1, required=True)

    @api.depends("date_start", "date_end", "year_label")
    def _compute_year(self):
        for placement in self:
            placement.year = placement.year or 0
