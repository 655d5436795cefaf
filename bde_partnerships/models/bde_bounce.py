import re
from datetime import timedelta

from odoo import api, fields, models

from ..rules import turns
from ..rules.bounce import reason_of_failure, reason_of_report
from .bde_outgoing import MARK

REASONS = [
    ("unknown", "This address does not exist"),
    ("invalid", "This is not an e-mail address"),
    ("refused", "Refused by the mail server of the reader"),
    ("full", "The mailbox is full"),
    ("number", "Wrong phone number"),
    ("not_sent", "The message could not leave"),
]
# Nothing more is sent there: whoever writes on makes it worse. A full mailbox may be emptied.
DEAD = ("unknown", "invalid", "refused", "number")
RETRY_DAYS = 3
CODE_MINUTES = 10
# From the start of a word and no longer than ours: a stranger's mail may be one endless word.
OUR_ID = re.compile(rf"(?<![\w.])[\w.]{{1,120}}{re.escape(MARK)}[\w.-]{{1,255}}")


class BdeBounce(models.AbstractModel):
    """Messages that did not arrive: they show at once where the signature is waited for.

    Only the school whose message it was is told, on its own signatures.
    """

    _name = "bde.bounce"
    _description = "Messages that come back"

    @api.model
    def _note(self, rows):
        """Marks what people wait to sign with an address that does not work.

        All open signatures at that school with the same address are marked, whoever reads
        there, and those of the copies that came back.

        :param rows: (school, signer key, ``email`` or ``sms``, reason of ``REASONS``)
        """
        for (company, channel, reason), batch in _grouped(rows).items():
            signatures = self._signatures(company, batch, channel)
            if signatures:
                signatures._mark_bounced(channel, reason)

    def _signatures(self, company, signer_keys, channel):
        """Signatures of these people at a school, and open ones of whoever shares the address."""
        # sudo: the engine marks what no role may write
        Signature = self.env["bde.document.signature"].sudo()
        current = [("company_id", "=", company.id), ("is_current", "=", True)]
        theirs = Signature.search(
            [
                *current,
                ("signer_key", "in", list(signer_keys)),
                ("state", "in", (*turns.OPEN, *turns.DONE)),
            ]
        )
        still_open = theirs.filtered(lambda s: s.state in turns.OPEN)
        # who has signed everything waits for copies: they are what came back
        marked = still_open or theirs
        name = "email" if channel == "email" else "phone"
        if addresses := [address for address in set(still_open.mapped(name)) if address]:
            marked |= Signature.search(
                [*current, ("state", "in", turns.OPEN), (name, "in", addresses)]
            )
        return marked

    # ------------------------------------------------------------
    # LETTERS THAT COME BACK
    # ------------------------------------------------------------

    @api.model
    def _came_back(self, email_message, message_dict):
        """Handles a letter that came back, when it is one of ours.

        :return: whether it was
        """
        ids = [*(message_dict.get("bounced_msg_ids") or ())]
        text = ""
        if email_message:
            text = email_message.as_string()
            # not every server sends the headers back as a part of their own
            ids += OUR_ID.findall(text)
        rows = self.env["bde.outgoing"]._of(ids)
        if not rows:
            return False
        report = _report_part(email_message) or text
        if reason := reason_of_report(report):
            self._note_rows(rows, reason)
        return True

    @api.model
    def _note_rows(self, rows, reason):
        """Notes that letters did not arrive; the gateway of text messages answers by mail too."""
        self._note(
            [
                (row.company_id, row.signer_key, *_channel_and_reason(row.kind, reason))
                for row in rows
            ]
        )

    # ------------------------------------------------------------
    # LETTERS THAT DO NOT LEAVE
    # ------------------------------------------------------------

    @api.model
    def _did_not_leave(self, mails, failure_type, failure_reason):
        """Notes letters of the queue whose address is refused; the others leave later."""
        ours = mails.filtered(lambda mail: MARK in (mail.message_id or ""))
        if ours and (reason := reason_of_failure(failure_type, failure_reason)):
            self._note_rows(self.env["bde.outgoing"]._of(ours.mapped("message_id")), reason)
            return ours
        return ours.browse()

    @api.model
    def _cron_retry(self):
        """Puts letters back into the queue that did not leave while the mail server was away.

        Core leaves them where they are. After three days the bureau is told; a code is of no
        use after ten minutes.
        """
        # sudo: the queue of core
        failed = (
            self.env["mail.mail"]
            .sudo()
            .search(
                [("state", "=", "exception"), ("message_type", "=", "email_outgoing")], limit=5000
            )
        )
        ours = failed.filtered(lambda mail: MARK in (mail.message_id or ""))
        if not ours:
            return
        Outgoing = self.env["bde.outgoing"]
        rows = {row.message_hash: row for row in Outgoing._of(ours.mapped("message_id"))}
        now = fields.Datetime.now()
        given_up, again = ours.browse(), ours.browse()
        for mail in ours:
            row = rows.get(Outgoing._digest(mail.message_id))
            waits = timedelta(minutes=CODE_MINUTES) if row and row.kind == "code" else None
            if mail.create_date < now - (waits or timedelta(days=RETRY_DAYS)):
                given_up += mail
            else:
                again += mail
        self._give_up(given_up, rows)
        if again:
            again.write({"state": "outgoing", "failure_type": False, "failure_reason": False})
            self.env["bde.delivery"]._trigger_queue()

    def _give_up(self, mails, rows):
        """Removes letters that never left, for they hold links, and tells the schools."""
        digest = self.env["bde.outgoing"]._digest
        lost = [row for mail in mails if (row := rows.get(digest(mail.message_id)))]
        self._note_rows([row for row in lost if row.kind != "code"], "not_sent")
        mails.unlink()


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        refused = self.browse()
        if failure_type:
            refused = self.env["bde.bounce"]._did_not_leave(self, failure_type, failure_reason)
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        # sudo: the letter holds a link, and nobody will ever get it
        refused.exists().sudo().unlink()
        return result


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        # Ours are known by their Message-Id. Core would count by address, in all schools.
        if self.env["bde.bounce"]._came_back(email_message, message_dict):
            return None
        return super()._routing_handle_bounce(email_message, message_dict)


def _grouped(rows):
    """{(company, channel, reason): signer keys}"""
    groups = {}
    for company, signer_key, channel, reason in rows:
        groups.setdefault((company, channel, reason), set()).add(signer_key)
    return groups


def _channel_and_reason(kind, reason):
    if kind != "sms":
        return "email", reason
    return "sms", "not_sent" if reason == "not_sent" else "number"


def _report_part(email_message):
    """Text of the delivery report in a mail, empty when there is none."""
    if not email_message:
        return ""
    for part in email_message.walk():
        if part.get_content_type() == "message/delivery-status":
            return "\n".join(str(piece) for piece in part.get_payload())
    return ""
