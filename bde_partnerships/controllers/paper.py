import re

from odoo import http

from .template import TemplatePages


class PaperPages(TemplatePages):
    """The paper edition of documents, made on the spot for staff."""

    @http.route("/bde/paper", type="http", auth="user", methods=["GET"])
    def paper(self, documents="", signatures="", **_query):
        """Documents to sign on paper: all who have not signed, or some of them."""
        name = "bde.document.signature" if signatures else "bde.document"
        numbers = [int(number) for number in re.findall(r"\d{1,12}", signatures or documents)]
        records = self._readable(name, numbers)
        # who prints and records paper is who may write documents, not every reader
        (records.document_id if signatures else records).check_access("write")
        return self._pdf(records._paper_pdf(), "papier.pdf")
