from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules import inserjeunes_file

# rows that are written in one transaction
CHUNK = 1000
# a public file, found again where it was found
FILE_DAYS = 30
# without these a row tells nothing of anybody
REQUIRED = ("year_label", "uai")


class BdeInserjeunesImport(models.Model):
    """An open-data file of InserJeunes, read for all schools of an académie.

    Three steps: the file, what its columns hold, its rows. A file read twice changes nothing;
    another year stands beside those before.
    """

    _name = "bde.inserjeunes.import"
    _description = "Import of official figures"
    _inherit = ["bde.kept", "bde.table.import"]
    _order = "create_date desc, id desc"
    _rec_name = "filename"

    _apply_job = "bde_alumni.cron_inserjeunes_import"

    company_id = fields.Many2one(string="Académie", default=lambda self: self._default_academy())
    kind = fields.Selection(
        [("lycee_pro", "Lycées professionnels"), ("cfa", "Apprenticeship (CFA)")],
        string="File of",
        required=True,
        default="lycee_pro",
    )
    sheet_ids = fields.One2many("bde.inserjeunes.import.sheet", "import_id", string="Sheets")
    sheet_id = fields.Many2one(
        "bde.inserjeunes.import.sheet",
        copy=False,
        check_company=True,
        domain="[('import_id', '=', id)]",
    )
    column_ids = fields.One2many("bde.inserjeunes.import.column", "import_id", string="Columns")
    line_ids = fields.One2many("bde.inserjeunes.import.line", "import_id", string="All rows")
    new_count = fields.Integer(string="New", compute="_compute_counts")
    changed_count = fields.Integer(string="Corrected", compute="_compute_counts")
    known_count = fields.Integer(string="Nothing to change", compute="_compute_counts")
    refused_count = fields.Integer(string="Refused", compute="_compute_counts")
    own_count = fields.Integer(
        string="Of your schools", compute="_compute_counts", help="Rows with the UAI of one."
    )
    todo_count = fields.Integer(compute="_compute_counts")
    done_count = fields.Integer(string="Written", compute="_compute_counts")

    @api.model
    def _bde_given(self):
        return {"applied_by_id"}

    @api.model
    def _default_academy(self):
        company = self.env.company
        # sudo: the académie of a school, whoever asks
        return company if company.bde_kind == "academy" else company.sudo()._bde_academy()

    @api.constrains("company_id")
    def _check_academy(self):
        for record in self:
            if record.company_id.bde_kind != "academy":
                raise ValidationError(
                    self.env._("Official figures are loaded by the académie, for all its schools.")
                )

    @api.model
    def _unnamed(self):
        return self.env._("Official figures")

    @api.depends("line_ids.status", "line_ids.result")
    def _compute_counts(self):
        rows = self.env["bde.inserjeunes.import.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "status", "is_own", "todo"],
            ["__count", "result:count"],
        )
        counts = {record.id: Counter() for record in self}
        for record, status, is_own, todo, count, done in rows:
            found = counts[record.id]
            found[status] += count
            found["own"] += count * (is_own and status != "refused")
            found["todo"] += count * todo
            found["done"] += done
        for record in self:
            for name in ("new", "changed", "known", "refused", "own", "todo", "done"):
                record[f"{name}_count"] = counts.get(record.id, Counter())[name]

    # ------------------------------------------------------------
    # Columns
    # ------------------------------------------------------------

    @api.depends("sheet_ids")
    def _compute_sheet_count(self):
        return super()._compute_sheet_count()

    @api.model
    def _is_title(self, text):
        return inserjeunes_file.is_title(text)

    def _guess_fields(self, titles, samples, remembered):
        # sudo: which file it is shows in its titles; read by who may write the import
        self.sudo().kind = inserjeunes_file.guess_kind(titles)
        return inserjeunes_file.guess(titles, remembered)

    def _check_columns(self, used):
        if not set(REQUIRED) <= used:
            raise UserError(self.env._("Say which columns hold the UAI and the years."))
        if not used & set(inserjeunes_file.MEASURES):
            raise UserError(self.env._("Say which columns hold a rate or a part, one at least."))

    @api.model
    def _chunk_size(self):
        return CHUNK

    def action_lines(self):
        """All rows of the file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_alumni.action_inserjeunes_import_line"
        )
        return action | {"domain": [("import_id", "=", self.id)], "context": {}}

    def action_figures(self):
        """The official figures, once they are written."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_inserjeunes")

    # ------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------

    @api.model
    def _cron_delete_files(self, limit=100):
        """Deletes files and their rows after a month; the figures stay."""
        old, domain = self._old_files(FILE_DAYS, limit)
        old._delete_files()
        old.line_ids.unlink()
        self.env["ir.cron"]._commit_progress(len(old), remaining=self.search_count(domain))
