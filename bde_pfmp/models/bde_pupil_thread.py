from odoo import models

# what is said of a pupil there is read by those who follow him now
OF_PUPILS = ("bde.absence", "bde.document.answer", "bde.incident", "bde.visit")


class MailThread(models.AbstractModel):
    """Talk about a pupil goes to colleagues who read the record, not to all who once did.

    Whoever made it follows it for ever: a former referent, or somebody who has left the school,
    would go on reading by mail what he may not open.
    """

    _inherit = "mail.thread"
    # models of other modules say so themselves
    _bde_of_pupils = False

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not (self._bde_of_pupils or self._name in OF_PUPILS) or len(self) != 1:
            return recipients
        # sudo: whose accounts these are, those that were closed too
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return [
            data
            for data in recipients
            if self._bde_may_hear(partners.browse(data["id"] or ()).user_ids)
        ]

    def _bde_may_hear(self, users):
        """Whether one of the accounts of somebody reads this record; who has none was chosen.

        :param users: ``res.users`` in sudo, closed ones among them
        """
        staff = users.filtered(lambda user: not (user.active and user.share))
        if not staff:
            return True
        return any(
            self.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .has_access("read")
            for user in staff.filtered("active")
        )
