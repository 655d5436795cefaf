from odoo import api, fields, models

from .bde_leaver_plan import SOLUTIONS

MONTHS = [("06", "June"), ("09", "September"), ("10", "October"), ("01", "January")]


class BdeLeaverRound(models.Model):
    """A round of the safety net: who of a cohort is without a solution at a date."""

    _name = "bde.leaver.round"
    _description = "Round of the safety net"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    cohort = fields.Integer(required=True, index=True, help="2026 for leavers of 2025-2026.")
    month = fields.Selection(MONTHS, required=True)
    date = fields.Date(required=True)
    state = fields.Selection(
        [("planned", "To begin"), ("running", "In progress"), ("over", "Over")],
        required=True,
        readonly=True,
        default="planned",
    )
    line_ids = fields.One2many("bde.leaver.net", "round_id", string="Without a solution")

    _round_uniq = models.Constraint(
        "UNIQUE(company_id, cohort, month)", "This round is there already."
    )

    @api.depends("cohort", "month")
    def _compute_name(self):
        months = dict(self._fields["month"]._description_selection(self.env))
        for rond in self:
            rond.name = f"{months.get(rond.month, '')} · {rond.cohort}"


class BdeLeaverNet(models.Model):
    """A leaver without a solution in a round: who acts, when next, how it ended."""

    _name = "bde.leaver.net"
    _description = "Leaver without a solution"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "next_on, id"

    round_id = fields.Many2one(
        "bde.leaver.round", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="round_id.company_id", store=True, precompute=True, default=None
    )
    plan_id = fields.Many2one(
        "bde.leaver.plan", required=True, index=True, ondelete="cascade", check_company=True
    )
    name = fields.Char(related="plan_id.name", store=True, precompute=True)
    user_id = fields.Many2one("res.users", string="Who acts", index="btree_not_null")
    next_on = fields.Date(string="Next step on", index=True)
    note = fields.Text()
    situation = fields.Selection(SOLUTIONS, string="Situation at that date", readonly=True)
    closed_on = fields.Date(readonly=True, index=True)
    solution = fields.Selection(SOLUTIONS, string="How it ended", readonly=True)

    _line_uniq = models.Constraint(
        "UNIQUE(round_id, plan_id)", "This leaver is in this round already."
    )
