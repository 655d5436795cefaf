import json
import os
from io import BytesIO
from urllib.parse import quote

import qrcode
import qrcode.image.svg

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, config
from odoo.tools.misc import file_path

from ..pdf import render
from ..pdf.certificate import KeyStore
from ..rules.canonical import sha256_hex

CONTENT_SCHEMA = 1
FROZEN = {
    "document_id", "serial", "content", "content_sha256", "pdf_sha256", "pdf_attachment_id",
    "template_id", "lang",
}  # fmt: skip
PDF = {"pdf_sha256", "pdf_attachment_id"}


class BdeDocumentVersion(models.Model):
    """One wording of a document: its canonical content and the PDF that was shown."""

    _name = "bde.document.version"
    _description = "Version of a document"
    _inherit = ["bde.owned"]
    _order = "document_id, serial desc"
    _rec_name = "serial"

    document_id = fields.Many2one(
        "bde.document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    serial = fields.Integer(string="Version", required=True, readonly=True)
    template_id = fields.Many2one(
        "bde.document.template",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    lang = fields.Char(required=True, readonly=True)
    reason = fields.Char(readonly=True, help="Why it replaces the version before.")
    content = fields.Text(required=True, readonly=True, help="Canonical JSON: what is signed.")
    content_sha256 = fields.Char(string="Hash of the content", required=True, readonly=True)
    pdf_attachment_id = fields.Many2one(
        "ir.attachment",
        string="PDF shown",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    pdf_sha256 = fields.Char(string="Hash of the PDF", readonly=True)
    referent_user_id = fields.Many2one("res.users", readonly=True)
    signature_ids = fields.One2many("bde.document.signature", "version_id", readonly=True)

    _document_serial_uniq = models.UniqueIndex("(document_id, serial)")
    _no_pdf_idx = models.Index("(id) WHERE pdf_attachment_id IS NULL")

    def init(self):
        """Has PostgreSQL compress contents by lz4 where it can.

        Making a version is half writing this one column; lz4 takes a third of the time of the
        default for a tenth more room.
        """
        methods = self.env.execute_query(
            SQL("SELECT enumvals FROM pg_settings WHERE name = 'default_toast_compression'")
        )
        if methods and "lz4" in methods[0][0]:
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ALTER COLUMN content SET COMPRESSION lz4",
                    SQL.identifier(self._table),
                )
            )

    def write(self, vals):
        if FROZEN & vals.keys():
            done = self.signature_ids.filtered(lambda s: s.state in ("signed", "acknowledged"))
            if not vals.keys() - PDF:
                # a signature kept from the version before was given on the page of that one
                done = done.filtered(lambda s: not s.kept_from_id or s.version_id.pdf_sha256)
            if done:
                raise UserError(self.env._("What was signed cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_signed(self):
        if self.signature_ids.filtered(lambda s: s.state in ("signed", "acknowledged")):
            raise UserError(self.env._("What was signed cannot be removed."))

    def _content(self):
        """The content as a dict.

        :rtype: dict
        """
        self.ensure_one()
        return json.loads(self.content)

    def _is_intact(self):
        """Whether content and PDF still have the hashes that were signed."""
        self.ensure_one()
        if sha256_hex(self.content) != self.content_sha256:
            return False
        return (
            not self.pdf_sha256 or sha256_hex(self.pdf_attachment_id.raw or b"") == self.pdf_sha256
        )

    @api.model
    def _render_html(self, html, embedded=()):
        """PDF/A-3a of a page of ours; see ``pdf/render.py`` for what it may ask for.

        :raises UserError: when the page cannot be rendered
        :rtype: bytes
        """

        def find_static(path):
            try:
                return file_path(path)
            except FileNotFoundError:
                return None

        try:
            return render.render(html, embedded, find_static)
        except render.RenderingError as error:
            raise UserError(
                self.env._("The PDF cannot be made: %(reason)s", reason=error)
            ) from error

    def _ensure_pdf(self):
        """Renders the PDF of the versions that have none yet, one creation for all.

        The bytes are kept: what was shown before the first signature is what is signed.
        """
        missing = self.filtered(lambda version: not version.pdf_attachment_id)
        if not missing:
            return
        rendered = []
        for version in missing:
            document = version.document_id
            html = document._concrete_one()._document_html(version._content())
            rendered.append((version, self._render_html(html)))
        # sudo: the file hangs on the version, whoever opens it first
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": f"{version.document_id.number}-v{version.serial}.pdf",
                        "raw": pdf,
                        "mimetype": "application/pdf",
                        # Nobody may write versions, hence not this file either.
                        "res_model": self._name,
                        "res_id": version.id,
                        "company_id": version.company_id.id,
                    }
                    for version, pdf in rendered
                ]
            )
        )
        for (version, pdf), attachment in zip(rendered, attachments, strict=True):
            version.sudo().write(
                {"pdf_attachment_id": attachment.id, "pdf_sha256": sha256_hex(pdf)}
            )

    @api.model
    def _qr_svg(self, text):
        """QR code as a ``data:`` picture, vectorial: sharp on any printer."""
        stream = BytesIO()
        code = qrcode.make(
            text,
            image_factory=qrcode.image.svg.SvgPathFillImage,
            error_correction=qrcode.constants.ERROR_CORRECT_M,
            border=2,
        )
        code.save(stream)
        return "data:image/svg+xml," + quote(stream.getvalue())

    @api.model
    def _key_store(self):
        """Folder of keys: option ``bde_key_dir`` of the server, else ``BDE_KEY_DIR``."""
        folder = config.get("bde_key_dir") or os.environ.get("BDE_KEY_DIR")
        return KeyStore(folder, os.environ.get("BDE_KEY_PASSPHRASE"))
