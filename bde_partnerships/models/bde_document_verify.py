from zoneinfo import ZoneInfo

from odoo import api, models

from ..pdf import seal_reading
from ..rules.canonical import sha256_hex
from .bde_document import SIGNED


class BdeDocument(models.Model):
    """What a stranger may know of a paper or a file: is it genuine, and where does it stand.

    No name, no title, no content leaves this file.
    """

    _inherit = "bde.document"

    _sealed_sha256_idx = models.Index("(sealed_sha256) WHERE sealed_sha256 IS NOT NULL")

    @api.model
    def _verification(self, check_token):
        """What a holder of the paper may know.

        :return: dict without any personal data, or None when the token is unknown
        """
        # sudo: the QR code is public; nothing but the facts below leaves this method
        document = self.sudo().search([("check_token", "=", check_token or "")])
        return document._verification_facts() if document else None

    def _verification_facts(self):
        self.ensure_one()
        version, sealed_on = self.version_id, self.sealed_on
        zone = ZoneInfo(self.company_id.bde_tz)
        return {
            "verdict": self._verification_verdict(),
            "number": self.number,
            "state": self.state,
            "school": self.company_id.name,
            "uai": self.company_id.uai,
            "sealed_on": sealed_on and sealed_on.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone),
            "version": version.serial,
            "content_sha256": version.content_sha256 or "",
            "pdf_sha256": self.sealed_sha256 or version.pdf_sha256 or "",
            "intact": not self.journal_fault,
        }

    def _verification_verdict(self):
        if self.state in ("cancelled", "refused", "interrupted"):
            return self.state
        if self.seal_state == "done":
            return "sealed"
        return "signed" if self.state in SIGNED else "unsigned"

    @api.model
    def _verify_file(self, data):
        """What a file that somebody handed in is.

        :param bytes data: as uploaded
        :return: dict ``found``: ``sealed`` (the sealed copy), ``version`` (the PDF of a version),
            ``proof`` (a proof file), ``altered`` (one of these, and something was added to it),
            ``broken`` (its seal does not fit any more), ``foreign`` (sealed, and not known here),
            ``unknown``, ``no_pdf``; and of a known one ``facts`` (see :meth:`_verification`),
            ``version``, ``current``, ``seal`` (whether its seal is valid, None without one)
        """
        if not data.lstrip().startswith(b"%PDF"):
            return {"found": "no_pdf", "facts": None}
        seals = seal_reading.read_seals(data)
        known = self._find_file(sha256_hex(data))
        if known:
            return known | {"seal": seals[-1].valid if seals else None}
        for seal in reversed(seals):
            # what a known file was before something was added behind its seal
            known = self._find_file(sha256_hex(data[: seal.end]))
            if known:
                changed = seal_reading.is_altered_after(data, seal.end)
                return known | {
                    "found": "altered" if changed else known["found"],
                    "seal": seal.valid,
                }
        if not seals:
            return {"found": "unknown", "facts": None}
        return {"found": "foreign" if seals[-1].valid else "broken", "facts": None}

    @api.model
    def _find_file(self, digest):
        """The document of a file that was made here, by its digest.

        :return: dict, see :meth:`_verify_file`; None when it is not known
        """
        # sudo: whoever has the file may know whether it is genuine; facts without any name
        document = self.sudo().search([("sealed_sha256", "=", digest)], limit=1)
        if document:
            return document._found("sealed", document.version_id)
        Version = document.env["bde.document.version"]
        version = Version.search([("pdf_sha256", "=", digest)], limit=1)
        if version:
            return version.document_id._found("version", version)
        proof = document.env["bde.document.proof"].search([("sha256", "=", digest)], limit=1)
        return proof.document_id._found("proof", proof.document_id.version_id) if proof else None

    def _found(self, what, version):
        return {
            "found": what,
            "facts": self._verification_facts(),
            "version": version.serial,
            "current": version == self.version_id,
        }


class BdeDocumentVersion(models.Model):
    _inherit = "bde.document.version"

    _pdf_sha256_idx = models.Index("(pdf_sha256) WHERE pdf_sha256 IS NOT NULL")
