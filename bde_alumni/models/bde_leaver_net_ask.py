from datetime import timedelta

from odoo import api, fields, models

from ..rules import safety_net
from .bde_alumni_letters import Ask


class BdeAlumniLetters(models.AbstractModel):
    """``net_<month>``: one question to who has no solution when a round begins."""

    _inherit = "bde.alumni.letters"

    @api.model
    def _asks(self, company, today):
        asks = super()._asks(company, today)
        # sudo: lists of the bureau; only their people are written to, once they may be
        lines = self.env["bde.leaver.net"].sudo().search(
            [
                ("company_id", "=", company.id),
                ("is_open", "=", True),
                ("answered_on", "=", False),
                ("round_id.state", "=", "running"),
                ("round_id.date", ">=", today - timedelta(days=safety_net.ASK_DAYS)),
            ]
        )  # fmt: skip
        lines.plan_id.alumnus_id.mapped("email")
        return asks + [
            Ask(
                line.plan_id.alumnus_id,
                f"net_{line.round_id.month}",
                "safety_net",
                lambda env: env._(
                    "Have you found something for what comes next? One question, one tap."
                ),
                subject=lambda env: env._("One question"),
                section="net",
            )
            for line in lines
        ]


class BdeLeaverNet(models.Model):
    _inherit = "bde.leaver.net"

    wants_help = fields.Boolean(
        string="Wants to be called", readonly=True, copy=False, help="Said on the page."
    )

    def _call_soon(self):
        """Who answered that he wants help is called within two days (in sudo)."""
        for line in self:
            soon = fields.Date.add(line.company_id._bde_today(), days=2)
            line.next_on = min(line.next_on or soon, soon)


class BdeOutcome(models.Model):
    """What somebody says of himself in a survey is a solution for the safety net too."""

    _inherit = "bde.outcome"

    @api.model_create_multi
    def create(self, vals_list):
        outcomes = super().create(vals_list)
        outcomes._solve_plans()
        return outcomes

    def write(self, vals):
        result = super().write(vals)
        if "situation" in vals:
            self._solve_plans()
        return result

    def _solve_plans(self):
        """Closes the plans, without a solution until now, of those who found something."""
        found = self.filtered(
            lambda one: one.situation in ("job", "apprenticeship", "study") and one.source != "plan"
        )
        if not found:
            return
        # sudo: teachers and links note outcomes and plans too
        plans = self.env["bde.leaver.plan"].sudo().search(
            [("alumnus_id", "in", found.alumnus_id.ids), ("solution", "=", "none")]
        )  # fmt: skip
        latest = {one.alumnus_id.id: one for one in found.sudo().sorted("date")}
        groups = {}
        for plan in plans.with_context(bde_from_outcome=True):
            one = latest[plan.alumnus_id.id]
            # what was true before the school year began says nothing of its end
            if one.date >= plan.school_year_id.date_start:
                text = one.study_label or one.relation_id.partner_name or one.employer_text or ""
                groups.setdefault((one.situation, text), plan.browse())
                groups[(one.situation, text)] |= plan
        for (situation, text), group in groups.items():
            group._solve(situation, "survey", text)
