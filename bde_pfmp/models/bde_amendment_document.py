from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import amendment_sample

KIND = ("amendment", "Amendment")


class BdeDocument(models.Model):
    _inherit = "bde.document"

    # what was signed outlives the kind: its documents, versions and journals stay
    kind = fields.Selection(selection_add=[KIND], ondelete={"amendment": "set document"})

    def action_cancel(self, reason=None):
        """An amendment that all have signed is not taken back: another one changes it."""
        if any(d.kind == "amendment" and d.state in ("signed", "running", "ended") for d in self):
            raise UserError(
                self.env._("All have signed this amendment: change it by another amendment.")
            )
        return super().action_cancel(reason)


class BdeDocumentTemplate(models.Model):
    _inherit = "bde.document.template"

    kind = fields.Selection(selection_add=[KIND], ondelete={"amendment": "set document"})

    @api.model
    def _convention_library(self):
        """Amendments have one national wording for all types of stay."""
        template = self.env.ref("bde_pfmp.template_amendment", raise_if_not_found=False)
        return super()._convention_library() | (template or self.browse())

    def _preview_pdf(self, record=None):
        if self.kind != "amendment":
            return super()._preview_pdf(record)
        # sudo: pages are built without records
        Amendment = self.env["bde.amendment"].sudo()
        content = amendment_sample.sample(self._template_content())
        html = Amendment._page(content | {"preview": True})
        return self.env["bde.document.version"]._render_html(html)
