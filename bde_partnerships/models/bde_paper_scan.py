from odoo import api, fields, models
from odoo.exceptions import AccessError

STATES = [
    ("matched", "To confirm"),
    ("to_match", "To match"),
    ("outdated", "Does not count"),
    ("recorded", "Recorded"),
    ("put_aside", "Put aside"),
]
OPEN = ("matched", "to_match", "outdated")
# What staff say of a page; the rest is read from the page or belongs to the engine.
USER_FIELDS = {"document_id", "version_id", "signature_ids", "paper_date"}


class BdePaperScan(models.Model):
    """One page that came back on paper, beside what it is matched to.

    It waits here until staff have looked at it: a code that was read is no signature.
    """

    _name = "bde.paper.scan"
    _description = "Scanned page"
    _inherit = ["bde.owned"]
    _order = "id"
    _rec_name = "file_name"

    file_name = fields.Char(string="File", required=True, readonly=True)
    file_sha256 = fields.Char(readonly=True, help="Hash of the file that was handed in.")
    page = fields.Integer(required=True, readonly=True, default=1, help="Page of that file.")
    file = fields.Binary(
        string="Page", readonly=True, attachment=True, help="Picture of the page, upright."
    )
    code = fields.Char(readonly=True, help="What the code of the page says.")
    document_id = fields.Many2one(
        "bde.document",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    version_id = fields.Many2one(
        "bde.document.version",
        string="Version",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
        domain="[('document_id', '=', document_id)]",
    )
    signature_ids = fields.Many2many(
        "bde.document.signature",
        string="Signed by",
        check_company=True,
        domain="[('version_id', '=', version_id)]",
        help="The parties whose signature you see on this page.",
    )
    paper_date = fields.Date(
        string="Date on the paper", help="Leave it empty when the paper bears none."
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="to_match")
    reason = fields.Char(readonly=True, help="What stops it from being recorded, and what to do.")
    recorded_by_id = fields.Many2one(
        "res.users", string="Recorded by", readonly=True, index="btree_not_null"
    )
    recorded_on = fields.Datetime(string="Recorded on", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment",
        string="Kept as",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    sha256 = fields.Char(string="Hash of the scan", readonly=True)

    _company_state_idx = models.Index("(company_id, state)")
    _file_idx = models.Index("(file_sha256, page)")

    def write(self, vals):
        if set(vals) - USER_FIELDS and not self.env.su:
            raise AccessError(
                self.env._("A scanned page changes by its own buttons, and by who signed it.")
            )
        return super().write(vals)

    @api.depends("file_name", "page")
    def _compute_display_name(self):
        for scan in self:
            scan.display_name = self.env._(
                "%(file)s, page %(page)s", file=scan.file_name, page=scan.page
            )
