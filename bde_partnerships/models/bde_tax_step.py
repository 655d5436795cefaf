from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import tax_letter

AUDIENCES = [
    ("all", "Everybody kept"),
    ("not_reached", "Those who had no letter yet"),
    ("not_answered", "Those who have not answered"),
    ("promised_not_declared", "Those who promised and have not confirmed their choice"),
]


class BdeTaxStep(models.Model):
    """One letter of the sequence of a campaign: to whom, when before or during a window.

    The day is an offset: when the académie moves the window, steps that are not sent yet
    follow. Who gets it is asked at the moment of sending, so the sequence stops by itself for
    whoever answered, promised, refused, opted out or cannot be reached.
    """

    _name = "bde.tax.step"
    _description = "Step of the letters of a campaign"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "campaign_id, date, sequence, id"

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    tax_year_id = fields.Many2one(related="campaign_id.tax_year_id")
    sequence = fields.Integer(default=10)
    window_id = fields.Many2one(
        "bde.tax.window",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('tax_year_id', '=', tax_year_id), ('is_period', '=', True)]",
    )
    relative_to = fields.Selection(
        [("start", "its first day"), ("end", "its last day")],
        string="Counted from",
        required=True,
        default="start",
    )
    offset_days = fields.Integer(
        string="Days", help="Below zero: before that day. -14: two weeks before."
    )
    date = fields.Date(
        string="Planned on",
        compute="_compute_date",
        store=True,
        precompute=True,
        help="The first working day from there on. Empty as long as the window has no date.",
    )
    model_id = fields.Many2one(
        "bde.tax.letter.model",
        string="Letter",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('kind', '!=', 'thanks')]",
    )
    kind = fields.Selection(related="model_id.kind")
    audience = fields.Selection(AUDIENCES, string="To whom", required=True, default="not_answered")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("sent", "Sent"),
            ("over", "Too late"),
            ("cancelled", "Not wanted"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
    )
    sent_on = fields.Date(readonly=True, copy=False)
    mailing_id = fields.Many2one(
        "mailing.mailing",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    letter_ids = fields.One2many("bde.tax.letter", "step_id", string="Letters")
    letter_count = fields.Integer(string="Letters sent", compute="_compute_letter_count")
    audience_count = fields.Integer(
        string="Would get it today",
        compute="_compute_audience_count",
        help="Before addresses and refusals are looked at.",
    )

    _offset_check = models.Constraint(
        "CHECK(offset_days BETWEEN -180 AND 180)", "Count at most 180 days from the window."
    )
    _planned_idx = models.Index("(date) WHERE state = 'planned'")

    @api.constrains("window_id", "campaign_id")
    def _check_window(self):
        for step in self:
            if step.window_id.tax_year_id != step.campaign_id.tax_year_id:
                raise ValidationError(
                    self.env._(
                        "Choose a window of the year of the campaign: another year's dates"
                        " would be printed."
                    )
                )

    @api.depends("window_id.date_from", "window_id.date_to", "relative_to", "offset_days", "state")
    def _compute_date(self):
        """The day counted from the window; what is sent keeps the day on which it was planned."""
        for step in self:
            if step.state == "sent":
                step.date = step.date
                continue
            base = step.window_id.date_from
            if step.relative_to == "end":
                base = step.window_id.date_to
            step.date = base and step._working_day(base + timedelta(days=step.offset_days))

    def _working_day(self, day):
        """The first day from this one on at which letters of the school leave."""
        closed = self.company_id._bde_public_holidays(day, day + timedelta(days=7))
        return tax_letter.working_day(day, closed)

    @api.depends("letter_ids")
    def _compute_letter_count(self):
        counts = dict(
            self.env["bde.tax.letter"]._read_group(
                [("step_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["step_id"],
                ["__count"],
            )
        )
        for step in self:
            step.letter_count = counts.get(step, 0)
