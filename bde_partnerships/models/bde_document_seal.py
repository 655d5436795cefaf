import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..pdf import seal
from ..pdf.certificate import KeyUnavailable
from ..pdf.render import Embedded
from ..rules import turns
from ..rules.canonical import sha256_hex
from ..rules.signer import mask_email, mask_phone
from .bde_document import SIGNED

_logger = logging.getLogger(__name__)

RETRY_WITHOUT_KEY = timedelta(hours=1)
COPIES_PER_RUN = 200


class BdeDocument(models.Model):
    """The seal: a job, so that no signer waits for it and no failure loses a signature."""

    _inherit = "bde.document"

    def _after_signing(self):
        """Counts, moves on, gives the next their turn; the last signature asks for the seal."""
        Signature = self.env["bde.document.signature"]
        current = Signature.search([("document_id", "in", self.ids), ("is_current", "=", True)])
        by_document = current.grouped("document_id")
        complete = self.browse()
        for document in self:
            signatures = by_document[document]
            rows = signatures._turn_rows()
            needed, given = turns.count(rows)
            if given != document.signed_count:
                document.write({"signed_count": given})
            if given == needed:
                complete += document
            # One holder of authority has signed: the other one may still read and acknowledge.
            settled = turns.settled(rows)
            others = signatures.filtered(
                lambda s, groups=settled: (
                    s.required and s.alternative in groups and s.state in turns.OPEN
                )
            )
            if others:
                others.write({"required": False})
        started = (self - complete).filtered("signed_count")
        started._set_state("partly_signed")
        Signature._open_turns(self - complete)
        if complete:
            complete.write({"seal_state": "pending", "seal_after": False, "seal_error": False})
            complete._set_state("signed")
            self._trigger_job("ir_cron_seal")

    # ------------------------------------------------------------
    # PROOF
    # ------------------------------------------------------------

    def _proof(self):
        """What the proof page states: who, in what role, when, how, on which content.

        Mail, phone and network are masked: every party gets this page.

        :return: dict ``html`` (a section) and ``signatures`` (list of dicts)
        """
        self.ensure_one()
        zone = self.company_id.bde_tz
        done = self.signature_ids.filtered(lambda s: s.state in ("signed", "acknowledged"))
        selections = {
            name: dict(done._fields[name]._description_selection(self.env))
            for name in ("method", "state")
        }
        rows = [
            {
                "party": signature.party_uuid,
                "name": signature.name,
                "signed_name": signature.signed_name or signature.name,
                "role": signature._role_label(),
                "state": selections["state"][signature.state],
                "when": format_datetime(self.env, signature.signed_on, tz=zone),
                "how": selections["method"].get(signature.method, ""),
                "by": signature.signed_by_id.name or "",
                "by_delegation": signature.by_delegation,
                "notes": signature._proof_notes(),
                "address": mask_email(signature.email) or mask_phone(signature.phone),
                "network": signature.masked_ip or "",
                "image": signature.image.decode() if signature.image else "",
            }
            for signature in done.sorted("signed_on")
        ]
        version = self.version_id
        values = {
            "document": self,
            "version": version,
            "rows": rows,
            "zone": zone,
            "qr": version._qr_svg(version._content()["check_url"]),
            "check_url": version._content()["check_url"],
        }
        html = self.env["ir.qweb"]._render(
            "bde_partnerships.document_proof", values, minimal_qcontext=True
        )
        return {"html": str(html), "signatures": rows}

    # ------------------------------------------------------------
    # SEAL
    # ------------------------------------------------------------

    def _sealed_pdf(self):
        """Bytes of the sealed PDF: same content, proof page, signed PDF embedded, seal.

        :raises KeyUnavailable: when the school's key is missing or does not open
        :raises UserError: when what was signed is not intact
        """
        self.ensure_one()
        version, school = self.version_id, self.company_id
        if not version._is_intact():
            raise UserError(self.env._("What was signed is not what is stored: nothing is sealed."))
        signer = seal.load_signer(*version._key_store().school_key(school.uai))
        html = self._concrete_one()._document_html(version._content(), proof=self._proof())
        pdf = version._render_html(
            html,
            [
                Embedded(
                    f"{self.number}-v{version.serial}.pdf",
                    version.pdf_attachment_id.raw,
                    self.env._("The document as it was shown and signed"),
                ),
                Embedded(
                    f"{self.number}-v{version.serial}.json",
                    version.content.encode(),
                    self.env._("The content whose hash was signed"),
                    "Data",
                ),
            ],
        )
        reason = self.env._("Signed by all parties: %(number)s", number=self.number)
        return seal.seal(pdf, signer, reason, school.city or "", school.name)

    def _seal_one(self):
        """Seals one document whose row is locked, and stores what went wrong otherwise."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._store_seal(self._sealed_pdf())
        except KeyUnavailable as error:
            self._seal_later("no_key", error, RETRY_WITHOUT_KEY)
        except Exception as error:  # one document that fails must not stop the others
            _logger.exception("Seal of document %s failed", self.number)
            self._seal_later("failed", error, timedelta(minutes=5 * 2 ** min(self.seal_tries, 8)))

    def _seal_later(self, state, error, delay):
        self.write(
            {
                "seal_state": state,
                "seal_error": str(error)[:200],
                "seal_tries": self.seal_tries + 1,
                "seal_after": fields.Datetime.now() + delay,
            }
        )

    def _store_seal(self, pdf):
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self.number}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self.version_id._name,
                "res_id": self.version_id.id,
                "company_id": self.company_id.id,
            }
        )
        digest = sha256_hex(pdf)
        self.write(
            {
                "sealed_attachment_id": attachment.id,
                "sealed_sha256": digest,
                "sealed_on": fields.Datetime.now(),
                "seal_state": "done",
                "seal_error": False,
                "seal_after": False,
            }
        )
        self._log("sealed", {"sha256": digest, "content_sha256": self.version_id.content_sha256})

    @api.model
    def _seal_domain(self):
        return [
            ("seal_state", "in", ("pending", "no_key", "failed")),
            ("state", "in", SIGNED),
            "|",
            ("seal_after", "=", False),
            ("seal_after", "<=", fields.Datetime.now()),
        ]

    @api.model
    def _cron_seal(self):
        """Seals what everybody signed, one commit each: it may be stopped at any moment."""
        documents = self.search(self._seal_domain(), order="seal_after, id")
        self.env["ir.cron"]._commit_progress(remaining=len(documents))
        for document in documents:
            # Somebody may be cancelling it: it is taken at the next run.
            locked = document.try_lock_for_update().filtered_domain(self._seal_domain())
            for batch in locked._as_engine():
                batch._seal_one()
            if not self.env["ir.cron"]._commit_progress(1):
                break
        self._trigger_job("ir_cron_copies")

    @api.model
    def _cron_copies(self):
        """Sends the sealed copies, once: the mails and the mark are one transaction."""
        documents = self.search(
            [("seal_state", "=", "done"), ("copies_sent_on", "=", False)], order="id"
        )
        self.env["ir.cron"]._commit_progress(remaining=len(documents))
        for school_documents in documents.grouped("company_id").values():
            for start in range(0, len(school_documents), COPIES_PER_RUN):
                chunk = school_documents[start : start + COPIES_PER_RUN]
                for batch in chunk._as_engine():
                    batch._send_copies_apart()
                if not self.env["ir.cron"]._commit_progress(len(chunk)):
                    return

    def _send_copies_apart(self):
        """Sends the copies of a batch; what fails there waits, and stops no other school."""
        try:
            with self.env.cr.savepoint():
                self.env["bde.delivery"]._send_copies(self)
        except Exception:
            _logger.exception("Copies of %s documents were not sent", len(self))

    def action_seal_now(self):
        """Tries again at once, after the key was put right."""
        self._check_staff()
        # sudo: the engine's own fields
        waiting = self.sudo().filtered(lambda d: d.seal_state in ("pending", "no_key", "failed"))
        waiting.write({"seal_state": "pending", "seal_after": False})
        self._trigger_job("ir_cron_seal")
        return True
