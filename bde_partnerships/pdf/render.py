"""HTML to PDF/A-3a with WeasyPrint, without the ORM and without the network."""

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from weasyprint import HTML
from weasyprint import Attachment as EmbeddedFile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

VARIANT = "pdf/a-3a"
STATIC_SCHEME = "odoo"
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
    page = HTML(string=html, url_fetcher=_Fetcher(find_static), base_url=f"{STATIC_SCHEME}:")
    try:
        return page.write_pdf(
            pdf_variant=VARIANT, attachments=files, font_config=FontConfiguration()
        )
    except FatalURLFetchingError as error:
        raise RenderingError(str(error)) from error
