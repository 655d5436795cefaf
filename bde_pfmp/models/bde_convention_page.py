from markupsafe import Markup

from odoo import models

from odoo.addons.bde_partnerships.models import bde_document_page as page

from ..rules import convention_sheet

STYLE = "bde_pfmp/static/src/css/convention.css"


def trusted(sheet):
    """As for every kind, with the annexes and the second language."""
    page.trusted(sheet)
    parts = list(sheet["annexes"])
    if second := sheet["second"]:
        page.trusted(second)
        parts += second["annexes"]
    for part in parts:
        part["body"] = Markup(part["body"])
    for part in (*sheet["articles"], *sheet["annexes"]):
        for block in part.get("blocks", ()):
            if "text" in block:
                block["text"] = Markup(block["text"])
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
        sheet = trusted(convention_sheet.sheet(content, proof))
        values = self._page_values(sheet, content, proof, company, STYLE)
        return self._render_page("bde_pfmp.convention_document", values)
