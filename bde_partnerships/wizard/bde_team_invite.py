from odoo import api, fields, models

from ..models.bde_membership import SCHOOL_ROLES


class BdeTeamInvite(models.TransientModel):
    """Invites people to a school: role, dates, and one line per person."""

    _name = "bde.team.invite"
    _description = "Invite people"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    role = fields.Selection(selection="_selection_role", required=True, default="teacher")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To", help="Leave empty when the role has no end.")
    line_ids = fields.One2many("bde.team.invite.line", "wizard_id", string="People")

    @api.model
    def _selection_role(self):
        """All roles for the administrator of the suite, those of a school for a head."""
        # the field's own, for its labels are in the language of the user
        roles = self.env["bde.membership"]._fields["role"]._description_selection(self.env)
        if self.env.su or self.env.user._bde_company_ids("admin"):
            return roles
        return [(role, label) for role, label in roles if role in SCHOOL_ROLES]

    def action_invite(self):
        """Gives the role to everyone listed and shows the team."""
        self.ensure_one()
        self.env["res.users"]._bde_invite(
            self.company_id,
            [{"email": line.email, "name": line.name} for line in self.line_ids],
            self.role,
            date_from=self.date_from,
            date_to=self.date_to,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Invited: %(people)s.", people=", ".join(self.line_ids.mapped("email"))
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class BdeTeamInviteLine(models.TransientModel):
    """One person of an invitation."""

    _name = "bde.team.invite.line"
    _description = "Person to invite"

    wizard_id = fields.Many2one("bde.team.invite", required=True, index=True, ondelete="cascade")
    email = fields.Char(string="E-mail", required=True)
    name = fields.Char(help="Needed for someone who has no account yet.")
