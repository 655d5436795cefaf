from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class BdeEventInvite(models.TransientModel):
    """Which alumni are invited to an event: by cohort and training, among who agreed to news."""

    _name = "bde.event.invite"
    _description = "Invite alumni"

    event_id = fields.Many2one("event.event", required=True, readonly=True)
    company_id = fields.Many2one(related="event_id.company_id")
    cohort_from = fields.Integer(string="Left from", help="0: whatever the year.")
    cohort_to = fields.Integer(string="Left until", help="0: whatever the year.")
    training_ids = fields.Many2many("bde.training", string="Trainings", help="Empty: all.")
    city = fields.Char(string="Town", help="Empty: all.")
    count = fields.Integer(string="To invite", compute="_compute_count")
    left_out_count = fields.Integer(
        string="Did not agree to news", compute="_compute_count", help="They are not written to."
    )

    @api.depends("event_id", "cohort_from", "cohort_to", "training_ids", "city")
    def _compute_count(self):
        Alumnus = self.env["bde.alumnus"]
        for invite in self:
            if not invite.event_id:
                invite.count = invite.left_out_count = 0
                continue
            domain = invite._domain()
            reached = domain & Alumnus._may_write_domain("news")
            invited = self.env["bde.event.invitation"]._search(
                [("event_id", "=", invite.event_id.id)]
            )
            known = Domain("id", "in", invited.select("alumnus_id"))
            invite.count = Alumnus.search_count(reached & ~known)
            invite.left_out_count = Alumnus.search_count(domain) - Alumnus.search_count(reached)

    def _domain(self):
        """The audience, whether or not they may be written to."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.event_id.company_id.id)
        if self.cohort_from:
            domain &= Domain("cohort", ">=", self.cohort_from)
        if self.cohort_to:
            domain &= Domain("cohort", "<=", self.cohort_to)
        if self.training_ids:
            domain &= Domain("training_id", "in", self.training_ids.ids)
        if self.city and self.city.strip():
            domain &= Domain("city", "=ilike", self.city.strip())
        return domain

    def action_invite(self):
        """Invites them: each finds the question on his page, and in his next letter."""
        self.ensure_one()
        alumni = self.env["bde.alumnus"].search(
            self._domain() & self.env["bde.alumnus"]._may_write_domain("news")
        )
        made = self.event_id._invite_alumni(alumni)
        if not made:
            raise UserError(
                self.env._("Nobody to invite: they are invited already, or agreed to no news.")
            )
        return self.event_id.action_open_invitations()
