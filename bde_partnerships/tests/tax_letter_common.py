import re
from unittest.mock import patch

from odoo.addons.mail.models.mail_mail import MailMail

from .tax_answer_common import PARIS_NOON, TaxAnswerCase

URL = re.compile(r'href="([^"]*/bde/([xo])/([^"/]+))"')


class TaxLetterCase(TaxAnswerCase):
    """Letters about the tax of school A on 10 June 2025, a Tuesday at noon; nothing leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.real_send = MailMail.send
        cls.startClassPatcher(patch.object(MailMail, "send", lambda self, *a, **kw: True))
        cls.cast = dict(bakery="petit@boulangerie.example", garage="martin@garage.example")
        cls.petit.partner_id.email = cls.cast["bakery"]
        cls.martin.partner_id.email = cls.cast["garage"]
        cls.mine = cls.campaign.with_env(cls.as_user(cls.secretary_a))

    def model(self, kind="first"):
        return self.env["bde.tax.letter.model"]._for(self.school_a, kind)

    def send(self, targets, kind="first", step=None, campaign=None):
        """{name of the company: status}, as the secretary sends."""
        campaign = campaign or self.mine
        targets = targets.with_env(campaign.env)
        results = campaign._send_letters(targets, self.model(kind).with_env(campaign.env), step)
        self.env.invalidate_all()
        return {
            target.partner_name: status
            for target, (status, _text) in zip(targets, results, strict=True)
        }

    def letters(self, target=None):
        domain = [("target_ids", "in", target.ids)] if target else []
        return self.env["bde.tax.letter"].search(domain, order="id")

    def mails(self):
        return self.env["mail.mail"].sudo().search([], order="id")

    def links(self, mail):
        """{path: token} of the personal addresses in a mail."""
        return {path: token for _url, path, token in URL.findall(mail.body_html)}

    def leave(self):
        """The mail server takes everything that waits."""
        mails = self.mails().filtered(lambda mail: mail.state == "outgoing")
        for mail in mails:
            mail.state = "sent"
            mail._postprocess_sent_message([], [mail.email_to])
        self.env.invalidate_all()

    def bounce(self, letters, reason="unknown"):
        rows = self.env["bde.outgoing"].search(
            [("message_hash", "in", letters.mapped("mail_message_ref"))]
        )
        self.env["bde.bounce"]._note_rows(rows, reason)
        self.env.invalidate_all()


__all__ = ["PARIS_NOON", "TaxLetterCase"]
