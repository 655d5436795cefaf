from odoo import http

from .template import TemplatePages


class TaxSheetPages(TemplatePages):
    """Campaigns of the tax on a page each, for those who may read them."""

    @http.route("/bde/tax/sheet", type="http", auth="user", methods=["GET"])
    def tax_sheet(self, ids="", **_query):
        """One PDF for all; who may not read one of them gets nothing."""
        numbers = self._numbers(ids)
        campaigns = self._readable("bde.tax.campaign", numbers)
        return self._pdf(campaigns._sheet_pdf(), "bilan-taxe.pdf")
