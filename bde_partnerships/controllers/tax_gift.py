from odoo import http

from ..rules.french import NBSP
from .template import TemplatePages


class TaxGiftPages(TemplatePages):
    """The receipt of a gift in kind, for those who may read it."""

    @http.route("/bde/tax/gift/<int:gift_id>.pdf", type="http", auth="user", methods=["GET"])
    def tax_gift_pdf(self, gift_id, **_query):
        gift = self._readable("bde.tax.gift", [gift_id])
        name = gift.display_name.replace(NBSP, " ")
        return self._pdf(gift._receipt_pdf(), f"{name}.pdf")
