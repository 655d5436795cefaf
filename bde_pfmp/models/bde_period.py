from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..rules import weeks
from ..rules.deadlines import key_dates

# states of a placement, by what is left to do: the columns of every board and counter
PLACEMENT_STAGES = {
    "to_place": ("to_place", "refused", "cancelled"),
    "hosting": ("hosting",),
    "to_make": ("agreed", "draft", "to_check"),
    "to_sign": ("to_sign", "partly_signed"),
    "signed": ("signed", "running", "ended", "attested", "closed", "interrupted"),
}

_NO_HOST = ("to_place", "refused", "cancelled")
_NOT_SENT = (*_NO_HOST, "hosting", "agreed", "draft", "to_check")
_NOT_SIGNED = (*_NOT_SENT, "to_sign", "partly_signed")
# states in which a step of a period is still to be done
OPEN_STATES = {
    "host": _NO_HOST,
    "hosting": (*_NO_HOST, "hosting"),
    "convention": _NOT_SENT,
    "signed": _NOT_SIGNED,
    "complete": _NOT_SIGNED,
    "attestation": (*_NOT_SIGNED, "signed", "running", "ended"),
}


class BdePeriod(models.Model):
    """A period that the pupils of some classes spend in companies."""

    _name = "bde.period"
    _description = "Period in companies"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "date_start desc, id desc"

    name = fields.Char(
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        help="As the school calls it, for instance PFMP 2 – 1 MELEC.",
    )
    kind = fields.Selection(
        [
            ("pfmp", "PFMP"),
            ("observation", "Observation sequence"),
            ("seconde_gt", "Sequence of seconde générale et technologique"),
            ("bts", "BTS work placement"),
        ],
        string="Type",
        required=True,
        default="pfmp",
        help="Each type has its own template of convention and its own rules.",
    )
    state = fields.Selection(
        [("draft", "In preparation"), ("open", "Open"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    division_ids = fields.Many2many(
        "bde.division",
        string="Classes",
        check_company=True,
        domain="[('company_id', '=', company_id), ('school_year_id', '=', school_year_id)]",
    )
    date_start = fields.Date(string="First day", required=True)
    date_end = fields.Date(string="Last day", required=True)
    weeks = fields.Integer(
        compute="_compute_weeks",
        store=True,
        help="Civil weeks with at least one working day in the period.",
    )
    working_days = fields.Integer(
        compute="_compute_weeks",
        store=True,
        help="Days from Monday to Friday, public holidays taken out.",
    )
    calendar_notes = fields.Text(string="In this period", compute="_compute_calendar_notes")
    deadline_ids = fields.One2many("bde.period.deadline", "period_id", string="Key dates")
    placement_ids = fields.One2many("bde.placement", "period_id", string="Placements")

    placement_count = fields.Integer(string="Pupils", compute="_compute_counts")
    to_place_count = fields.Integer(string="Without host", compute="_compute_counts")
    hosting_count = fields.Integer(string="Agreements under way", compute="_compute_counts")
    to_make_count = fields.Integer(string="Conventions to make", compute="_compute_counts")
    to_sign_count = fields.Integer(string="Waiting for signatures", compute="_compute_counts")
    signed_count = fields.Integer(string="Signed", compute="_compute_counts")
    missing_count = fields.Integer(
        string="Pupils to add",
        compute="_compute_missing_count",
        help="Pupils of these classes who have no placement in this period yet.",
    )

    _dates_check = models.Constraint(
        "CHECK(date_start <= date_end)", "A period ends on or after its first day."
    )
    _company_state_idx = models.Index("(company_id, state, date_start)")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("kind", "division_ids")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for period in self.filtered(lambda period: not period.name):
            names = ", ".join(period.division_ids.mapped("name"))
            period.name = f"{kinds[period.kind]} – {names}" if names else kinds[period.kind]

    @api.depends("company_id", "date_start")
    def _compute_school_year_id(self):
        """The year that covers the first day: a period may be prepared for the next one."""
        Year = self.env["bde.school.year"]
        for period in self:
            company = period.company_id
            year = period.date_start and Year._search_current(company, period.date_start)
            period.school_year_id = year or period.school_year_id or Year._current(company)

    @api.depends("date_start", "date_end", "company_id")
    def _compute_weeks(self):
        for period in self:
            off = period.company_id._bde_public_holidays(period.date_start, period.date_end)
            valid = period.date_start and period.date_end
            start, end = period.date_start, period.date_end
            period.weeks = weeks.count_weeks(start, end, off)
            period.working_days = len(weeks.working_days(start, end, off)) if valid else 0

    @api.depends("date_start", "date_end", "company_id")
    def _compute_calendar_notes(self):
        for period in self:
            start, end = period.date_start, period.date_end
            if not start or not end:
                period.calendar_notes = False
                continue
            lines = [
                self.env._(
                    "Public holiday: %(day)s (%(name)s)",
                    day=format_date(self.env, day, date_format="EEEE d MMMM"),
                    name=name,
                )
                for day, name in period.company_id._bde_public_holidays(start, end).items()
            ]
            lines += [
                self.env._(
                    "School holidays: %(name)s, %(start)s to %(end)s",
                    name=holiday.name,
                    start=format_date(self.env, holiday.date_start),
                    end=format_date(self.env, holiday.date_end),
                )
                for holiday in self.env["bde.holiday"]._between(period.company_id, start, end)
            ]
            period.calendar_notes = "\n".join(lines) or self.env._(
                "No public holiday and no school holidays."
            )

    @api.depends("placement_ids.state", "placement_ids.is_replaced")
    def _compute_counts(self):
        counts = self._count_by_stage()
        for period in self:
            found = counts.get(period.id, {})
            for stage in PLACEMENT_STAGES:
                period[f"{stage}_count"] = found.get(stage, 0)
            period.placement_count = sum(found.values())

    def _count_by_stage(self):
        """Placements of these periods: {id: {stage: number}}, in one query."""
        stage_of = {state: stage for stage, states in PLACEMENT_STAGES.items() for state in states}
        result = {}
        for period, state, number in self.env["bde.placement"]._read_group(
            # a pupil whose host changed on the way is counted with the last one
            [("period_id", "in", self.ids), ("is_replaced", "=", False)],
            ["period_id", "state"],
            ["__count"],
        ):
            found = result.setdefault(period.id, {})
            found[stage_of[state]] = found.get(stage_of[state], 0) + number
        return result

    @api.depends("division_ids", "date_start", "date_end", "placement_ids")
    def _compute_missing_count(self):
        for period in self:
            period.missing_count = len(period._missing_schoolings()) if period._origin.id else 0

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    @api.constrains("date_start", "date_end", "school_year_id")
    def _check_school_year(self):
        for period in self:
            year = period.school_year_id
            if period.date_start < year.date_start or period.date_end > year.date_end:
                raise ValidationError(
                    self.env._(
                        "%(period)s runs from %(start)s to %(end)s. The school year %(year)s "
                        "goes from %(year_start)s to %(year_end)s: the period must lie inside it.",
                        period=period.name,
                        start=format_date(self.env, period.date_start),
                        end=format_date(self.env, period.date_end),
                        year=year.name,
                        year_start=format_date(self.env, year.date_start),
                        year_end=format_date(self.env, year.date_end),
                    )
                )

    @api.constrains("division_ids", "school_year_id")
    def _check_division_year(self):
        for period in self:
            others = period.division_ids.filtered(
                lambda division, period=period: division.school_year_id != period.school_year_id
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(classes)s: not a class of the school year %(year)s.",
                        classes=", ".join(others.mapped("name")),
                        year=period.school_year_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_if_empty(self):
        # sudo: archived placements of the period count too
        if (
            self.env["bde.placement"]
            .sudo()
            .with_context(active_test=False)
            .search_count([("period_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._("This period has placements: close it instead of deleting it.")
            )

    # ------------------------------------------------------------------
    # Creation
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        periods = super().create(vals_list)
        steps = self.env["bde.period.deadline"]._fields["code"].get_values(self.env)
        self.env["bde.period.deadline"].create(
            [
                {"period_id": period.id, "code": code}
                for period in periods
                for code in steps
                if code not in period.deadline_ids.mapped("code")
            ]
        )
        return periods

    # ------------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------------

    def _missing_schoolings(self):
        """Schoolings that shall have a placement in this period and have none.

        Apprentices are left out: their contract is not the school's matter. A placement
        that was set aside (a dispensed pupil) is not made again.
        """
        self.ensure_one()
        if not self.division_ids:
            return self.env["bde.schooling"]
        domain = Domain(
            [
                ("division_id", "in", self.division_ids.ids),
                ("school_year_id", "=", self.school_year_id.id),
                ("status", "!=", "AP"),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", self.date_start),
            ]
        )
        schoolings = self.env["bde.schooling"].search(domain)
        there = (
            self.env["bde.placement"]
            .with_context(active_test=False)
            ._read_group([("period_id", "=", self.id)], [], ["schooling_id:recordset"])[0][0]
        )
        return schoolings - there

    def _create_placements(self):
        """One placement for each pupil of the classes who has none; returns the new ones.

        The number of queries does not grow with the number of pupils.
        """
        vals_list = []
        for period in self:
            if not period.division_ids:
                raise UserError(
                    self.env._("Choose the classes of %(period)s first.", period=period.name)
                )
            schoolings = period._missing_schoolings()
            vals_list += [
                {
                    "period_id": period.id,
                    "company_id": period.company_id.id,
                    "school_year_id": period.school_year_id.id,
                    "schooling_id": schooling.id,
                    "student_id": schooling.student_id.id,
                    "division_id": schooling.division_id.id,
                }
                for schooling in schoolings.sorted(
                    lambda schooling: (
                        schooling.division_id.name or "",
                        schooling.student_id.name or "",
                    )
                )
            ]
        placements = self.env["bde.placement"].create(vals_list)
        self.filtered(lambda period: period.state == "draft").state = "open"
        return placements

    def action_create_placements(self):
        """Creates the placements of these periods; a second run adds only the missing ones."""
        self._check_not_closed()
        created = self._create_placements()
        if created:
            message = self.env._("%(number)s placements created.", number=len(created))
        else:
            message = self.env._("Every pupil of these classes has a placement already.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if created else "info",
                "message": message,
                "next": self.action_view_placements(),
            },
        }

    def _check_not_closed(self):
        for period in self:
            if period.state == "closed":
                raise UserError(
                    self.env._("%(period)s is closed. Open it again first.", period=period.name)
                )

    def action_open(self):
        """Opens a period: pupils may look for a host."""
        self.state = "open"

    def action_close(self):
        """Closes a period: nothing is created in it any more."""
        self.state = "closed"

    def action_view_placements(self):
        """The board of these periods."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_placement")
        action["domain"] = [("period_id", "in", self.ids)]
        action["context"] = {"search_default_group_division": 0}
        if len(self) == 1:
            action["display_name"] = self.name
            action["context"]["default_period_id"] = self.id
        return action

    def action_view_stage(self):
        """Placements of one stage: the stage comes with the button, ``bde_stage`` in context."""
        action = self.action_view_placements()
        stage = self.env.context.get("bde_stage")
        action["domain"] += [
            ("state", "in", list(PLACEMENT_STAGES.get(stage, ()))),
            ("is_replaced", "=", False),
        ]
        action["views"] = [(False, "list"), (False, "kanban"), (False, "form")]
        return action


class BdePeriodDeadline(models.Model):
    """A key date of a period."""

    _name = "bde.period.deadline"
    _description = "Key date of a period"
    _inherit = ["bde.owned"]
    _order = "date, id"
    _rec_name = "code"

    period_id = fields.Many2one(
        "bde.period", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, precompute=True, default=None
    )
    code = fields.Selection(
        [
            ("referent", "Referent teacher named"),
            ("host", "Host found"),
            ("hosting", "Accord d'accueil back"),
            ("convention", "Convention made and sent"),
            ("signed", "Signed by host, tutor and family"),
            ("complete", "Signed by all: last school day before the departure"),
            ("attestation", "Attestation back"),
        ],
        string="Step",
        required=True,
    )
    date = fields.Date(
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Counted from the dates of the period, and yours to change. It is counted again "
        "when the period moves.",
    )

    open_count = fields.Integer(
        string="Still open",
        compute="_compute_open_count",
        help="Pupils for whom this step is not done.",
    )
    is_late = fields.Boolean(compute="_compute_open_count")

    _period_code_uniq = models.Constraint(
        "UNIQUE(period_id, code)", "This key date stands there already."
    )

    @api.depends("period_id.date_start", "period_id.date_end", "code")
    def _compute_date(self):
        for period, deadlines in self.grouped("period_id").items():
            start, end = period.date_start, period.date_end
            if not start or not end:
                deadlines.date = False
                continue
            off = period.company_id._bde_public_holidays(fields.Date.subtract(start, days=90), end)
            dates = key_dates(start, end, off)
            for deadline in deadlines:
                deadline.date = dates.get(deadline.code)

    @api.depends("period_id.placement_ids.state", "period_id.placement_ids.referent_id", "date")
    def _compute_open_count(self):
        """Pupils who are not through each step; three queries for any number of steps."""
        Placement = self.env["bde.placement"]
        own = [("period_id", "in", self.period_id.ids), ("is_replaced", "=", False)]
        by_state = {}
        for period, state, number in Placement._read_group(
            own, ["period_id", "state"], ["__count"]
        ):
            by_state.setdefault(period, {})[state] = number
        lonely = dict(
            Placement._read_group([*own, ("referent_id", "=", False)], ["period_id"], ["__count"])
        )
        broken = self._uncertified_counts()
        for deadline in self:
            period = deadline.period_id._origin
            if deadline.code == "referent":
                number = lonely.get(period, 0)
            else:
                counts = by_state.get(period, {})
                number = sum(counts.get(state, 0) for state in OPEN_STATES[deadline.code])
                number += broken.get(period, 0) if deadline.code == "attestation" else 0
            deadline.open_count = number
            today = deadline.company_id._bde_today()
            deadline.is_late = bool(number and deadline.date and deadline.date < today)

    def _uncertified_counts(self):
        """Interrupted stays whose host has not certified what was done: {period: number}."""
        return dict(
            self.env["bde.convention"]
            .sudo()  # sudo: numbers for whoever reads the period, as those of its placements
            ._read_group(
                [
                    ("period_id", "in", self.period_id.ids),
                    ("state", "=", "interrupted"),
                    ("attestation_on", "=", False),
                ],
                ["period_id"],
                ["__count"],
            )
        )
