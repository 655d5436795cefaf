from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import soltea_titles

# rows that are written in one transaction
CHUNK = 1000
# the export names companies: its file goes when the next campaign is over
FILE_DAYS = 500


class BdeTaxImport(models.Model):
    """The school's SOLTéA export: who allotted how much, when it was transferred.

    Three steps: the file, what its columns hold, its rows. The columns of the export are not
    public, so any titles work once they were matched. Rows that nobody could place stay until
    somebody does.
    """

    _name = "bde.tax.import"
    _description = "Import of a SOLTéA export"
    _inherit = ["bde.kept", "bde.table.import"]
    _order = "create_date desc, id desc"
    _rec_name = "filename"

    _apply_job = "bde_partnerships.ir_cron_tax_import"

    file = fields.Binary(string="Export")
    campaign_id = fields.Many2one(
        "bde.tax.campaign",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self._default_campaign(),
        help="Of the rows that name no year.",
    )
    campaign_state = fields.Selection(related="campaign_id.state", string="State of the campaign")
    currency_id = fields.Many2one(related="company_id.currency_id")
    transfer_on = fields.Date(
        string="Transferred on",
        help="Of the rows that give no date. An export without dates cannot tell a second equal "
        "payment from the first one: give the day of the transfer when you know it.",
    )
    sheet_ids = fields.One2many("bde.tax.sheet", "import_id", string="Sheets")
    sheet_id = fields.Many2one(
        "bde.tax.sheet",
        copy=False,
        check_company=True,
        domain="[('import_id', '=', id)]",
    )
    column_ids = fields.One2many("bde.tax.column", "import_id", string="Columns")
    line_ids = fields.One2many("bde.tax.import.line", "import_id", string="All rows")
    open_line_ids = fields.One2many(
        "bde.tax.import.line", "import_id", string="Rows to resolve", domain=[("waits", "=", True)]
    )

    @api.model
    def _default_campaign(self):
        """The last campaign whose year has begun."""
        return self.env["bde.tax.campaign"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("year", "<=", self.env.company._bde_today().year),
            ],
            order="year desc",
            limit=1,
        )

    @api.model
    def _unnamed(self):
        return self.env._("SOLTéA export")

    # ------------------------------------------------------------
    # Columns
    # ------------------------------------------------------------

    @api.depends("sheet_ids")
    def _compute_sheet_count(self):
        return super()._compute_sheet_count()

    @api.model
    def _is_title(self, text):
        return soltea_titles.is_title(text)

    def _guess_fields(self, titles, samples, remembered):
        return soltea_titles.guess(titles, samples, remembered)

    def _read_columns(self, table):
        # the rows would go, and with them where the counted money came from
        self._check_not_counted()
        return super()._read_columns(table)

    @api.model
    def _chunk_size(self):
        return CHUNK

    def action_back(self):
        """One step back, while nothing was counted.

        :raise UserError: rows of it are counted, they stay
        """
        self._check_not_counted()
        self._give_back_older()
        return super().action_back()

    def _check_not_counted(self):
        """Stops where rows were counted: the file is proof of the totals.

        :raise UserError: another file is another import
        """
        if any(line.result for line in self.line_ids):
            raise UserError(self.env._("Rows of this file are counted: load another file instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_uncounted(self):
        """What counted something is proof of the totals."""
        if any(line.result for line in self.line_ids):
            raise UserError(
                self.env._("Rows of this file are counted: it is kept as proof of the totals.")
            )
        self._give_back_older()

    # ------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------

    @api.model
    def _cron_delete_files(self, limit=100):
        """Deletes old files; their rows stay, above all those that wait to be resolved.

        Days: parameter ``bde.tax_file_days``.
        """
        # sudo: a setting of the instance
        days = int(self.env["ir.config_parameter"].sudo().get_param("bde.tax_file_days", FILE_DAYS))
        old, domain = self._old_files(days, limit)
        old._delete_files()
        self.env["ir.cron"]._commit_progress(len(old), remaining=self.search_count(domain))
