from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

COLUMN_FIELDS = [
    ("ine", "INE"),
    ("lastname", "Last name"),
    ("usage_name", "Name in use"),
    ("firstname", "First name"),
    ("name", "Last and first name"),
    ("birth_date", "Date of birth"),
    ("sex", "Sex"),
    ("result", "Result of the diploma"),
    ("training", "Training"),
    ("mef", "MEF"),
    ("division", "Class"),
    ("cohort", "Year in which they left"),
    ("kind", "Pupil, apprentice or adult"),
    ("email", "Private e-mail"),
    ("phone", "Telephone"),
    ("zip", "Postal code"),
    ("city", "Town"),
]
STATUSES = [
    ("new", "New"),
    ("changed", "To complete"),
    ("known", "Nothing to change"),
    ("to_confirm", "Several may be meant"),
    ("unmatched", "Nobody found"),
    ("refused", "Refused"),
]
# what people say of a row; all else is written by the import alone
SAID = {"decision", "alumnus_id"}


class BdeAlumniImportSheet(models.Model):
    """A sheet of the list."""

    _name = "bde.alumni.import.sheet"
    _description = "Sheet of a list of former pupils"
    _inherit = ["bde.table.sheet"]

    import_id = fields.Many2one("bde.alumni.import")


class BdeAlumniImportColumn(models.Model):
    """A column of the list and what it holds; remembered for the school's next one."""

    _name = "bde.alumni.import.column"
    _description = "Column of a list of former pupils"
    _inherit = ["bde.table.column"]

    import_id = fields.Many2one("bde.alumni.import")
    field = fields.Selection(
        COLUMN_FIELDS, string="What it holds", help="Empty: the column is left out."
    )


class BdeAlumniImportLine(models.Model):
    """One row of a list: what it says, who it is, what became of it."""

    _name = "bde.alumni.import.line"
    _description = "Row of a list of former pupils"
    _inherit = ["bde.table.line"]
    _order = "import_id desc, waits desc, line"
    _rec_name = "name"

    import_id = fields.Many2one("bde.alumni.import")
    name = fields.Char(string="In the list", readonly=True)
    birth_date = fields.Date(string="Born on", readonly=True)
    diploma_result = fields.Selection(
        [
            ("unknown", "Not known yet"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("absent", "Did not sit it"),
        ],
        string="Diploma",
        readonly=True,
    )
    said = fields.Json(groups=fields.NO_ACCESS)
    status = fields.Selection(STATUSES, required=True, readonly=True)
    remark = fields.Text(string="To know", readonly=True)
    alumnus_id = fields.Many2one(
        "bde.alumnus",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    candidate_ids = fields.Json(readonly=True)
    decision = fields.Selection([("take", "It is this person"), ("aside", "Set aside")])
    result = fields.Selection(
        [("made", "Made"), ("completed", "Completed")], string="Written", readonly=True
    )
    waits = fields.Boolean(
        string="To resolve", compute="_compute_todo", store=True, precompute=True
    )

    _waits_idx = models.Index("(company_id) WHERE waits")

    @api.depends("status", "decision", "result")
    def _compute_todo(self):
        for line in self:
            open_ = line.status in ("to_confirm", "unmatched")
            asked = line.status in ("new", "changed")
            line.todo = not line.result and (
                line.decision == "take" or (asked and line.decision != "aside")
            )
            line.waits = open_ and not line.decision and not line.result

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - SAID:
                raise AccessError(
                    self.env._("Rows of a list are not changed: correct the file instead.")
                )
            if vals.get("alumnus_id") and "decision" not in vals:
                # who names somebody has said who it is
                vals = vals | {"decision": "take"}
            self._check_said(vals)
        return super().write(vals)

    def _check_said(self, vals):
        """Stops answers that make no sense, or come too late."""
        for line in self:
            line._check_open()
            if line.import_id.state == "running":
                raise UserError(self.env._("This list is being written: wait until it is done."))
            person = vals.get("alumnus_id", line.alumnus_id.id)
            if vals.get("decision") == "take" and not person:
                raise UserError(
                    self.env._("Line %(line)s: choose who it is first.", line=line.line)
                )

    def action_take(self):
        """It is the person who is proposed."""
        self.write({"decision": "take"})

    def action_aside(self):
        """Leaves these rows out: nobody of the school."""
        self.write({"decision": "aside"})

    def action_again(self):
        """Takes back what was said of these rows."""
        self.write({"decision": False})

    def action_new(self):
        """Nobody of the alumni: these people are made, when the row says their name.

        :raise UserError: a row without a name
        """
        self.check_access("write")
        for line in self:
            if line.result or line.status not in ("to_confirm", "unmatched"):
                raise UserError(self.env._("Line %(line)s waits for nothing.", line=line.line))
            said = line.sudo().said  # sudo: what the row says is shown to nobody as it stands
            if not (said.get("lastname") and said.get("firstname")):
                raise UserError(
                    self.env._("Line %(line)s says no name: choose who it is.", line=line.line)
                )
        # sudo: a status is written by the import alone; the right was checked
        self.sudo().write({"status": "new", "alumnus_id": False, "decision": False})
