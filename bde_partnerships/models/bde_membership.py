from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

SCHOOL_ROLES = ("teacher", "school_life", "intendance", "secretary", "manager", "head")
ACADEMY_ROLES = ("correspondent", "admin")

ROLES = [
    ("teacher", "Teacher"),
    ("school_life", "School life (CPE)"),
    ("intendance", "Intendance"),
    ("secretary", "Secretary"),
    ("manager", "Manager of the bureau"),
    ("head", "Head of school or DDFPT"),
    ("correspondent", "Academic correspondent"),
    ("admin", "Administrator of the suite"),
]

# role -> roles that give it, as the groups imply each other in security/bde_groups.xml
HELD_THROUGH = {
    "staff": SCHOOL_ROLES,
    "secretary": ("secretary", "manager", "head"),
    "manager": ("manager", "head"),
}


class BdeMembership(models.Model):
    """A role of a person in a school, with its dates: the source of all rights.

    Groups are global in Odoo; they are only the union of the memberships. Rules
    compare with :meth:`res.users._bde_company_ids`. Rows are never deleted: a role that
    was taken back keeps its line, so that the history can be read.
    """

    _name = "bde.membership"
    _description = "Role of a person in a school"
    _inherit = ["bde.owned"]
    _order = "company_id, is_current desc, role, user_id, date_from"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, index=True, ondelete="restrict"
    )
    user_email = fields.Char(related="user_id.login", string="Sign-in")
    role = fields.Selection(ROLES, required=True)
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._bde_today()
    )
    date_to = fields.Date(string="To", help="Last day of the role, empty while it lasts.")
    revoked_on = fields.Datetime(string="Taken back on", readonly=True)
    revoked_by_id = fields.Many2one("res.users", string="Taken back by", readonly=True)
    granted_by_id = fields.Many2one(
        "res.users", string="Given by", readonly=True, default=lambda self: self.env.user
    )
    is_current = fields.Boolean(string="Holds today", readonly=True, index=True)
    state = fields.Selection(
        [
            ("future", "To come"),
            ("current", "Holds"),
            ("ended", "Ended"),
            ("revoked", "Taken back"),
        ],
        compute="_compute_state",
    )

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)", "A role ends after it begins."
    )
    _user_company_role_uniq = models.UniqueIndex(
        "(user_id, company_id, role) WHERE date_to IS NULL AND revoked_on IS NULL",
        "This person already has this role in the school.",
    )

    # ------------------------------------------------------------
    # Computes and checks
    # ------------------------------------------------------------

    @api.depends("date_from", "date_to", "revoked_on", "is_current")
    def _compute_state(self):
        for membership in self:
            if membership.revoked_on:
                membership.state = "revoked"
            elif membership.is_current:
                membership.state = "current"
            elif membership.date_from and membership.date_from > membership.company_id._bde_today():
                membership.state = "future"
            else:
                membership.state = "ended"

    @api.constrains("role", "company_id")
    def _check_role_fits_company(self):
        for membership in self:
            # sudo: the administrator grants roles at schools whose company he does not open
            kind = membership.company_id.sudo().bde_kind
            expected = "academy" if membership.role in ACADEMY_ROLES else "school"
            if kind != expected:
                role = dict(self._fields["role"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "The role “%(role)s” cannot be held at %(company)s.",
                        role=role[membership.role],
                        company=membership.company_id.sudo().name,
                    )
                )

    @api.constrains("user_id", "company_id", "role", "date_from", "date_to", "revoked_on")
    def _check_overlap(self):
        standing = self.sudo().search(
            [
                ("user_id", "in", self.user_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("revoked_on", "=", False),
            ],
            order="date_from, id",
        )
        for roles in standing.grouped(lambda m: (m.user_id, m.company_id, m.role)).values():
            for before, after in zip(roles, roles[1:], strict=False):
                if not before.date_to or before.date_to >= after.date_from:
                    raise ValidationError(
                        self.env._(
                            "%(user)s already has this role at %(school)s at these dates.",
                            user=after.user_id.name,
                            school=after.company_id.name,
                        )
                    )

    def _runs_today(self):
        """Whether the role holds today, in the time of its school."""
        self.ensure_one()
        today = self.company_id._bde_today()
        return (
            not self.revoked_on
            and self.date_from <= today
            and (not self.date_to or today <= self.date_to)
        )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_not_mine([vals.get("user_id") for vals in vals_list])
        memberships = super().create(vals_list)
        memberships._apply()
        return memberships

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
            self._check_not_mine([vals.get("user_id")])
        users = self.user_id
        result = super().write(vals)
        if vals.keys() & {"user_id", "role", "date_from", "date_to", "revoked_on"}:
            self._apply(users)
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        users._bde_sync_memberships()
        return result

    @api.model
    def _check_not_mine(self, user_ids):
        """Nobody gives himself a role: the administrator of the suite would read pupils."""
        if self.env.uid in user_ids and not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("You cannot give a role to yourself."))

    def _check_write(self, vals):
        """A head moves the dates of his people, not his own; nobody else's school or role."""
        user = self.env.user
        kept = self.env["res.company"].browse(user._bde_company_ids("admin"))
        if self.company_id._bde_academy() <= kept:
            return
        if (
            vals.keys() - {"date_from", "date_to"}
            or user in self.filtered(lambda m: m.role == "head").user_id
        ):
            raise AccessError(self.env._("Only the administrator of the suite changes this role."))

    def _apply(self, users=None):
        """Stores which roles run, then brings the users in line."""
        for runs, memberships in self.sudo().grouped(lambda m: m._runs_today()).items():
            stale = memberships.filtered(lambda m, runs=runs: m.is_current != runs)
            if stale:
                stale.write({"is_current": runs})
        ((users or self.env["res.users"]) | self.user_id)._bde_sync_memberships()

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_revoke(self):
        """Takes roles back at once; a person without any role left cannot sign in.

        :raise AccessError: the user is not the head of the school
        :raise UserError: a head would remove himself
        """
        for company in self.company_id:
            company._bde_check_user_is("head")
        if self.env.user in self.filtered(lambda m: m.role == "head").user_id and not self.env.su:
            raise UserError(
                self.env._(
                    "You cannot take your own role back: the administrator of the suite does it."
                )
            )
        # sudo: the right of the head of this school was checked above
        self.sudo().filtered(lambda m: not m.revoked_on).write(
            {"revoked_on": fields.Datetime.now(), "revoked_by_id": self.env.uid}
        )
        return True

    def _bde_announce(self, new_logins=()):
        """Tells people the role they were given; new ones get the link to choose a password.

        :param set new_logins: e-mails whose account was just made
        """
        # sudo: mail and sign-up tokens are no role's; the caller checked who may invite
        memberships = self.sudo()
        memberships.user_id.filtered(lambda u: u.login in new_logins).partner_id.signup_prepare()
        mails = (
            self.env["mail.mail"]
            .sudo()
            .create([m._bde_announcement(m.user_id.login in new_logins) for m in memberships])
        )
        if mails:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _bde_announcement(self, is_new):
        """Values of the outgoing mail to one person.

        The link stands in the mail alone: no author and no recipient record, so that no
        other user can read the message.
        """
        self.ensure_one()
        user, company = self.user_id, self.company_id
        localized = self.with_context(lang=user.lang)
        roles = dict(localized._fields["role"]._description_selection(localized.env))
        url = user.get_base_url() + "/odoo"
        if is_new:
            partner = user.partner_id.with_context(create_user=True)
            url = partner._get_signup_url_for_action()[partner.id]
        body = localized.env["ir.qweb"]._render(
            "bde_partnerships.mail_role_given",
            {
                "membership": localized,
                "role": roles[self.role],
                "is_new": is_new,
                "url": url,
                "validity_days": user._bde_signup_days(),
            },
        )
        return {
            "subject": localized.env._("Your access at %(school)s", school=company.name),
            "body_html": body,
            "email_from": company.bde_email or company.email_formatted or user.email_formatted,
            "email_to": user.email_formatted,
            "author_id": False,
            "auto_delete": True,
        }

    def action_invite_again(self):
        """Sends the link to choose a password once more to people who never signed in.

        :raise AccessError: the user is not the head of the school
        """
        for company in self.company_id:
            company._bde_check_user_is("head")
        # sudo: whether people signed in is read from the log, the right was checked above
        waiting = self.sudo().filtered(lambda m: m.is_current and m.user_id.state == "new")
        users = waiting.user_id
        if not users:
            raise UserError(self.env._("These persons have signed in already."))
        waiting._bde_announce(set(users.mapped("login")))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The link was sent to %(names)s.", names=", ".join(users.mapped("name"))
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _cron_refresh(self):
        """Starts and ends the roles whose day has come, in the time of each school.

        Runs every hour: midnight is not the same in La Réunion and in Guadeloupe.
        """
        changing = self.search(
            Domain("revoked_on", "=", False)
            & (
                Domain("is_current", "=", True) & Domain("date_to", "<", "today +2d")
                | Domain("is_current", "=", False)
                & Domain("date_from", "<", "today +2d")
                & (Domain("date_to", "=", False) | Domain("date_to", ">", "today -2d"))
            )
        )
        stale = changing.filtered(lambda m: m.is_current != m._runs_today())
        if stale:
            stale._apply()
