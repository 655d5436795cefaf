import base64
from datetime import timedelta

from openpyxl.utils import get_column_letter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..rules import book_titles, tables
from ..rules.texts import normalise
from .bde_book_reason import reason

FILE_DAYS = 30
SAMPLE_ROWS = 200


class BdeBookImport(models.Model):
    """A list of companies, or of past placements, that a school keeps somewhere else.

    Four steps: the file, what its columns hold, what would come of each row, done. Nothing of
    the book is written before the last one, which goes by chunks: each is whole or not there.
    """

    _name = "bde.book.import"
    _description = "Import of a list of companies"
    _inherit = ["bde.owned"]
    _order = "create_date desc, id desc"
    _rec_name = "filename"

    kind = fields.Selection(
        [("companies", "Companies"), ("past_placements", "Past placements")],
        string="The list is about",
        required=True,
        default="companies",
    )
    state = fields.Selection(
        [
            ("draft", "File"),
            ("columns", "Columns"),
            ("preview", "Preview"),
            ("running", "Writing"),
            ("done", "Done"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    file = fields.Binary(
        string="List", attachment=True, copy=False, help="Excel workbook (.xlsx, .xls) or CSV."
    )
    filename = fields.Char(copy=False)
    sheet_ids = fields.One2many("bde.book.sheet", "import_id", string="Sheets")
    sheet_id = fields.Many2one(
        "bde.book.sheet",
        copy=False,
        check_company=True,
        domain="[('import_id', '=', id)]",
    )
    sheet_count = fields.Integer(compute="_compute_sheet_count")
    encoding = fields.Char(readonly=True, copy=False)
    repaired = fields.Boolean(readonly=True, copy=False)
    header_line = fields.Integer(string="Line of the titles", readonly=True, copy=False)
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    read_note = fields.Text(string="How it was read", compute="_compute_read_note")
    column_ids = fields.One2many("bde.book.column", "import_id", string="Columns")
    line_ids = fields.One2many("bde.book.line", "import_id", string="All rows")
    decide_line_ids = fields.One2many(
        "bde.book.line",
        "import_id",
        string="Rows to decide",
        domain=[("status", "=", "look_alike"), ("same_as", "=", 0)],
    )
    refused_line_ids = fields.One2many(
        "bde.book.line", "import_id", string="Refused rows", domain=[("status", "=", "refused")]
    )
    taken_line_ids = fields.One2many(
        "bde.book.line",
        "import_id",
        string="Rows taken",
        domain=[("status", "in", ("new", "known"))],
    )
    seen_partner_id = fields.Integer(readonly=True, copy=False)
    report = fields.Json(readonly=True, copy=False)
    applied_on = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    files_deleted_on = fields.Date(readonly=True, copy=False)

    @api.depends("sheet_ids")
    def _compute_sheet_count(self):
        for record in self:
            record.sheet_count = len(record.sheet_ids)

    @api.depends("filename", "kind", "create_date")
    def _compute_display_name(self):
        for record in self:
            day = fields.Datetime.context_timestamp(
                record, record.create_date or fields.Datetime.now()
            )
            label = record.filename or self.env._("List of companies")
            record.display_name = f"{label} ({day:%d/%m/%Y})"

    @api.depends("encoding", "repaired", "header_line", "row_count", "state")
    def _compute_read_note(self):
        """How the file was read, so that a wrong guess is seen."""
        for record in self:
            if record.state == "draft":
                record.read_note = False
                continue
            notes = [
                self.env._(
                    "%(count)s rows, titles on line %(line)s.",
                    count=record.row_count,
                    line=record.header_line,
                )
            ]
            if record.encoding:
                notes.append(self.env._("Letters read as %(name)s.", name=record.encoding))
            if record.repaired:
                notes.append(
                    self.env._(
                        "The accents were damaged (Ã©) and have been restored: check the examples."
                    )
                )
            record.read_note = " ".join(notes)

    # ------------------------------------------------------------
    # The file
    # ------------------------------------------------------------

    def action_read(self):
        """Reads the file, finds its titles and guesses what the columns hold.

        :raise UserError: no file, or one that cannot be read
        """
        self._check_step("draft", "columns", "preview")
        sheets = self._read_file()
        # sudo: sheets, columns and lines are made by the import alone
        self.sudo().write(
            {
                "sheet_id": False,
                "sheet_ids": [Command.clear()]
                + [
                    Command.create({
                        "name": table.sheet or self.filename or "CSV",
                        "sequence": number, "row_count": max(len(table.rows) - 1, 0),
                        "company_id": self.company_id.id,
                    })
                    for number, table in enumerate(sheets)
                ],
            }
        )  # fmt: skip
        best = max(sheets, key=lambda table: _known_titles(table))
        self.sheet_id = self.sheet_ids[sheets.index(best)]
        self._read_columns(best)
        return True

    def action_read_sheet(self):
        """Reads the chosen sheet again, as the kind of list that is chosen."""
        self._check_step("columns", "preview")
        self._read_columns(self._read_table())
        return True

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own_name(vals_list)
        return super().create(vals_list)

    @api.model
    def _check_own_name(self, vals_list):
        """The job goes on in the name of who began to write: nobody names somebody else."""
        if self.env.su:
            return
        if any(vals.get("applied_by_id", self.env.uid) != self.env.uid for vals in vals_list):
            raise AccessError(self.env._("Lists are written in one's own name."))

    def write(self, vals):
        self._check_own_name([vals])
        before = {record: (record.kind, record.sheet_id) for record in self}
        result = super().write(vals)
        if vals.keys() & {"kind", "sheet_id"}:
            # what the columns hold depends on both
            for record in self.filtered(lambda record: record.state == "columns"):
                if before[record] != (record.kind, record.sheet_id):
                    record._read_columns(record._read_table())
        return result

    def _check_step(self, *states):
        self.ensure_one()
        self.check_access("write")
        if self.state not in states:
            raise UserError(self.env._("This list is being written, or is already: load it again."))

    def _read_file(self):
        """Tables of the file.

        :rtype: list[bde_partnerships.rules.tables.Table]
        :raise UserError: says why there is none
        """
        if not self.file:
            raise UserError(self.env._("Add the file first."))
        try:
            return tables.read(self.filename or "", base64.b64decode(self.file))
        except tables.TableRefused as refusal:
            raise UserError(reason(self.env, refusal.code, refusal.values))

    def _read_table(self):
        """The chosen table."""
        sheets = self._read_file()
        number = self.sheet_id.sequence
        return sheets[number] if number < len(sheets) else sheets[0]

    def _read_columns(self, table):
        """Columns of a table, with examples and what they hold as far as can be told."""
        index, titles = tables.header(table, book_titles.is_title)
        rows = table.rows[index + 1 :]
        kind = book_titles.kind_of(titles)
        if kind == "pupils":
            raise UserError(reason(self.env, "pupils", {}))
        if not rows:
            raise UserError(reason(self.env, "file_empty", {}))
        samples = [_samples(rows, number) for number in range(len(titles))]
        remembered = self._remembered(titles)
        if self.state == "draft":
            # what the file shows, unless the user came from "past placements"
            self.kind = kind if self.kind == "companies" else self.kind
        found = book_titles.guess(titles, samples, remembered, self.kind == "past_placements")
        columns = [
            {
                "company_id": self.company_id.id,
                "sequence": number,
                "letter": get_column_letter(number + 1),
                "title": title,
                "title_key": normalise(title),
                "field": found[number] or False,
                "remembered": remembered.get(normalise(title)) is not None,
                **{f"sample_{n + 1}": text for n, text in enumerate(samples[number][:3])},
            }
            for number, title in enumerate(titles)
            if title or samples[number]
        ]
        # sudo: columns and lines are made by the import alone
        self.sudo().write({
            "column_ids": [Command.clear(), *map(Command.create, columns)],
            "line_ids": [Command.clear()],
            "encoding": table.encoding, "repaired": table.repaired,
            "header_line": table.rows[index][0], "row_count": len(rows),
            "state": "columns", "report": False,
        })  # fmt: skip

    def _remembered(self, titles):
        """What the school said of columns with these titles, in its last lists.

        :return: field by normalised title, ``""`` for columns that it left out
        """
        keys = {normalise(title) for title in titles} - {""}
        columns = self.env["bde.book.column"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("title_key", "in", list(keys)),
                ("import_id", "!=", self.id),
                ("import_id.state", "in", ("running", "done")),
                ("import_id.kind", "=", self.kind),
            ],
            order="id",
        )
        return {column.title_key: column.field or "" for column in columns}

    def action_back(self):
        """One step back: from the preview to the columns, from there to the file."""
        self._check_step("columns", "preview")
        # sudo: lines are made and unmade by the import alone
        self.sudo().line_ids.unlink()
        self.state = "draft" if self.state == "columns" else "columns"
        return True

    # ------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------

    @api.model
    def _cron_delete_files(self, limit=100):
        """Deletes the files and the rows of lists after a month: they name persons.

        What the columns held stays, for the next list. Days: parameter ``bde.book_file_days``.
        """
        # sudo: a setting of the instance
        days = int(
            self.env["ir.config_parameter"].sudo().get_param("bde.book_file_days", FILE_DAYS)
        )
        before = fields.Datetime.now() - timedelta(days=days)
        domain = [("create_date", "<", before), ("files_deleted_on", "=", False)]
        old = self.search(domain, limit=limit)
        old.line_ids.unlink()
        old.column_ids.write({"sample_1": False, "sample_2": False, "sample_3": False})
        old.write({"file": False})
        for company, records in old.grouped("company_id").items():
            records.files_deleted_on = company._bde_today()
        self.env["ir.cron"]._commit_progress(len(old), remaining=self.search_count(domain))


def _known_titles(table):
    """(titles that are known, rows): the sheet that looks most like a list comes first."""
    _index, titles = tables.header(table, book_titles.is_title)
    return sum(bool(title) and book_titles.is_title(title) for title in titles), len(table.rows)


def _samples(rows, number):
    """First values of a column, without repeats."""
    cells = (cells[number] for _line, cells in rows[:SAMPLE_ROWS] if number < len(cells))
    return list(dict.fromkeys(cell for cell in cells if cell))
