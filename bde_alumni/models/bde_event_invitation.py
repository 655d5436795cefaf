from odoo import api, fields, models
from odoo.exceptions import UserError

from .bde_alumni_letters import Ask

ANSWERS = [("waiting", "No answer yet"), ("yes", "Comes"), ("no", "Does not come")]


class BdeEventInvitation(models.Model):
    """One alumnus invited to one event, and what he answered on his page.

    Who says yes is registered for the event; who says no leaves it. Made by
    ``event.action_invite_alumni()``, among those who agreed to the school's news.
    """

    _name = "bde.event.invitation"
    _description = "Invitation to an event"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "date_begin desc, event_id desc, alumnus_id, id"
    _rec_name = "alumnus_id"

    event_id = fields.Many2one(
        "event.event", required=True, index=True, ondelete="cascade", check_company=True
    )
    date_begin = fields.Datetime(related="event_id.date_begin", store=True, precompute=True)
    alumnus_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    cohort = fields.Integer(related="alumnus_id.cohort", aggregator=None)
    answer = fields.Selection(ANSWERS, required=True, default="waiting", readonly=True, copy=False)
    answered_on = fields.Datetime(string="Answered on", readonly=True, copy=False)
    registration_id = fields.Many2one(
        "event.registration",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    _event_alumnus_uniq = models.Constraint(
        "UNIQUE(event_id, alumnus_id)", "This alumnus is invited already."
    )

    def _is_open(self):
        """Whether it may be answered: the event is not over."""
        self.ensure_one()
        return self.event_id.active and self.event_id.date_end > fields.Datetime.now()

    def _take_answer(self, answer):
        """Notes a yes or a no, again if somebody changes his mind; in sudo.

        :param str answer: ``yes`` or ``no``
        :raise UserError: the event is over, or full
        """
        self.ensure_one()
        if not self._is_open():
            raise UserError(self.env._("This event is over."))
        Registration = self.env["event.registration"]
        registration = self.registration_id or Registration.search(
            [("event_id", "=", self.event_id.id), ("bde_alumnus_id", "=", self.alumnus_id.id)],
            limit=1,
        )
        if answer == "yes" and (not registration or registration.state == "cancel"):
            self._check_seats()
            if registration:
                registration.state = "open"
            else:
                registration = Registration.create(
                    {
                        "event_id": self.event_id.id,
                        "name": self.alumnus_id.name,
                        "bde_alumnus_id": self.alumnus_id.id,
                        "partner_id": False,
                    }
                )
        elif answer == "no" and registration.state == "open":
            registration.state = "cancel"
        self.write(
            {
                "answer": answer,
                "answered_on": fields.Datetime.now(),
                "registration_id": registration.id,
            }
        )

    def _check_seats(self):
        event = self.event_id
        # one of two who want the last seat is told
        self.env["bde.document"]._lock_rows(event)
        event.invalidate_recordset(["seats_available"])
        if event.seats_limited and event.seats_available < 1:
            raise UserError(
                self.env._("This event is full: call the bureau if you would still like to come.")
            )


class EventEvent(models.Model):
    _inherit = "event.event"

    bde_invitation_ids = fields.One2many("bde.event.invitation", "event_id", readonly=True)
    bde_alumni_invited_count = fields.Integer(
        string="Alumni invited", compute="_compute_bde_alumni_counts"
    )
    bde_alumni_coming_count = fields.Integer(
        string="Alumni who come", compute="_compute_bde_alumni_counts"
    )

    @api.depends("bde_invitation_ids.answer")
    def _compute_bde_alumni_counts(self):
        Invitation = self.env["bde.event.invitation"]
        counts = {}
        if Invitation.has_access("read"):
            for event, answer, count in Invitation._read_group(
                [("event_id", "in", self.ids)], ["event_id", "answer"], ["__count"]
            ):
                counts.setdefault(event.id, {})[answer] = count
        for event in self:
            answers = counts.get(event.id, {})
            event.bde_alumni_invited_count = sum(answers.values())
            event.bde_alumni_coming_count = answers.get("yes", 0)

    def action_invite_alumni(self):
        """Asks which alumni are invited to this event."""
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invite alumni"),
            "res_model": "bde.event.invite",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id},
        }

    def action_open_invitations(self):
        """The alumni who are invited to this event, and what they answered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_event_invitation")
        action["domain"] = [("event_id", "=", self.id)]
        action["display_name"] = self.name
        return action

    def _invite_alumni(self, alumni):
        """Invites alumni of the school of this event, each once; constant queries.

        :param alumni: those who may be written to for news are taken, the others left
        :return: the new invitations
        """
        self.ensure_one()
        self.check_access("read")
        self.company_id._bde_check_user_is("secretary")
        if self.date_end <= fields.Datetime.now():
            raise UserError(self.env._("This event is over."))
        # sudo: no role writes invitations; the right was checked above
        Invitation = self.env["bde.event.invitation"].sudo()
        known = Invitation.search([("event_id", "=", self.id)]).alumnus_id
        wanted = alumni.filtered(lambda one: one.company_id == self.company_id)
        new = wanted._may_write("news").sudo() - known
        return Invitation.create([{"event_id": self.id, "alumnus_id": one.id} for one in new])


class BdeAlumniLetters(models.AbstractModel):
    _inherit = "bde.alumni.letters"

    @api.model
    def _asks(self, company, today):
        """Those who are invited and have not answered yet are told of the event, once."""
        asks = super()._asks(company, today)
        # sudo: who is invited to what
        waiting = (
            self.env["bde.event.invitation"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("answer", "=", "waiting"),
                    ("date_begin", ">", fields.Datetime.now()),
                ]
            )
        )
        for event, invitations in waiting.grouped("event_id").items():
            if not event.active:
                continue
            line = _line(event)
            asks += [
                Ask(one.alumnus_id, f"event_{event.id}", "news", line, _subject, "events")
                for one in invitations
            ]
        return asks


def _subject(env):
    return env._("An invitation of your school")


def _line(event):
    """What a letter says of an event: what and when, at the school's clock."""
    moment = fields.Datetime.context_timestamp(
        event.with_context(tz=event.company_id.bde_tz or event.date_tz), event.date_begin
    )

    def line(env):
        day = env["ir.qweb.field.date"].value_to_html(moment.date(), {})
        return env._(
            "You are invited: %(event)s, on %(day)s. Say whether you come.",
            event=event.name,
            day=day,
        )

    return line
