import re

from odoo import http

from .template import TemplatePages


class TaxSheetPages(TemplatePages):
    """Campaigns of the tax on a page each, for those who may read them."""

    @http.route("/bde/tax/sheet", type="http", auth="user", methods=["GET"])
    def tax_sheet(self, ids="", **_query):
        """One PDF for all; who may not read one of them gets nothing."""
        numbers = [int(number) for number in re.findall(r"\d{1,12}", ids)]
        campaigns = self._readable("bde.tax.campaign", numbers)
        return self._pdf(campaigns._sheet_pdf(), "bilan-taxe.pdf")
