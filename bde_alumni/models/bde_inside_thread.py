from odoo import models


class MailThread(models.AbstractModel):
    """Talk about leavers stays inside: core's writer would mail whom nobody may write to.

    It proposes the private address of an alumnus, makes a contact of him and asks no consent.
    The school writes to alumni by its letters alone, which ask when they leave.
    """

    _inherit = "mail.thread"
    # models say so themselves
    _bde_inside = False

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        if self._bde_inside:
            return {record.id: [] for record in self}
        return super()._message_get_suggested_recipients_batch(*args, **kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not self._bde_inside:
            return recipients
        # sudo: whether these are accounts of colleagues
        partners = self.env["res.partner"].sudo()
        return [
            data
            for data in recipients
            if any(not user.share for user in partners.browse(data["id"] or ()).user_ids)
        ]


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"
    _bde_inside = True


class BdeLeaverPlan(models.Model):
    _inherit = "bde.leaver.plan"
    _bde_inside = True


class BdeLeaverHandover(models.Model):
    _inherit = "bde.leaver.handover"
    _bde_inside = True


class BdeWouldYou(models.Model):
    _inherit = "bde.would.you"
    _bde_inside = True


class BdePortrait(models.Model):
    _inherit = "bde.portrait"
    _bde_inside = True


class EventRegistration(models.Model):
    _inherit = "event.registration"
    _bde_inside = True
