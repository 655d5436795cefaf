import base64

from odoo import api, fields, models
from odoo.tools.mimetypes import guess_mimetype

from ..rules.canonical import sha256_hex


class BdeDocumentAsset(models.Model):
    """A picture that contents name by its SHA-256: same content, same picture for ever.

    Insert only. Written and read by the engine alone, no role has a right on it.
    """

    _name = "bde.document.asset"
    _description = "Picture of a document"
    _inherit = ["bde.owned"]
    _order = "id"
    _rec_name = "sha256"

    sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    data = fields.Binary(required=True, readonly=True, attachment=True)

    _company_sha256_uniq = models.Constraint(
        "UNIQUE(company_id, sha256)", "This picture is kept already."
    )

    def write(self, vals):
        if vals.keys() & {"sha256", "data"}:
            raise NotImplementedError("a picture named by its digest does not change")
        return super().write(vals)

    @api.model
    def _data_uri(self, company, digest):
        """Address ``data:`` of a picture for a page, None when there is none.

        :param company: the school of the document
        :param str digest: SHA-256 in hexadecimal, or None
        """
        if not digest:
            return None
        # sudo: pages are built for signers who have no account; forms ask for sizes, not bytes
        assets = company.sudo().with_context(bin_size=False).bde_asset_ids
        asset = assets.filtered(lambda a: a.sha256 == digest)[:1]
        raw = base64.b64decode(asset.data or b"")
        if sha256_hex(raw) != digest:
            return None
        return f"data:{guess_mimetype(raw)};base64,{asset.data.decode()}"


class ResCompany(models.Model):
    _inherit = "res.company"

    bde_asset_ids = fields.One2many("bde.document.asset", "company_id", groups="base.group_system")

    def _bde_logo_digest(self):
        """SHA-256 of the school's logo, kept as an asset; None when it has no logo of its own."""
        self.ensure_one()
        # sudo: the logo stands on the partner of the company; forms ask for sizes, not bytes
        company = self.sudo().with_context(bin_size=False)
        if company.uses_default_logo:
            return None
        data = company.partner_id.image_512
        if not data:
            return None
        return company._bde_keep_asset(data)

    def _bde_keep_asset(self, data):
        """Digest of a picture, kept once a school; for the engine, in sudo."""
        digest = sha256_hex(base64.b64decode(data))
        if digest not in self.bde_asset_ids.mapped("sha256"):
            self.env["bde.document.asset"].sudo().create(
                {"company_id": self.id, "sha256": digest, "data": data}
            )
        return digest
