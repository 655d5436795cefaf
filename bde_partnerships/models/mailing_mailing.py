from odoo import fields, models, modules


class MailingMailing(models.Model):
    """A mailing belongs to a school. Those of the tax are made and run by our own verbs."""

    _inherit = "mailing.mailing"

    company_id = fields.Many2one(
        "res.company",
        string="School",
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    bde_tax_campaign_id = fields.Many2one(
        "bde.tax.campaign",
        string="Campaign of the tax",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    bde_tax_step_id = fields.Many2one(
        "bde.tax.step",
        string="Step of the letters",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    # ------------------------------------------------------------
    # Run by core's queue and buttons: ours go by our own verbs (bde_tax_letter_send.py)
    # ------------------------------------------------------------

    def _get_remaining_recipients(self):
        if not self.bde_tax_campaign_id:
            return super()._get_remaining_recipients()
        return self._bde_waiting().target_ids.ids

    def _action_send_mail(self, res_ids=None):
        """Makes the mails of our mailings: no pixel, no rewritten link, no global blacklist."""
        ours = self.filtered("bde_tax_campaign_id")
        ours._bde_run(commit=not modules.module.current_test)
        others = self - ours
        return super(MailingMailing, others)._action_send_mail(res_ids) if others else True

    def action_retry_failed(self):
        """Letters that could not be made are tried again; core would make them its own way."""
        ours = self.filtered("bde_tax_campaign_id")
        failed = self.env["bde.tax.letter"].search(
            [("mailing_id", "in", ours.ids), ("state", "=", "failed"), ("trace_id", "=", False)]
        )
        failed.write({"state": "queued", "reason": False})
        failed.mailing_id.write({"state": "in_queue"})
        others = self - ours
        return super(MailingMailing, others).action_retry_failed() if others else None

    def _action_send_statistics(self):
        """No figures of opens and clicks are mailed: nothing of the kind is followed."""
        ours = self.filtered("bde_tax_campaign_id")
        ours.kpi_mail_required = False
        others = self - ours
        if not others:
            return self.env["mail.mail"]
        return super(MailingMailing, others)._action_send_statistics()


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    company_id = fields.Many2one(
        related="mass_mailing_id.company_id", string="School", store=True, index=True
    )
