from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.bde_tax_target_verbs import CALL, SETTLED_STAGES
from ..rules import call_days

# School holidays are looked up this far ahead.
HORIZON_YEARS = 2


class BdeTaxCalls(models.TransientModel):
    """Spreads calls to chosen companies over working days and people, as activities."""

    _name = "bde.tax.calls"
    _description = "Plan calls about the tax"

    target_ids = fields.Many2many("bde.tax.target", string="Companies", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    user_ids = fields.Many2many(
        "res.users",
        string="Who calls",
        default=lambda self: self.env.user,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="They take turns.",
    )
    date_start = fields.Date(
        string="First calls on",
        required=True,
        default=lambda self: call_days.spread(self.env.company._bde_today(), 1, 1)[0],
    )
    per_week = fields.Integer(
        string="Calls a week", required=True, default=10, help="Spread over the working days."
    )
    call_count = fields.Integer(compute="_compute_calls", export_string_translation=False)
    call_text = fields.Char(compute="_compute_calls", export_string_translation=False)
    skipped_text = fields.Text(compute="_compute_calls", export_string_translation=False)

    _per_week_positive = models.Constraint(
        "CHECK(per_week BETWEEN 1 AND 500)", "Between 1 and 500 calls a week."
    )

    @api.depends("target_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.target_ids[:1].company_id or self.env.company

    @api.depends("target_ids")
    def _compute_calls(self):
        for wizard in self:
            to_call, skipped = wizard._sort_out()
            wizard.call_count = len(to_call)
            wizard.call_text = self.env._("Companies to call: %(count)s.", count=len(to_call))
            wizard.skipped_text = "\n".join(skipped)

    def _sort_out(self):
        """Whom to call, and a line for each group of the others.

        :rtype: tuple[bde.tax.target, list[str]]
        """
        rest = self.target_ids._origin
        reasons = [
            (
                lambda one: one.state == "left_out",
                lambda count: self.env._("%(count)s left out of the campaign.", count=count),
            ),
            (
                lambda one: one.stage in SETTLED_STAGES,
                lambda count: self.env._("%(count)s have said what they do.", count=count),
            ),
            (
                lambda one: one._waiting_calls(),
                lambda count: self.env._("%(count)s with a call planned already.", count=count),
            ),
        ]
        lines = []
        for holds, sentence in reasons:
            found = rest.filtered(holds)
            rest -= found
            if found:
                lines.append(sentence(len(found)))
        return rest, lines

    def action_plan(self):
        """Plans a call to each company that still is to be called.

        :raise UserError: nobody calls, or nobody is left to call
        """
        self.ensure_one()
        to_call, _skipped = self._sort_out()
        to_call.check_access("write")
        if not to_call:
            raise UserError(self.env._("Nobody is left to call among these companies."))
        if len(to_call.company_id) > 1:
            raise UserError(self.env._("Choose companies of one school."))
        if not self.user_ids:
            raise UserError(self.env._("Say who calls."))
        users, company = list(self.user_ids), to_call[:1].company_id
        # sudo: where somebody works, whoever asks; a call tells the name of the company
        if any(company not in user.sudo().company_ids for user in users):
            raise UserError(self.env._("Only people of the school call for it."))
        start = max(self.date_start, company._bde_today())
        closed = self.env["bde.holiday"]._between(
            company, start, fields.Date.add(start, years=HORIZON_YEARS)
        )
        spans = [(holiday.date_start, holiday.date_end) for holiday in closed]
        days = call_days.spread(start, len(to_call), self.per_week, spans)
        model, call = self.env["ir.model"]._get_id("bde.tax.target"), self.env.ref(CALL)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": call.id,
                    "summary": target.campaign_id.name,
                    "res_model_id": model,
                    "res_id": target.id,
                    "user_id": users[number % len(users)].id,
                    "date_deadline": day,
                }
                for number, (target, day) in enumerate(zip(to_call, days, strict=True))
            ]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s calls planned, the last one on %(day)s.",
                    count=len(to_call),
                    day=format_date(self.env, days[-1]),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
