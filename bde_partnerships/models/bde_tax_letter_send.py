import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, formataddr

_logger = logging.getLogger(__name__)

# Up to so many letters are made while the reader waits; more by the job of core.
AT_ONCE = 50
CHUNK = 200


class BdeTaxCampaign(models.Model):
    """Sending: letters are written down first, then mails are made of them, chunk by chunk."""

    _inherit = "bde.tax.campaign"

    def _send_letters(self, targets, model, step=None):
        """Sends a letter to these companies, or to their accountants.

        Each letter is a row before it is a mail: whatever crashes, nothing is sent twice. They
        leave on working days in working hours, the mails are made then.

        :param targets: ``bde.tax.target`` of this campaign
        :param model: ``bde.tax.letter.model``
        :param step: the step of the sequence that sends them
        :raise UserError: the campaign may not ask yet, or every window is over
        :return: (status, text) of each target, in order; see ``bde_tax_letter_check.STATUSES``
        """
        self.ensure_one()
        self._check_letters_may_leave(targets, model)
        # the sentence of a window that is over comes before anything is written
        self._letter_window()
        self.env["bde.solicitation"]._lock_school(self.company_id)
        plans, results = self._check_letters(targets, model)
        if plans:
            letters = self._note_letters(plans, model, step)
            mailing = self._make_mailing(letters, model, step)
            # sudo: letters and mailings are written here alone
            letters.mailing_id = mailing
            mailing._bde_begin(len(plans))
        return [
            ("sent" if results[target][0] == "ready" else results[target][0], results[target][1])
            for target in targets
        ]

    def _check_letters_may_leave(self, targets, model):
        self.company_id._bde_check_user_is("secretary")
        model.check_access("read")
        if model.kind == "thanks":
            # its letters are not counted: caps would hold nothing back
            raise UserError(
                self.env._("A letter of thanks asks for nothing: choose it under Thank the givers.")
            )
        self._check_may_solicit()
        if targets.campaign_id - self:
            raise UserError(self.env._("Write to the companies of one campaign at a time."))
        targets.check_access("read")

    def _note_letters(self, plans, model, step, channel="mail"):
        """Rows of letters that are to leave.

        :return: ``bde.tax.letter`` in sudo
        """
        # sudo: no role writes letters; the right to send was checked
        return (
            self.env["bde.tax.letter"]
            .sudo()
            .create(
                [
                    {
                        "campaign_id": self.id,
                        "target_id": plan.targets.id if model.kind != "accountant" else False,
                        "target_ids": [Command.set(plan.targets.ids)],
                        "step_id": step.id if step else False,
                        "model_id": model.id,
                        "relation_id": plan.relation.id,
                        "contact_id": plan.person.id,
                        "email_normalized": plan.email if channel == "mail" else False,
                        "email_key": plan.key if channel == "mail" else False,
                        "channel": channel,
                        "kind": model.kind,
                        "subject": model.name,
                        "user_id": self.env.uid,
                    }
                    for plan in plans
                ]
            )
        )

    def _make_mailing(self, letters, model, step):
        """The mailing of core that carries the letters, in the queue of core.

        It has no body: core would render it; our letters are made of their own model.
        """
        company = self.company_id
        address = company.bde_email or company.email
        sender = formataddr((company.name, address)) if address else self.env.user.email_formatted
        leaves_on = self.env["bde.solicitation"]._leaves_on(company)
        # sudo: no role of a school reads mailings
        return (
            self.env["mailing.mailing"]
            .sudo()
            .create(
                {
                    "subject": f"{model.name} – {self.name}",
                    "company_id": company.id,
                    "bde_tax_campaign_id": self.id,
                    "bde_tax_step_id": step.id if step else False,
                    "mailing_model_id": self.env["ir.model"]._get_id("bde.tax.target"),
                    "mailing_domain": repr([("id", "in", letters.target_ids.ids)]),
                    "email_from": sender or "bureau@localhost",
                    "reply_to_mode": "new",
                    "reply_to": sender,
                    "user_id": self.env.uid,
                    "use_exclusion_list": False,
                    "schedule_type": "scheduled",
                    "schedule_date": leaves_on or fields.Datetime.now(),
                    "state": "in_queue",
                }
            )
        )


class MailingMailing(models.Model):
    """Making the mails of our mailings, in the place of core's composer."""

    _inherit = "mailing.mailing"

    def _bde_begin(self, count):
        """Makes few letters at once, hands many to the job of core; at night, in the morning."""
        self.ensure_one()
        if self.schedule_date <= fields.Datetime.now() and count <= AT_ONCE:
            self._bde_run()
        else:
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue")._trigger(self.schedule_date)

    def _bde_waiting(self):
        """Letters of which no mail was made yet."""
        return self.env["bde.tax.letter"].search(
            [
                ("mailing_id", "in", self.ids),
                ("state", "=", "queued"),
                ("mail_message_ref", "=", False),
            ]
        )

    def _bde_run(self, commit=False):
        """Makes the mails that are missing; may be stopped and begun again at any time.

        :param bool commit: after each chunk, in a job
        """
        for mailing in self:
            mailing = mailing._bde_as_school()
            while letters := mailing._bde_take_letters():
                mailing._bde_attempt(letters)
                if commit:
                    self.env["ir.cron"]._commit_progress(len(letters))
            if not mailing._bde_waiting():
                mailing.write(
                    {
                        "state": "done",
                        "sent_date": fields.Datetime.now(),
                        "kpi_mail_required": False,
                    }
                )

    def _bde_as_school(self):
        """The mailing in the company of its school and no other, in the name of nobody."""
        company = self.company_id
        # as the superuser: core lets the creator of a message read it, with its link
        return (
            self.with_user(SUPERUSER_ID)
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                lang=self.user_id.lang or "fr_FR",
                tz=company.bde_tz,
                bde_compiled_letters={},
            )
        )

    def _bde_author(self):
        """Who signs: the person who sends, the school alone where a job has nobody."""
        return "" if self.user_id._is_superuser() else self.user_id.name

    def _bde_take_letters(self):
        """Locks the next letters that nobody else works on."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM bde_tax_letter WHERE mailing_id = %s AND state = 'queued'"
                " AND mail_message_ref IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                self.id,
                CHUNK,
            )
        )
        return self.env["bde.tax.letter"].browse([row[0] for row in self.env.cr.fetchall()])

    def _bde_attempt(self, letters):
        """Makes mails of letters; one that fails stops no other."""
        try:
            with self.env.cr.savepoint():
                letters._make_mails(self)
                self.env.flush_all()
        except OperationalError:
            # somebody else was first: the whole chunk is done again
            raise
        except Exception as error:  # one that fails must not stop the others, nor other schools
            self.env.invalidate_all(flush=False)
            if len(letters) == 1:
                _logger.error("Letter %s of the tax", letters.id, exc_info=error)
                letters.write({"state": "failed", "reason": str(error)[:200]})
                return
            half = len(letters) // 2
            self._bde_attempt(letters[:half])
            self._bde_attempt(letters[half:])
