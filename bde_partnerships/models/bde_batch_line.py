from odoo import fields, models


class BdeBatchLine(models.Model):
    """One record of a batch, and what became of it."""

    _name = "bde.batch.line"
    _description = "Line of mass work"
    _inherit = ["bde.owned"]
    _order = "batch_id desc, sequence, id"
    _rec_name = "label"

    batch_id = fields.Many2one(
        "bde.batch",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    user_id = fields.Many2one(related="batch_id.user_id", store=True, precompute=True, index=True)
    sequence = fields.Integer(readonly=True)
    res_model = fields.Char(related="batch_id.res_model")
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    label = fields.Char(string="Record", readonly=True)
    group_label = fields.Char(string="Class", readonly=True)
    state = fields.Selection(
        [
            ("todo", "To do"),
            ("done", "Done"),
            ("failed", "Not done"),
            ("skipped", "Nothing to do"),
        ],
        required=True,
        readonly=True,
        default="todo",
    )
    message = fields.Text(string="Why", readonly=True)

    _todo_idx = models.Index("(batch_id, sequence, id) WHERE state = 'todo'")

    def action_open(self):
        """Opens the record that this line is about."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
