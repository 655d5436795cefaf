from odoo import http

from odoo.addons.bde_partnerships.controllers.template import TemplatePages
from odoo.addons.bde_partnerships.rules import languages


class ConventionPages(TemplatePages):
    """PDFs of conventions that are made on the spot for staff."""

    @http.route("/bde/attestations", type="http", auth="user", methods=["GET"])
    def attestations(self, ids=""):
        """Attestations of conventions, one page each."""
        numbers = self._numbers(ids)
        conventions = self._readable("bde.convention", numbers)
        return self._pdf(conventions._attestation_pdf(), "attestations.pdf")

    @http.route()
    def template_preview(self, template_id, placement_id=None, lang=None, **_query):
        """A wording on an invented convention, or on a real placement; in one language or two."""
        template = self._readable("bde.document.template", [template_id])
        if lang in languages.CODES:
            template = template.with_context(bde_second_lang=lang)
        placement = None
        if placement_id and placement_id.isdecimal():
            placement = self._readable("bde.placement", [int(placement_id)])
            # it says who the guardians are, which teachers and school life do not read
            placement.company_id._bde_check_user_is("secretary")
        return self._pdf(template._preview_pdf(placement), f"{template.name}.pdf")
