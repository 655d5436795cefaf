import base64
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.bde_partnerships.models.bde_book_reason import reason
from odoo.addons.bde_partnerships.rules import tables

from ..rules import allowance, aplypro_file
from .bde_aplypro_line import KINDS

# pupils' names: a comparison is read within days
KEEP_DAYS = 30


class BdeAplyproImport(models.Model):
    """A list exported from APLyPro, compared line by line with what the school counted.

    Nothing is written by the comparison. The file is read and not kept; cells that look like
    an account are dropped before anything is stored.
    """

    _name = "bde.aplypro.import"
    _description = "Comparison with APLyPro"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "create_date desc, id desc"
    _rec_name = "filename"

    state = fields.Selection(
        [("draft", "File"), ("columns", "Columns"), ("done", "Compared")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    file = fields.Binary(
        string="List of APLyPro",
        compute="_compute_file",
        inverse="_inverse_file",
        help="CSV or Excel (.xlsx), as exported from APLyPro. It is read and not kept.",
    )
    filename = fields.Char(copy=False)
    titles = fields.Json(readonly=True, copy=False)
    rows = fields.Json(string="Cells", readonly=True, copy=False, groups=fields.NO_ACCESS)
    header_line = fields.Integer(string="Line of the titles", readonly=True, copy=False)
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    dropped = fields.Json(readonly=True, copy=False)
    column_ids = fields.One2many("bde.aplypro.column", "import_id", string="Columns")
    line_ids = fields.One2many("bde.aplypro.line", "import_id", string="Lines")
    note = fields.Text(string="How it was read", compute="_compute_note")
    lacking_text = fields.Text(string="What no column says", compute="_compute_lacking_text")
    sentence = fields.Text(string="What was found", compute="_compute_sentence")
    difference_count = fields.Integer(string="Differences", compute="_compute_counts")
    same_count = fields.Integer(string="Equal rows", compute="_compute_counts")
    to_mark_count = fields.Integer(string="To mark", compute="_compute_counts")

    # ------------------------------------------------------------
    # The file
    # ------------------------------------------------------------

    @api.constrains("filename")
    def _check_filename(self):
        for record in self:
            if allowance.looks_like_account(record.filename):
                raise UserError(
                    self.env._("The name of the file looks like a bank account: rename it.")
                )

    def _compute_file(self):
        self.file = False

    def _inverse_file(self):
        for record in self:
            if record.file:
                record._read_file(record.filename or "", base64.b64decode(record.file))

    def _read_file(self, name, data):
        """Titles, rows and columns of a file.

        :raise UserError: says why it cannot be read
        """
        try:
            sheets = tables.read(name, data)
        except tables.TableRefused as refusal:
            raise UserError(reason(self.env, refusal.code, refusal.values)) from refusal
        table = max(sheets, key=_known_titles)
        index, titles = tables.header(table, aplypro_file.is_title)
        rows, dropped = aplypro_file.without_accounts(titles, table.rows[index + 1 :])
        if not rows:
            raise UserError(self.env._("The file has titles and no row below them."))
        found = aplypro_file.guess(titles)
        titles = aplypro_file.plain_titles(titles)
        columns = [
            {
                "sequence": number,
                "title": title or self.env._("Column %(number)s", number=number + 1),
                "field": found[number] or False,
                "sample": next((cells[number] for _line, cells in rows if number < len(cells)
                                and cells[number]), False),
            }
            for number, title in enumerate(titles)
        ]  # fmt: skip
        # sudo: rows, columns and lines are made by the comparison alone
        self.sudo().write(
            {
                "titles": titles,
                "rows": rows,
                "dropped": dropped,
                "header_line": table.rows[index][0],
                "row_count": len(rows),
                "state": "columns",
                "column_ids": [Command.clear(), *map(Command.create, columns)],
                "line_ids": [Command.clear()],
            }
        )

    @api.depends("row_count", "header_line", "dropped", "state")
    def _compute_note(self):
        for record in self:
            if record.state == "draft":
                record.note = False
                continue
            notes = [
                self.env._(
                    "%(count)s rows, titles on line %(line)s.",
                    count=record.row_count,
                    line=record.header_line,
                )
            ]
            if record.dropped:
                notes.append(
                    self.env._(
                        "What looks like a bank account was not kept (%(columns)s).",
                        columns=", ".join(record.dropped),
                    )
                )
            record.note = " ".join(notes)

    @api.depends("column_ids.field")
    def _compute_lacking_text(self):
        for record in self:
            codes = aplypro_file.lacking(filter(None, record.column_ids.mapped("field")))
            texts = {
                "pupil": self.env._("the pupil: INE, or last name and first name"),
                "date_start": self.env._("the first day of the stay"),
                "figures": self.env._("the number of days, or the amount"),
            }
            lacking = "; ".join(texts[code] for code in codes)
            record.lacking_text = (
                record.column_ids
                and lacking
                and self.env._(
                    "No column says: %(lacking)s. Choose below which one does, or export another "
                    "list from APLyPro.",
                    lacking=lacking,
                )
            )

    # ------------------------------------------------------------
    # The comparison
    # ------------------------------------------------------------

    def action_read(self):
        """Compares a file that was just chosen, when its columns say enough.

        Saving has read it; else its columns are shown, to be named by the user.
        """
        self.ensure_one()
        if self.state == "columns" and not self.lacking_text:
            self.action_compare()

    def action_compare(self):
        """Compares each row with what the school counted; nothing else is written.

        :raise UserError: the columns do not say enough
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "draft":
            raise UserError(self.env._("Add the file first."))
        if self.lacking_text:
            raise UserError(self.lacking_text)
        numbers = {column.field: column.sequence for column in self.column_ids if column.field}
        if len(numbers) < len(self.column_ids.filtered("field")):
            raise UserError(self.env._("Two columns are said to hold the same thing."))
        # sudo: rows and lines are made by the comparison alone
        record = self.sudo()
        rows = [aplypro_file.read_row(line, cells, numbers) for line, cells in record.rows or ()]
        differences = aplypro_file.compare(self._ours(), [row for row in rows if row])
        order = [kind for kind, _label in KINDS]
        lines = [
            self.env["bde.aplypro.line"]._vals(found)
            for found in sorted(differences, key=lambda found: order.index(found.kind))
        ]
        record.write({"line_ids": [Command.clear(), *map(Command.create, lines)], "state": "done"})
        return True

    def _ours(self):
        """The stays of the school and year, as they were counted."""
        records = self.env["bde.allowance"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("school_year_id", "=", self.school_year_id.id),
            ]
        )
        return [
            aplypro_file.Ours(
                record.id,
                record.student_name or "",
                record.ine or "",
                record.mef or "",
                record.date_start,
                record.date_end,
                record.days,
                Decimal(str(round(record.amount, 2))) if record.rate_known else None,
                bool(record.entered_on) or record.status == "ready",
            )
            for record in records
        ]

    def action_back(self):
        """Back to the columns, to say otherwise what they hold."""
        self.check_access("write")
        self.sudo().write({"line_ids": [Command.clear()], "state": "columns"})  # sudo: as above
        return True

    def action_mark_same(self):
        """What is the same in both is entered: it is marked so."""
        self.ensure_one()
        self._to_mark().action_mark_entered()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _to_mark(self):
        same = self.line_ids.filtered(lambda line: line.kind == "same").allowance_id
        return same.filtered(lambda record: record.status in ("ready", "changed"))

    def action_open_lines(self):
        """The lines of the comparison, differences first."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lines compared"),
            "res_model": "bde.aplypro.line",
            "view_mode": "list",
            "domain": [("import_id", "=", self.id)],
            "context": {"search_default_differences": 1},
        }

    @api.depends("line_ids.kind", "line_ids.allowance_id.status")
    def _compute_counts(self):
        for record in self:
            lines = record.line_ids
            record.same_count = len(lines.filtered(lambda line: line.kind == "same"))
            record.difference_count = len(lines) - record.same_count
            record.to_mark_count = len(record._to_mark())

    @api.depends("line_ids.kind", "state")
    def _compute_sentence(self):
        labels = dict(self.env["bde.aplypro.line"]._fields["kind"]._description_selection(self.env))
        for record in self:
            if record.state != "done":
                record.sentence = False
                continue
            counts = {}
            for line in record.line_ids:
                counts[line.kind] = counts.get(line.kind, 0) + 1
            if not counts:
                record.sentence = self.env._(
                    "Nothing to compare: no row of a pupil, and no stay that should be there."
                )
                continue
            record.sentence = ", ".join(
                self.env._("%(what)s: %(count)s", what=labels[kind], count=counts[kind])
                for kind, _label in KINDS
                if kind in counts
            )

    @api.autovacuum
    def _gc_old(self):
        """Deletes comparisons after a month: they name pupils."""
        before = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        # sudo: a job of the instance
        self.sudo().search([("create_date", "<", before)], limit=1000).unlink()


def _known_titles(table):
    _index, titles = tables.header(table, aplypro_file.is_title)
    return sum(bool(title) and aplypro_file.is_title(title) for title in titles), len(table.rows)
