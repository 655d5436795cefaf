import re

from markupsafe import escape

from odoo import api, fields, models

from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ..rules import sms_parts
from ..rules.signer import fold_phone

E164 = re.compile(r"\+\d{8,15}")
MOBILE = re.compile(r"\+33[67]\d{8}|\+(?!33)\d{8,15}")
PROVIDERS = ("off", "mail", "odoo")


class BdeSms(models.AbstractModel):
    """Text messages through what the académie has: nothing, a mail-to-SMS gateway, or Odoo's.

    Everything works without: links and codes then go by e-mail. Parameters of the instance:
    ``bde.sms_provider`` (``off``, ``mail`` or ``odoo``), ``bde.sms_mail_gateway`` (address with
    ``%s`` for the number, such as ``%s@sms.example.org``), ``bde.sms_month_cap`` (parts a month
    and school, 0: no cap) and ``bde.sms_part_cost`` (euros).
    """

    _name = "bde.sms"
    _description = "Text messages"

    # ------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------

    @api.model
    def _param(self, name, default=""):
        # sudo: settings of the instance
        return self.env["ir.config_parameter"].sudo().get_param(f"bde.{name}", default)

    @api.model
    def _provider(self):
        """What messages leave by: ``off``, ``mail`` or ``odoo``; ``off`` when it is not set up.

        :rtype: str
        """
        provider = self._param("sms_provider", "off")
        if provider == "mail":
            return "mail" if self._gateway() else "off"
        return provider if provider in PROVIDERS else "off"

    @api.model
    def _gateway(self):
        """Address pattern of the gateway, or False when messages do not leave by it."""
        if self._param("sms_provider", "off") != "mail":
            return False
        pattern = self._param("sms_mail_gateway")
        return pattern if pattern.count("%s") == 1 and "@" in pattern else False

    @api.model
    def _month_cap(self):
        """Parts that a school may send in a month; 0: as many as it likes.

        :rtype: int
        """
        value = self._param("sms_month_cap", "0")
        return int(value) if value.isdigit() else 0

    @api.model
    def _part_cost(self):
        """Price of one part, in euros.

        :rtype: float
        """
        try:
            return max(float(self._param("sms_part_cost", "0").replace(",", ".")), 0.0)
        except ValueError:
            return 0.0

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    @api.model
    def _number(self, phone):
        """Number in the international form (E.164), or False when it is not one.

        :rtype: str or bool
        """
        if not phone:
            return False
        number = phone_format(phone, "FR", 33, force_format="E164", raise_exception=False)
        if not E164.fullmatch(number or ""):
            # Without the phonenumbers library core gives the number back as it is.
            digits = fold_phone(phone)
            number = f"+33{digits[1:]}" if re.fullmatch(r"0\d{9}", digits) else f"+{digits}"
        return number if E164.fullmatch(number) else False

    @api.model
    def _mobile(self, phone):
        """The number when it is that of a mobile phone, else False."""
        number = self._number(phone)
        return number if number and MOBILE.fullmatch(number) else False

    @api.model
    def _available(self, phone, company=None):
        """Whether this phone can get a text message now, from this school.

        Messages are on, it is a mobile that works, the school's month is not used up.
        """
        return phone in self._usable({phone}, company)

    @api.model
    def _usable(self, phones, company=None):
        """Those of these phones that can get a text message now; constant queries.

        :param phones: as people wrote them
        :param company: the school, that of the environment by default
        :rtype: set
        """
        if self._provider() == "off":
            return set()
        mobiles = {phone: number for phone in phones if (number := self._mobile(phone))}
        company = company or self.env.company
        if not mobiles or not self._room(company):
            return set()
        wrong = self.env["bde.sms.message"]._wrong_numbers(company, mobiles.values())
        return {phone for phone, number in mobiles.items() if number not in wrong}

    @api.model
    def _room(self, company):
        """Parts that this school may still send in this month.

        :rtype: int
        """
        cap = self._month_cap()
        if not cap:
            return 10**6
        return max(cap - self.env["bde.sms.message"]._used(company), 0)

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    @api.model
    def _send(self, messages, now=False):
        """Sends text messages; what they say is kept nowhere once they left.

        :param messages: dicts ``company``, ``phone``, ``text``, ``purpose`` (link, code),
            ``signer_key``
        :param bool now: at once, somebody waits for it
        :return: their lines in the account of messages
        """
        Message = self.env["bde.sms.message"]
        if not messages:
            return Message
        messages = [message | {"text": sms_parts.to_gsm(message["text"])} for message in messages]
        lines = Message._note(messages)
        if self._provider() == "odoo":
            self._send_by_odoo(messages, lines, now)
        else:
            self._send_by_mail(messages, lines, now)
        return lines

    def _send_by_mail(self, messages, lines, now):
        Delivery = self.env["bde.delivery"]
        mails = Delivery._queue(
            [
                self._prepare_mail(message["company"], message["phone"], escape(message["text"]))
                | {"signer_key": message["signer_key"], "kind": "sms"}
                for message in messages
            ]
        )
        lines.write({"state": "sent"})  # as far as we can know: the gateway tells nothing
        if now:
            mails.send_after_commit()
        else:
            Delivery._trigger_queue()

    def _send_by_odoo(self, messages, lines, now):
        # sudo: no role reads or writes the queue of core
        outgoing = (
            self.env["sms.sms"]
            .sudo()
            .create(
                [
                    {
                        "uuid": line.uuid,
                        "number": self._number(message["phone"]),
                        "body": message["text"],
                    }
                    for message, line in zip(messages, lines, strict=True)
                ]
            )
        )
        if now:
            outgoing._bde_send_after_commit()

    @api.model
    def _prepare_mail(self, company, phone, text):
        """Values of the mail that the gateway turns into a text message."""
        return {
            "subject": "SMS",
            "email_to": self._gateway() % self._number(phone),
            "body_html": text,
            "company": company,
        }

    @api.model
    def _month_start(self, company):
        """First moment of this month at the school, in UTC.

        :rtype: datetime.datetime
        """
        first = company._bde_now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return fields.Datetime.now() - (company._bde_now() - first)
