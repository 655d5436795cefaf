from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bde_convention_interrupt import CODES
from ..rules import schedule as hours
from ..rules import terms as rules


class BdeInterrupt(models.TransientModel):
    """Ends a stay before its term, or takes back an interruption recorded by mistake."""

    _name = "bde.interrupt"
    _description = "Interruption of a stay"

    mode = fields.Selection(
        [("interrupt", "Interrupt"), ("undo", "Undo")], required=True, default="interrupt"
    )
    convention_id = fields.Many2one("bde.convention", required=True, readonly=True)
    student_name = fields.Char(related="convention_id.student_name")
    code = fields.Selection(CODES, string="Why")
    reason = fields.Text(string="Details", help="For the bureau alone: no party reads it.")
    last_day = fields.Date(
        string="Last day there",
        compute="_compute_last_day",
        store=True,
        readonly=False,
        precompute=True,
    )
    wants_successor = fields.Boolean(
        string="Look for another company",
        default=True,
        help="The pupil goes on with the days that are left: the lists show him without a host.",
    )
    successor_from = fields.Date(
        string="From",
        compute="_compute_successor_from",
        store=True,
        readonly=False,
        precompute=True,
    )
    done_text = fields.Char(string="Done there", compute="_compute_figures")
    left_text = fields.Char(string="Still to do", compute="_compute_figures")
    has_left = fields.Boolean(compute="_compute_figures")

    @api.depends("convention_id")
    def _compute_last_day(self):
        """Today, within the stay."""
        for wizard in self:
            convention = wizard.convention_id
            today = convention.company_id._bde_today() if convention else False
            wizard.last_day = convention and max(
                min(today, convention.date_end), convention.date_start
            )

    @api.depends("last_day")
    def _compute_successor_from(self):
        for wizard in self:
            wizard.successor_from = wizard.last_day and wizard.last_day + timedelta(days=1)

    @api.depends("last_day", "successor_from", "convention_id")
    def _compute_figures(self):
        """Days done at this host, and days of the week that are left of the stay."""
        for wizard in self:
            wizard.done_text = wizard.left_text = False
            wizard.has_left = False
            placement = wizard.convention_id.placement_id
            last, end = wizard.last_day, placement.date_end
            if not placement or not last or not placement.date_start <= last <= end:
                continue
            off = placement.company_id._bde_public_holidays(placement.date_start, end)
            terms = placement._terms()
            done = rules.presence(rules.refit(terms, placement.date_start, last), off)
            wizard.done_text = self._figure(done)
            begin = wizard.successor_from
            if begin and last < begin <= end:
                left = rules.presence(rules.refit(terms, begin, end), off)
                wizard.left_text = self._figure(left)
                wizard.has_left = True

    def _figure(self, presence):
        return self.env._(
            "%(days)s days, %(hours)s",
            days=presence["days"],
            hours=hours.format_minutes(presence["minutes"]),
        )

    def action_apply(self):
        """Records the interruption, and opens the placement that goes on."""
        self.ensure_one()
        if not self.code:
            raise UserError(self.env._("Say why the stay is interrupted."))
        if self.code == "other" and not (self.reason or "").strip():
            raise UserError(self.env._("Say in a few words what the other reason is."))
        if not self.last_day:
            raise UserError(self.env._("Say which day was the last one."))
        goes_on = self.wants_successor and self.last_day < self.convention_id.date_end
        successor = self.convention_id._interrupt(
            self.code,
            self.last_day,
            reason=(self.reason or "").strip(),
            successor_from=self.successor_from if goes_on else None,
        )
        if not successor:
            return {"type": "ir.actions.act_window_close"}
        return successor._open_other(successor)

    def action_undo(self):
        """Takes the interruption back, with its reason."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the interruption is taken back."))
        self.convention_id._undo_interruption(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
