from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from .template import TemplatePages


class TaxLetterPages(TemplatePages):
    """Letters about the tax on paper, for those who may read them."""

    @http.route("/bde/tax/letters", type="http", auth="user", methods=["GET"])
    def tax_letters(self, ids="", **_query):
        """One PDF for all; who may not read one of them gets nothing."""
        numbers = self._numbers(ids)
        try:
            # counted before anything is read
            request.env["bde.tax.letter"]._check_print_count(len(numbers))
            letters = self._readable("bde.tax.letter", numbers)
            letters._check_printable()
        except AccessError:
            raise
        except UserError as error:
            return self._refused(error)
        return self._pdf(letters._letters_pdf(), "courriers-taxe.pdf")
