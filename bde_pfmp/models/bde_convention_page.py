from markupsafe import Markup

from odoo import models

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

from ..rules import convention_sheet

STYLE = "bde_pfmp/static/src/css/convention.css"


def trusted(sheet):
    """The sheet with its HTML marked as such.

    Only the wording of templates is HTML, and it went through the sanitizer of its field;
    whatever people type is text and is escaped by the page.
    """
    sheet["preamble"] = Markup(sheet["preamble"])
    for part in (*sheet["articles"], *sheet["annexes"]):
        part["body"] = Markup(part["body"])
        for block in part.get("blocks", ()):
            if "text" in block:
                block["text"] = Markup(block["text"])
    if second := sheet["second"]:
        second["preamble"] = Markup(second["preamble"])
        for part in (*second["articles"], *second["annexes"]):
            part["body"] = Markup(part["body"])
    return sheet


class BdeConvention(models.Model):
    """The page of a convention: made of the content of a version, never of records."""

    _inherit = "bde.convention"

    def _document_html(self, content, proof=None):
        return self._page(content, proof, company=self.company_id)

    def _page(self, content, proof=None, company=None):
        """Complete page of a content.

        :param company: the school that keeps the logo named in the content
        :rtype: str
        """
        values = {
            "sheet": trusted(convention_sheet.sheet(content, proof)),
            "lang": (content.get("lang") or "fr").partition("_")[0],
            "preview": content.get("preview", False),
            "css": stylesheet(STYLE),
            **self._page_letterhead(content, company),
            "qr": content["check_url"] and self._document_qr(content),
            # made by the engine, which escapes what it puts in
            "proof": Markup(proof["html"]) if proof else "",
        }
        return self._render_page("bde_pfmp.convention_document", values)
