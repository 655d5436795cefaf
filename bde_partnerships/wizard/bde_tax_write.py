from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

# Names that the dialog tells of each reason; the list of companies has the others.
SHOWN = 8
LAST_CALL_DAYS = 10


class BdeTaxWrite(models.TransientModel):
    """Writes to companies about the tax in two clicks: who gets it, what it says, send."""

    _name = "bde.tax.write"
    _description = "Write to companies about the tax"

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id")
    target_ids = fields.Many2many("bde.tax.target", string="Companies", readonly=True)
    model_id = fields.Many2one(
        "bde.tax.letter.model",
        string="Letter",
        required=True,
        domain="[('kind', '!=', 'thanks'), ('company_id', 'parent_of', company_id)]",
        ondelete="cascade",
    )
    all_on_paper = fields.Boolean(
        string="On paper to everybody", help="Otherwise only to those who have no e-mail address."
    )
    ready_count = fields.Integer(string="By e-mail", compute="_compute_plan")
    paper_count = fields.Integer(string="On paper", compute="_compute_plan")
    left_out_count = fields.Integer(string="Not written to", compute="_compute_plan")
    left_out = fields.Html(string="Who, and why", compute="_compute_plan", sanitize=False)
    obstacle = fields.Text(string="Before you write", compute="_compute_plan")
    leaves = fields.Char(compute="_compute_plan")
    preview_name = fields.Char(compute="_compute_plan")
    preview_subject = fields.Char(compute="_compute_plan")
    preview = fields.Html(compute="_compute_plan", sanitize=False)

    # ------------------------------------------------------------
    # What would happen
    # ------------------------------------------------------------

    @api.depends("campaign_id", "target_ids", "model_id", "all_on_paper")
    def _compute_plan(self):
        for wizard in self:
            wizard.update(
                {"ready_count": 0, "paper_count": 0, "left_out_count": 0, "left_out": False,
                 "obstacle": False, "leaves": False, "preview": False, "preview_subject": False,
                 "preview_name": False}
            )  # fmt: skip
            if wizard.model_id and wizard.target_ids:
                wizard._plan()

    def _plan(self):
        """Fills in the page: counts, reasons, the first letter as it will be read."""
        campaign = self.campaign_id
        targets = self.target_ids._origin
        plans, results = campaign._check_letters(targets, self.model_id)
        paper = self._on_paper(results)
        paper_plans, paper_results = campaign._check_letters(paper, self.model_id, "letter")
        self.ready_count, self.paper_count = len(plans), len(paper_plans)
        left = {target: results[target] for target in targets if results[target][0] != "ready"}
        self.left_out_count = len(left)
        self.left_out = self._reasons(left)
        try:
            campaign._check_may_solicit()
            campaign._letter_window()
        except UserError as error:
            self.obstacle = str(error)
            return
        leaves_on = self.env["bde.solicitation"]._leaves_on(campaign.company_id)
        self.leaves = leaves_on and format_datetime(
            self.env, leaves_on, tz=campaign.company_id.bde_tz, dt_format="EEEE HH:mm"
        )
        for plan in (plans or paper_plans)[:1]:
            self.preview_name = plan.person.name or plan.partner.name
            self.preview_subject, self.preview = campaign._preview_letter(self.model_id, plan)

    def _on_paper(self, results):
        """The companies that a printed letter is meant for."""
        if self.all_on_paper:
            return self.target_ids._origin
        without = {t.id for t, (status, _text) in results.items() if status == "no_address"}
        return self.target_ids._origin.filtered(lambda target: target.id in without)

    def _reasons(self, left):
        """Who gets nothing and why, the most frequent reason first; names are few."""
        groups = {}
        for target, (status, text) in left.items():
            groups.setdefault(status, []).append((target.partner_name or "", text))
        labels = dict(self._status_labels())
        blocks = []
        for status, rows in sorted(groups.items(), key=lambda item: -len(item[1])):
            items = Markup("").join(
                Markup("<li>%s%s</li>") % (name, Markup(" – %s") % text if text else "")
                for name, text in rows[:SHOWN]
            )
            more = len(rows) - SHOWN
            if more > 0:
                items += Markup("<li>%s</li>") % self.env._("and %(count)s more", count=more)
            blocks.append(
                Markup("<p class='mb-0'><strong>%s – %s</strong></p><ul>%s</ul>")
                % (len(rows), labels[status], items)
            )
        return Markup("").join(blocks)

    @api.model
    def _status_labels(self):
        """Labels of what becomes of letters, in the user's language."""
        return [
            ("left_out", self.env._("Left out of the campaign")),
            ("answered", self.env._("Answered already")),
            ("stopped", self.env._("Do not ask")),
            ("no_address", self.env._("No address")),
            ("bounced", self.env._("The address does not work")),
            ("wrong", self.env._("Wrong person")),
            ("capped", self.env._("Written to lately")),
            ("same", self.env._("Another letter goes to this address")),
            ("no_accountant", self.env._("No accountant")),
        ]

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_send(self):
        """Sends the letters; says how many leave, and when."""
        self.ensure_one()
        self.target_ids.check_access("read")
        results = self.campaign_id._send_letters(self.target_ids, self.model_id)
        if not any(status == "sent" for status, _text in results):
            reasons = dict.fromkeys(text for _status, text in results if text)
            raise UserError(
                self.env._(
                    "No letter may leave:\n%(reasons)s", reasons="\n".join(list(reasons)[:10])
                )
            )
        if self.leaves:
            message = self.env._(
                "Letters ready: %(count)s. They leave on %(when)s, in working hours.",
                count=self.env["bde.tax.letter"].search_count(
                    [("campaign_id", "=", self.campaign_id.id), ("state", "=", "queued")]
                ),
                when=self.leaves,
            )
        else:
            sent = sum(status == "sent" for status, _text in results)
            message = self.env._("Companies written to: %(count)s.", count=sent)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_print(self):
        """Prints the letters of those who have no e-mail address, or of everybody."""
        self.ensure_one()
        self.target_ids.check_access("read")
        _plans, results = self.campaign_id._check_letters(self.target_ids, self.model_id)
        return self.campaign_id._print_letters(self._on_paper(results), self.model_id)

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------

    @api.model
    def _open_for(self, campaign, targets):
        """The dialog for these companies.

        :param campaign: ``bde.tax.campaign``
        :param targets: ``bde.tax.target`` of it
        :return: an action
        """
        wizard = self.create(
            {
                "campaign_id": campaign.id,
                "target_ids": [fields.Command.set(targets.ids)],
                "model_id": self._proposed_model(campaign).id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write about the tax"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    @api.model
    def _proposed_model(self, campaign):
        """First letter, reminder or last call, by where the campaign stands."""
        window = campaign._current_window()
        left = window._days_left(campaign.company_id._bde_today()) if window else None
        kind = "reminder" if campaign.letter_count else "first"
        if campaign.letter_count and left is not None and left <= LAST_CALL_DAYS:
            kind = "last"
        Model = self.env["bde.tax.letter.model"]
        model = Model._for(campaign.company_id, kind) or Model.search(
            [("kind", "!=", "thanks")], limit=1
        )
        if not model:
            raise UserError(self.env._("There is no model of letter yet: write one first."))
        return model


class BdeTaxCampaign(models.Model):
    _inherit = "bde.tax.campaign"

    def action_write(self):
        """Writes to all companies of the campaign that may still be asked."""
        self.ensure_one()
        Target = self.env["bde.tax.target"]
        targets = Target.search([("campaign_id", "=", self.id), ("state", "=", "kept")])
        if not targets:
            raise UserError(self.env._("Choose first the companies that you ask."))
        return self.env["bde.tax.write"]._open_for(self, targets)


class BdeTaxTarget(models.Model):
    _inherit = "bde.tax.target"

    def action_write(self):
        """Writes to these companies."""
        self.check_access("read")
        if len(self.campaign_id) != 1:
            raise UserError(self.env._("Write to the companies of one campaign at a time."))
        return self.env["bde.tax.write"]._open_for(self.campaign_id, self)
