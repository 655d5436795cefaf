from functools import lru_cache

from markupsafe import Markup

from odoo import models
from odoo.tools import file_open

BASE = "bde_partnerships/static/src/css/document.css"


@lru_cache(maxsize=16)
def stylesheet(*paths):
    """Style of a page: that of all documents, then files of modules; read once by each process."""
    texts = []
    for path in (BASE, *paths):
        with file_open(path) as stream:
            texts.append(stream.read())
    return Markup("\n".join(texts))


class BdeDocumentMixin(models.AbstractModel):
    """What pages of documents share: letterhead, style, doctype."""

    _inherit = "bde.document.mixin"

    def _page_logo(self, content, company):
        """Address of the school's logo that the content names, None without one."""
        digest = content["school"]["logo"]
        return self.env["bde.document.asset"]._data_uri(company, digest) if company else None

    def _render_page(self, template, values):
        """Complete page of a template, made of values alone.

        :rtype: str
        """
        html = self.env["ir.qweb"]._render(template, values, minimal_qcontext=True)
        return f"<!DOCTYPE html>\n{html}"
