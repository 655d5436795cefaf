from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import alumni_titles

# rows that are written in one transaction
CHUNK = 500
# a list of persons is of no use once it was read
FILE_DAYS = 30


class BdeAlumniImport(models.Model):
    """Diploma results, or former pupils, out of a table: any workbook or CSV.

    Three steps: the file, what its columns hold, its rows. A row that nobody was found for waits
    until somebody says who it is. A file read twice changes nothing.
    """

    _name = "bde.alumni.import"
    _description = "Import of results or former pupils"
    _inherit = ["bde.kept", "bde.table.import"]
    _order = "create_date desc, id desc"
    _rec_name = "filename"

    _apply_job = "bde_alumni.cron_alumni_import"

    kind = fields.Selection(
        [("result", "Diploma results"), ("people", "Former pupils")],
        string="List of",
        required=True,
        default="result",
    )
    cohort = fields.Integer(
        string="Left in",
        required=True,
        default=lambda self: self._default_cohort(),
        help="Of the rows that name no year: the year in which the last school year ended.",
    )
    training_id = fields.Many2one(
        "bde.training", check_company=True, help="Of the rows that name no training."
    )
    sheet_ids = fields.One2many("bde.alumni.import.sheet", "import_id", string="Sheets")
    sheet_id = fields.Many2one(
        "bde.alumni.import.sheet",
        copy=False,
        check_company=True,
        domain="[('import_id', '=', id)]",
    )
    column_ids = fields.One2many("bde.alumni.import.column", "import_id", string="Columns")
    line_ids = fields.One2many("bde.alumni.import.line", "import_id", string="All rows")
    open_line_ids = fields.One2many(
        "bde.alumni.import.line",
        "import_id",
        string="Rows to resolve",
        domain=[("waits", "=", True)],
    )
    new_count = fields.Integer(string="New", compute="_compute_counts")
    changed_count = fields.Integer(string="To complete", compute="_compute_counts")
    known_count = fields.Integer(string="Nothing to change", compute="_compute_counts")
    open_count = fields.Integer(string="Nobody found", compute="_compute_counts")
    refused_count = fields.Integer(string="Refused", compute="_compute_counts")
    aside_count = fields.Integer(string="Set aside", compute="_compute_counts")
    todo_count = fields.Integer(compute="_compute_counts")
    done_count = fields.Integer(string="Written", compute="_compute_counts")

    @api.model
    def _default_cohort(self):
        """The last school year that is over."""
        company = self.env.company
        year = self.env["bde.school.year"]._search_current(company)
        ends = year.date_end
        today = company._bde_today()
        if not ends:
            return today.year
        return ends.year if ends < today else ends.year - 1

    @api.model
    def _unnamed(self):
        return self.env._("List of former pupils")

    @api.depends("line_ids.status", "line_ids.decision", "line_ids.result")
    def _compute_counts(self):
        rows = self.env["bde.alumni.import.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "status", "decision", "todo", "waits", "result"],
            ["__count"],
        )
        counts = {record.id: Counter() for record in self}
        for record, status, decision, todo, waits, result, count in rows:
            found = counts[record.id]
            found["todo"] += count * todo
            found["done"] += count * bool(result)
            if decision == "aside":
                found["aside"] += count
            elif waits:
                found["open"] += count
            elif status in ("new", "changed", "known", "refused"):
                found[status] += count
            else:
                # somebody said who it is
                found["changed"] += count
        for record in self:
            for name in ("new", "changed", "known", "open", "refused", "aside", "todo", "done"):
                record[f"{name}_count"] = counts.get(record.id, Counter())[name]

    # ------------------------------------------------------------
    # Columns
    # ------------------------------------------------------------

    @api.depends("sheet_ids")
    def _compute_sheet_count(self):
        return super()._compute_sheet_count()

    @api.model
    def _is_title(self, text):
        return alumni_titles.is_title(text)

    def _guess_fields(self, titles, samples, remembered):
        return alumni_titles.guess(titles, samples, remembered)

    def _check_columns(self, used):
        named = "name" in used or {"lastname", "firstname"} <= used
        if not named and not (self.kind == "result" and "ine" in used):
            raise UserError(
                self.env._("Say which columns hold the last name and the first name, or both.")
            )
        if self.kind == "result" and "result" not in used:
            raise UserError(self.env._("Say which column holds the result."))

    @api.model
    def _chunk_size(self):
        return CHUNK

    def action_lines(self):
        """All rows of the list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_alumni.action_alumni_import_line"
        )
        return action | {"domain": [("import_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------

    @api.model
    def _cron_delete_files(self, limit=100):
        """Deletes lists after a month; rows that wait to be resolved stay."""
        old, domain = self._old_files(FILE_DAYS, limit)
        old._delete_files()
        settled = self.env["bde.alumni.import.line"].search(
            [("import_id", "in", old.ids), ("waits", "=", False)]
        )
        settled.unlink()
        self.env["ir.cron"]._commit_progress(len(old), remaining=self.search_count(domain))
