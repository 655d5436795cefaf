from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from ..rules import schedule as hours
from ..rules import weeks

# what a teacher fills in for his pupils; the rest is the bureau's
TEACHER_FIELDS = {
    "host_id",
    "site_address",
    "signatory_id",
    "tutor_id",
    "schedule",
    "activity_ids",
    "tasks",
    "meals",
    "transport",
    "lodging",
    "gratification",
    "insurance_company",
    "insurance_policy",
    "remarks",
}

PLACEMENT_STATES = [
    ("to_place", "No host yet"),
    ("hosting", "Agreement to check"),
    ("agreed", "Host agreed"),
    # from here on the states of the convention
    ("draft", "Convention in preparation"),
    ("to_check", "Convention to check"),
    ("to_sign", "To sign"),
    ("partly_signed", "Partly signed"),
    ("signed", "Signed"),
    ("running", "Running"),
    ("ended", "Ended"),
    ("attested", "Attested"),
    ("closed", "Closed"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
    ("interrupted", "Interrupted"),
]

BOARD = ("to_place", "hosting", "agreed", "to_check", "to_sign", "signed")


class BdePlacement(models.Model):
    """One pupil in one period: with whom, where, when, to do what.

    Kept light: no thread and few stored computes, for a school makes 1,200 of them at once.
    """

    _name = "bde.placement"
    _description = "Placement"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "date_start desc, student_name, id"
    _rec_names_search = ["student_name", "host_id"]

    active = fields.Boolean(default=True)
    period_id = fields.Many2one(
        "bde.period", required=True, index=True, ondelete="restrict", check_company=True
    )
    kind = fields.Selection(related="period_id.kind")
    schooling_id = fields.Many2one(
        "bde.schooling", required=True, index=True, ondelete="restrict", check_company=True
    )
    student_id = fields.Many2one(
        "bde.student",
        string="Pupil",
        compute="_compute_student_id",
        store=True,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    student_name = fields.Char(
        related="student_id.name", store=True, precompute=True, string="Name of the pupil"
    )
    division_id = fields.Many2one(
        "bde.division",
        string="Class",
        compute="_compute_division_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    training_id = fields.Many2one(related="schooling_id.training_id")
    exempt_reason = fields.Char(
        string="Why set aside", help="For instance dispensed, left the school, long illness."
    )

    # host
    host_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('bde_employer', '=', True), ('closed_on', '=', False)]",
        check_company=True,
    )
    site_address = fields.Text(
        string="Place of work", help="Only when it is not the address of the host."
    )
    signatory_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_contacts",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('parent_id', '=', host_id), ('company_id', '=', company_id)]",
        help="Who signs the convention for the host.",
    )
    tutor_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_contacts",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('parent_id', '=', host_id), ('company_id', '=', company_id)]",
        help="Who receives and follows the pupil at the host (L124-9 C. éduc.).",
    )
    referent_id = fields.Many2one(
        "bde.teacher",
        string="Referent teacher",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )

    # time
    date_start = fields.Date(
        string="From",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_end = fields.Date(
        string="To",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    schedule = fields.Json(string="Weekly hours", copy=False)
    weekly_hours = fields.Float(
        string="Hours a week", compute="_compute_hours", store=True, precompute=True
    )
    total_hours = fields.Float(
        string="Hours in all",
        compute="_compute_hours",
        store=True,
        precompute=True,
        help="Sum of the days of presence between the dates, public holidays taken out.",
    )
    presence_days = fields.Integer(
        string="Days of presence", compute="_compute_hours", store=True, precompute=True
    )
    hours_working = fields.Char(string="How it is counted", compute="_compute_hours_working")
    is_bureau = fields.Boolean(
        compute="_compute_is_bureau", help="The user keeps the placements of this school."
    )
    days_left = fields.Integer(
        string="Days left", compute="_compute_days_left", help="Until the first day."
    )

    # content
    activity_ids = fields.Many2many(
        "bde.training.activity",
        string="Tasks and competences",
        check_company=True,
        domain="[('training_id', '=', training_id)]",
    )
    tasks = fields.Text(string="Other tasks")
    meals = fields.Char(help="Who provides or pays for the meals.")
    transport = fields.Char(help="What the host pays or provides for the journey.")
    lodging = fields.Char(help="What the host pays or provides for lodging.")
    gratification = fields.Char(
        help="Amount and how it is paid, when there is one. It is due beyond 308 hours with the "
        "same host in a school year (L124-6 C. éduc.)."
    )
    insurance_company = fields.Char(
        string="Insurer of the host",
        compute="_compute_insurance",
        store=True,
        readonly=False,
        precompute=True,
    )
    insurance_policy = fields.Char(
        string="Policy of the host",
        compute="_compute_insurance",
        store=True,
        readonly=False,
        precompute=True,
    )
    remarks = fields.Text()

    hosting_id = fields.Many2one(
        "bde.hosting",
        string="Accord d'accueil",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    hosting_state = fields.Selection(related="hosting_id.state", string="State of the agreement")
    state = fields.Selection(
        PLACEMENT_STATES,
        compute="_compute_state",
        store=True,
        precompute=True,
        required=True,
        group_expand="_expand_states",
    )
    next_step = fields.Char(string="Next step", compute="_compute_next_step")

    _dates_check = models.Constraint(
        "CHECK(date_start <= date_end)", "A placement ends on or after its first day."
    )
    _board_idx = models.Index("(company_id, period_id, state)")
    _company_dates_idx = models.Index("(company_id, state, date_start)")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("student_name", "period_id.name")
    def _compute_display_name(self):
        for placement in self:
            parts = (placement.student_name, placement.period_id.name)
            placement.display_name = " – ".join(part for part in parts if part)

    @api.depends("schooling_id")
    def _compute_student_id(self):
        for placement in self:
            placement.student_id = placement.schooling_id.student_id or placement.student_id

    @api.depends("schooling_id.division_id")
    def _compute_division_id(self):
        """The pupil's class; what has a convention keeps the class that is written there."""
        for placement in self:
            if not placement.division_id or placement.state in ("to_place", "hosting", "agreed"):
                placement.division_id = placement.schooling_id.division_id

    @api.depends("period_id.date_start", "period_id.date_end")
    def _compute_dates(self):
        for placement in self:
            placement.date_start = placement.period_id.date_start
            placement.date_end = placement.period_id.date_end

    @api.depends("host_id")
    def _compute_contacts(self):
        """Keeps contacts of the host; proposes the only signatory and tutor that are known."""
        moved = self.filtered(
            lambda p: (p.signatory_id | p.tutor_id).parent_id != p.host_id or not p.signatory_id
        )
        for placement in self - moved:
            # a stored compute assigns every record
            placement.signatory_id = placement.signatory_id
            placement.tutor_id = placement.tutor_id
        known = self.env["res.partner"]
        if moved.host_id:
            known = known.search(
                [
                    ("parent_id", "in", moved.host_id.ids),
                    ("company_id", "in", moved.company_id.ids),
                ]
            )
        for placement in moved:
            contacts = known.filtered(
                lambda c, p=placement: c.parent_id == p.host_id and c.company_id == p.company_id
            )
            for name, flag in (("signatory_id", "bde_signatory"), ("tutor_id", "bde_tutor")):
                kept = placement[name].filtered(lambda c, p=placement: c.parent_id == p.host_id)
                flagged = contacts.filtered(flag)
                placement[name] = kept or (flagged if len(flagged) == 1 else False)

    @api.depends("host_id")
    def _compute_insurance(self):
        """The insurer that the school noted of this company."""
        hosted = self.filtered("host_id")
        relations = self.env["bde.relation"]
        if hosted:
            relations = relations.search(
                [
                    ("company_id", "in", hosted.company_id.ids),
                    ("partner_id", "in", hosted.host_id.ids),
                ]
            )
        by_key = {(relation.company_id, relation.partner_id): relation for relation in relations}
        for placement in self:
            relation = by_key.get((placement.company_id, placement.host_id), relations.browse())
            origin = placement._origin
            changed = origin.host_id and origin.host_id != placement.host_id
            for name in ("insurance_company", "insurance_policy"):
                placement[name] = relation[name] or (False if changed else placement[name])

    @api.depends(lambda self: self._hours_depends())
    def _compute_hours(self):
        off = self._public_holidays()
        for placement in self:
            presence = placement._presence(off[placement.company_id])
            placement.weekly_hours = hours.week_minutes(placement.schedule) / 60
            placement.total_hours = presence["minutes"] / 60
            placement.presence_days = presence["days"]

    @api.model
    def _hours_depends(self):
        """Fields that hours and days are counted from; dated terms add theirs."""
        return ("schedule", "date_start", "date_end", "company_id")

    def _presence(self, holidays):
        """Presence of one placement over its days, see :func:`weeks.presence`.

        :param holidays: public holidays over its dates
        """
        return weeks.presence(self.schedule, self.date_start, self.date_end, holidays)

    def _public_holidays(self):
        """Public holidays at the school over the dates of these placements: {school: dates}."""
        result = {}
        for company, placements in self.grouped("company_id").items():
            starts = [day for day in placements.mapped("date_start") if day]
            ends = [day for day in placements.mapped("date_end") if day]
            result[company] = (
                company._bde_public_holidays(min(starts), max(ends)) if starts and ends else {}
            )
        return result

    @api.depends(lambda self: self._hours_depends())
    def _compute_hours_working(self):
        off = self._public_holidays()
        for placement in self:
            presence = placement._presence(off[placement.company_id])
            if not presence["minutes"]:
                placement.hours_working = False
                continue
            text = self.env._(
                "%(sum)s, %(days)s days of presence, that is %(legal)s days of 7 h (D124-6)",
                sum=weeks.working_line(presence["weeks"]),
                days=presence["days"],
                legal=weeks.legal_days(presence["minutes"]),
            )
            if presence["skipped"]:
                text += self.env._(
                    "; not worked: %(days)s",
                    days=", ".join(
                        format_date(self.env, day, date_format="d MMM")
                        for day in presence["skipped"]
                    ),
                )
            placement.hours_working = text

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_is_bureau(self):
        own = self.env.user._bde_company_ids("secretary")
        for placement in self:
            placement.is_bureau = placement.company_id.id in own

    @api.depends("date_start")
    def _compute_days_left(self):
        today = {company: company._bde_today() for company in self.company_id}
        for placement in self:
            start = placement.date_start
            placement.days_left = (start - today[placement.company_id]).days if start else 0

    @api.depends(lambda self: self._state_depends())
    def _compute_state(self):
        for placement in self:
            placement.state = placement._get_state()

    @api.model
    def _state_depends(self):
        """Fields that the state follows; the convention adds its own."""
        return ("host_id", "hosting_id.state")

    def _get_state(self):
        """State of one placement before it has a convention."""
        if self.host_id:
            return "agreed"
        return "hosting" if self.hosting_id.state in ("submitted", "returned") else "to_place"

    @api.model
    def _expand_states(self, states, domain):
        """Columns of the board: in the order of the work, those that are used or lead to it."""
        return [state for state, _label in PLACEMENT_STATES if state in states or state in BOARD]

    @api.model
    def search_panel_select_multi_range(self, field_name, **kwargs):
        """States in the order of the work, not of the alphabet."""
        result = super().search_panel_select_multi_range(field_name, **kwargs)
        if field_name == "state" and "values" in result:
            order = [state for state, _label in PLACEMENT_STATES]
            result["values"] = sorted(result["values"], key=lambda v: order.index(v["id"]))
        return result

    @api.depends("state", "hosting_id.state", "referent_id", "signatory_id", "tutor_id", "schedule")
    def _compute_next_step(self):
        for placement in self:
            placement.next_step = placement._get_next_step()

    def _get_next_step(self):
        """What has to be done now, in a few words."""
        # the related field: school life reads placements, not what hosts wrote
        state, hosting = self.state, self.hosting_state
        if state == "to_place":
            if hosting == "sent":
                return self.env._("The sheet is out: wait for the host's answer")
            return self.env._("Print the sheet for the host")
        if state == "hosting":
            if hosting == "returned":
                return self.env._("Sent back to the host: wait for the correction")
            return self.env._("Check the agreement that the host filled in")
        if state == "agreed":
            missing = self._missing_for_convention()
            if missing:
                return self.env._("To complete: %(fields)s", fields=", ".join(missing))
            return self.env._("Make the convention")
        steps = {
            "draft": self.env._("Make the convention"),
            "to_check": self.env._("Check the convention and send it"),
            "to_sign": self.env._("Waiting for signatures"),
            "partly_signed": self.env._("Waiting for signatures"),
            "signed": self.env._("Ready to leave"),
            "ended": self.env._("Ask for the attestation"),
            "refused": self.env._("Refused: read the reason, correct or change the host"),
            "cancelled": self.env._("Cancelled: find another host"),
            "interrupted": self.env._("Ask for the attestation of what was done"),
        }
        return steps.get(state, "")

    def _missing_for_convention(self):
        """Labels of what a convention needs and this placement does not have yet."""
        self.ensure_one()
        wanted = {
            "host_id": self.env._("host"),
            "signatory_id": self.env._("signatory"),
            "tutor_id": self.env._("tutor"),
            "referent_id": self.env._("referent teacher"),
            "insurance_company": self.env._("insurer of the host"),
        }
        missing = [label for name, label in wanted.items() if not self[name]]
        if not self.weekly_hours:
            missing.append(self.env._("weekly hours"))
        if not self.activity_ids and not (self.tasks or "").strip():
            missing.append(self.env._("tasks"))
        return missing

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    @api.model
    def _schedule_error(self, error):
        """Sentence for a schedule that cannot be read."""
        messages = {
            "time": self.env._("%(value)s is not a time: write 8h, 8h30 or 08:30."),
            "incomplete": self.env._("The hour of arrival or of leaving is missing."),
            "order": self.env._("%(value)s: the end comes before the beginning."),
            "overlap": self.env._("The afternoon begins before the end of the morning."),
            "slots": self.env._("Too many hours on one day."),
        }
        message = messages.get(error.code, self.env._("These weekly hours cannot be read."))
        return message % {"value": error.value} if "%(value)s" in message else message

    @api.constrains("date_start", "date_end", "school_year_id")
    def _check_dates(self):
        for placement in self:
            year = placement.school_year_id
            if placement.date_start < year.date_start or placement.date_end > year.date_end:
                raise ValidationError(
                    self.env._(
                        "The dates of %(placement)s must lie inside the school year %(year)s.",
                        placement=placement.display_name,
                        year=year.name,
                    )
                )

    @api.constrains("student_id", "schooling_id")
    def _check_student(self):
        for placement in self:
            if placement.schooling_id.student_id != placement.student_id:
                raise ValidationError(self.env._("The schooling is not one of this pupil."))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Normalises schedules; a placement takes the school and year of its period."""
        periods = self.env["bde.period"].browse(
            {vals["period_id"] for vals in vals_list if vals.get("period_id")}
        )
        for vals in vals_list:
            if not self.env.su and vals.keys() & {"state", "hosting_id", "convention_id"}:
                raise AccessError(self.env._("The state of a placement follows from its facts."))
            self._normalize_vals(vals)
            if vals.get("period_id") and not vals.get("school_year_id"):
                period = periods.browse(vals["period_id"])
                vals["school_year_id"] = period.school_year_id.id
                vals.setdefault("company_id", period.company_id.id)
        self._prefetch_activities(vals_list)
        return super().create(vals_list)

    @api.model
    def _prefetch_activities(self, vals_list):
        """Reads the tasks of a batch in one query; core would read those of each record."""
        linked = set()
        for vals in vals_list:
            for command in vals.get("activity_ids") or ():
                if command[0] == Command.SET:
                    linked.update(command[2])
                elif command[0] == Command.LINK:
                    linked.add(command[1])
        self.env["bde.training.activity"].browse(linked).mapped("active")

    def write(self, vals):
        vals = dict(vals)
        self._normalize_vals(vals)
        self._check_write_fields(vals)
        return super().write(vals)

    @api.model
    def _normalize_vals(self, vals):
        if vals.get("schedule"):
            try:
                vals["schedule"] = hours.normalize(vals["schedule"])
            except hours.ScheduleError as error:
                raise ValidationError(self._schedule_error(error)) from error

    def _check_write_fields(self, vals):
        """A teacher fills in the host of his pupils; dates and referents stay the bureau's."""
        if self.env.su or not self:
            return
        # what follows from the rest is written by nobody: a state would lie
        derived = {
            name
            for name in vals
            if name in ("hosting_id", "convention_id", "replaces_id")
            or (self._fields[name].compute and self._fields[name].readonly)
        }
        if derived:
            raise AccessError(
                self.env._(
                    "These fields follow from the others: %(fields)s.",
                    fields=", ".join(sorted(derived)),
                )
            )
        bureau = self.env.user._bde_company_ids("secretary")
        if all(company_id in bureau for company_id in self.company_id.ids):
            return
        refused = vals.keys() - TEACHER_FIELDS
        if refused:
            labels = sorted(self._fields[name]._description_string(self.env) for name in refused)
            raise AccessError(
                self.env._("Only the bureau changes: %(fields)s.", fields=", ".join(labels))
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_if_untouched(self):
        for placement in self:
            if placement.state != "to_place" or placement.hosting_id:
                raise UserError(
                    self.env._(
                        "%(placement)s is under way. Set it aside instead of deleting it.",
                        placement=placement.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------------

    def action_set_aside(self, reason=None):
        """Takes pupils out of the period (dispensed, gone); nothing is deleted.

        :param str reason: shown in the list of those set aside
        """
        vals = {"active": False}
        if reason:
            vals["exempt_reason"] = reason
        self.write(vals)

    def action_take_back(self):
        """Puts pupils who were set aside back into the period."""
        self.write({"active": True, "exempt_reason": False})

    def action_assign_referent(self):
        """Opens the choice of the referent teachers of these pupils."""
        if not self:
            raise UserError(self.env._("Choose the pupils first."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referent teachers"),
            "res_model": "bde.placement.referent",
            "view_mode": "form",
            "target": "new",
            "context": {"default_placement_ids": self.ids},
        }

    def action_view_hosting(self):
        """Opens the agreement of the host, made when there is none: the desk types it there."""
        self.ensure_one()
        hosting = self.hosting_id or self._ensure_hostings()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accord d'accueil"),
            "res_model": "bde.hosting",
            "res_id": hosting.id,
            "view_mode": "form",
        }
