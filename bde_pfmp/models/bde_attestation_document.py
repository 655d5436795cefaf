from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.models.bde_document import SIGNED

from ..rules import attestation_sample

KIND = ("attestation", "Attestation")


class BdeDocument(models.Model):
    _inherit = "bde.document"

    # what was signed outlives the kind: its documents, versions and journals stay
    kind = fields.Selection(selection_add=[KIND], ondelete={"attestation": "set document"})

    def _version_columns(self, version, parties):
        """The referent of the pupil reads it, though he is no party."""
        columns = super()._version_columns(version, parties)
        if self.kind == "attestation":
            referent = self._concrete_one().placement_id.referent_id
            columns["referent_user_id"] = referent.user_id.id or None
        return columns

    def action_cancel(self, reason=None):
        """The attestation of a stay that is closed stays."""
        signed = self.filtered(lambda d: d.kind == "attestation" and d.state in SIGNED)
        for attestation in signed._concrete().values():
            if any(one.convention_id.state == "closed" for one in attestation):
                raise UserError(
                    self.env._("The stay is closed: open it again before its attestation.")
                )
        return super().action_cancel(reason)


class BdeDocumentTemplate(models.Model):
    _inherit = "bde.document.template"

    kind = fields.Selection(selection_add=[KIND], ondelete={"attestation": "set document"})

    @api.model
    def _convention_library(self):
        """Attestations have one national wording for all types of stay."""
        template = self.env.ref("bde_pfmp.template_attestation", raise_if_not_found=False)
        return super()._convention_library() | (template or self.browse())

    def _preview_pdf(self, record=None):
        if self.kind != "attestation":
            return super()._preview_pdf(record)
        # sudo: pages are built without records
        Attestation = self.env["bde.attestation"].sudo()
        content = attestation_sample.sample(self._template_content())
        html = Attestation._page(content | {"preview": True})
        return self.env["bde.document.version"]._render_html(html)


class BdeReminder(models.Model):
    _inherit = "bde.reminder"

    @api.model
    def _waited_for(self, company):
        """Hosts are asked for attestations by the letters about stays, not by the rhythm."""
        signatures = super()._waited_for(company)
        return signatures.filtered(lambda s: s.document_id.kind != "attestation")


class BdeDelivery(models.AbstractModel):
    _inherit = "bde.delivery"

    def _deliver(self, signatures, reminder=False, asked=False, reason=None):
        """No letter for what its signer has just opened on his own page."""
        if self.env.context.get("bde_no_letter") and not (reminder or asked):
            return signatures.browse()
        return super()._deliver(signatures, reminder=reminder, asked=asked, reason=reason)

    def _send_copies(self, documents):
        """The pupil gets a copy of his attestation too, though he signs nothing (D124-9)."""
        result = super()._send_copies(documents)
        of_attestations = documents.filtered(lambda d: d.kind == "attestation")
        messages, told = [], []
        for attestation in of_attestations._concrete().get("bde.attestation", ()):
            student, company = attestation.placement_id.student_id, attestation.company_id
            if not student.email:
                continue
            document = attestation.document_id
            lang = company.partner_id.lang or document.lang
            env = self.with_context(lang=lang).env
            values = {"company": company, "name": student.name, "documents": document}
            messages.append(
                {
                    "company": company,
                    "email_to": self._to(student.name, student.email),
                    "subject": env._("Your attestation – %(school)s", school=company.name),
                    "body_html": self._body("mail_copy", lang, values),
                    "attachment_ids": document.sealed_attachment_id.ids,
                }
            )
            told.append((document, "copies", {"readers": ["student"]}, None))
        if messages:
            self._queue(messages)
            self.env["bde.journal"]._append(told)
            self._trigger_queue()
        return result
