from odoo import api, fields, models

from ..rules import schedule as hours


class BdePlacement(models.Model):
    """Placements of one pupil in one period that follow each other, after an interruption.

    Each has its own days, host and convention; the pupil is counted once, with the last one.
    """

    _inherit = "bde.placement"

    replaces_id = fields.Many2one(
        "bde.placement",
        string="Follows",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The interrupted placement whose days this one goes on with.",
    )
    successor_ids = fields.One2many("bde.placement", "replaces_id", string="Followed by")
    is_replaced = fields.Boolean(
        compute="_compute_is_replaced",
        store=True,
        precompute=True,
        help="Another placement goes on with its days: the pupil is counted there.",
    )
    chain_days = fields.Integer(
        string="Days of the pupil",
        compute="_compute_chain",
        help="Days of presence over all hosts of the period, each day once.",
    )
    chain_hours = fields.Float(string="Hours of the pupil", compute="_compute_chain")
    chain_text = fields.Char(string="Over all hosts", compute="_compute_chain")

    _period_first_uniq = models.UniqueIndex(
        "(period_id, schooling_id) WHERE replaces_id IS NULL",
        "This pupil has a placement in this period already.",
    )
    _replaces_uniq = models.UniqueIndex(
        "(replaces_id) WHERE replaces_id IS NOT NULL",
        "Another placement goes on with these days already.",
    )

    @api.depends("successor_ids.active")
    def _compute_is_replaced(self):
        for placement in self:
            # a successor that was set aside counts too: the pupil left the period with it
            placement.is_replaced = bool(placement.with_context(active_test=False).successor_ids)

    def _chain(self):
        """All placements of the same pupil and period: {placement: placements}; one query."""
        # sudo: hosts of one pupil in one period, counted for whoever reads one of them
        found = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("period_id", "in", self.period_id.ids),
                    ("schooling_id", "in", self.schooling_id.ids),
                ]
            )
            .grouped(lambda one: (one.period_id, one.schooling_id))
        )
        none = self.browse()
        return {one: found.get((one.period_id, one.schooling_id), none) for one in self}

    @api.depends("presence_days", "total_hours", "replaces_id", "is_replaced")
    def _compute_chain(self):
        linked = self.filtered(lambda one: one.replaces_id or one.is_replaced)
        chains = linked._chain() if linked else {}
        for placement in self:
            chain = chains.get(placement, placement)
            placement.chain_days = sum(chain.mapped("presence_days"))
            placement.chain_hours = sum(chain.mapped("total_hours"))
            placement.chain_text = len(chain) > 1 and self.env._(
                "%(days)s days, %(hours)s over %(count)s placements",
                days=placement.chain_days,
                hours=hours.format_minutes(round(placement.chain_hours * 60)),
                count=len(chain),
            )

    @api.depends("period_id.date_start", "period_id.date_end")
    def _compute_dates(self):
        """A successor begins on its own day; its end follows the period while that can be."""
        followers = self.filtered("replaces_id")
        result = super(BdePlacement, self - followers)._compute_dates()
        for placement in followers:
            start, end = placement.date_start, placement.period_id.date_end
            open_ended = placement.state in ("to_place", "hosting", "agreed")
            placement.date_start = start
            placement.date_end = max(start, end) if open_ended else placement.date_end
        return result

    def _make_successor(self, date_start, date_end):
        """The placement that goes on with the days of an interrupted one: no host yet.

        :param date_start: first day, after the last one of this placement
        :param date_end: last day
        """
        self.ensure_one()
        return self.create(
            {
                "period_id": self.period_id.id,
                "schooling_id": self.schooling_id.id,
                "company_id": self.company_id.id,
                "school_year_id": self.school_year_id.id,
                "referent_id": self.referent_id.id,
                "activity_ids": [fields.Command.set(self.activity_ids.ids)],
                "date_start": date_start,
                "date_end": date_end,
                "replaces_id": self.id,
            }
        )
