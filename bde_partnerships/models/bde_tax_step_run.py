import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class BdeTaxTarget(models.Model):
    _inherit = "bde.tax.target"

    @api.model
    def _asked_domain(self, audience="all"):
        """Domain of the companies that may still be asked, of an audience of steps."""
        domain = (
            Domain("state", "=", "kept")
            & Domain("refused_on", "=", False)
            & Domain("answer", "not in", ["no", "chosen"])
            & Domain("received_amount", "<=", 0)
        )
        if audience == "promised_not_declared":
            return domain & (Domain("pledge_count", ">", 0) | Domain("answer", "=", "will"))
        if audience in ("not_answered", "not_reached"):
            # who is the wrong person has not answered for the company
            silent = Domain("answered_on", "=", False) | Domain("answer", "=", "wrong")
            domain &= silent & Domain("pledge_count", "=", 0)
        if audience == "not_reached":
            domain &= Domain("reached_on", "=", False)
        return domain

    def _still_asked(self, step):
        """Whether this company still wants to hear it: asked again when the letter leaves.

        Whether it was reached is not asked again: this letter may be what reached it.
        """
        audience = step.audience if step else "all"
        audience = "not_answered" if audience == "not_reached" else audience
        return bool(self.filtered_domain(self._asked_domain(audience)))


class BdeTaxStep(models.Model):
    """Steps leave by themselves, on their day, to those who still wait for them."""

    _inherit = "bde.tax.step"

    def _audience(self):
        """The companies that this step would write to now.

        :rtype: bde.tax.target
        """
        self.ensure_one()
        Target = self.env["bde.tax.target"]
        domain = Target._asked_domain(self.audience) & Domain(
            "campaign_id", "=", self.campaign_id.id
        )
        if self.kind == "accountant":
            domain &= Domain("accountant_id", "!=", False)
        return Target.search(domain)

    @api.depends_context("uid")
    def _compute_audience_count(self):
        for step in self:
            step.audience_count = (
                len(step._audience()) if step._origin and step.state == "planned" else 0
            )

    # ------------------------------------------------------------
    # The job
    # ------------------------------------------------------------

    @api.model
    def _cron_send_steps(self):
        """Sends the steps whose day has come, in working hours; hourly, resumable.

        A step is one transaction: its letters are written down with its state.
        """
        self._plan_again()
        planned = self.search(
            [
                ("state", "=", "planned"),
                ("date", "!=", False),
                ("campaign_id.state", "=", "running"),
            ],
            order="date, sequence, id",
        )
        due = planned.filtered(lambda step: step.date <= step.company_id._bde_today())
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for step in due:
            step._run_apart()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _plan_again(self):
        """Steps that were too late wait again when their window was moved to later."""
        late = self.search([("state", "=", "over"), ("campaign_id.state", "=", "running")])
        late.filtered(lambda step: not step._is_over()).state = "planned"

    def _as_school(self):
        """The step in the company of its school, in the name of who keeps the campaign."""
        company, user = self.company_id, self.campaign_id.user_id
        if not user.active or company.id not in user._bde_company_ids("secretary"):
            user = user.browse(self.env.uid)
        # sudo: the job sends for the school, as the bureau planned it
        return (
            self.with_user(user)
            .sudo()
            .with_company(company)
            .with_context(allowed_company_ids=company.ids, lang=user.lang, tz=company.bde_tz)
        )

    def _is_over(self):
        """Whether the window that the step belongs to has ended."""
        end = self.window_id.date_to
        return bool(end and end < self.company_id._bde_today())

    def _run_apart(self):
        """As :meth:`_run_due`; what fails at one school stops no other, and is tried again."""
        try:
            with self.env.cr.savepoint():
                self._as_school()._run_due()
        except (OperationalError, LockError):
            # somebody works on it at this very moment: its turn comes in an hour
            _logger.info("Letters of step %s are left for the next run", self.id)
        except Exception:
            _logger.exception("Letters of step %s at school %s", self.id, self.company_id.id)
            self._tell_of_failure()

    def _tell_of_failure(self):
        """Tells the responsible of a failure that nobody foresaw, once, not what it was."""
        step = self._as_school()
        try:
            with self.env.cr.savepoint():
                step._tell(
                    step.env._(
                        "“%(letter)s” could not be sent yet, nobody got it: it is tried again"
                        " every hour. If it has not left tomorrow, tell who looks after the"
                        " software.",
                        letter=step.model_id.name,
                    )
                )
        except Exception:
            _logger.exception("Nobody was told of step %s", self.id)

    def _run_due(self):
        """Sends a step of which the day has come, or says why it waits."""
        if self._is_over():
            self.state = "over"
            self._tell(
                self.env._(
                    "“%(letter)s” was not sent: %(window)s is over.",
                    letter=self.model_id.name,
                    window=self.window_id.display_name,
                )
            )
            return
        if self.env["bde.solicitation"]._leaves_on(self.company_id) or self._waits_for_gap():
            return
        try:
            with self.env.cr.savepoint():
                self._send()
        except LockError:
            raise
        except UserError as error:
            # said once; the step waits until it is put right
            self._tell(
                self.env._(
                    "“%(letter)s” waits: %(reason)s", letter=self.model_id.name, reason=str(error)
                )
            )

    def _waits_for_gap(self):
        """Whether another step wrote to the same kind of readers too recently.

        A campaign that starts late would otherwise send first letter and reminder at once, and
        its reminder would find everybody under the cap of the school.
        """
        since = self.company_id._bde_today() - timedelta(days=self.campaign_id.letter_gap_days)
        sent = self.search(
            [
                ("campaign_id", "=", self.campaign_id.id),
                ("id", "!=", self.id),
                ("state", "=", "sent"),
                ("sent_on", ">", since),
            ]
        )
        to_firms = self.kind == "accountant"
        return any((step.kind == "accountant") == to_firms and step.letter_count for step in sent)

    def _send(self):
        """Sends the step to those who still wait for it.

        :return: (status, text) of each company
        """
        self.ensure_one()
        self.lock_for_update()
        if self.state != "planned":
            return []
        targets = self._audience()
        results = self.campaign_id._send_letters(targets, self.model_id, step=self)
        mailing = self.env["mailing.mailing"].search([("bde_tax_step_id", "=", self.id)], limit=1)
        self.write(
            {
                "state": "sent",
                "sent_on": self.company_id._bde_today(),
                "mailing_id": mailing.id,
            }
        )
        return results

    def _tell(self, text):
        """An activity for the responsible of the campaign, unless it stands there already."""
        campaign = self.campaign_id
        if text not in campaign.activity_ids.mapped("summary"):
            campaign._plan_for_responsible([(campaign, self.company_id._bde_today(), text)])

    # ------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------

    def action_send_now(self):
        """Sends this step today, whatever its day.

        :raise UserError: its window is over, the campaign may not ask yet
        """
        self.ensure_one()
        self.check_access("write")
        if self._is_over():
            raise UserError(
                self.env._(
                    "%(window)s is over. Choose another window for this letter, or take it off.",
                    window=self.window_id.display_name,
                )
            )
        # sudo: state and mailing are written by this verb alone; access was checked
        results = self.sudo()._send()
        sent = sum(status == "sent" for status, _text in results)
        message = self.env._("Letters on their way: %(count)s.", count=sent)
        if left := len(results) - sent:
            message += " " + self.env._("Not sent: %(count)s.", count=left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if sent else "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_cancel(self):
        """Takes steps off that are not sent: nobody gets them."""
        self.check_access("write")
        # sudo: the state is written by verbs alone; access was checked
        self.sudo().filtered(lambda step: step.state == "planned").state = "cancelled"

    def action_plan(self):
        """Plans steps again that were taken off."""
        self.check_access("write")
        # sudo: as above
        self.sudo().filtered(lambda step: step.state in ("cancelled", "over")).state = "planned"

    def action_open_letters(self):
        """What became of the letters of this step."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_letter")
        return action | {"name": self.display_name, "domain": [("step_id", "=", self.id)]}

    @api.depends_context("lang")
    @api.depends("model_id", "window_id")
    def _compute_display_name(self):
        for step in self:
            step.display_name = " – ".join(
                filter(None, (step.model_id.name, step.window_id.display_name))
            )
