import logging

from odoo import models

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    """Jobs that go from school to school."""

    _inherit = "res.company"

    def _bde_each(self, verb):
        """Does the work of a job at each of these schools, as long as it has time.

        :param verb: called with a school
        """
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(self))
        for company in self:
            company._bde_apart(verb)
            if not progress(1):
                break

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
