from collections import defaultdict

from odoo import api, fields, models

from ..rules import schedule as hours
from ..rules import terms as rules
from ..rules import weeks

# contexts cannot forge an object: only code of this module writes agreed terms
_AGREED = object()


class Probe:
    """Terms to judge a placement by before anybody agreed to them, in a context."""

    def __init__(self, terms):
        self.terms = terms


class BdePlacementTerm(models.Model):
    """What holds of a placement from a day to another, and which amendment said so.

    Without rows the fields of the placement hold over all its days. With rows, hours, days
    and limits are counted each day by the row of its date. Written by the verbs alone.
    """

    _name = "bde.placement.term"
    _description = "Dated terms of a placement"
    _inherit = ["bde.owned"]
    _order = "placement_id, date_from"
    _rec_name = "date_from"

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="placement_id.company_id", store=True, precompute=True, default=None
    )
    # for the rules of teachers
    referent_id = fields.Many2one(
        related="placement_id.referent_id", store=True, precompute=True, index=True
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", store=True, precompute=True, index=True
    )
    amendment_id = fields.Many2one(
        "bde.amendment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Empty: as the convention says.",
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    schedule = fields.Json(string="Weekly hours", readonly=True)
    tutor_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="restrict",
        check_company=True,
    )  # fmt: skip
    site_address = fields.Text(string="Place of work", readonly=True)
    is_absent = fields.Boolean(
        string="Not there", readonly=True, help="The pupil is not with the host on these days."
    )
    weekly_hours = fields.Float(string="Hours a week", compute="_compute_weekly_hours")

    _dates_check = models.Constraint(
        "CHECK(date_from <= date_to)", "Terms end on or after their first day."
    )
    _placement_dates_idx = models.Index("(placement_id, date_from, date_to)")

    @api.depends("schedule", "is_absent")
    def _compute_weekly_hours(self):
        for term in self:
            minutes = 0 if term.is_absent else hours.week_minutes(term.schedule)
            term.weekly_hours = minutes / 60

    @api.model
    def _term_vals(self, placement, term):
        """Values of the row of a :class:`rules.terms.Term`."""
        return {
            "placement_id": placement.id,
            "date_from": term.first,
            "date_to": term.last,
            "schedule": term.schedule,
            "tutor_id": term.tutor.id if term.tutor else False,
            "site_address": term.place or False,
            "is_absent": term.absent,
            "amendment_id": term.source.id if term.source else False,
        }

    def _term(self):
        """This row for :mod:`rules.terms`."""
        return rules.Term(
            self.date_from,
            self.date_to,
            self.schedule,
            self.tutor_id,
            self.site_address or "",
            self.is_absent,
            self.amendment_id or None,
        )


class BdePlacement(models.Model):
    """The days of a placement, each by the terms of its date."""

    _inherit = "bde.placement"

    term_ids = fields.One2many(
        "bde.placement.term", "placement_id", string="Dated terms", readonly=True
    )

    def _terms(self):
        """What holds on which days of one placement, see :mod:`rules.terms`.

        :rtype: list of Term
        """
        self.ensure_one()
        probe = self.env.context.get("bde_probe")
        if isinstance(probe, Probe):
            return probe.terms
        # sudo: counting the days of a placement that the caller reads
        rows = self.sudo().term_ids
        if rows:
            return [row._term() for row in rows.sorted("date_from")]
        return self._plain_terms()

    def _plain_terms(self):
        """The terms of a placement that nothing has changed."""
        return [
            rules.Term(
                self.date_start,
                self.date_end,
                self.schedule,
                self.tutor_id,
                self.site_address or "",
            )
        ]

    @api.model
    def _hours_depends(self):
        rows = ("date_from", "date_to", "schedule", "is_absent")
        return (*super()._hours_depends(), *(f"term_ids.{name}" for name in rows))

    def _presence(self, holidays):
        """Each day by the terms of its date."""
        if not (self.date_start and self.date_end):
            return weeks.counted({}, ())
        return rules.presence(self._terms(), holidays)

    @api.model
    def _store_terms(self, terms_by_placement):
        """Keeps these terms: the dates at once, the rest on its day.

        :param dict terms_by_placement: {placement: list of Term, from its first day to its last}
        """
        # sudo: nobody writes terms; callers checked that all have signed, or who interrupts
        Term = self.env["bde.placement.term"].sudo()
        placements = self.sudo().union(*terms_by_placement)
        placements.term_ids.unlink()
        Term.create(
            [
                Term._term_vals(placement, term)
                for placement, terms in terms_by_placement.items()
                if not rules.is_plain(terms)
                for term in terms
            ]
        )
        # one write for each pair of dates: a class moves together
        together = defaultdict(placements.browse)
        for placement, terms in terms_by_placement.items():
            together[terms[0].first, terms[-1].last] |= placement
        for (first, last), moved in together.items():
            moved._write_agreed({"date_start": first, "date_end": last})
        placements._follow_terms()

    def _follow_terms(self):
        """Fields of placements say what holds today; constant queries when nothing changes."""
        # sudo: run by the job of dates, and after the last signature
        for placement in self.sudo():
            if not placement.term_ids:
                continue
            now = rules.on(placement._terms(), placement.company_id._bde_today())
            values = {
                "schedule": now.schedule,
                "tutor_id": now.tutor.id if now.tutor else False,
                "site_address": now.place or False,
            }
            changed = {name: v for name, v in values.items() if placement._differs(name, v)}
            if changed:
                placement._write_agreed(changed)

    def _write_agreed(self, vals):
        """Writes terms that all have agreed to, past the lock of the signature."""
        # sudo: callers checked that all have signed, or who interrupts
        return self.sudo().with_context(bde_agreed=_AGREED).write(vals)

    def _check_terms(self, vals):
        if self.env.context.get("bde_agreed") is _AGREED:
            return None
        return super()._check_terms(vals)

    # ------------------------------------------------------------
    # Law
    # ------------------------------------------------------------

    def _schedule_parts(self, schedule=None):
        """Each week by the terms of its days."""
        if schedule is not None or not (self.date_start and self.date_end):
            return super()._schedule_parts(schedule)
        terms = rules.clip(self._terms(), self.date_start, self.date_end)
        return rules.weekly_parts(terms) if len(terms) > 1 else super()._schedule_parts()

    def _schedule_alerts(self, schedule=None):
        """What two parts of a stay break alike is told once."""
        alerts = super()._schedule_alerts(schedule)
        return list({(alert.key or alert.text): alert for alert in reversed(alerts)}.values())[::-1]

    def _limit_spans(self):
        return [(term.first, term.last, term.tutor) for term in self._terms() if not term.absent]

    @api.model
    def _amended_spans(self, stays):
        placements = self.browse().union(*stays)
        found = {}
        # sudo: days and tutors of stays of all schools, counted and never shown
        rows = self.env["bde.placement.term"].sudo()
        for row in rows.search([("placement_id", "in", placements.ids)]):
            spans = found.setdefault(row.placement_id.id, [])
            if not row.is_absent:
                spans.append((row.date_from, row.date_to, row.tutor_id))
        return found
