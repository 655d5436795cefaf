"""HTML to PDF/A-3a with WeasyPrint, without the ORM and without the network."""

import logging
import re
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import lxml.html
from cssselect2 import ElementWrapper
from lxml import etree
from weasyprint import CSS, HTML
from weasyprint import Attachment as EmbeddedFile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

VARIANT = "pdf/a-3a"
STATIC_SCHEME = "odoo"
# a dozen lines a document would drown the log of a batch
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
_BASE = f"{STATIC_SCHEME}:"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_STYLES_KEPT = 8
_local = threading.local()
_STATIC_URL = re.compile(rf"{STATIC_SCHEME}:/*(?P<path>\w+/static/[\w./ -]+)")


class RenderingError(Exception):
    """The page asks for something that a signed document must not depend on."""


class Embedded(NamedTuple):
    """A file inside a PDF. ``relationship`` as in ISO 32000-2, 7.11.3."""

    name: str
    data: bytes
    description: str = ""
    relationship: str = "Source"


class _Fetcher(URLFetcher):
    """Gives ``data:`` addresses and files of a module's ``static`` folder, nothing else.

    What a document shows must be the same tomorrow, and text typed by a stranger must
    not make the server read a file or call an address.
    """

    def __init__(self, find_static):
        super().__init__(allowed_protocols=["data", "file"], allow_redirects=False)
        self._find_static = find_static

    def fetch(self, url, headers=None):
        if url.startswith("data:"):
            return super().fetch(url, headers)
        match = _STATIC_URL.fullmatch(url)
        path = match and ".." not in url and self._find_static(match["path"])
        if not path:
            raise FatalURLFetchingError(f"not allowed in a document: {url[:80]}")
        return super().fetch(Path(path).as_uri(), headers)


class _Page(HTML):
    """A page of ours, read by libxml2: ten times as fast as WeasyPrint's own parser.

    Pages come from our templates, closed and nested as they should be; what libxml2 cannot
    give back as XML (a control character that somebody typed) goes the long way.
    """

    def __init__(self, html, fetcher):
        try:
            root = ElementTree.fromstring(
                etree.tostring(lxml.html.document_fromstring(html), method="xml")
            )
        except (ElementTree.ParseError, etree.LxmlError, ValueError):
            super().__init__(string=html, url_fetcher=fetcher, base_url=_BASE)
            return
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        self.base_url, self.url_fetcher, self.media_type = _BASE, fetcher, "print"


def _style(text, fetcher):
    """A style sheet with its fonts, parsed once by each thread: all documents share it."""
    kept = _local.__dict__.setdefault("styles", {})
    if text not in kept:
        while len(kept) >= _STYLES_KEPT:
            kept.pop(next(iter(kept)))
        fonts = FontConfiguration()
        sheet = CSS(string=text, font_config=fonts, url_fetcher=fetcher, base_url=_BASE)
        kept[text] = sheet, fonts
    return kept[text]


def render(html, embedded=(), find_static=lambda path: None):
    """PDF/A-3a of a complete HTML page.

    Pictures are ``data:`` addresses; fonts may be ``odoo:<module>/static/…``.

    :param str html: page with ``<title>`` and ``lang``, which PDF/A-3a asks for
    :param embedded: :class:`Embedded` files
    :param find_static: function from ``<module>/static/…`` to a path, or to None
    :raises RenderingError: when the page asks for another address
    :rtype: bytes
    """
    now = datetime.now(timezone.utc)
    files = [
        EmbeddedFile(
            string=item.data,
            name=item.name,
            description=item.description or item.name,
            relationship=item.relationship,
            created=now,
            modified=now,
        )
        for item in embedded
    ]
    fetcher = _Fetcher(find_static)
    try:
        style = _STYLE.search(html)
        sheet, fonts = _style(style[1] if style else "", fetcher)
        page = _Page(_STYLE.sub("", html, count=1), fetcher)
        return page.write_pdf(
            pdf_variant=VARIANT, attachments=files, font_config=fonts, stylesheets=[sheet]
        )
    except FatalURLFetchingError as error:
        raise RenderingError(str(error)) from error
