"""The moment at which letters to alumni leave: who said no meanwhile gets none."""

from odoo import api, fields, models


class BdeAlumniLetter(models.Model):
    _inherit = "bde.alumni.letter"

    def _wanted(self):
        """Those of these letters whose reader may still be written to, at the same address.

        As many queries for one as for a thousand. In sudo.
        """
        wanted = self.browse()
        for purpose, letters in self.grouped("purpose").items():
            alumni = letters.alumnus_id._wants_letters(purpose)
            wanted += letters.filtered(
                lambda one, alumni=alumni: (
                    one.alumnus_id in alumni and one.signer_key == one.alumnus_id._page_key()
                )
            )
        return wanted

    def _cancel(self):
        """Stops letters that wait (in sudo): their mail goes, or says only what is left to say.

        :return: the ids of the mails that were removed
        """
        waiting = self.filtered(lambda letter: letter.state == "queued")
        waiting.state = "cancelled"
        mails = waiting.mail_id.filtered(lambda mail: mail.state in ("outgoing", "exception"))
        if not mails:
            return []
        left = self.search([("mail_id", "in", mails.ids), ("state", "=", "queued")])
        said = left.grouped("mail_id")
        for mail, letters in said.items():
            self.env["bde.alumni.letters"]._rewrite(mail, letters)
        gone = mails - left.mail_id
        ids = gone.ids
        gone.unlink()
        return ids

    @api.model
    def _tidy(self, company):
        """Letters whose mail has left without that it was noted: the job stopped in between."""
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "queued"),
                ("is_made", "=", True),
                ("mail_id", "=", False),
            ]
        ).state = "sent"

    def _note_left(self):
        """Notes which letters have left: their mail is gone, or says so (in sudo)."""
        self.invalidate_recordset(["mail_id"])
        left = self.filtered(lambda one: not one.mail_id or one.mail_id.state == "sent")
        left.write({"state": "sent", "sent_on": fields.Datetime.now()})


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"

    def _wants_letters(self, purpose):
        """Those who may be written to at this moment (in sudo).

        :param purpose: of ``_may_write``; empty: they asked for it themselves
        """
        if purpose:
            return self._may_write(purpose)
        return self.exists().filtered(lambda one: not one.is_deceased)

    def _stop_letters(self):
        """Cancels what waits to leave to these people (in sudo)."""
        result = super()._stop_letters()
        self._waiting_letters()._cancel()
        return result

    def _consent_ended(self, purpose):
        """What waits to leave on a consent that ended does not leave (in sudo)."""
        result = super()._consent_ended(purpose)
        self._waiting_letters([("purpose", "=", purpose)])._cancel()
        return result

    def _waiting_letters(self, domain=()):
        return self.env["bde.alumni.letter"].search(
            [("alumnus_id", "in", self.ids), ("state", "=", "queued"), *domain]
        )


class MailMail(models.Model):
    _inherit = "mail.mail"

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Asks once more, right before letters to alumni leave, who wants them."""
        # sudo: whoever runs the queue
        letters = (
            self.env["bde.alumni.letter"]
            .sudo()
            .search([("mail_id", "in", self.ids), ("state", "=", "queued")])
        )
        if not letters:
            return super().send(auto_commit, raise_exception, post_send_callback)
        wanted = letters._wanted()
        gone = set((letters - wanted)._cancel())
        if gone and post_send_callback:
            post_send_callback(list(gone))
        leaving = self.browse([number for number in self.ids if number not in gone])
        result = super(MailMail, leaving).send(auto_commit, raise_exception, post_send_callback)
        wanted._note_left()
        return result
