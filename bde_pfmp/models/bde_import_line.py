from odoo import fields, models
from odoo.exceptions import UserError

SUBJECTS = [
    ("file", "File"),
    ("training", "Training"),
    ("division", "Class"),
    ("teacher", "Teacher"),
    ("teaching", "Hours taught"),
    ("student", "Pupil"),
    ("guardian", "Guardian"),
    ("guardianship", "Authority"),
]
STATUSES = [
    ("to_confirm", "To confirm"),
    ("conflict", "Changed by the school"),
    ("gone", "No longer in the file"),
    ("refused", "Refused"),
    ("moved", "Changes class"),
    ("removed", "Removed"),
    ("changed", "Changed"),
    ("new", "New"),
    ("same", "Same"),
]
DECISIONS = {
    "gone": ("close",),
    "conflict": ("take",),
    "to_confirm": ("same", "new"),
}


class BdeImportFile(models.Model):
    """One file of an import, as it was recognised."""

    _name = "bde.import.file"
    _description = "File of an import"
    _inherit = ["bde.owned"]
    _order = "import_id, id"

    import_id = fields.Many2one(
        "bde.import", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, precompute=True, default=None
    )
    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("pupils", "Pupils (SIECLE)"),
            ("guardians", "Guardians (SIECLE)"),
            ("nomenclature", "Nomenclature (SIECLE)"),
            ("structures", "Structures (SIECLE)"),
            ("sts", "Teachers and classes (STS-web)"),
            ("pupils_csv", "Pupils (table)"),
            ("teachers_csv", "Teachers (table)"),
        ],
        string="Recognised as",
    )
    exported_on = fields.Date()
    content = fields.Char(help="What the file holds.")
    problem = fields.Text(string="Why it is refused")


class BdeImportLine(models.Model):
    """One row of the preview of an import."""

    _name = "bde.import.line"
    _description = "Line of an import"
    _inherit = ["bde.owned"]
    _order = "import_id, sequence, id"

    import_id = fields.Many2one(
        "bde.import", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer()
    key = fields.Char(required=True, readonly=True)
    subject = fields.Selection(SUBJECTS, string="What", required=True, readonly=True)
    status = fields.Selection(STATUSES, required=True, readonly=True)
    name = fields.Char(readonly=True)
    detail = fields.Text(string="What changes", readonly=True)
    reason = fields.Text(readonly=True)
    position = fields.Char(string="Where", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    decision = fields.Selection(
        [
            ("close", "Close"),
            ("take", "Take the file's value"),
            ("same", "The same person"),
            ("new", "Another person"),
        ],
    )
    state = fields.Selection(related="import_id.state")

    def action_decide(self):
        """Answer the lines with the decision of the context, or take the answer back."""
        decision = self.env.context.get("decision") or False
        for status, lines in self.grouped("status").items():
            if decision and decision not in DECISIONS.get(status, ()):
                raise UserError(
                    self.env._("This answer does not fit the lines that were chosen.")
                )
            if any(line.state == "applied" for line in lines):
                raise UserError(self.env._("This import is already applied."))
            lines.decision = decision

    def action_open(self):
        """Open the record that the line speaks of, if there is one yet."""
        self.ensure_one()
        if not self.res_id:
            return False
        model, res_id = self.res_model, self.res_id
        if model == "bde.guardianship":
            student = self.env[model].browse(res_id).exists().student_id
            model, res_id = "bde.student", student.id
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "views": [(False, "form")],
            "target": "new",
        }
