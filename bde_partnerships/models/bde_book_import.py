from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import book_titles
from .bde_book_reason import reason

FILE_DAYS = 30


class BdeBookImport(models.Model):
    """A list of companies, or of past placements, that a school keeps somewhere else.

    Four steps: the file, what its columns hold, what would come of each row, done. Nothing of
    the book is written before the last one, which goes by chunks: each is whole or not there.
    """

    _name = "bde.book.import"
    _description = "Import of a list of companies"
    _inherit = ["bde.kept", "bde.table.import"]
    _order = "create_date desc, id desc"
    _rec_name = "filename"

    kind = fields.Selection(
        [("companies", "Companies"), ("past_placements", "Past placements")],
        string="The list is about",
        required=True,
        default="companies",
    )
    sheet_ids = fields.One2many("bde.book.sheet", "import_id", string="Sheets")
    sheet_id = fields.Many2one(
        "bde.book.sheet",
        copy=False,
        check_company=True,
        domain="[('import_id', '=', id)]",
    )
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

    @api.model
    def _unnamed(self):
        return self.env._("List of companies")

    # ------------------------------------------------------------
    # Columns
    # ------------------------------------------------------------

    @api.depends("sheet_ids")
    def _compute_sheet_count(self):
        return super()._compute_sheet_count()

    @api.model
    def _is_title(self, text):
        return book_titles.is_title(text)

    def _guess_fields(self, titles, samples, remembered):
        return book_titles.guess(titles, samples, remembered, self.kind == "past_placements")

    def _check_titles(self, titles):
        """Tells pupils from companies; at first the file says which kind of list it is."""
        kind = book_titles.kind_of(titles)
        if kind == "pupils":
            raise UserError(reason(self.env, "pupils", {}))
        if self.state == "draft" and self.kind == "companies":
            # what the file shows, unless the user came from "past placements"
            self.kind = kind

    def _memory_domain(self):
        return [*super()._memory_domain(), ("import_id.kind", "=", self.kind)]

    def _columns_depend_on(self):
        return (*super()._columns_depend_on(), self.kind)

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
        old, domain = self._old_files(days, limit)
        old.line_ids.unlink()
        old._delete_files()
        self.env["ir.cron"]._commit_progress(len(old), remaining=self.search_count(domain))
