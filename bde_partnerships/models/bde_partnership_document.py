from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import partnership_sample, turns

KIND = ("partnership", "Partnership agreement")


class BdeDocument(models.Model):
    _inherit = "bde.document"

    # what was signed outlives the kind: its documents, versions and journals stay
    kind = fields.Selection(selection_add=[KIND], ondelete={"partnership": "set document"})

    def action_interrupt(self, reason=None):
        """Ends signed agreements before their term; their QR code says so.

        :param str reason: shown to the parties
        """
        self._check_staff()
        if any(d.kind != "partnership" or d.state not in ("signed", "running") for d in self):
            raise UserError(self.env._("Only an agreement in force ends before its term."))
        for documents in self._as_engine():
            documents._lock()
            documents._log("interrupted", {"reason": reason or ""})
            documents._set_state("interrupted", reason)
        return True

    def _void_signatures(self):
        """Closes the signatures that nobody will give any more."""
        self.signature_ids.filtered(lambda s: s.state in turns.OPEN).write({"state": "void"})

    def _verification_verdict(self):
        """An agreement that was signed elsewhere is not vouched for by this engine."""
        verdict = super()._verification_verdict()
        if verdict != "signed":
            return verdict
        # sudo: the QR code is public; what is asked is whether the engine saw signatures
        elsewhere = (
            self.env["bde.partnership"]
            .sudo()
            .search_count(
                [("document_id", "=", self.id), ("signed_elsewhere", "=", True)],
                limit=1,
            )
        )
        return "elsewhere" if elsewhere else verdict


class BdeDocumentTemplate(models.Model):
    _inherit = "bde.document.template"

    kind = fields.Selection(selection_add=[KIND], ondelete={"partnership": "set document"})

    def _preview_pdf(self, record=None):
        """PDF of this wording on an invented document; modules do it for their kinds.

        :param record: shown on this record instead, for kinds that can
        :raises UserError: for a kind that nothing is made of
        :rtype: bytes
        """
        self.ensure_one()
        if self.kind != "partnership":
            raise UserError(self.env._("Nothing is made of this kind of wording."))
        # sudo: pages are built without records
        Partnership = self.env["bde.partnership"].sudo()
        html = Partnership._page(partnership_sample.sample(self._template_content()))
        return self.env["bde.document.version"]._render_html(html)

    def action_preview(self):
        """PDF of this wording on an invented document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/template/{self.id}/preview",
            "target": "new",
        }

    @api.model
    def _partnership_library(self):
        """The wording of agreements that this module ships."""
        template = self.env.ref("bde_partnerships.template_partnership", raise_if_not_found=False)
        return template or self.browse()

    @api.model
    def _hand_down_partnership(self):
        """Every académie that is there gets the wording; at installation and by the upgrade."""
        academies = self.env["res.company"].search([("bde_kind", "=", "academy")])
        self._hand_down(academies, self._partnership_library())


class BdeDocumentArticle(models.Model):
    _inherit = "bde.document.article"

    section = fields.Selection(
        selection_add=[
            ("object", "Article, followed by the object"),
            ("commitments_school", "Article, followed by what the school commits to"),
            ("commitments_company", "Article, followed by what the company commits to"),
            ("duration", "Article, followed by the dates"),
        ],
        ondelete={
            "object": "set general",
            "commitments_school": "set general",
            "commitments_company": "set general",
            "duration": "set general",
        },
    )


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    role = fields.Selection(selection_add=[("third", "Third party")], ondelete={"third": "cascade"})


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._hand_down_partnership()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("bde_kind") == "academy":
            self._hand_down_partnership()
        return result

    def _hand_down_partnership(self):
        """An académie begins with the wording of agreements."""
        academies = self.filtered(lambda company: company.bde_kind == "academy")
        if academies:
            # sudo: whoever opens an académie need not have a right on templates
            Template = self.env["bde.document.template"].sudo()
            Template._hand_down(academies, Template._partnership_library())
