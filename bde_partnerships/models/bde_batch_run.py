import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .bde_batch import FILE_VERBS, OPEN_STATES

_logger = logging.getLogger(__name__)

# Lines of one transaction; a PDF takes as long as twenty letters.
CHUNK = 50
CHUNK_OF_FILES = 5
LOCK = 4_201_906  # advisory lock: one batch that writes and sends, for each school


class BdeBatch(models.Model):
    """The work: chunks of lines, each in one transaction, with the rights of who asked."""

    _inherit = "bde.batch"

    @api.model
    def _cron_run(self):
        """Works on all open batches by turns; two jobs may run this at the same time."""
        last_id = 0

        def run_next():
            nonlocal last_id
            last_id, worked = self._run_next(last_id)
            return worked

        self.env["bde.document"]._work_in_chunks(run_next, self._count_left)

    @api.model
    def _count_left(self):
        """Lines to do, and files to join, of all open batches."""
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) + (SELECT count(*) FROM bde_batch WHERE state IN %(states)s)"
                "  FROM bde_batch_line line JOIN bde_batch batch ON batch.id = line.batch_id"
                " WHERE line.state = 'todo' AND batch.state IN %(states)s",
                states=OPEN_STATES,
            )
        )
        return count

    @api.model
    def _run_next(self, last_id=0):
        """One chunk of the next batch that has something for this job, in turn.

        :param int last_id: the batch that was worked on before
        :return: (id of the batch, number of lines or files done)
        """
        batches = self.search([("state", "in", OPEN_STATES)], order="id")
        later = batches.filtered(lambda batch: batch.id > last_id)
        for batch in later + (batches - later):
            lines = batch._take_lines()
            if lines:
                batch._begin()
                return batch.id, batch._run_chunk(lines)
            if batch._end():
                return batch.id, 1
        return last_id, 0

    def _begin(self):
        if self.state == "queued":
            self.state = "running"

    def _take_lines(self):
        """Locks the next lines that nobody else works on.

        What writes to people goes by one hand at each school: two chunks at once could send
        two letters to one person. Files are made by as many hands as there are.
        """
        self.ensure_one()
        files = self.verb in FILE_VERBS
        if not files:
            self.env.cr.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK, self.company_id.id)
            )
            if not self.env.cr.fetchone()[0]:
                return self.env["bde.batch.line"]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM bde_batch_line WHERE batch_id = %s AND state = 'todo'"
                " ORDER BY sequence, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED",
                self.id,
                CHUNK_OF_FILES if files else CHUNK,
            )
        )
        return self.env["bde.batch.line"].browse([row[0] for row in self.env.cr.fetchall()])

    def _as_author(self):
        """The batch with the rights, the school and the language of who started it."""
        author = self.user_id
        return self.with_user(author).with_context(
            allowed_company_ids=self.company_id.ids,
            lang=author.lang or self.env.lang,
            tz=self.company_id.bde_tz,
            bde_batch_id=self.id,
        )

    # ------------------------------------------------------------
    # One chunk
    # ------------------------------------------------------------

    def _run_chunk(self, lines):
        """Does these lines and notes what became of each; one that fails stops no other.

        :return: how many have a result now
        """
        author = self._as_author()
        ids = {line.res_id: line.id for line in lines}
        records = author.env[self.res_model].browse(ids).exists()
        results = {
            res_id: ("failed", author.env._("It was removed meanwhile."))
            for res_id in ids.keys() - set(records.ids)
        }
        if self.verb in FILE_VERBS:
            for record in author._free_of_others(records):
                results |= author._attempt(record)
        elif records:
            results |= author._attempt(records)
        self._store_results({ids[res_id]: result for res_id, result in results.items()})
        return len(results)

    def _free_of_others(self, records):
        """Those of these records whose PDF is there, or is made by nobody else just now.

        The job that renders may be at the same documents: both would do the work, and one of
        them in vain. What is left out stays to do.
        """
        # sudo: which versions have no PDF; the rights of the author are checked further on
        versions = {
            record.id: document.version_id.filtered(lambda v: not v.pdf_attachment_id)
            for record, document in records.sudo()._batch_documents().items()
            if not document.sealed_attachment_id
        }
        missing = self.env["bde.document.version"].sudo().union(*versions.values())
        free = missing._lock_unrendered()
        good = records.filtered(lambda r: versions.get(r.id, missing.browse()) <= free)
        if good or not records:
            return good
        # all of them are in other hands: wait for one rather than ask again and again
        first = missing[:1]._lock_unrendered(wait=True)
        return records.filtered(lambda r: versions[r.id] <= first)

    def _attempt(self, records):
        """Does records at once; when that fails, one by one.

        :return: {id of the record: (state, message)}
        """
        try:
            with self.env.cr.savepoint():
                records.check_access("read")
                found = getattr(records, f"_batch_{self.verb}")()
                self.env.flush_all()
        except OperationalError:
            # somebody else was first: the whole chunk is done again
            raise
        except Exception as error:  # one that fails must not stop the others
            self.env.invalidate_all(flush=False)
            if len(records) == 1:
                return {records.id: ("failed", self._reason(error))}
            results = {}
            for record in records:
                results |= self._attempt(record)
            return results
        return {record.id: found.get(record, ("done", False)) for record in records}

    def _reason(self, error):
        """Why a line failed, in plain words."""
        if isinstance(error, UserError):
            return str(error)
        _logger.error("Mass work %s", self.id, exc_info=error)
        return self.env._(
            "It could not be done (%(reason)s). Try again; if it fails again, tell who runs"
            " this server.",
            reason=str(error)[:200] or type(error).__name__,
        )

    def _store_results(self, results):
        """Writes the result of each line in one statement.

        :param dict results: {line id: (state, message)}
        """
        lines = self.env["bde.batch.line"].browse(results)
        if not results:
            return
        self.env.execute_query(
            SQL(
                "UPDATE bde_batch_line SET state = row.state, message = row.message,"
                " write_date = %s"
                " FROM (VALUES %s) AS row (id, state, message)"
                " WHERE bde_batch_line.id = row.id RETURNING bde_batch_line.id",
                fields.Datetime.now(),
                SQL(", ").join(
                    SQL("(%s, %s, %s::text)", line_id, state, message or None)
                    for line_id, (state, message) in results.items()
                ),
            )
        )
        lines.invalidate_recordset()
        lines.modified(["state", "message"])

    # ------------------------------------------------------------
    # The end
    # ------------------------------------------------------------

    def _end(self):
        """Ends a batch that has nothing left: joins its files; once, whoever asks.

        :return: whether it was this one who ended it
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM bde_batch WHERE id = %s AND state IN %s"
                " AND NOT EXISTS (SELECT FROM bde_batch_line"
                "                  WHERE batch_id = bde_batch.id AND state = 'todo')"
                " FOR UPDATE SKIP LOCKED",
                self.id,
                OPEN_STATES,
            )
        )
        if not self.env.cr.fetchone():
            return False
        vals = {"state": "done", "ended_on": fields.Datetime.now()}
        if self.verb in FILE_VERBS:
            vals |= self._file_vals()
        self.write(vals)
        return True
