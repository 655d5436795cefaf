import logging

from odoo import models

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    """Jobs that go from school to school."""

    _inherit = "res.company"

    def _bde_each(self, verb):
        """Does the work of a job at each of these schools, as long as it has time.

        A job that ran out of time is run again at once, and goes on where it stopped.

        :param verb: called with a school
        """
        progress = self.env["ir.cron"]._commit_progress
        left = self._bde_left_by_last_run()
        progress(remaining=len(left))
        for company in left:
            company._bde_apart(verb)
            if not progress(1):
                break

    def _bde_left_by_last_run(self):
        """These schools, without those that the last run of this job saw before time was out.

        It counts from the end, in the order of ids: those with nothing left to do may be no
        longer among them. All when the last run came to its end, or outside of a job.
        """
        schools, context = self.sorted("id"), self.env.context
        # sudo: what core keeps of its own jobs
        last = (
            self.env["ir.cron.progress"]
            .sudo()
            .search(
                [
                    ("cron_id", "=", context.get("cron_id", False)),
                    ("id", "<", context.get("ir_cron_progress_id", 0)),
                ],
                order="id desc",
                limit=1,
            )
        )
        return schools[-last.remaining :] if last.remaining else schools

    def _bde_apart(self, verb):
        """What fails at this school is logged and stops no other: the job tries it again.

        :param verb: called with the school
        :return: whether it was done
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                verb(self)
        except Exception:
            _logger.exception("%s failed at school %s", verb.__qualname__, self.id)
            return False
        return True
