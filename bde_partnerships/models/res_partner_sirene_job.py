import logging
import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import split_every

from ..rules import recherche_entreprises
from ..rules.outside import Throttle, Unavailable
from .res_partner_services import Result

_logger = logging.getLogger(__name__)

CHUNK = 3 * recherche_entreprises.RATE  # three seconds of the service, then a commit
RECHECK_DAYS = 7
PER_RUN = 2000
WAIT = 10  # seconds of a pause that the job waits out; a longer one is for a later run


class ResPartner(models.Model):
    """SIRENE by night: the job that reads all companies again."""

    _inherit = "res.partner"

    @api.model
    def _bde_sirene_domain(self):
        """Employers whose turn it is."""
        limit = fields.Datetime.now() - timedelta(days=RECHECK_DAYS)
        return [
            ("bde_employer", "=", True),
            # an entity has a SIREN alone, which the directory of establishments does not answer
            ("company_registry", "=like", "_" * 14),
            "|",
            ("sirene_checked_on", "=", False),
            ("sirene_checked_on", "<", limit),
        ]

    @api.model
    def _cron_bde_refresh_sirene(self, clock=time.monotonic, sleep=time.sleep):
        """Reads employers again in SIRENE, those looked up longest ago first.

        Resumable: each chunk is one transaction. When the directory fails, or asks to wait
        long, the job stops; what is not read yet comes first at its next run.

        :param clock, sleep: for tests, which do not wait
        """
        if not self.env["bde.services"]._get("bde.recherche_entreprises_url"):
            return
        domain = self._bde_sirene_domain()
        due = self.search(domain, order="sirene_checked_on nulls first, id", limit=PER_RUN)
        sirets = [(partner.id, partner.company_registry) for partner in due]
        total = len(due) if len(due) < PER_RUN else self.search_count(domain)
        self.env["ir.cron"]._commit_progress(remaining=total)
        throttle = Throttle(recherche_entreprises.RATE, clock=clock, sleep=sleep)
        for chunk in split_every(CHUNK, sirets, list):
            answers, failure = self._bde_ask_sirene(chunk, throttle, sleep)
            self._bde_apply_sirene(answers)
            if failure:
                self._bde_come_back("cron_refresh_sirene", failure)
                self.env["ir.cron"]._commit_progress(len(answers), remaining=0)
                return
            if not self.env["ir.cron"]._commit_progress(len(chunk)):
                return

    @api.model
    def _bde_ask_sirene(self, chunk, throttle, sleep):
        """Answers for (id, SIRET) pairs, and the failure that ended it before the last one.

        A short Retry-After is waited out, once; nothing of the database is read meanwhile, so
        that nobody's change is in the way of what is written next.
        """
        url = self.env["bde.services"]._get("bde.recherche_entreprises_url")
        answers, waited = {}, False
        queue = list(chunk)
        while queue:
            partner_id, siret = queue[0]
            try:
                found = recherche_entreprises.search(siret, base_url=url, throttle=throttle)
                answers[partner_id] = found[0] if found else None
            except Unavailable as error:
                if error.retry_after and error.retry_after <= WAIT and not waited:
                    waited = True
                    sleep(error.retry_after)
                    continue
                if not error.refused:
                    return answers, error
                _logger.warning("SIRENE refuses to answer about %s: %s", siret, error)
            queue.pop(0)
        return answers, None

    @api.model
    def _bde_apply_sirene(self, answers):
        """Writes the answers; one that cannot be written stops no other."""
        # in the name of the académie: no school asked
        academy = self.env["res.company"].search([("bde_kind", "=", "academy")], limit=1)
        academy = academy or self.env.company
        results = {}
        for partner in self.browse(answers).exists():
            try:
                with self.env.cr.savepoint():
                    results[partner] = partner._bde_take_sirene(answers[partner.id], academy)
            except OperationalError:
                # somebody changes it at this very moment: its turn comes at the next run
                _logger.info("SIRENE: company %s is being changed, left for later", partner.id)
            except Exception:
                _logger.exception("SIRENE: company %s could not be written", partner.id)
                results[partner] = Result("failed", "")
        self._bde_mark_sirene(results)

    @api.model
    def _bde_come_back(self, name, failure):
        """Starts a job again when the service said to; otherwise its next run does."""
        _logger.warning("%s stops: %s", name, failure)
        if failure.retry_after:
            at = fields.Datetime.now() + timedelta(seconds=failure.retry_after)
            self.env.ref(f"bde_partnerships.{name}")._trigger(at=at)
