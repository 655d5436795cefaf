from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..rules import accident
from .bde_absence import SOURCES

KINDS = [
    ("accident", "Accident"),
    ("danger", "Danger"),
    ("conflict", "Conflict"),
]
# what happened on the way home on the last day counts too
MARGIN = timedelta(days=1)
OF_VERBS = {"state", "source", "declared_by", "declared_on", "closed_on", "closed_by_id"}


class BdeIncident(models.Model):
    """What went wrong during a stay, and what is still to do about it.

    An accident is declared to the CPAM by the host within 48 hours, who sends the head a copy
    (R412-4 CSS). Harassment and violence are not written here: see ``bde.harm.report``.
    """

    _name = "bde.incident"
    _description = "Incident of a stay"
    _inherit = ["bde.owned", "bde.yearly", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["student_name"]

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', 'in', ('signed', 'running', 'ended', 'interrupted', 'attested'))]",
    )
    student_name = fields.Char(
        related="placement_id.student_name", store=True, precompute=True, string="Name of the pupil"
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", string="Class", store=True, precompute=True, index=True
    )
    referent_id = fields.Many2one(
        related="placement_id.referent_id", store=True, precompute=True, index=True
    )
    period_id = fields.Many2one(
        related="placement_id.period_id", store=True, precompute=True, index=True
    )
    host_id = fields.Many2one(related="placement_id.host_id", string="Host")
    kind = fields.Selection(KINDS, required=True, default="accident", tracking=True)
    date = fields.Datetime(string="When", required=True, default=lambda self: fields.Datetime.now())
    known_on = fields.Datetime(
        string="Known to the host on",
        compute="_compute_known_on",
        store=True,
        readonly=False,
        precompute=True,
        help="The delay of 48 hours runs from here.",
    )
    place = fields.Char(help="Workshop, building site, on the way…")
    facts = fields.Text(string="What happened", required=True)
    injury = fields.Char(string="Injuries", help="Which part of the body, what kind.")
    witnesses = fields.Char()
    work_stopped = fields.Boolean(string="The pupil stopped working")
    source = fields.Selection(
        SOURCES, string="Said by", required=True, readonly=True, default="staff"
    )
    declared_by = fields.Char(string="Name of who said it", readonly=True)
    state = fields.Selection(
        [("open", "To see to"), ("declared", "Declared to the CPAM"), ("closed", "Settled")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
    )

    # declaration of an accident
    declares = fields.Selection(
        [("host", "The company"), ("school", "The school")],
        string="Who declares",
        required=True,
        default="host",
        help="The company (R412-4 CSS); some older conventions put it on the school.",
    )
    declare_until = fields.Datetime(
        string="Declare until",
        compute="_compute_declare_until",
        store=True,
        precompute=True,
        help="48 hours after the host knew, Sundays and public holidays not counted.",
    )
    is_late = fields.Boolean(compute="_compute_is_late", help="The delay is over.")
    declared_on = fields.Datetime(readonly=True, copy=False)
    copy_file = fields.Binary(string="Copy of the declaration", attachment=True, copy=False)
    copy_name = fields.Char(copy=False)

    # what follows
    family_told = fields.Boolean(string="The family was told")
    inspection_told = fields.Boolean(string="The academic services were told")
    absence_id = fields.Many2one(
        "bde.absence",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    amendment_id = fields.Many2one(
        "bde.amendment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        groups="bde_partnerships.group_teacher,bde_partnerships.group_secretary",
    )
    todo = fields.Char(string="Left to do", compute="_compute_todo")
    outcome = fields.Text(string="What was done")
    closed_on = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", string="Closed by", readonly=True, copy=False)

    _open_idx = models.Index("(company_id, kind, declare_until) WHERE state = 'open'")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("kind", "student_name", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for incident in self:
            day = incident.date and format_date(
                self.env, incident.company_id._bde_date_of(incident.date)
            )
            incident.display_name = " – ".join(
                filter(None, (labels.get(incident.kind), incident.student_name, day))
            )

    @api.depends("date")
    def _compute_known_on(self):
        for incident in self:
            incident.known_on = max(filter(None, (incident.known_on, incident.date)), default=False)

    @api.depends("kind", "known_on", "company_id")
    def _compute_declare_until(self):
        for incident in self:
            if incident.kind != "accident" or not incident.known_on:
                incident.declare_until = False
                continue
            company = incident.company_id
            zone = ZoneInfo(company.bde_tz or "Europe/Paris")
            known = incident.known_on.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
            day = known.date()
            off = company._bde_public_holidays(day, day + timedelta(days=15))
            until = accident.declare_until(known, off).replace(tzinfo=zone)
            incident.declare_until = until.astimezone(UTC).replace(tzinfo=None)

    @api.depends("declare_until", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for incident in self:
            until = incident.declare_until
            incident.is_late = incident.state == "open" and bool(until) and until < now

    @api.depends(
        "kind", "state", "copy_file", "family_told", "inspection_told", "work_stopped", "absence_id"
    )
    def _compute_todo(self):
        for incident in self:
            incident.todo = ", ".join(incident._steps_left()) or False

    def _steps_left(self):
        """What is still to do, in words."""
        self.ensure_one()
        if self.state == "closed":
            return []
        steps = []
        if self.kind == "accident":
            if self.state == "open":
                steps.append(
                    self.env._("declaration by the school")
                    if self.declares == "school"
                    else self.env._("declaration by the company")
                )
            if not self.with_context(bin_size=True).copy_file:
                steps.append(self.env._("copy of the declaration"))
        if not self.family_told:
            steps.append(self.env._("tell the family"))
        if self.kind == "danger" and not self.inspection_told:
            steps.append(self.env._("tell the academic services"))
        if self.work_stopped and not self.absence_id:
            steps.append(self.env._("note the absence"))
        return steps

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """An incident belongs to the school and year of its placement; those concerned hear."""
        placements = self.env["bde.placement"].browse([vals["placement_id"] for vals in vals_list])
        for vals, placement in zip(vals_list, placements, strict=True):
            if not self.env.su:
                self._check_of_verbs(vals)
                vals["declared_by"] = self.env.user.name
            vals["company_id"] = placement.company_id.id
            vals["school_year_id"] = placement.school_year_id.id
        incidents = super().create(vals_list)
        for incident in incidents:
            incident._tell()
        return incidents

    def write(self, vals):
        if not self.env.su and vals.keys() & OF_VERBS:
            self._refuse_of_verbs()
        if "placement_id" in vals and any(i.placement_id.id != vals["placement_id"] for i in self):
            raise UserError(self.env._("An incident stays with its placement."))
        return super().write(vals)

    @api.model
    def _check_of_verbs(self, vals):
        defaults = {"state": "open", "source": "staff"}
        if any(vals[name] and vals[name] != defaults.get(name) for name in OF_VERBS & vals.keys()):
            self._refuse_of_verbs()

    @api.model
    def _refuse_of_verbs(self):
        raise AccessError(self.env._("The state of an incident changes by its buttons."))

    @api.constrains("date", "placement_id")
    def _check_date(self):
        """During the stay, and not to come."""
        for incident in self:
            placement = incident.placement_id
            day = incident.company_id._bde_date_of(incident.date)
            if incident.date > fields.Datetime.now() + timedelta(hours=1):
                raise ValidationError(
                    self.env._("An incident is noted once it happened: see its date.")
                )
            if not placement.date_start - MARGIN <= day <= placement.date_end + MARGIN:
                raise ValidationError(
                    self.env._(
                        "%(day)s is not in the stay of %(pupil)s, from %(start)s to %(end)s.",
                        day=format_date(self.env, day),
                        pupil=placement.student_name,
                        start=format_date(self.env, placement.date_start),
                        end=format_date(self.env, placement.date_end),
                    )
                )


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    incident_ids = fields.One2many(
        "bde.incident",
        "placement_id",
        string="Incidents",
        groups="bde_partnerships.group_teacher,bde_partnerships.group_secretary",
    )

    def action_add_incident(self):
        """Notes an accident, a danger or a conflict."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Incident"),
            "res_model": "bde.incident",
            "view_mode": "form",
            "context": {"default_placement_id": self.id},
        }
