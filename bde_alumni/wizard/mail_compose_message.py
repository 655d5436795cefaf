from odoo import models
from odoo.exceptions import UserError


class MailComposeMessage(models.TransientModel):
    """Core's writer of mails, where talk stays inside, see ``bde_inside_thread.py``."""

    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        inside = self.filtered(
            lambda one: one.model in self.env and getattr(self.env[one.model], "_bde_inside", False)
        )
        if any(one.composition_mode != "comment" for one in inside):
            raise UserError(
                self.env._(
                    "Former pupils are written to by the school's news and by the link to their "
                    "page: both ask what each of them agreed to."
                )
            )
        return super()._action_send_mail(auto_commit)
