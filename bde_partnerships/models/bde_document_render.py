import logging
import time

from psycopg2 import OperationalError

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_ERRORS_TO_RETRY
from odoo.tools import SQL

from .bde_document import IN_SIGNATURE

_logger = logging.getLogger(__name__)

RENDERED_AT_ONCE = 5
# Seconds beyond the scheduler's own ten.
LONGER = 20
# Somebody who signs or opens it at the same second wins; the chunk is done again.
TRIES = 10


class BdeDocument(models.Model):
    """PDFs are made by a job; any number of workers share it."""

    _inherit = "bde.document"

    @api.model
    def _cron_render(self, batch_size=RENDERED_AT_ONCE):
        """Renders the PDFs that are missing; one that fails stops no other.

        Each batch is a transaction, and its versions are locked: another worker takes others.
        """
        Version = self.env["bde.document.version"]
        failed = []

        def render():
            versions = Version._take_unrendered(batch_size, failed)
            failed.extend(version.id for version in versions if not version._render_in_job())
            return len(versions)

        self._work_in_chunks(render, lambda: len(Version._unrendered(but=failed)))

    @api.model
    def _work_in_chunks(self, chunk, left):
        """The loop of a job that several workers share: chunks, each a transaction.

        Somebody who does the same at the same moment wins: the chunk is begun again on fresh
        data, as a request would be.

        :param chunk: does the next things that no other worker has; returns how many
        :param left: returns how many there are to do
        """
        progress = self.env["ir.cron"]._commit_progress
        if self._job_is_over():
            self._go_on_later()
            return
        progress(remaining=left())
        tries = 0
        while True:
            try:
                done = chunk()
                self.env.flush_all()
            except OperationalError as error:
                tries += 1
                if error.pgcode not in PG_CONCURRENCY_ERRORS_TO_RETRY or tries > TRIES:
                    raise
                self.env.cr.rollback()
                continue
            if not done:
                # what is left is in the hands of other workers, or failed
                progress(remaining=0)
                return
            tries = 0
            if not progress(done, remaining=left()):
                return

    @api.model
    def _job_is_over(self):
        """Whether the scheduler has been at this job long enough.

        It runs a job ten times in a row at least, whatever the time that takes, and Odoo stops a
        worker that is at it for two minutes.
        """
        end = self.env.context.get("cron_end_time")
        return bool(end) and time.monotonic() > end + LONGER

    @api.model
    def _go_on_later(self):
        """Has the scheduler begin the running job anew, with a full time."""
        # sudo: the job that is running
        self.env["ir.cron"].sudo().browse(self.env.context["cron_id"])._trigger()
        self.env["ir.cron"]._commit_progress(remaining=0)


class BdeDocumentVersion(models.Model):
    _inherit = "bde.document.version"

    @api.model
    def _unrendered(self, limit=None, but=(), lock=None):
        """Ids of the current versions, not sealed yet, that have no PDF."""
        rows = self.env.execute_query(
            SQL(
                "SELECT version.id FROM bde_document_version version"
                "  JOIN bde_document document ON document.version_id = version.id"
                " WHERE version.pdf_attachment_id IS NULL AND document.state = ANY(%s)"
                "   AND version.id != ALL(%s) ORDER BY version.id LIMIT %s %s",
                ["to_check", *IN_SIGNATURE],
                list(but),
                limit,
                lock or SQL(""),
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _take_unrendered(self, limit, but=()):
        """Locks the next versions without a PDF that no other worker renders.

        :param but: ids that failed in this run
        """
        self.env.flush_all()
        skip = SQL("FOR NO KEY UPDATE OF version SKIP LOCKED")
        found = self.browse(self._unrendered(limit, but, skip))
        found.invalidate_recordset()
        return found

    def _lock_unrendered(self, wait=False):
        """Locks those of these versions that have no PDF, and that no other worker renders.

        :param bool wait: for the others; when they made it meanwhile, the database refuses and
            the transaction is begun again
        """
        if not self:
            return self
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM bde_document_version WHERE id = ANY(%s)"
                " AND pdf_attachment_id IS NULL ORDER BY id FOR NO KEY UPDATE %s",
                self.ids,
                SQL("") if wait else SQL("SKIP LOCKED"),
            )
        )
        return self.browse(row[0] for row in rows)

    def _render_in_job(self):
        """Renders in a job: a page that cannot be rendered is logged, and tried again later.

        :return: whether all were rendered
        """
        good = True
        for version in self:
            try:
                with self.env.cr.savepoint():
                    [document] = version.document_id._as_engine()
                    document.version_id._ensure_pdf()
            except OperationalError:
                # somebody else made it: the caller begins again
                raise
            except Exception:  # one document that fails must not stop the others
                _logger.exception("PDF of document %s failed", version.document_id.number)
                good = False
        return good
