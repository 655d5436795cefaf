from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import safety_net

KINDS = [
    ("avenirpro", "AvenirPro workshop"),
    ("avenirpro_plus", "AvenirPro+ workshop"),
    ("interview", "Interviews"),
    ("alumni", "Meeting with alumni"),
    ("forum", "Forum"),
]
# who may be registered: fields and their models, and how each is called
PEOPLE = {
    "bde_student_id": "bde.student",
    "bde_alumnus_id": "bde.alumnus",
    "bde_relation_id": "bde.relation",
}
NAMES = {"bde_student_id": "name", "bde_alumnus_id": "name", "bde_relation_id": "partner_name"}
# who came and who did not: nothing of core's mails, badges and leads (its rules make leads of
# registrations, and are no school's)
QUIET = {"event_lead_rule_skip": True, "tracking_disable": True, "mail_create_nosubscribe": True}


class EventEvent(models.Model):
    """Workshops, interviews and meetings of final-year pupils and alumni."""

    _inherit = "event.event"

    bde_kind = fields.Selection(
        selection_add=KINDS, ondelete={kind: "set default" for kind, _label in KINDS}
    )
    bde_place = fields.Char(string="Place", help="Room, or address outside of the school.")
    bde_animator = fields.Char(
        string="Led by", help="Somebody of France Travail, of the Mission locale, of a company…"
    )
    bde_division_ids = fields.Many2many(
        "bde.division", string="Classes", check_company=True, help="Their final-year pupils."
    )
    bde_pupil_registration_ids = fields.One2many(
        "event.registration",
        "event_id",
        string="Pupils",
        domain=[("bde_student_id", "!=", False)],
    )
    bde_company_registration_ids = fields.One2many(
        "event.registration",
        "event_id",
        string="Companies",
        domain=[("bde_relation_id", "!=", False)],
    )
    bde_minutes = fields.Integer(string="Minutes", compute="_compute_bde_minutes", store=True)
    bde_counts = fields.Boolean(
        string="Counts as a workshop",
        compute="_compute_bde_minutes",
        store=True,
        help="One of the four of AvenirPro: one to two hours (order of 28 November 2025).",
    )
    bde_invited_count = fields.Integer(string="Number invited", compute="_compute_bde_counts")
    bde_came_count = fields.Integer(string="Number who came", compute="_compute_bde_counts")
    bde_open_count = fields.Integer(string="Not said yet", compute="_compute_bde_counts")

    @api.depends("date_begin", "date_end", "bde_kind")
    def _compute_bde_minutes(self):
        for event in self:
            span = (event.date_end or event.date_begin) - event.date_begin
            event.bde_minutes = round(span / timedelta(minutes=1))
            event.bde_counts = event.bde_kind == "avenirpro" and safety_net.is_workshop(
                event.bde_minutes
            )

    @api.depends("registration_ids.state", "date_begin")
    def _compute_bde_counts(self):
        """Before it begins there is nothing to say yet of who came."""
        found, now = {}, fields.Datetime.now()
        for event, state, count in self.env["event.registration"]._read_group(
            [("event_id", "in", self.ids), ("state", "!=", "draft")],
            ["event_id", "state"],
            ["__count"],
        ):
            found.setdefault(event.id, {})[state] = count
        for event in self:
            states = found.get(event.id, {})
            event.bde_invited_count = sum(states.values())
            event.bde_came_count = states.get("done", 0)
            begun = event.date_begin and event.date_begin <= now
            event.bde_open_count = states.get("open", 0) if begun else 0

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _bde_invite(self, students):
        """Registers final-year pupils once each; who has no plan yet gets one.

        Whoever objected to the follow-up has no plan: he comes to the workshop all the same.
        Constant queries for any number of pupils.

        :param students: ``bde.student`` of the school of the event
        :return: the registrations that were made
        """
        self.ensure_one()
        self.check_access("write")
        students._make_alumni()
        missing = students - self.registration_ids.bde_student_id
        return self.env["event.registration"].create(
            [{"event_id": self.id, "bde_student_id": student.id} for student in missing]
        )

    def action_bde_invite_classes(self):
        """Invites the final-year pupils of the classes of these events who are not there yet."""
        for event in self:
            if not event.bde_division_ids:
                raise UserError(self.env._("Choose the classes first."))
            event._bde_invite(event.bde_division_ids._final_students())

    def action_bde_invite_plus(self):
        """Invites the leavers in AvenirPro+ who are not there yet: they are in no class any more.

        :raise UserError: nobody is
        """
        for event in self:
            students = self.env["bde.leaver.plan"]._in_plus(event.company_id).student_id
            if not students:
                raise UserError(
                    self.env._("Nobody is in AvenirPro+: it is noted on the plan of a leaver.")
                )
            event._bde_invite(students)

    def action_bde_attendance(self):
        """The list of who was invited, one tap each."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_attendance")
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {"default_event_id": self.id}
        action["display_name"] = self.name
        return action

    def action_bde_all_came(self):
        """All of those of whom nothing was said came: the absent are tapped one by one."""
        self.registration_ids.filtered(lambda one: one.state == "open").action_bde_came()


class EventRegistration(models.Model):
    """Attendance of pupils and alumni: ``open`` invited, ``done`` came, ``cancel`` did not."""

    _inherit = "event.registration"

    bde_student_id = fields.Many2one(
        "bde.student",
        string="Pupil",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    bde_plan_id = fields.Many2one(
        "bde.leaver.plan",
        string="Plan",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    bde_alumnus_id = fields.Many2one(
        "bde.alumnus",
        string="Alumnus",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    bde_division_name = fields.Char(related="bde_plan_id.division_id.name", string="Class")

    _bde_student_uniq = models.UniqueIndex(
        "(event_id, bde_student_id) WHERE bde_student_id IS NOT NULL",
        "This pupil is invited already.",
    )
    _bde_alumnus_uniq = models.UniqueIndex(
        "(event_id, bde_alumnus_id) WHERE bde_alumnus_id IS NOT NULL",
        "This alumnus is invited already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        registration = self.with_context(**QUIET)
        return super(EventRegistration, registration).create(self._bde_named(vals_list))

    @api.model
    def _bde_named(self, vals_list):
        """The values with the name and the plan of the person; constant queries."""
        ids = {name: {vals.get(name) for vals in vals_list} - {None, False} for name in PEOPLE}
        called = {
            name: {one.id: one[NAMES[name]] for one in self.env[PEOPLE[name]].browse(ids[name])}
            for name in PEOPLE
        }
        plans = self.env["bde.leaver.plan"].search(
            [("student_id", "in", list(ids["bde_student_id"]))], order="cohort"
        )
        plan_of = {plan.student_id.id: plan.id for plan in plans}
        result = []
        for vals in vals_list:
            names = [called[name][vals[name]] for name in PEOPLE if vals.get(name)]
            extra = {"name": names[0]} if names and not vals.get("name") else {}
            if not vals.get("bde_plan_id") and vals.get("bde_student_id") in plan_of:
                extra["bde_plan_id"] = plan_of[vals["bde_student_id"]]
            result.append(vals | extra)
        return result

    def write(self, vals):
        return super(EventRegistration, self.with_context(**QUIET)).write(vals)

    def action_bde_rest_came(self):
        """Of the workshop that is on the screen: all of those of whom nothing was said came."""
        event = self.env["event.event"].browse(self.env.context.get("default_event_id"))
        event.exists().action_bde_all_came()

    def action_bde_came(self):
        """Came, whatever was said before."""
        self.write({"state": "done", "bde_absence_reason": False})

    def action_bde_absent(self):
        """Did not come."""
        self.write({"state": "cancel"})

    def action_bde_undo(self):
        """Nothing is said of them yet."""
        self.write({"state": "open", "bde_absence_reason": False})


class BdeDivision(models.Model):
    _inherit = "bde.division"

    def action_bde_workshop(self):
        """Opens the dialog that makes a workshop for these classes."""
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_workshop_new")
        action["context"] = {"default_division_ids": self.ids}
        return action
