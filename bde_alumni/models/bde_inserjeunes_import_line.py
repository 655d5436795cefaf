from odoo import api, fields, models

COLUMN_FIELDS = [
    ("year_label", "Years"),
    ("uai", "UAI"),
    ("name", "Name of the school"),
    ("region", "Region"),
    ("diploma", "Type of diploma"),
    ("mefstat11", "Code of the training"),
    ("training", "Training"),
    ("duration", "Duration"),
    ("share_study", "Part in training"),
    ("share_job_6", "Part in a job, 6 months"),
    ("share_other", "Part in other situations"),
    ("rate_study", "Rate of further studies"),
    ("rate_job_6", "Rate of employment, 6 months"),
    ("rate_job_12", "Rate of employment, 12 months"),
    ("rate_job_18", "Rate of employment, 18 months"),
    ("rate_job_24", "Rate of employment, 24 months"),
    ("expected_job_6", "Expected rate of employment"),
    ("expected_study", "Expected rate of further studies"),
    ("broken_contracts", "Contracts broken off"),
    ("added_job_6", "Value added, employment"),
    ("added_study", "Value added, studies"),
]
STATUSES = [
    ("new", "New"),
    ("changed", "Corrected"),
    ("known", "Nothing to change"),
    ("refused", "Refused"),
]
TODO = ("new", "changed")


class BdeInserjeunesImportSheet(models.Model):
    """A sheet of the file."""

    _name = "bde.inserjeunes.import.sheet"
    _description = "Sheet of a file of official figures"
    _inherit = ["bde.table.sheet"]

    import_id = fields.Many2one("bde.inserjeunes.import")


class BdeInserjeunesImportColumn(models.Model):
    """A column of the file and what it holds; remembered for the next one."""

    _name = "bde.inserjeunes.import.column"
    _description = "Column of a file of official figures"
    _inherit = ["bde.table.column"]

    import_id = fields.Many2one("bde.inserjeunes.import")
    field = fields.Selection(
        COLUMN_FIELDS, string="What it holds", help="Empty: the column is left out."
    )


class BdeInserjeunesImportLine(models.Model):
    """One row of the file: what it says, and what became of it."""

    _name = "bde.inserjeunes.import.line"
    _description = "Row of a file of official figures"
    _inherit = ["bde.table.line"]
    _order = "import_id desc, line"
    _rec_name = "uai"

    import_id = fields.Many2one("bde.inserjeunes.import")
    year_label = fields.Char(string="Years", readonly=True)
    uai = fields.Char(string="UAI", readonly=True)
    name = fields.Char(string="Name of the school", readonly=True)
    training = fields.Char(readonly=True)
    said = fields.Json(groups=fields.NO_ACCESS)
    is_own = fields.Boolean(string="Of your schools", readonly=True)
    status = fields.Selection(STATUSES, required=True, readonly=True)
    result = fields.Selection(
        [("made", "Made"), ("corrected", "Corrected")], string="Written", readonly=True
    )

    @api.depends("status", "result")
    def _compute_todo(self):
        for line in self:
            line.todo = line.status in TODO and not line.result
