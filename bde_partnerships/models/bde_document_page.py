import base64
from functools import lru_cache
from io import BytesIO

import qrcode
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


@lru_cache(maxsize=64)
def qr_picture(text):
    """QR code of a text as a ``data:`` picture, one pixel a module.

    The style asks for hard edges, so that it prints as sharp as a drawing; as a drawing it
    would take a tenth of the time of the whole page.
    """
    code = qrcode.QRCode(border=2, box_size=1, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    stream = BytesIO()
    code.make_image().save(stream, "PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


def trusted(sheet):
    """The sheet with its wording marked as HTML.

    Only the wording of templates is HTML, and it went through the sanitizer of its field;
    whatever people type is text and is escaped by the page.
    """
    sheet["preamble"] = Markup(sheet["preamble"])
    for article in sheet["articles"]:
        article["body"] = Markup(article["body"])
    return sheet


class BdeDocumentMixin(models.AbstractModel):
    """What pages of documents share: letterhead, style, doctype."""

    _inherit = "bde.document.mixin"

    def _document_qr(self, content):
        """QR code to the verification page, as the address of a picture."""
        return qr_picture(content["check_url"])

    def _page_logo(self, content, company):
        """Address of the school's logo that the content names, None without one."""
        digest = content["school"]["logo"]
        return self.env["bde.document.asset"]._data_uri(company, digest) if company else None

    def _page_values(self, sheet, content, proof, company, style):
        """What the template of a kind is given.

        :param dict sheet: what is printed, made by the rules of the kind
        :param dict proof: see :meth:`_document_html`
        :param company: the school that keeps the pictures named in the content, None in a preview
        :param str style: path of the style sheet of the kind
        :rtype: dict
        """
        return {
            "sheet": sheet,
            "lang": (content.get("lang") or "fr").partition("_")[0],
            "preview": content.get("preview", False),
            "css": stylesheet(style),
            **self._page_letterhead(content, company),
            "qr": content["check_url"] and self._document_qr(content),
            # made by the engine, which escapes what it puts in
            "proof": Markup(proof["html"]) if proof else "",
        }

    def _render_page(self, template, values):
        """Complete page of a template, made of values alone.

        :rtype: str
        """
        html = self.env["ir.qweb"]._render(template, values, minimal_qcontext=True)
        return f"<!DOCTYPE html>\n{html}"
