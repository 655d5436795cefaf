from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeTablePart(models.AbstractModel):
    """What belongs to one import of a table; whoever inherits says to which kind of import."""

    _name = "bde.table.part"
    _description = "Part of a table"
    _inherit = ["bde.owned"]

    import_id = fields.Many2one(
        "bde.table.import", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, precompute=True, default=None
    )


class BdeTableSheet(models.AbstractModel):
    """A sheet of a workbook that is imported."""

    _name = "bde.table.sheet"
    _description = "Sheet of a table"
    _inherit = ["bde.table.part"]
    _order = "import_id, sequence"

    sequence = fields.Integer()
    name = fields.Char(required=True)
    row_count = fields.Integer(string="Rows")

    @api.depends("name", "row_count")
    def _compute_display_name(self):
        for sheet in self:
            sheet.display_name = self.env._(
                "%(sheet)s (%(count)s rows)", sheet=sheet.name, count=sheet.row_count
            )


class BdeTableColumn(models.AbstractModel):
    """A column of a table and what it holds; remembered for the school's next table.

    ``field``, a selection of what such columns hold, is added by who inherits.
    """

    _name = "bde.table.column"
    _description = "Column of a table"
    _inherit = ["bde.kept", "bde.table.part"]
    _order = "import_id, sequence"
    _rec_name = "title"

    sequence = fields.Integer(readonly=True)
    letter = fields.Char(string="Column", readonly=True)
    title = fields.Char(string="Title in the list", readonly=True)
    title_key = fields.Char(readonly=True)
    sample_1 = fields.Char(string="First value", readonly=True)
    sample_2 = fields.Char(string="Second value", readonly=True)
    sample_3 = fields.Char(string="Third value", readonly=True)
    remembered = fields.Boolean(readonly=True, help="As in an earlier list of the school.")

    _memory_idx = models.Index("(company_id, title_key, id DESC)")

    @api.model
    def _bde_fixed(self):
        return super()._bde_fixed() | {"import_id"}


class BdeTableLine(models.AbstractModel):
    """A row of a table: what it says, whether it is to be written, what became of it.

    Whoever inherits adds ``status`` (``refused`` among others) and ``result``, and computes
    ``todo``: decided, and not written yet.
    """

    _name = "bde.table.line"
    _description = "Row of a table"
    _inherit = ["bde.table.part"]
    _order = "import_id, line"

    line = fields.Integer(readonly=True, aggregator=None)
    cells = fields.Json(groups=fields.NO_ACCESS)
    reason = fields.Text(string="Why", readonly=True)
    todo = fields.Boolean(string="To write", compute="_compute_todo", store=True, precompute=True)

    _todo_idx = models.Index("(import_id, line) WHERE todo")

    def _compute_todo(self):
        raise NotImplementedError

    def _check_open(self):
        """Stops answers to a row that come too late, or that no answer mends.

        :raise UserError: the row is written, or refused
        """
        self.ensure_one()
        if self.result:
            raise UserError(self.env._("Line %(line)s is written already.", line=self.line))
        if self.status == "refused":
            raise UserError(
                self.env._(
                    "Line %(line)s is refused: correct it in the file and load it again.",
                    line=self.line,
                )
            )
