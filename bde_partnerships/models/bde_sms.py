import re

from odoo import api, models

from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ..rules.signer import fold_phone

E164 = re.compile(r"\+\d{8,15}")
MOBILE = re.compile(r"\+33[67]\d{8}|\+(?!33)\d{8,15}")


class BdeSms(models.AbstractModel):
    """Text messages through what the académie has: nothing, or a mail-to-SMS gateway.

    Everything works without: codes then go by e-mail. Parameters of the instance:
    ``bde.sms_provider`` (``off`` or ``mail``), ``bde.sms_mail_gateway`` (address with ``%s``
    for the number, such as ``%s@sms.example.org``).
    """

    _name = "bde.sms"
    _description = "Text messages"

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
    def _gateway(self):
        """Address pattern of the gateway, or False when messages are off."""
        # sudo: settings of the instance
        params = self.env["ir.config_parameter"].sudo()
        if params.get_param("bde.sms_provider", "off") != "mail":
            return False
        pattern = params.get_param("bde.sms_mail_gateway", "")
        return pattern if pattern.count("%s") == 1 and "@" in pattern else False

    @api.model
    def _available(self, phone):
        """Whether this phone can get a text message now: messages are on, it is a mobile."""
        number = self._number(phone)
        return bool(number and MOBILE.fullmatch(number) and self._gateway())

    @api.model
    def _prepare_mail(self, company, phone, text):
        """Values of the mail that the gateway turns into a text message."""
        return {
            "subject": "SMS",
            "email_to": self._gateway() % self._number(phone),
            "body_html": text,
            "company": company,
        }
