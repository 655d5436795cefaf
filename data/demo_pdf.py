"""Renders the PDFs of the demonstration ahead, in processes beside the one that builds.

The engine renders a PDF when the first party signs. Here a hundred conventions are signed within
a minute: their pages are given to the other cores as soon as their text is fixed, and the engine
finds them ready. What it stores and hashes is what it would have rendered itself.
"""

import contextlib
import hashlib
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from unittest.mock import patch

from odoo.tools.misc import file_path

from odoo.addons.bde_partnerships.pdf import render


def _find_static(path):
    try:
        return file_path(path)
    except FileNotFoundError:
        return None


def _render(html, embedded):
    """Runs in a child process, which never touches the database."""
    return render.render(html, embedded, _find_static)


class _Asked(Exception):
    """A page was asked for."""


class Ahead:
    """A few processes that render, and the results that nobody asked for yet."""

    def __init__(self, world):
        self.world = world
        self.pool = None
        self.ready = {}

    def _submit(self, html, embedded=()):
        if self.pool is None:
            # fork: the children know the modules and their static files already
            self.pool = ProcessPoolExecutor(
                max_workers=max(1, min(4, os.cpu_count() or 1)),
                mp_context=multiprocessing.get_context("fork"),
            )
        key = self._key(html)
        if key not in self.ready:
            self.ready[key] = self.pool.submit(_render, str(html), list(embedded))

    @staticmethod
    def _key(html):
        return hashlib.sha256(str(html).encode()).hexdigest()

    def versions(self, documents):
        """Begins to render the current versions that have no PDF yet."""
        for batch in documents._as_engine():
            for document in batch:
                version = document.version_id
                if version and not version.pdf_attachment_id:
                    self._submit(document._concrete_one()._document_html(version._content()))

    def seals(self, documents):
        """Begins to render what is about to be sealed: the engine is asked, and not answered."""

        def _render_html(_model, html, embedded=()):
            self._submit(html, embedded)
            raise _Asked

        with patch.object(self._version_class(), "_render_html", _render_html):
            for batch in documents._as_engine():
                for document in batch:
                    with contextlib.suppress(_Asked):
                        document._sealed_pdf()

    def _version_class(self):
        return self.world.env.registry["bde.document.version"]

    @contextlib.contextmanager
    def serving(self):
        """While it lasts, the engine gets what was rendered ahead."""
        version_class = self._version_class()
        own = version_class._render_html

        def _render_html(model, html, embedded=()):
            future = self.ready.pop(self._key(html), None)
            return future.result() if future else own(model, html, embedded)

        with patch.object(version_class, "_render_html", _render_html):
            yield
        if self.pool:
            self.pool.shutdown(cancel_futures=True)
            self.pool = None
