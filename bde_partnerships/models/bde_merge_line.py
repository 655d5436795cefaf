from odoo import api, fields, models
from odoo.exceptions import AccessError


class BdeMergeLine(models.Model):
    """One difference between two companies that are to be merged, and which value is kept."""

    _name = "bde.merge.line"
    _description = "Difference between two companies to merge"
    _inherit = ["bde.owned"]
    _order = "id"
    _rec_name = "field"

    merge_id = fields.Many2one(
        "bde.merge", required=True, index=True, readonly=True, ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    company_id = fields.Many2one(
        compute="_compute_company_id", store=True, precompute=True, default=None
    )
    field = fields.Char(required=True, readonly=True)
    field_label = fields.Char(string="Of the company", compute="_compute_field_label")
    keep_value = fields.Char(string="The one to keep", readonly=True)
    drop_value = fields.Char(string="The other one", readonly=True)
    choice = fields.Selection(
        [("keep", "Of the one to keep"), ("drop", "Of the other one")],
        string="Value to keep",
        required=True,
        default="keep",
    )

    @api.depends("merge_id")
    def _compute_company_id(self):
        for line in self:
            line.company_id = line.merge_id.company_id or self.env.company

    @api.depends("field")
    @api.depends_context("lang")
    def _compute_field_label(self):
        Partner = self.env["res.partner"]
        labels = {"street": self.env._("Address"), "company_registry": self.env._("SIRET")}
        for line in self:
            field = Partner._fields.get(line.field)
            described = field._description_string(self.env) if field else line.field
            line.field_label = labels.get(line.field, described)

    def action_take_other(self):
        """Takes the value of the other company instead."""
        for line in self:
            line.choice = "keep" if line.choice == "drop" else "drop"
        return True

    def write(self, vals):
        if not self.env.su:
            self.merge_id._check_decider()
            decided = any(merge.state != "proposed" for merge in self.merge_id)
            if decided or vals.keys() - {"choice"}:
                raise AccessError(self.env._("Only the value to keep is chosen here."))
        return super().write(vals)
