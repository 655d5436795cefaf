from mimetypes import guess_extension

from odoo import models
from odoo.exceptions import UserError

from ..rules.canonical import sha256_hex


class BdePartnership(models.Model):
    """Agreements that came signed: the suite keeps the scan and says that it saw nobody sign."""

    _inherit = "bde.partnership"

    def action_signed_elsewhere(self):
        """Asks for the scan and the dates of an agreement signed on paper."""
        self.ensure_one()
        self._check_draft()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signed on paper or elsewhere"),
            "res_model": "bde.partnership.paper",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partnership_id": self.id},
        }

    def _record_paper(self, scan, signed_on, date_start, date_end):
        """Stores a scan and lets the agreement run by its dates.

        The journal keeps the hash of the file: it proves that the scan did not change since,
        not who signed.

        :param tuple scan: bytes and mimetype
        :param signed_on: ``datetime.date`` on the paper
        :raises UserError: when it went out for signature here, or the dates do not hold
        """
        self.ensure_one()
        self.document_id._check_staff()
        self._check_draft()
        today = self.company_id._bde_today()
        if signed_on > today:
            raise UserError(self.env._("The day of signature is in the future."))
        if date_start > date_end:
            raise UserError(self.env._("The agreement ends before it begins."))
        raw, mimetype = scan
        # sudo: fields of the verb and the engine's state; the right was checked above
        partnership = self.sudo()
        attachment = partnership._store_scan(raw, mimetype)
        partnership.write(
            {
                "signed_elsewhere": True,
                "signed_on": signed_on,
                "scan_id": attachment.id,
                "scan_sha256": sha256_hex(raw),
                "date_start": date_start,
                "date_end": date_end,
            }
        )
        for document in partnership.document_id._as_engine():
            document._lock()
            document._void_signatures()
            document._log(
                "signed_elsewhere",
                {"sha256": sha256_hex(raw), "signed_on": signed_on.isoformat()},
            )
            document.write({"title": partnership._document_labels()["title"]})
            document._set_state("signed")
        partnership._follow_dates()

    def _store_scan(self, raw, mimetype):
        return self.env["ir.attachment"].create(
            {
                "name": f"{self.number}{guess_extension(mimetype) or ''}",
                "raw": raw,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )

    def _check_scan(self):
        """Stops when the file is not the one that was recorded: staff may write attachments."""
        self.ensure_one()
        # sudo: the bytes are compared, none of them leaves this method
        if sha256_hex(self.sudo().scan_id.raw or b"") != self.scan_sha256:
            raise UserError(
                self.env._(
                    "The scan was changed after it was recorded: ask the company for its copy. "
                    "The journal keeps the hash of the right one."
                )
            )
