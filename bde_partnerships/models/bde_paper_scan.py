from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

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
    file_sha256 = fields.Char(
        string="Hash of the file", readonly=True, help="Hash of the file that was handed in."
    )
    page = fields.Integer(required=True, readonly=True, default=1, help="Page of that file.")
    file = fields.Binary(
        string="Picture", readonly=True, attachment=True, help="Picture of the page, upright."
    )
    code = fields.Char(readonly=True, help="What the code of the page says.")
    document_id = fields.Many2one(
        "bde.document",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Search by number, by title or by a name in it.",
    )
    version_id = fields.Many2one(
        "bde.document.version",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
        compute="_compute_version_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('document_id', '=', document_id)]",
    )
    signature_ids = fields.Many2many(
        "bde.document.signature",
        string="Signed by",
        check_company=True,
        compute="_compute_signature_ids",
        store=True,
        readonly=False,
        domain="[('version_id', '=', version_id)]",
        help="The parties whose signature you see on this page.",
    )
    is_proposed = fields.Boolean(
        string="Read from the boxes",
        readonly=True,
        help="Who signed was read from the boxes of the sheet: look at the page.",
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

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("document_id")
    def _compute_version_id(self):
        """The current version, where staff name a document; the code says which otherwise."""
        for scan in self:
            if scan.version_id.document_id != scan.document_id:
                scan.version_id = scan.document_id.version_id

    @api.depends("version_id")
    def _compute_signature_ids(self):
        for scan in self:
            scan.signature_ids = scan.signature_ids.filtered(
                lambda s, version=scan.version_id: s.version_id == version
            )

    @api.depends("file_name", "page")
    def _compute_display_name(self):
        for scan in self:
            scan.display_name = self.env._(
                "%(file)s, page %(page)s", file=scan.file_name, page=scan.page
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        """Staff say what the page is and who signed; it is judged anew with each change.

        :raises UserError: on a recorded page, or for a signature of another document
        """
        if set(vals) - USER_FIELDS and not self.env.su:
            raise AccessError(
                self.env._("A scanned page changes by its own buttons, and by who signed it.")
            )
        said = USER_FIELDS & set(vals)
        if said and any(scan.state == "recorded" for scan in self):
            raise UserError(self.env._("This page is recorded: it does not change any more."))
        result = super().write(vals)
        if "signature_ids" in said:
            super().write({"is_proposed": False})
        if said:
            self._check_same_document()
            # sudo: state and reason, which follow from what was written
            self.sudo()._judge()
        return result

    def _check_same_document(self):
        for scan in self:
            if scan.version_id.document_id != scan.document_id or any(
                s.version_id != scan.version_id for s in scan.signature_ids
            ):
                raise UserError(
                    self.env._(
                        "%(page)s: who signed has to be a party of that version.",
                        page=scan.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_recorded(self):
        if any(scan.state == "recorded" for scan in self):
            raise UserError(self.env._("A recorded page is part of the proof: it stays."))
