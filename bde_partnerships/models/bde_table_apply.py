import logging

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

_logger = logging.getLogger(__name__)


class BdeTableImport(models.AbstractModel):
    """Writing a table: chunk by chunk, each whole or not there.

    Lines have ``todo`` (decided, not written yet) and ``result`` (what became of them).
    """

    _inherit = "bde.table.import"

    # external id of the job that goes on when nobody looks
    _apply_job = ""

    @api.model
    def _chunk_size(self):
        """Rows that are written in one transaction."""
        raise NotImplementedError

    def _apply_chunk(self):
        """Writes the next rows; the last chunk ends the import."""
        raise NotImplementedError

    def _check_apply(self):
        """Stops before anything is written when something is wrong with the whole."""

    def _take_turn(self):
        """Whether this import may write now; others may have to wait for it."""
        return True

    def action_apply(self):
        """Writes the rows that are decided. A short list is done at once, a long one by chunks.

        The page goes on by itself (``apply_next``), and so does the job when it is closed.

        :raise UserError: no preview yet, or nothing to write
        """
        self._check_step("preview", "running", "done")
        if self.state != "running":
            if not self._todo_count():
                raise UserError(self.env._("There is nothing to write: decide the rows first."))
            self._check_apply()
            # sudo: a state is written by verbs alone; the right was checked
            self.sudo().write({
                "state": "running",
                "applied_on": fields.Datetime.now(),
                "applied_by_id": self.env.uid,
            })  # fmt: skip
        if self._todo_count() <= self._chunk_size():
            self.apply_next()
        if self.state == "running":
            # sudo: the job takes over when nobody looks
            self.env.ref(self._apply_job).sudo()._trigger(
                fields.Datetime.add(fields.Datetime.now(), minutes=5)
            )
        return True

    def action_pause(self):
        """Stops between two chunks: what is written stays, the rest waits."""
        self._check_step("running")
        # sudo: as above
        self.sudo().state = "preview"
        return True

    def apply_next(self):
        """Writes the next chunk.

        :return: ``done``, ``total``, ``state``, and ``busy`` while another list is being written
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        busy = False
        if self.state == "running":
            busy = not self._take_turn()
            if not busy:
                try:
                    with self.env.cr.savepoint():
                        self._apply_chunk()
                except UniqueViolation as error:
                    # somebody wrote one of these rows this very second: read anew
                    raise ConcurrencyError(str(error)) from error
        done = self._done_count()
        return {
            "done": done, "total": done + self._todo_count(), "state": self.state, "busy": busy,
        }  # fmt: skip

    def _todo_count(self):
        return self.line_ids.search_count([("import_id", "=", self.id), ("todo", "=", True)])

    def _done_count(self):
        return self.line_ids.search_count([("import_id", "=", self.id), ("result", "!=", False)])

    def _end(self):
        if not self._todo_count():
            # sudo: as above
            self.sudo().state = "done"

    @api.model
    def _cron_apply(self):
        """Goes on with lists whose page was closed, one chunk a time."""
        running = self.search([("state", "=", "running")], order="applied_on")
        for record in running:
            while record.state == "running":
                before = record._todo_count()
                if not record._apply_as_author():
                    break
                if not self.env["ir.cron"]._commit_progress(
                    before - record._todo_count(), remaining=record._todo_count()
                ):
                    return

    def _apply_as_author(self):
        """Writes the next chunk with the rights of who began; whether it may go on now.

        A list whose author lost his role, say, is paused: those of other schools go on.
        """
        author = self.with_user(self.applied_by_id).with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                return not author.apply_next()["busy"]
        except UserError as error:
            _logger.warning("%s %s is paused: %s", self._description, self.id, error)
            self.state = "preview"
            return False
