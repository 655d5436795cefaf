from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.tax_letter import NEXT_SEQUENCE, SEQUENCE

# Letters that a campaign which starts late sends all the same.
FIRST_KINDS = ("first", "accountant")


class BdeTaxCampaign(models.Model):
    """The letters of a campaign as its page shows them, and the usual ones in one click."""

    _inherit = "bde.tax.campaign"

    step_ids = fields.One2many("bde.tax.step", "campaign_id", string="Letters planned")
    letter_count = fields.Integer(string="Letters", compute="_compute_letter_count")
    next_step_text = fields.Char(string="Next letter", compute="_compute_next_step_text")

    @api.depends("letter_ids")
    def _compute_letter_count(self):
        counts = dict(
            self.env["bde.tax.letter"]._read_group(
                [("campaign_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["campaign_id"],
                ["__count"],
            )
        )
        for campaign in self:
            campaign.letter_count = counts.get(campaign._origin, 0)

    @api.depends("step_ids.state", "step_ids.date", "step_ids.model_id")
    def _compute_next_step_text(self):
        for campaign in self:
            planned = campaign.step_ids.filtered(lambda s: s.state == "planned" and s.date)
            step = planned.sorted("date")[:1]
            campaign.next_step_text = step and self.env._(
                "%(letter)s on %(date)s",
                letter=step.model_id.name,
                date=step.date.strftime("%d/%m/%Y"),
            )

    def action_default_steps(self):
        """Plans the usual letters in one click: before and during each period still to come.

        What is there already is left as it is; twice is once.
        """
        for campaign in self:
            campaign._plan_default_steps()

    def _plan_default_steps(self):
        self.ensure_one()
        today = self.company_id._bde_today()
        periods = self._windows().filtered(
            lambda window: window.is_period and window._state_on(today) != "over"
        )
        if not periods:
            # says which window ended, and what to do
            self._letter_window()
        known = {(s.window_id, s.kind, s.relative_to, s.offset_days) for s in self.step_ids}
        Model = self.env["bde.tax.letter.model"]
        vals_list = []
        for window in periods:
            first = window == self._windows().filtered("is_period")[:1]
            for rank, (kind, relative, days, audience) in enumerate(
                SEQUENCE if first else NEXT_SEQUENCE, start=1
            ):
                model = Model._for(self.company_id, kind)
                if not model:
                    raise UserError(
                        self.env._("The académie has no letter of this kind: write one first.")
                    )
                # what came too late is not caught up, but for who had no letter at all
                base = window.date_from if relative == "start" else window.date_to
                late = base and base + timedelta(days=days) < today
                if late and kind not in FIRST_KINDS:
                    continue
                if (window, kind, relative, days) not in known:
                    vals_list.append(
                        {
                            "campaign_id": self.id,
                            "window_id": window.id,
                            "relative_to": relative,
                            "offset_days": days,
                            "model_id": model.id,
                            "audience": audience,
                            "sequence": 10 * rank,
                        }
                    )
        return self.env["bde.tax.step"].create(vals_list)

    def action_open_letters(self):
        """The letters of this campaign, and what became of them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_letter")
        return action | {
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }
