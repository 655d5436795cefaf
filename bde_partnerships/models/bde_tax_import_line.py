from odoo import api, fields, models

COLUMN_FIELDS = [
    ("siret", "Employer: SIRET"),
    ("siren", "Employer: SIREN"),
    ("name", "Employer: name"),
    ("zip", "Employer: postcode"),
    ("city", "Employer: town"),
    ("amount", "Amount"),
    ("transfer_on", "Date of the transfer"),
    ("year", "Campaign (year)"),
    ("period", "Period"),
    ("uai", "School or component: UAI"),
    ("component", "School or component: name"),
    ("component_siret", "School or component: SIRET"),
    ("course", "Course: name"),
    ("course_code", "Course: RNCP"),
    ("reference", "Reference of the row"),
]
STATUSES = [
    ("new", "New"),
    ("known", "Counted before"),
    ("changed", "Changed"),
    ("to_confirm", "Company to confirm"),
    ("unmatched", "Company unknown"),
    ("not_ours", "Of another school"),
    ("refused", "Refused"),
    ("gone", "No longer in the file"),
]
DECISIONS = [
    ("take", "It is this company"),
    ("correct", "Correct what was counted"),
    ("add", "Count it besides"),
    ("keep", "Keep what was counted"),
    ("aside", "Set aside"),
    ("withdraw", "Take it back"),
]
RESULTS = [
    ("counted", "Counted"),
    ("corrected", "Corrected"),
    ("known", "Counted before"),
    ("withdrawn", "Taken back"),
]
BUCKETS = [
    ("received", "Counted"),
    ("ready", "To count"),
    ("waiting", "To resolve"),
    ("aside", "Set aside"),
    ("not_ours", "Of another school"),
    ("refused", "Refused"),
    ("gone", "No longer in the file"),
]
# where the amount of a row stands, after what was decided of it
_DECIDED = {"take": "ready", "correct": "ready", "add": "ready", "keep": "aside", "aside": "aside"}
_UNDECIDED = {
    "new": "ready", "known": "received", "changed": "waiting", "to_confirm": "waiting",
    "unmatched": "waiting", "not_ours": "not_ours", "refused": "refused",
}  # fmt: skip


def place(status, decision, result):
    """(where the amount stands, whether it is to be written, whether it waits for a decision).

    >>> place("unmatched", "", ""), place("unmatched", "take", ""), place("gone", "withdraw", "")
    (('waiting', False, True), ('ready', True, False), ('gone', True, False))
    """
    if status == "gone":
        return "gone", decision == "withdraw" and not result, False
    if result:
        bucket = "received"
    elif status in ("not_ours", "refused"):
        bucket = status
    else:
        bucket = _DECIDED.get(decision or "", _UNDECIDED[status])
    return bucket, bucket == "ready", bucket == "waiting"


class BdeTaxSheet(models.Model):
    """A sheet of the export."""

    _name = "bde.tax.sheet"
    _description = "Sheet of a SOLTéA export"
    _inherit = ["bde.table.sheet"]

    import_id = fields.Many2one("bde.tax.import")


class BdeTaxColumn(models.Model):
    """A column of the export and what it holds; remembered for the school's next one."""

    _name = "bde.tax.column"
    _description = "Column of a SOLTéA export"
    _inherit = ["bde.table.column"]

    import_id = fields.Many2one("bde.tax.import")
    field = fields.Selection(
        COLUMN_FIELDS, string="What it holds", help="Empty: the column is left out."
    )


class BdeTaxImportLine(models.Model):
    """One row of an export: what it says, whose money it is, what became of it."""

    _name = "bde.tax.import.line"
    _description = "Row of a SOLTéA export"
    _inherit = ["bde.table.line"]
    _order = "import_id desc, waits desc, line"
    _rec_name = "name"

    import_id = fields.Many2one("bde.tax.import")
    currency_id = fields.Many2one(related="company_id.currency_id")

    # what the file says
    siret = fields.Char(string="SIRET", readonly=True)
    siren = fields.Char(string="SIREN", readonly=True)
    name = fields.Char(string="Employer in the file", readonly=True)
    zip = fields.Char(string="Postcode", readonly=True)
    city = fields.Char(string="Town", readonly=True)
    amount = fields.Monetary(readonly=True)
    transfer_on = fields.Date(string="Transferred on", readonly=True)
    period = fields.Integer(readonly=True, aggregator=None)
    component_label = fields.Char(string="Component in the file", readonly=True)
    component_uai = fields.Char(string="UAI in the file", readonly=True)
    component_siret = fields.Char(string="SIRET of the component", readonly=True)
    course_label = fields.Char(string="Course in the file", readonly=True)
    row_key = fields.Char(readonly=True)
    employer_key = fields.Char(readonly=True)

    # what it is
    status = fields.Selection(STATUSES, required=True, readonly=True)
    remark = fields.Text(string="To know", readonly=True)
    twin_of = fields.Integer(
        string="Same as line",
        readonly=True,
        aggregator=None,
        help="Another row of the file says the very same: both are counted.",
    )
    campaign_id = fields.Many2one(
        "bde.tax.campaign",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    component_id = fields.Many2one(
        "bde.tax.component",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    course_id = fields.Many2one(
        "bde.tax.course",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    window_id = fields.Many2one(
        "bde.tax.window",
        string="Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        index="btree_not_null",
        ondelete="set null",
        domain="[('bde_employer', '=', True)]",
    )
    candidates = fields.Json(readonly=True)
    receipt_id = fields.Many2one(
        "bde.tax.receipt",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    counted = fields.Monetary(
        string="Counted amount", readonly=True, help="What the receipts say of this row."
    )

    # what is done with it
    decision = fields.Selection(DECISIONS)
    aside_reason = fields.Char(string="Why set aside")
    newer_id = fields.Many2one(
        "bde.tax.import",
        string="Resolved in",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The newer file that has the same row.",
    )
    result = fields.Selection(RESULTS, readonly=True)
    bucket = fields.Selection(
        BUCKETS, string="Where it stands", compute="_compute_bucket", store=True, precompute=True
    )
    todo = fields.Boolean(compute="_compute_bucket")
    waits = fields.Boolean(
        string="To resolve", compute="_compute_bucket", store=True, precompute=True
    )

    _bucket_idx = models.Index("(import_id, bucket)")
    _waits_idx = models.Index("(company_id) WHERE waits")
    _row_key_idx = models.Index("(company_id, row_key)")
    _employer_key_idx = models.Index("(company_id, employer_key) WHERE decision = 'take'")

    @api.depends("status", "decision", "result")
    def _compute_bucket(self):
        for line in self:
            line.bucket, line.todo, line.waits = place(line.status, line.decision, line.result)
