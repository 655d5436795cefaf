from odoo import fields, models
from odoo.tools import SQL

from .bde_tax_letter_text import ANSWER, BODY, OPTOUT, _fill
from .res_partner_solicitation import SolicitationCase


class BdeTaxLetter(models.Model):
    """The mails of letters: made in chunks, each reader with links of his own."""

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
        reasons = {}
        if campaign.state != "running":
            reasons = dict.fromkeys(self, self.env._("The campaign is closed."))
        elif not campaign._next_window():
            reasons = dict.fromkeys(self, self.env._("The last window is over."))
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
        # sudo: core's own job
        self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").sudo()._trigger()


def _by_value(mapping):
    groups = {}
    for key, value in mapping.items():
        groups.setdefault(value, []).append(key)
    return groups
