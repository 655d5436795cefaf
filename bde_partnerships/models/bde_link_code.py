from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_datetime

from ..rules import secret
from ..rules.signer import mask_email, mask_phone

CODE_MINUTES = 10
CODE_TRIES = 5
CODE_SENDS_PER_HOUR = 5
CODE_SENDS_PER_DAY = 15
CODE_FAILURES_PER_DAY = 20
LOCK_HOURS = 24


class BdeLink(models.Model):
    """The code that shows who signs: sent to a known address, short-lived, counted.

    A million values and twenty guesses a day over all links of a person: one chance in fifty
    thousand. Then codes are closed for a day and the school is told, once.
    """

    _inherit = "bde.link"

    code_hmac = fields.Char(readonly=True)
    code_sent_on = fields.Datetime(readonly=True)
    code_channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], readonly=True)
    code_tries = fields.Integer(readonly=True)
    code_sends = fields.Integer(readonly=True, help="Codes sent in the running hour.")
    code_window = fields.Datetime(readonly=True, help="When the running hour began.")
    code_day = fields.Datetime(readonly=True, help="When the running day of counting began.")
    code_day_sends = fields.Integer(readonly=True, help="Codes sent in the running day.")
    code_failures = fields.Integer(readonly=True, help="Wrong codes in the running day.")
    code_locked_until = fields.Datetime(
        string="Codes closed until", readonly=True, help="After too many wrong codes."
    )

    # ------------------------------------------------------------
    # WHERE TO
    # ------------------------------------------------------------

    def _code_key(self):
        """Secret under which codes are digested."""
        # sudo: secret of the instance
        return self.env["ir.config_parameter"].sudo().get_param("database.secret", "")

    def _code_purpose(self):
        return f"bde.link/{self.token_hash}"

    def _code_target(self):
        """Where the code goes: the other channel than the link when both are known.

        :return: (channel, address), (False, False) when there is none
        """
        self.ensure_one()
        sms = self.phone and self.env["bde.sms"]._available(self.phone)
        if self.email and (self.channel == "sms" or not sms):
            return "email", self.email
        if sms:
            return "sms", self.phone
        return False, False

    def _masked(self, channel):
        """Address of a channel as its owner recognises it.

        :rtype: str
        """
        self.ensure_one()
        return mask_phone(self.phone) if channel == "sms" else mask_email(self.email)

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    def _signer_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("signer_key", "=", self.signer_key),
            ("purpose", "in", self._code_purposes()),
        ]

    def _counted(self, name, since_field, since):
        """What this person used up of a count, over all links.

        :rtype: int
        """
        self.ensure_one()
        domain = [*self._signer_domain(), (since_field, ">", since)]
        [(used,)] = self._read_group(domain, aggregates=[f"{name}:sum"])
        return used or 0

    def _sends_left(self):
        """Codes that this person may still ask for now, over all links."""
        now = fields.Datetime.now()
        hour = self._counted("code_sends", "code_window", now - timedelta(hours=1))
        day = self._counted("code_day_sends", "code_day", now - timedelta(days=1))
        return max(min(CODE_SENDS_PER_HOUR - hour, CODE_SENDS_PER_DAY - day), 0)

    def _count_day(self, name):
        """One more of a count of the day, which begins anew after 24 hours."""
        now = fields.Datetime.now()
        if not self.code_day or self.code_day <= now - timedelta(days=1):
            self.write({"code_day": now, "code_day_sends": 0, "code_failures": 0})
        self[name] += 1

    def _locked_until(self):
        """Until when codes are closed for this person, False when they are not."""
        self.ensure_one()
        domain = [*self._signer_domain(), ("code_locked_until", ">", fields.Datetime.now())]
        [(until,)] = self._read_group(domain, aggregates=["code_locked_until:max"])
        return until or False

    def _locked_text(self):
        """When codes open again, at the school's time."""
        return format_datetime(
            self.env,
            self._locked_until(),
            tz=self.company_id.bde_tz,
            dt_format="EEEE d MMMM, HH:mm",
        )

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    def _send_code(self):
        """Sends a new code; the one before no longer works.

        :return: ``sent``, ``capped``, ``locked`` or ``unreachable``
        """
        self.ensure_one()
        self._lock()
        if self._locked_until():
            return "locked"
        channel, address = self._code_target()
        if not channel:
            return "unreachable"
        if not self._sends_left():
            return "capped"
        code = secret.new_code()
        now = fields.Datetime.now()
        fresh = not self.code_window or self.code_window <= now - timedelta(hours=1)
        self._count_day("code_day_sends")
        self.write(
            {
                "code_hmac": secret.code_digest(self._code_key(), self._code_purpose(), code),
                "code_sent_on": now,
                "code_channel": channel,
                "code_tries": 0,
                "code_sends": 1 if fresh else self.code_sends + 1,
                "code_window": now if fresh else self.code_window,
            }
        )
        self.env["bde.delivery"]._send_code(self, channel, address, code)
        return "sent"

    # ------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------

    def _code_is_live(self):
        """Whether a code that was sent can still be typed."""
        self.ensure_one()
        limit = fields.Datetime.now() - timedelta(minutes=CODE_MINUTES)
        if not self.code_hmac or not self.code_sent_on:
            return False
        return self.code_tries < CODE_TRIES and self.code_sent_on > limit

    def _check_code(self, code):
        """Compares a typed code; each wrong one costs one of its tries and one of the day's.

        The digest is made and compared whatever the state of the link: the time of the answer
        tells nothing. The right code stays valid until :meth:`_use_code`, so that an error
        elsewhere on the page does not cost a new message.

        :return: ``right``, ``wrong``, ``dead`` (expired, used, or too many tries) or ``locked``
        """
        self.ensure_one()
        self._lock()
        typed = secret.code_digest(self._code_key(), self._code_purpose(), code)
        is_right = secret.same(typed, self.code_hmac or secret.code_digest("", "", ""))
        if self._locked_until():
            return "locked"
        is_live = self._code_is_live()
        if is_right and is_live:
            return "right"
        if is_live:
            self.code_tries += 1
        self._count_day("code_failures")
        day = fields.Datetime.now() - timedelta(days=1)
        if self._counted("code_failures", "code_day", day) >= CODE_FAILURES_PER_DAY:
            self._close_codes()
            return "locked"
        return "wrong" if is_live and self.code_tries < CODE_TRIES else "dead"

    def _close_codes(self):
        """No code for a day, on any link of this person; the school is told once."""
        until = fields.Datetime.now() + timedelta(hours=LOCK_HOURS)
        self._of_signer().write({"code_hmac": False, "code_locked_until": until})
        signatures = self._signatures().filtered(lambda s: s.state == "to_sign" and s.required)
        answers = self.env["bde.document.answer"]._record("locked", signatures[:1], {})
        self.env["bde.delivery"]._tell_codes_closed(self, answers)

    def _open_codes(self):
        """The school spoke to the person: codes work again."""
        for link in self:
            link._of_signer().write(
                {"code_locked_until": False, "code_failures": 0, "code_day_sends": 0}
            )

    def _use_code(self):
        """A code that signed signs no more."""
        self.write({"code_hmac": False})

    def _log_wrong_code(self, signatures, proof):
        """Keeps trace of a wrong code on the documents that it was meant for."""
        signatures.document_id._lock()
        self.env["bde.journal"]._append(
            [
                (signature.document_id, "code_failed", {"signature": signature.uuid}, proof)
                for signature in signatures
            ]
        )
