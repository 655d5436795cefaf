from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..rules import visits as rules

KINDS = [
    ("call", "Installation call"),
    ("midpoint", "Mid-point contact"),
    ("visit", "Visit"),
    ("video", "Video meeting"),
    ("final", "Final visit"),
]
CHANNELS = [("onsite", "On site"), ("video", "By video"), ("phone", "By phone")]
MOODS = [("fine", "Goes well"), ("mixed", "So-so"), ("bad", "Goes badly")]
ALERTS = [("none", "Nothing to report"), ("watch", "To watch"), ("urgent", "Urgent")]

# what whoever goes there writes; the rest follows or is the verbs'
REPORT_FIELDS = {
    "kind", "channel", "done_on", "with_tutor", "with_student", "mood", "alert", "text", "km",
}  # fmt: skip
VERB_FIELDS = {
    "state", "client_uuid", "alert_state", "alert_raised", "is_proposed", "event_id",
}  # fmt: skip
# days around a stay in which a contact about it can have been made
MARGIN = 14


class BdeVisit(models.Model):
    """One contact of the school with a pupil in a company: a call, a visit, a video meeting.

    Planned first, then reported; a report may come without a plan. The report is the teacher's,
    what an alert asks for is the bureau's. See docs/architecture.md, "VIS".
    """

    _name = "bde.visit"
    _description = "Visit of a pupil in a company"
    _inherit = ["bde.owned", "bde.yearly", "mail.thread", "mail.activity.mixin"]
    _order = "date, id"
    _rec_names_search = ["student_name", "host_id"]

    placement_id = fields.Many2one(
        "bde.placement", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="placement_id.company_id", store=True, precompute=True, default=None
    )
    school_year_id = fields.Many2one(
        related="placement_id.school_year_id", store=True, precompute=True, readonly=True
    )
    teacher_id = fields.Many2one(
        "bde.teacher",
        string="Who goes",
        compute="_compute_teacher_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="The referent teacher, or a colleague who goes for him.",
    )
    # for lists and for the rules of teachers
    student_name = fields.Char(
        related="placement_id.student_name", store=True, precompute=True, string="Pupil"
    )
    host_id = fields.Many2one(
        related="placement_id.host_id", store=True, precompute=True, index="btree_not_null"
    )
    referent_id = fields.Many2one(
        related="placement_id.referent_id", store=True, precompute=True, index=True
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", store=True, precompute=True, index=True
    )
    period_id = fields.Many2one(
        related="placement_id.period_id", store=True, precompute=True, index=True
    )

    kind = fields.Selection(KINDS, required=True, default="visit")
    channel = fields.Selection(
        CHANNELS,
        string="How",
        compute="_compute_channel",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    state = fields.Selection(
        [
            ("planned", "To do"),
            ("done", "Made"),
            ("missed", "Not made"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
    )
    planned_on = fields.Date(string="Planned on")
    done_on = fields.Date(string="Made on", copy=False)
    date = fields.Date(
        compute="_compute_date",
        store=True,
        precompute=True,
        help="The day it was made, or is planned on.",
    )
    is_proposed = fields.Boolean(
        string="Date proposed", readonly=True, help="Nobody has chosen another date."
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    with_tutor = fields.Boolean(string="With the tutor", copy=False)
    with_student = fields.Boolean(string="With the pupil", copy=False)
    is_meeting = fields.Boolean(
        string="Meeting of three",
        compute="_compute_is_meeting",
        store=True,
        precompute=True,
        help="Teacher, pupil and tutor together, on site or by video (article 18 of the model "
        "convention).",
    )
    mood = fields.Selection(MOODS, string="How it goes", copy=False)
    alert = fields.Selection(ALERTS, required=True, default="none", copy=False)
    text = fields.Text(
        string="In a sentence",
        copy=False,
        help="Facts only: the family and the company may ask to read it. Harassment or violence "
        "is told to the head, not here.",
    )
    missed_reason = fields.Char(string="Why it was not made", copy=False)
    alert_state = fields.Selection(
        [("open", "To handle"), ("handled", "Handled")],
        string="Follow-up of the alert",
        readonly=True,
        copy=False,
    )
    # the highest level that people were told of: the same level is told once
    alert_raised = fields.Selection(ALERTS, readonly=True, copy=False)
    alert_outcome = fields.Text(string="What was done", copy=False)
    client_uuid = fields.Char(string="Mark of the phone", readonly=True, copy=False)

    km = fields.Float(
        string="Kilometres",
        copy=False,
        help="There and back, as driven. Left empty when the visit is part of a round.",
    )

    _client_uuid_uniq = models.UniqueIndex(
        "(company_id, client_uuid) WHERE client_uuid IS NOT NULL",
        "This report was received already.",
    )
    _km_check = models.Constraint("CHECK(km >= 0)", "Kilometres are not negative.")
    _company_date_idx = models.Index("(company_id, state, date)")
    _host_date_idx = models.Index("(host_id, done_on) WHERE done_on IS NOT NULL")
    _alert_idx = models.Index("(company_id, alert) WHERE alert_state = 'open'")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("kind", "student_name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for visit in self:
            parts = (kinds.get(visit.kind), visit.student_name)
            visit.display_name = " – ".join(part for part in parts if part)

    @api.depends("placement_id")
    def _compute_teacher_id(self):
        for visit in self:
            visit.teacher_id = visit.teacher_id or visit.placement_id.referent_id

    @api.depends("kind")
    def _compute_channel(self):
        for visit in self:
            visit.channel = rules.CHANNELS.get(visit.kind, "onsite")

    @api.depends("planned_on", "done_on")
    def _compute_date(self):
        for visit in self:
            visit.date = visit.done_on or visit.planned_on

    @api.depends("channel", "with_tutor", "with_student")
    def _compute_is_meeting(self):
        for visit in self:
            visit.is_meeting = rules.is_meeting(visit.channel, visit.with_tutor, visit.with_student)

    @api.depends("state", "planned_on", "company_id")
    def _compute_is_late(self):
        today = {company: company._bde_today() for company in self.company_id}
        for visit in self:
            late = visit.state == "planned" and visit.planned_on
            visit.is_late = bool(late and visit.planned_on < today[visit.company_id])

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.to_string(self.env.company._bde_today())
        late = Domain("state", "=", "planned") & Domain("planned_on", "<", today)
        wanted = set(value)
        if wanted == {True, False}:
            return Domain.TRUE
        return late if True in wanted else ~late

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("done_on", "state", "placement_id")
    def _check_done_on(self):
        """A contact was made: not tomorrow, and not months from the stay."""
        for visit in self.filtered(lambda one: one.done_on):
            placement = visit.placement_id
            today = visit.company_id._bde_today()
            if visit.done_on > today:
                raise ValidationError(
                    self.env._(
                        "%(visit)s: %(day)s has not come yet. Write the day on which it was made.",
                        visit=visit.display_name,
                        day=format_date(self.env, visit.done_on),
                    )
                )
            first = fields.Date.subtract(placement.date_start, days=MARGIN)
            last = fields.Date.add(placement.date_end, days=MARGIN)
            if not first <= visit.done_on <= last:
                raise ValidationError(
                    self.env._(
                        "%(visit)s: the stay goes from %(start)s to %(end)s, a contact on %(day)s "
                        "is not part of it. Look at the date.",
                        visit=visit.display_name,
                        start=format_date(self.env, placement.date_start),
                        end=format_date(self.env, placement.date_end),
                        day=format_date(self.env, visit.done_on),
                    )
                )

    def _check_report(self):
        """What a report must say.

        :raises UserError: names what is missing
        """
        for visit in self:
            if not (visit.with_tutor or visit.with_student):
                raise UserError(self.env._("Say whom you met or spoke to: tutor, pupil or both."))
            if not visit.mood:
                raise UserError(self.env._("Say how it goes: one tap is enough."))
            if visit.alert != "none" and not (visit.text or "").strip():
                raise UserError(
                    self.env._("An alert needs a sentence: what happens, and what should be done?")
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() & VERB_FIELDS for vals in vals_list):
            raise AccessError(self.env._("The state of a visit follows from its report."))
        visits = super().create(vals_list)
        visits._check_is_mine()
        visits._check_placement()
        return visits

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & VERB_FIELDS:
                raise AccessError(self.env._("The state of a visit follows from its report."))
            # whatever it is: by its round a visit would become somebody else's
            self._check_is_mine()
        if "planned_on" in vals and "is_proposed" not in vals:
            vals = vals | {"is_proposed": False}
        result = super().write(vals)
        if "placement_id" in vals:
            self._check_placement()
        if vals.keys() & REPORT_FIELDS:
            reported = self.filtered(lambda one: one.state == "done")
            reported._check_report()
            reported._raise_alerts()
        return result

    def _check_placement(self):
        """Names and places of pupils are read on their visits: whoever makes one reads them.

        Who was asked by the bureau to go there reads the visit, and made none himself.
        """
        if not self.env.su:
            self.placement_id.check_access("read")

    def _check_is_mine(self):
        """A teacher keeps the visits that are his, or of pupils he is the referent of."""
        if self.env.su:
            return
        bureau = self.env.user._bde_company_ids("secretary")
        mine = self.env.user
        for visit in self:
            # sudo: whose accounts these teachers have
            people = (visit.teacher_id | visit.referent_id).sudo().user_id
            if visit.company_id.id not in bureau and mine not in people:
                raise AccessError(
                    self.env._("Only whoever follows this pupil, or the bureau, writes this.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_if_planned(self):
        if any(visit.state == "done" for visit in self):
            raise UserError(self.env._("A report is kept: correct it instead of deleting it."))

    # ------------------------------------------------------------
    # VERBS
    # ------------------------------------------------------------

    def action_done(self):
        """Hands in the reports that are written on these visits."""
        self.check_access("write")
        self._check_is_mine()
        self._check_report()
        for company, visits in self.grouped("company_id").items():
            undated = visits.filtered(lambda one: not one.done_on)
            undated.write({"done_on": company._bde_today()})
        # sudo: the state is the verbs'; the right to write was checked
        self.sudo().write({"state": "done"})
        self._raise_alerts()
        return True

    def action_missed(self):
        """Notes that visits were not made; the reason stands on each.

        :raises UserError: when one has no reason
        """
        if any(not (visit.missed_reason or "").strip() for visit in self):
            raise UserError(self.env._("Write why it was not made."))
        self._set_unmade("missed")

    def action_cancel(self):
        """Gives up visits that are not made."""
        self._set_unmade("cancelled")

    def action_plan_again(self):
        """Takes back visits that were given up."""
        self._set_unmade("planned")

    def _set_unmade(self, state):
        self.check_access("write")
        self._check_is_mine()
        if any(visit.state == "done" for visit in self):
            raise UserError(self.env._("This visit is made: its report stays."))
        # sudo: the state is the verbs'; the right to write was checked
        self.sudo().write({"state": state})

    def _raise_alerts(self):
        """Tells people of an alert, each level once; extended in bde_visit_alert.py."""
