from odoo import api, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools.sql import escape_psql

from .bde_membership import ACADEMY_ROLES, HELD_THROUGH, SCHOOL_ROLES


class ResUsers(models.Model):
    _inherit = "res.users"

    # ------------------------------------------------------------
    # Where a user holds a role
    # ------------------------------------------------------------

    def _bde_company_ids(self, role):
        """Companies where the user holds a role today, or one that implies it.

        :param str role: a role of ``bde.membership``, or ``staff``
        :rtype: list[int]
        """
        return list(self._bde_cached_company_ids(role))

    @tools.ormcache("self.id", "role")
    def _bde_cached_company_ids(self, role):
        # sudo: rules of every model ask this, whatever the user may read of memberships
        memberships = (
            self.env["bde.membership"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.id),
                    ("role", "in", HELD_THROUGH.get(role, (role,))),
                    ("revoked_on", "=", False),
                ]
            )
        )
        return tuple(sorted(memberships.filtered(lambda m: m._runs_today()).company_id.ids))

    def _bde_headed_ids(self):
        """Schools whose head the user is, not all where he holds the role; for rules.

        :rtype: list[int]
        """
        held = self.env["res.company"].browse(self._bde_company_ids("head"))
        return [school.id for school in held if self in school._bde_acting_heads()]

    # ------------------------------------------------------------
    # Memberships -> groups and companies
    # ------------------------------------------------------------

    def _bde_sync_memberships(self):
        """Brings groups, companies and activity of the users in line with their memberships.

        Users who need the same change are written together, so that a class of teachers
        costs what one does. The rule cache goes with it: rules hold ids computed from
        memberships. A person without any role left is archived, Odoo's administrators
        excepted.
        """
        # sudo: the caller was checked by the membership; users and groups are no role's
        users = self.sudo().with_context(active_test=False)
        memberships = (
            self.env["bde.membership"]
            .sudo()
            .search([("user_id", "in", users.ids), ("is_current", "=", True)], order="id")
        )
        by_user = memberships.grouped("user_id")
        role_groups = {
            role: self.env.ref(f"bde_partnerships.group_{role}").sudo()
            for role in SCHOOL_ROLES + ACADEMY_ROLES
        }
        changes = {}
        for user in users:
            held = by_user.get(user, memberships.browse())
            if change := user._bde_membership_change(held, role_groups):
                changes.setdefault(change, self.browse().sudo())
                changes[change] |= user
        for change, changed in changes.items():
            changed._bde_apply_change(*change)
        self.env.registry.clear_cache()

    def _bde_membership_change(self, memberships, role_groups):
        """What to write on one user, as a hashable value; None when he is in line.

        :return: (groups to remove, groups to add, companies, company to open, active)
        """
        Groups = self.env["res.groups"].sudo()
        held = Groups.union(*(role_groups[m.role] for m in memberships))
        roles = Groups.union(*role_groups.values())
        remove = (self.group_ids & roles) - held
        add = held - self.group_ids
        companies, company, active = self.company_ids, self.company_id, self.active
        is_technical = self.has_group("base.group_system")
        if memberships:
            companies = memberships.company_id
            if is_technical:
                companies |= self.company_ids
            if company not in companies:
                company = companies[0]
            active = True
        elif not is_technical:
            active = False
        if (
            not remove and not add and active == self.active
            and companies == self.company_ids and company == self.company_id
        ):  # fmt: skip
            return None
        return remove, add, companies, company, active

    def _bde_apply_change(self, remove, add, companies, company, active):
        vals = {
            "group_ids": [Command.unlink(g.id) for g in remove] + [Command.link(g.id) for g in add],
            "company_ids": [Command.set(companies.ids)],
            "company_id": company.id,
            "active": active,
        }
        # core opens the partners of returning users one write at a time unless it has to
        if all(user.active == active for user in self):
            del vals["active"]
        if all(u.company_ids == companies and u.company_id == company for u in self):
            del vals["company_ids"], vals["company_id"]
        if not vals["group_ids"]:
            del vals["group_ids"]
        self.write(vals)

    # ------------------------------------------------------------
    # Inviting
    # ------------------------------------------------------------

    @api.model
    def _bde_invite(self, company, people, role, date_from=None, date_to=None):
        """Gives people a role at a school, making their account when there is none.

        A head gives roles of his own school; the administrator of the suite gives all roles
        of his académie. Someone known already (he works in another school) keeps his account
        and is told by mail; his other roles are shown to nobody.

        :param company: ``res.company``, the school or académie
        :param list people: dicts with ``email`` and, for those who are new, ``name``
        :param str role: a role of ``bde.membership``
        :raise AccessError: the user may not give this role there
        :rtype: bde.membership
        """
        # the caller's own rights count, whatever environment the company came with
        company = company.with_env(self.env).ensure_one()
        self._bde_check_may_grant(company, role)
        emails = [tools.email_normalize(person["email"]) for person in people]
        if not all(emails):
            wrong = [p["email"] for p, email in zip(people, emails, strict=True) if not email]
            raise UserError(
                self.env._("%(email)s is not an e-mail address.", email=", ".join(map(str, wrong)))
            )
        # sudo: granting was checked above; users are looked up over all schools
        Users = self.sudo().with_context(active_test=False, allowed_company_ids=company.ids)
        known = {user.login.lower(): user for user in Users._bde_search_by_email(emails)}
        for user in known.values():
            user._bde_check_may_be_invited()
        typed = dict(zip(emails, people, strict=True))
        new = {email: person for email, person in typed.items() if email not in known}
        known |= Users._bde_create_staff(company, new)
        users = Users.concat(*(known[email] for email in emails))
        if not self.env.su:
            self.env["bde.membership"]._check_not_mine(users.ids)
        memberships = (
            self.env["bde.membership"]
            .sudo()
            .create(
                [
                    {
                        "user_id": user.id,
                        "company_id": company.id,
                        "role": role,
                        "date_from": date_from or company._bde_today(),
                        "date_to": date_to,
                        "granted_by_id": self.env.uid,
                    }
                    for user in users
                ]
            )
        )
        memberships._bde_announce(set(new))
        return memberships.with_env(self.env)

    @api.model
    def _bde_check_may_grant(self, company, role):
        """A head never gives a role of the académie, nor one outside his school."""
        company._bde_check_user_is("head")
        academy = company._bde_academy()
        is_admin = self.env.su or academy.id in self.env.user._bde_company_ids("admin")
        if role in ACADEMY_ROLES and not is_admin:
            raise AccessError(
                self.env._("Only the administrator of the suite gives a role of the académie.")
            )

    def _bde_search_by_email(self, emails):
        """Users, archived ones too, who sign in with one of these addresses."""
        # however the login was capitalised when the account was made
        return self.search(Domain.OR([("login", "=ilike", escape_psql(e))] for e in emails))

    def _bde_check_may_be_invited(self):
        self.ensure_one()
        if self.has_group("base.group_erp_manager") and not self.active:
            raise UserError(
                self.env._("%(login)s is an account of the hosting team.", login=self.login)
            )
        if self.share and self.active:
            raise UserError(
                self.env._(
                    "%(login)s has an account of the portal: ask the administrator of the suite.",
                    login=self.login,
                )
            )

    def _bde_create_staff(self, company, people):
        """Accounts of new staff, and the mail with the link to choose a password.

        :param dict people: normalised e-mail -> dict with ``name``
        :return: dict of e-mail -> user
        """
        for email, person in people.items():
            if not (person.get("name") or "").strip():
                raise UserError(
                    self.env._("%(email)s is not known yet: type the name too.", email=email)
                )
        # core's own invitation would come on top of the bureau's
        users = self.with_context(active_test=True, no_reset_password=True).create(
            [
                {
                    "name": person["name"].strip(),
                    "login": email,
                    "email": email,
                    "lang": self._bde_default_lang(),
                    "tz": company.bde_tz,
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    # not the default groups: they would let everyone write contacts
                    "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
                }
                for email, person in people.items()
            ]
        )
        return dict(zip(people, users, strict=True))

    @api.model
    def _bde_default_lang(self):
        """French when it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        return "fr_FR" if "fr_FR" in installed else self.env.lang or "en_US"

    @api.model
    def _bde_signup_days(self):
        """Days that a link to choose a password stays valid."""
        # sudo: a parameter of the server
        hours = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("auth_signup.signup.validity.hours", 144)
        )
        return int(hours) // 24
