from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.purposes import PURPOSES
from ..rules.solicitation import REASONS
from .bde_solicitation_wizard import SERVICE


class MailComposeMessage(models.TransientModel):
    """The composer of a company's page asks what the message is about, and why all the same."""

    _inherit = "mail.compose.message"

    bde_asks = fields.Boolean(compute="_compute_bde_asks")
    bde_purpose = fields.Selection(
        [*PURPOSES, (SERVICE, "Not a request: convention, pupil on placement, safety")],
        string="What for",
        compute="_compute_bde_purpose",
        store=True,
        readonly=False,
    )
    bde_reason = fields.Selection(
        REASONS,
        string="Why all the same",
        help="Only when another school approached the company, or leads with it.",
    )

    @api.depends("model")
    def _compute_bde_asks(self):
        for composer in self:
            composer.bde_asks = bool(composer.model) and isinstance(
                self.env[composer.model], self.pool["bde.solicitation.mixin"]
            )

    @api.depends("model", "res_ids")
    def _compute_bde_purpose(self):
        """That of the request; placements from the page of a company."""
        for composer in self:
            purpose = False
            if composer.bde_asks:
                record = self.env[composer.model].browse(composer._evaluate_res_ids()[:1])
                purpose = record._solicitation_purpose() or "placements"
            composer.bde_purpose = purpose

    def _action_send_mail(self, auto_commit=False):
        for composer in self.filtered("bde_asks"):
            if composer.composition_mode != "comment" and not self.env.su:
                # core's mass mailing would pass by what companies said
                raise UserError(
                    self.env._("To write to several companies, select them and use “Write”.")
                )
        result = self.env["mail.mail"].sudo(), self.env["mail.message"]
        for composer in self:
            if composer.bde_asks:
                composer = composer.with_context(
                    bde_purpose=composer.bde_purpose if composer.bde_purpose != SERVICE else None,
                    bde_not_a_request=composer.bde_purpose == SERVICE,
                    bde_solicitation_reason=composer.bde_reason,
                )
            mails, messages = super(MailComposeMessage, composer)._action_send_mail(auto_commit)
            result = result[0] + mails, result[1] + messages
        return result
