import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, formataddr

from .bde_tax_letter_text import ANSWER, BODY, OPTOUT, _fill
from .res_partner_solicitation import SolicitationCase

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
        self._check_letters_may_leave(targets)
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

    def _check_letters_may_leave(self, targets):
        self.company_id._bde_check_user_is("secretary")
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
                    self.env.cr.commit()
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


class BdeTaxLetter(models.Model):
    _inherit = "bde.tax.letter"

    def _make_mails(self, mailing):
        """Makes the outgoing mails of a chunk; as many queries for one as for two hundred.

        Links are minted here and stand in the mails alone. What changed since the letter was
        asked for is looked at again: an answer, a no, a window that ended.
        """
        campaign = self.campaign_id
        letters = self._stop_outdated(campaign)
        if not letters:
            return
        window = campaign._letter_window()
        company, author = campaign.company_id, mailing._bde_author()
        texts = letters._write_texts(campaign, window)
        readers = [
            {
                "partner": letter.relation_id.partner_id,
                "contact": letter.contact_id.filtered(lambda one: not one.bde_employer),
            }
            for letter in letters
        ]
        Solicitation = self.env["bde.solicitation"]
        newcomers = Solicitation._newcomers(company, readers)
        optouts = letters._mint_optouts(company)
        answers = self.env["bde.link"]._mint_tax(
            [(letter.target_id or letter, letter._reader()) for letter in letters]
        )
        pages, messages = {}, []
        for letter, reader, (out, out_token), (answer, token) in zip(
            letters, readers, optouts, answers, strict=True
        ):
            first = Solicitation._reader(reader) in newcomers
            shape = (out.lang, first, letter.kind)
            if shape not in pages:
                pages[shape] = campaign._letter_page(window, author, *shape)
            subject, text = texts[letter]
            optout_url = out._url(out_token)
            body = _fill(pages[shape], {BODY: text, ANSWER: answer._url(token), OPTOUT: optout_url})
            messages.append(
                {
                    "company": company,
                    "email_to": Solicitation._to(letter._reader().name, letter.email_normalized),
                    "subject": subject,
                    "body_html": body,
                    "headers": {"List-Unsubscribe": f"<{optout_url}>"},
                    "signer_key": letter.email_key,
                    "kind": "tax",
                }
            )
        mails = self.env["bde.delivery"]._queue(messages)
        self.env["bde.delivery"]._trigger_queue()
        Solicitation._note_informed(company, newcomers)
        letters._note_made(mailing, mails, texts)
        letters._note_asked(company, mailing.user_id)

    def _reader(self):
        """Who reads it: the contact, else the company."""
        return self.contact_id or self.relation_id.partner_id

    def _mint_optouts(self, company):
        lang_of = self.env["bde.solicitation"]._reader_lang
        return self.env["bde.link"]._mint_optouts(
            company,
            "tax",
            [
                (
                    letter.relation_id.partner_id,
                    letter._reader().name,
                    letter.email_normalized,
                    lang_of(letter._reader()),
                )
                for letter in self
            ],
        )

    def _write_texts(self, campaign, window):
        """{letter: (subject, text)}"""
        common = campaign._letter_words(window)
        self.target_ids.fetch(
            ["partner_name", "last_year_amount", "promised_amount", "received_amount"]
        )
        return {
            letter: campaign._letter_text(
                letter.model_id,
                common | campaign._company_words(letter.target_ids, letter._reader()),
            )
            for letter in self
        }

    def _stop_outdated(self, campaign):
        """Stops letters that are not wanted any more.

        :return: those that may leave
        """
        _ = self.env._
        reasons = {}
        if campaign.state != "running":
            reasons = dict.fromkeys(self, _("The campaign is closed."))
        elif not campaign._next_window():
            reasons = dict.fromkeys(self, _("The last window is over."))
        else:
            partners = self.relation_id.partner_id | self.target_ids.partner_id
            emails = {}
            for letter in self:
                partner = letter.relation_id.partner_id
                emails.setdefault(partner, []).append(letter.email_normalized)
            case = SolicitationCase(
                partners, campaign.company_id, "tax", {p: emails.get(p, []) for p in partners}
            )
            for letter in self:
                if reason := letter._outdated(case):
                    reasons[letter] = reason
        for reason, letters in _by_value(reasons).items():
            self.browse([letter.id for letter in letters]).write(
                {"state": "cancelled", "reason": reason}
            )
        return self.filtered(lambda letter: letter not in reasons)

    def _outdated(self, case):
        """Why this letter must not leave any more; None when it may."""
        verdict = case.verdict(self.relation_id.partner_id, [self.email_normalized])
        if verdict.level == "stop":
            return verdict.messages[0]
        wanted = self.target_ids.filtered(
            lambda target: (
                target._still_asked(self.step_id)
                and case.verdict(target.partner_id, []).level != "stop"
            )
        )
        if not wanted:
            return self.env._("They answered meanwhile.")
        if wanted != self.target_ids:
            # an accountant's letter names those clients alone that are still asked
            self.target_ids = wanted
        return None

    # ------------------------------------------------------------
    # What stays
    # ------------------------------------------------------------

    def _note_made(self, mailing, mails, texts):
        """Ties letters, traces of core and mails together: one statement for the letters."""
        digest = self.env["bde.outgoing"]._digest
        traces = self.env["mailing.trace"].create(
            [
                {
                    "mass_mailing_id": mailing.id,
                    "model": "bde.tax.target",
                    "res_id": letter.target_ids[:1].id,
                    "email": letter.email_normalized,
                    "message_id": mail.message_id,
                    "mail_mail_id": mail.id,
                }
                for letter, mail in zip(self, mails, strict=True)
            ]
        )
        today = mailing.company_id._bde_today()
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE bde_tax_letter SET mail_message_ref = row.ref, trace_id = row.trace,"
                " subject = row.subject, text = row.text, date = %s, write_date = %s"
                " FROM (VALUES %s) AS row (id, ref, trace, subject, text)"
                " WHERE bde_tax_letter.id = row.id RETURNING bde_tax_letter.id",
                today,
                fields.Datetime.now(),
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s, %s, %s)",
                        letter.id,
                        digest(mail.message_id),
                        trace.id,
                        texts[letter][0],
                        str(texts[letter][1]),
                    )
                    for letter, mail, trace in zip(self, mails, traces, strict=True)
                ),
            )
        )
        self.invalidate_recordset()
        self.modified(["date"])

    def _note_asked(self, company, user):
        """The approach for all schools, the talk on the pages of the school; once a letter."""
        fresh = self.filtered(lambda letter: not letter.is_noted)
        if not fresh:
            return
        fresh.relation_id.partner_id._bde_note_approach(company, "tax", fresh[:1].channel)
        talks = self.env["bde.talk"].with_context(bde_approach_noted=True)
        talks.create(
            [
                {
                    "relation_id": letter.relation_id.id,
                    "channel": letter.channel,
                    "direction": "out",
                    "contact_id": letter.contact_id.id
                    if letter.contact_id.bde_relation_id == letter.relation_id
                    else False,
                    "purpose": "tax",
                    "outcome": "sent",
                    "summary": letter.subject,
                    "user_id": user.id,
                }
                for letter in fresh
            ]
        )
        fresh.is_noted = True

    def _take_back(self):
        """Unmakes mails that have not left, so that they are made again with what holds now."""
        made = self.filtered(lambda letter: letter.state == "queued" and letter.mail_message_ref)
        if not made:
            return
        mails = made.trace_id.mail_mail_id
        held = mails.filtered(lambda mail: mail.state in ("outgoing", "exception"))
        again = made.filtered(lambda letter: letter.trace_id.mail_mail_id in held)
        again.trace_id.unlink()
        held.unlink()
        again.write({"mail_message_ref": False, "date": False, "text": False})
        again.mailing_id.write({"state": "in_queue", "schedule_date": fields.Datetime.now()})
        self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").sudo()._trigger()


def _by_value(mapping):
    groups = {}
    for key, value in mapping.items():
        groups.setdefault(value, []).append(key)
    return groups
