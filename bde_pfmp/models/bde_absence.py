from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..rules import presence as rules
from ..rules import schedule as hours

PARTS = [
    ("day", "Whole days"),
    ("morning", "The morning"),
    ("afternoon", "The afternoon"),
    ("hours", "Some hours"),
    ("total", "A number of days, dates not known"),
]
REASONS = [
    ("illness", "Illness"),
    ("accident", "Accident"),
    ("family", "Family"),
    ("late", "Came late or left early"),
    ("host_closed", "The company was closed"),
    ("unknown", "Not known"),
    ("other", "Other reason"),
]
SOURCES = [
    ("host", "Company"),
    ("tutor", "Tutor"),
    ("student", "Pupil"),
    ("staff", "School"),
]
# states in which an absence takes its days away
COUNTED = ("declared", "confirmed")
# what is said of a day: another absence there would be the same one twice
STANDING = (*COUNTED, "contested")
# written by the verbs alone
OF_VERBS = {
    "state", "source", "declared_by", "decided_by_id", "decided_on", "contest_note", "is_arrival",
}  # fmt: skip
# contexts cannot forge an object: only code of this module passes the checks
_VERB = object()


class BdeAbsence(models.Model):
    """Days or hours of a stay that a pupil missed, who said so, and what became of it.

    What is declared or confirmed is taken out of the days done, whatever the reason; what is
    contested waits for the bureau.
    """

    _name = "bde.absence"
    _description = "Absence"
    _inherit = ["bde.owned", "bde.yearly", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _rec_names_search = ["student_name"]

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('state', 'in', ('signed', 'running', 'ended', 'interrupted'))]",
    )
    student_name = fields.Char(
        related="placement_id.student_name", store=True, precompute=True, string="Name of the pupil"
    )
    # for the rules of teachers and the groups of lists
    division_id = fields.Many2one(
        related="placement_id.division_id", string="Class", store=True, precompute=True, index=True
    )
    referent_id = fields.Many2one(
        related="placement_id.referent_id", store=True, precompute=True, index=True
    )
    host_id = fields.Many2one(related="placement_id.host_id", string="Host")
    period_id = fields.Many2one(related="placement_id.period_id", store=True, precompute=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(
        string="To",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    part = fields.Selection(PARTS, string="Missed", required=True, default="day")
    missed_hours = fields.Float(
        string="Hours missed", help="For some hours, or besides a number of days.", aggregator=None
    )
    minutes = fields.Integer(
        compute="_compute_minutes", store=True, precompute=True, string="Minutes missed"
    )
    total_days = fields.Float(
        string="Number of days", digits=(6, 1), help="Half days count 0.5.", aggregator=None
    )
    reason = fields.Selection(REASONS, required=True, default="unknown")
    excused = fields.Boolean(help="The reason is a good one. The days are taken out all the same.")
    source = fields.Selection(
        SOURCES, string="Said by", required=True, readonly=True, default="staff"
    )
    declared_by = fields.Char(string="Name of who said it", readonly=True)
    state = fields.Selection(
        [
            ("declared", "Declared"),
            ("confirmed", "Confirmed"),
            ("contested", "Contested"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="confirmed",
        copy=False,
    )
    note = fields.Text(
        groups="bde_partnerships.group_teacher,bde_partnerships.group_secretary",
        help="Read by the bureau and the teachers of the pupil.",
    )
    contest_note = fields.Text(
        string="What the other side says",
        readonly=True,
        copy=False,
        groups="bde_partnerships.group_teacher,bde_partnerships.group_secretary",
    )
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    counts_for = fields.Char(string="Taken out", compute="_compute_counts_for")

    _dates_check = models.Constraint(
        "CHECK(date_from <= date_to)", "An absence ends on or after its first day."
    )
    _company_state_idx = models.Index("(company_id, state, date_from)")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("student_name", "date_from")
    def _compute_display_name(self):
        for absence in self:
            day = absence.date_from and format_date(self.env, absence.date_from)
            absence.display_name = " – ".join(filter(None, (absence.student_name, day)))

    @api.depends("date_from", "part")
    def _compute_date_to(self):
        for absence in self:
            start, end = absence.date_from, absence.date_to
            if absence.part == "total":
                absence.date_to = end or start
            else:
                whole = absence.part == "day" and end and start and end > start
                absence.date_to = end if whole else start

    @api.depends("missed_hours")
    def _compute_minutes(self):
        for absence in self:
            absence.minutes = round(absence.missed_hours * 60)

    @api.depends("state", "date_from", "date_to", "part", "minutes", "total_days")
    def _compute_counts_for(self):
        """How many days and hours it takes away, alone."""
        for absence in self:
            if absence.state not in COUNTED or not absence.placement_id or not absence.date_to:
                absence.counts_for = False
                continue
            # sudo: hours of the stay of an absence that the user reads
            slots = absence.placement_id.sudo()._slots_by_date()
            days, _beside, minutes = rules.missed_days(slots, [absence._missed()])
            absence.counts_for = self._in_words(days, minutes)

    @api.model
    def _in_words(self, days, minutes):
        """Days and hours that were missed; hours alone when they make no day."""
        text = hours.format_minutes(minutes)
        if not days:
            return text
        values = {"days": f"{days:g}".replace(".", ","), "hours": text}
        # a day and a half is one day in French
        if days < 2:
            return self.env._("%(days)s day, %(hours)s", **values)
        return self.env._("%(days)s days, %(hours)s", **values)

    def _missed(self):
        """This absence for :mod:`rules.presence`."""
        return rules.Missed(
            self.date_from, self.date_to, self.part, self.minutes, self.total_days, self.reason
        )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """An absence belongs to the school and the year of its placement."""
        placements = self.env["bde.placement"].browse([vals["placement_id"] for vals in vals_list])
        for vals, placement in zip(vals_list, placements, strict=True):
            if not self.env.su:
                self._check_of_verbs(vals)
                vals["declared_by"] = self.env.user.name
            vals["company_id"] = placement.company_id.id
            vals["school_year_id"] = placement.school_year_id.id
        absences = super().create(vals_list)
        absences._check_not_certified()
        return absences

    def write(self, vals):
        if not self.env.su and vals.keys() & OF_VERBS:
            self._refuse_of_verbs()
        if "placement_id" in vals and any(a.placement_id.id != vals["placement_id"] for a in self):
            raise UserError(self.env._("An absence stays with its placement."))
        if vals.keys() & {"date_from", "date_to", "part", "missed_hours", "total_days", "state"}:
            self._check_not_certified()
        return super().write(vals)

    @api.model
    def _check_of_verbs(self, vals):
        """What a form sends of its defaults when it makes an absence, and nothing else."""
        defaults = {"state": "confirmed", "source": "staff"}
        if any(vals[name] and vals[name] != defaults.get(name) for name in OF_VERBS & vals.keys()):
            self._refuse_of_verbs()

    @api.model
    def _refuse_of_verbs(self):
        raise AccessError(self.env._("Confirm or withdraw an absence by its buttons."))

    def _check_not_certified(self):
        """Stops once the host certified the days: the attestation would lie.

        :raises UserError: names the pupil
        """
        if self.env.context.get("bde_absence") is _VERB:
            return
        for placement in self.placement_id:
            # sudo: the state of the convention, whoever reads the absence
            convention = placement.convention_id.sudo()
            if convention.state in ("attested", "closed") or convention.attestation_on:
                raise UserError(
                    self.env._(
                        "The attestation of %(pupil)s was given: the days do not change any more.",
                        pupil=placement.student_name,
                    )
                )

    @api.constrains("date_from", "date_to", "part", "missed_hours", "total_days", "placement_id")
    def _check_days(self):
        """Days of the calendar, each once."""
        if self.env.context.get("bde_absence") is _VERB:
            return
        for absence in self.filtered(lambda one: one.state in STANDING):
            # sudo: hours and other absences of the stay, to say whether this one fits
            placement = absence.placement_id.sudo()
            others = (placement.absence_ids - absence).filtered(lambda a: a.state in STANDING)
            fault = rules.fault(
                placement._slots_by_date(), [a._missed() for a in others], absence._missed()
            )
            if fault:
                raise ValidationError(placement._absence_sentence(*fault))

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _decide(self, state):
        self.check_access("write")
        self._check_not_certified()
        # sudo: a state that no form writes, by who may write the absence
        self.sudo().write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_confirm(self):
        """The school agrees with these absences: they count, and wait for nobody."""
        self.filtered(lambda one: one.state in ("declared", "contested"))._decide("confirmed")

    def action_withdraw(self):
        """These absences were none: the days count as done. The rows stay, to be read."""
        self.filtered(lambda one: one.state in STANDING)._decide("withdrawn")

    def action_excuse(self):
        """The reasons of these absences are good ones."""
        self.write({"excused": True})

    def action_open_placement(self):
        """The placement of this absence."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.placement",
            "res_id": self.placement_id.id,
            "view_mode": "form",
        }

    @api.model
    def _take_typed(self, rows):
        """Absences of what staff typed before absences had rows: nothing is lost or judged.

        :param rows: (id of the placement, days, hours)
        """
        placements = self.env["bde.placement"].browse([row[0] for row in rows])
        # sudo: the upgrade; stays that are attested keep what was attested
        return (
            self.sudo()
            .with_context(bde_absence=_VERB)
            .create(
                [
                    {
                        "placement_id": placement.id,
                        "date_from": placement.date_start,
                        "date_to": placement.date_end,
                        "part": "total",
                        "total_days": days,
                        "missed_hours": hours_missed,
                    }
                    for placement, (_id, days, hours_missed) in zip(placements, rows, strict=True)
                ]
            )
        )
