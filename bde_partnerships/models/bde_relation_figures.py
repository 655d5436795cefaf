from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

REFRESH_CHUNK = 2000
HOSTED_FIELDS = ("hosted_year_count", "hosted_count", "last_hosted_on")


class Hosted(NamedTuple):
    """What is known of the pupils that a company took in."""

    year: int = 0
    ever: int = 0
    last: object = None

    def plus(self, other):
        """Both together; the last day is the later one."""
        days = [day for day in (self.last, other.last) if day]
        return Hosted(self.year + other.year, self.ever + other.ever, max(days, default=None))


class BdeRelation(models.Model):
    """Counters of a relation, stored so that lists sort and filter by them."""

    _inherit = "bde.relation"

    talk_ids = fields.One2many("bde.talk", "relation_id", string="Talks")
    lead_ids = fields.One2many(
        "crm.lead", "bde_relation_id", string="Leads", context={"active_test": False}
    )
    # begin with nothing, as most pages do: those alone are written again when they are made
    hosted_year_count = fields.Integer(
        string="Pupils this year", compute="_compute_hosted", store=True, default=0
    )
    hosted_count = fields.Integer(
        string="Pupils in all",
        compute="_compute_hosted",
        store=True,
        default=0,
        help="Pupils of the school that the company took in, past placements included.",
    )
    last_hosted_on = fields.Date(string="Last pupil until", compute="_compute_hosted", store=True)
    asked_count = fields.Integer(
        string="Answers",
        compute="_compute_answers",
        store=True,
        default=0,
        help="Times the company said yes or no when asked to take pupils.",
    )
    accepted_count = fields.Integer(
        string="Times yes", compute="_compute_answers", store=True, default=0
    )
    acceptance_rate = fields.Float(
        compute="_compute_answers",
        store=True,
        default=0,
        aggregator="avg",
        help="Share of the answers that were yes, in percent. Read it with their number.",
    )
    answers_label = fields.Char(string="Said yes", compute="_compute_answers_label")
    last_talk_on = fields.Datetime(string="Last talk", compute="_compute_last_talk_on", store=True)

    # ------------------------------------------------------------
    # Pupils hosted
    # ------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_hosted(self):
        figures = self._hosted_figures()
        for relation in self:
            hosted = figures.get(relation, Hosted())
            relation.hosted_year_count = hosted.year
            relation.hosted_count = hosted.ever
            relation.last_hosted_on = hosted.last

    def _hosted_figures(self):
        """Pupils hosted, for many relations in a constant number of queries; modules add theirs.

        Past placements and placements add to it, and call :meth:`_refresh_hosted` when theirs
        change.

        :rtype: dict[bde.relation, Hosted]
        """
        return {}

    def _refresh_hosted(self):
        """Counts the pupils hosted again, in batch, at the next flush.

        A company to discover that took a pupil in is an active one.
        """
        # sudo: figures of the school, refreshed by whoever changed a placement
        relations = self.sudo().with_context(tracking_disable=True)
        for name in HOSTED_FIELDS:
            self.env.add_to_compute(self._fields[name], relations)
        found = relations.filtered(lambda r: r.status == "prospect" and r.hosted_count)
        if found:
            found.status = "active"

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    @api.depends(
        "partner_id",
        "talk_ids.outcome",
        "talk_ids.purpose",
        "talk_ids.lead_id",
        "lead_ids.won_status",
        "lead_ids.bde_pipeline_id",
    )
    def _compute_answers(self):
        answers = self._answer_figures()
        for relation in self:
            said_yes, said_no = answers.get(relation._origin.id, (0, 0))
            asked = said_yes + said_no
            relation.asked_count = asked
            relation.accepted_count = said_yes
            relation.acceptance_rate = 100 * said_yes / asked if asked else 0

    def _answer_figures(self):
        """How often each company said yes and no to placements.

        A talk about a lead is not counted: the lead is, once it is won or lost.

        :rtype: dict[int, tuple[int, int]]
        """
        figures = {}
        talks = self.env["bde.talk"]._read_group(
            [
                ("relation_id", "in", self._origin.ids),
                ("purpose", "=", "placements"),
                ("outcome", "in", ("agreed", "refused")),
                ("lead_id", "=", False),
            ],
            ["relation_id", "outcome"],
            ["__count"],
        )
        for relation, outcome, count in talks:
            self._add_answers(figures, relation.id, outcome == "agreed", count)
        leads = self.env["crm.lead"].with_context(active_test=False)
        leads = leads._read_group(
            [
                ("bde_relation_id", "in", self._origin.ids),
                ("bde_pipeline_id.purpose", "=", "placements"),
                ("won_status", "in", ("won", "lost")),
            ],
            ["bde_relation_id", "won_status"],
            ["__count"],
        )
        for relation, won_status, count in leads:
            self._add_answers(figures, relation.id, won_status == "won", count)
        return figures

    @api.model
    def _add_answers(self, figures, relation_id, agreed, count):
        said_yes, said_no = figures.get(relation_id, (0, 0))
        if agreed:
            figures[relation_id] = (said_yes + count, said_no)
        else:
            figures[relation_id] = (said_yes, said_no + count)

    @api.depends("asked_count", "accepted_count")
    def _compute_answers_label(self):
        """« 5 of 9 »: a share of few answers says little, so both numbers are shown."""
        for relation in self:
            relation.answers_label = (
                self.env._(
                    "%(yes)s of %(asked)s",
                    yes=relation.accepted_count,
                    asked=relation.asked_count,
                )
                if relation.asked_count
                else ""
            )

    @api.depends("partner_id", "talk_ids.date")
    def _compute_last_talk_on(self):
        last = dict(
            self.env["bde.talk"]._read_group(
                [("relation_id", "in", self._origin.ids)], ["relation_id"], ["date:max"]
            )
        )
        for relation in self:
            relation.last_talk_on = last.get(relation._origin)

    # ------------------------------------------------------------
    # Every night
    # ------------------------------------------------------------

    @api.model
    def _cron_refresh_hosted(self):
        """Counts all again: a new school year empties the counters of the year."""
        relations = self.search(Domain.TRUE)
        self.env["ir.cron"]._commit_progress(remaining=len(relations))
        for start in range(0, len(relations), REFRESH_CHUNK):
            chunk = relations[start : start + REFRESH_CHUNK]
            chunk._refresh_hosted()
            self.env.flush_all()
            if not self.env["ir.cron"]._commit_progress(len(chunk)):
                break
