import base64
from collections import Counter
from datetime import timedelta

from openpyxl.utils import get_column_letter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..rules import tables
from ..rules.texts import normalise
from .bde_book_reason import reason

SAMPLE_ROWS = 200


class BdeTableImport(models.AbstractModel):
    """A table that a school brings from somewhere else: its file, and what its columns hold.

    Whoever inherits has ``sheet_ids``, ``sheet_id``, ``column_ids`` and ``line_ids``, and says
    which titles it knows. What was said of a column is kept for the school, by its title.
    """

    _name = "bde.table.import"
    _description = "Import of a table"
    _inherit = ["bde.owned"]

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
    sheet_count = fields.Integer(compute="_compute_sheet_count")
    encoding = fields.Char(readonly=True, copy=False)
    repaired = fields.Boolean(readonly=True, copy=False)
    header_line = fields.Integer(string="Line of the titles", readonly=True, copy=False)
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    read_note = fields.Text(string="How it was read", compute="_compute_read_note")
    report = fields.Json(readonly=True, copy=False)
    applied_on = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    files_deleted_on = fields.Date(readonly=True, copy=False)

    def _compute_sheet_count(self):
        for record in self:
            record.sheet_count = len(record.sheet_ids)

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

    @api.depends("filename", "create_date")
    def _compute_display_name(self):
        for record in self:
            day = fields.Datetime.context_timestamp(
                record, record.create_date or fields.Datetime.now()
            )
            record.display_name = f"{record.filename or record._unnamed()} ({day:%d/%m/%Y})"

    # ------------------------------------------------------------
    # What each kind of table knows
    # ------------------------------------------------------------

    @api.model
    def _unnamed(self):
        """What such a table is called until it has a file."""
        raise NotImplementedError

    @api.model
    def _is_title(self, text):
        """Whether a cell reads like a title of such tables."""
        raise NotImplementedError

    def _guess_fields(self, titles, samples, remembered):
        """The field of each column, ``""`` for those that are left out."""
        raise NotImplementedError

    def _check_titles(self, titles):
        """Stops when a table with these titles is of another kind."""

    def _check_columns(self, used):
        """Stops when a column is missing without which such a table says nothing.

        :param set used: fields that a column holds
        :raise UserError: says which column to name
        """
        raise NotImplementedError

    def _several(self):
        """Fields that more than one column may hold."""
        return ()

    def _memory_domain(self):
        """Columns of earlier tables whose answers hold for this one."""
        return [("import_id.state", "in", ("running", "done"))]

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
        best = max(sheets, key=self._known_titles)
        self.sheet_id = self.sheet_ids[sheets.index(best)]
        self._read_columns(best)
        return True

    def _known_titles(self, table):
        """(titles that are known, rows): the sheet that looks most like a list comes first."""
        _index, titles = tables.header(table, self._is_title)
        return sum(bool(title) and self._is_title(title) for title in titles), len(table.rows)

    def action_read_sheet(self):
        """Reads the chosen sheet again."""
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
        before = {record: record._columns_depend_on() for record in self}
        result = super().write(vals)
        # what the columns hold depends on the sheet, and on the kind of table
        for record in self.filtered(lambda record: record.state == "columns"):
            if before[record] != record._columns_depend_on():
                record._read_columns(record._read_table())
        return result

    def _columns_depend_on(self):
        """What makes the columns be read again when it changes."""
        return (self.sheet_id,)

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
        index, titles = tables.header(table, self._is_title)
        rows = table.rows[index + 1 :]
        self._check_titles(titles)
        if not rows:
            raise UserError(reason(self.env, "file_empty", {}))
        samples = [_samples(rows, number) for number in range(len(titles))]
        remembered = self._remembered(titles)
        found = self._guess_fields(titles, samples, remembered)
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
        columns = self.column_ids.search(
            [
                ("company_id", "=", self.company_id.id),
                ("title_key", "in", list(keys)),
                ("import_id", "!=", self.id),
                *self._memory_domain(),
            ],
            order="id",
        )
        return {column.title_key: column.field or "" for column in columns}

    def _column_fields(self):
        """The field of each column of the file, ``""`` for those that are left out, checked.

        :raise UserError: two columns for one thing, or one that is missing
        """
        used = Counter(column.field for column in self.column_ids if column.field)
        twice = [name for name, count in used.items() if count > 1 and name not in self._several()]
        if twice:
            columns = self.column_ids.filtered(lambda column: column.field == twice[0])
            raise UserError(
                self.env._(
                    "Two columns hold the same thing: %(columns)s. Leave one of them empty.",
                    columns=", ".join(f"{one.letter} ({one.title or ''})" for one in columns),
                )
            )
        self._check_columns(used.keys())
        by_number = {column.sequence: column.field or "" for column in self.column_ids}
        return [by_number.get(n, "") for n in range(max(by_number, default=-1) + 1)]

    def action_back(self):
        """One step back: from the preview to the columns, from there to the file."""
        self._check_step("columns", "preview")
        # sudo: lines are made and unmade by the import alone
        self.sudo().line_ids.unlink()
        # sudo: a state is written by verbs alone; the right was checked
        self.sudo().state = "draft" if self.state == "columns" else "columns"
        return True

    @api.model
    def _old_files(self, days, limit):
        """Imports whose file is older than so many days and was not deleted yet."""
        before = fields.Datetime.now() - timedelta(days=days)
        domain = [("create_date", "<", before), ("files_deleted_on", "=", False)]
        return self.search(domain, limit=limit), domain

    def _delete_files(self):
        """Deletes the files; what the columns held stays, for the next one."""
        self.column_ids.write({"sample_1": False, "sample_2": False, "sample_3": False})
        self.write({"file": False})
        for company, records in self.grouped("company_id").items():
            records.files_deleted_on = company._bde_today()


def _samples(rows, number):
    """First values of a column, without repeats."""
    cells = (cells[number] for _line, cells in rows[:SAMPLE_ROWS] if number < len(cells))
    return list(dict.fromkeys(cell for cell in cells if cell))
