from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..models.bde_tax_thanks import STATUSES
from ..rules.tax_letter import WORDS, Letter, fill_line, unknown_words

NOW = ("mail", "paper")


class BdeTaxThank(models.TransientModel):
    """Thanks the givers of a campaign in one go; says first who was thanked already."""

    _name = "bde.tax.thank"
    _description = "Thank the givers"

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id")
    subject = fields.Char(
        compute="_compute_text", store=True, readonly=False, precompute=True, required=True
    )
    body = fields.Html(
        string="Letter",
        compute="_compute_text",
        store=True,
        readonly=False,
        precompute=True,
        sanitize="email_outgoing",
    )
    again = fields.Boolean(
        string="Thank them again",
        help="Those who were thanked and gave more since get a second letter.",
    )
    line_ids = fields.One2many("bde.tax.thank.line", "wizard_id", string="Givers")
    mail_count = fields.Integer(compute="_compute_counts")
    paper_count = fields.Integer(compute="_compute_counts")
    now_count = fields.Integer(compute="_compute_counts")
    more_count = fields.Integer(compute="_compute_counts")
    thanked_count = fields.Integer(compute="_compute_counts")
    stopped_count = fields.Integer(compute="_compute_counts")
    preview_subject = fields.Char(compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        targets = self._chosen_targets(values.get("campaign_id"))
        if len(targets.campaign_id) > 1:
            raise UserError(self.env._("Choose givers of one campaign at a time."))
        if targets:
            values["campaign_id"] = targets.campaign_id.id
            values["line_ids"] = [(0, 0, {"target_id": target.id}) for target in targets]
        return values

    @api.model
    def _chosen_targets(self, campaign_id):
        """The selected givers, or all those of the campaign."""
        Target = self.env["bde.tax.target"]
        if self.env.context.get("active_model") == "bde.tax.target":
            targets = Target.browse(self.env.context.get("active_ids", ()))
            targets.check_access("read")
            return targets.filtered(lambda target: target.received_amount > 0)
        if not campaign_id:
            return Target
        return Target.search(
            [("campaign_id", "=", campaign_id), ("received_amount", ">", 0)],
            order="partner_name, id",
        )

    @api.depends("campaign_id")
    def _compute_text(self):
        for wizard in self:
            found = self.env["bde.tax.target"]._thanks_model(wizard.campaign_id.company_id)
            wizard.subject, wizard.body = found

    @api.depends("line_ids.status")
    def _compute_counts(self):
        for wizard in self:
            by_status = wizard.line_ids.grouped("status")
            counts = {status: len(lines) for status, lines in by_status.items()}
            wizard.mail_count = counts.get("mail", 0)
            wizard.paper_count = counts.get("paper", 0)
            wizard.now_count = wizard.mail_count + wizard.paper_count
            wizard.thanked_count = counts.get("thanked", 0)
            wizard.stopped_count = counts.get("stopped", 0)
            targets = wizard.line_ids.target_id
            wizard.more_count = len(targets.filtered(lambda one: one.thanks_state == "more"))

    @api.depends("subject", "body", "line_ids.status")
    def _compute_preview(self):
        """The letter as the first giver reads it; its link leads nowhere yet."""
        for wizard in self:
            now = wizard.line_ids.filtered(lambda line: line.status in NOW)
            target = (now or wizard.line_ids)[:1].target_id
            if not target:
                wizard.preview = wizard.preview_subject = False
                continue
            page = target._giver_pages()[target]
            words = target._thanks_words(page)
            text = Letter(wizard.body).fill(words)
            wizard.preview_subject = fill_line(wizard.subject, words)
            wizard.preview = target._thanks_body(text, page, "#")

    def _targets(self):
        return self.line_ids.target_id

    def action_send(self):
        """Sends the mails; those without an address are left for paper."""
        self.ensure_one()
        self._check_letter()
        sent = self._targets()._thank_by_mail(self.subject, self.body, again=self.again)
        if not sent:
            raise UserError(self.env._("Nobody is left to thank by mail: see the list."))
        left = self.paper_count
        message = self.env._("Thanked by mail: %(count)s.", count=len(sent))
        if left:
            message += " " + self.env._("Without an address, to print: %(count)s.", count=left)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_letter(self):
        """Stops for an empty letter, or a word in braces that would stay in it."""
        if is_html_empty(self.body) or not self.subject:
            raise UserError(self.env._("Write the letter first."))
        unknown = unknown_words(f"{self.subject} {self.body}")
        if unknown:
            raise UserError(
                self.env._(
                    "These words in braces are not known: %(words)s. Known are: %(known)s.",
                    words=", ".join(unknown),
                    known=", ".join(WORDS),
                )
            )

    def action_print(self):
        """The pages on paper, to be signed by the head."""
        self.ensure_one()
        return self._targets()._thank_on_paper(again=self.again)

    def action_see_pages(self):
        """The pages as they would be printed; nobody is noted as thanked."""
        self.ensure_one()
        now = self.line_ids.filtered(lambda line: line.status in NOW).target_id
        return (now or self._targets())[:5].action_giver_pdf()


class BdeTaxThankLine(models.TransientModel):
    """One giver of the dialog, and whether it is thanked now."""

    _name = "bde.tax.thank.line"
    _description = "Giver to thank"

    wizard_id = fields.Many2one("bde.tax.thank", required=True, ondelete="cascade", index=True)
    target_id = fields.Many2one(
        "bde.tax.target", string="Giver", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="target_id.currency_id")
    amount = fields.Monetary(related="target_id.received_amount", string="Received")
    status = fields.Selection(STATUSES, compute="_compute_status")
    text = fields.Char(string="To know", compute="_compute_status")

    @api.depends("target_id", "wizard_id.again")
    def _compute_status(self):
        for wizard, lines in self.grouped("wizard_id").items():
            verdicts = lines.target_id._thanks_verdicts(again=wizard.again)
            for line in lines:
                line.status, line.text = verdicts.get(line.target_id, (False, False))
