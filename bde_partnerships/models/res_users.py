from odoo import models, tools
from odoo.fields import Command

from .bde_membership import ACADEMY_ROLES, HELD_THROUGH, SCHOOL_ROLES


class ResUsers(models.Model):
    _inherit = "res.users"

    def _bde_company_ids(self, role):
        """Companies where the user holds a role today, or one that implies it.

        :param str role: a role of ``bde.membership``, or ``staff``
        :rtype: list[int]
        """
        return list(self._bde_cached_company_ids(role))

    @tools.ormcache("self.id", "role")
    def _bde_cached_company_ids(self, role):
        # sudo: rules of every model ask this, whatever the user may read of memberships
        memberships = self.env["bde.membership"].sudo().search(
            [("user_id", "=", self.id), ("role", "in", HELD_THROUGH.get(role, (role,)))]
        )
        return tuple(sorted(memberships.filtered(lambda m: m._runs_today()).company_id.ids))

    def _bde_sync_memberships(self):
        """Brings groups, companies and activity of the users in line with their memberships.

        The rule cache goes with it: rules hold ids computed from memberships.
        """
        # sudo: the caller was checked by the membership; users and groups are not writable by roles
        users = self.sudo().with_context(active_test=False)
        memberships = self.env["bde.membership"].sudo().search(
            [("user_id", "in", users.ids), ("is_current", "=", True)], order="id"
        )
        by_user = memberships.grouped("user_id")
        role_groups = {
            role: self.env.ref(f"bde_partnerships.group_{role}")
            for role in SCHOOL_ROLES + ACADEMY_ROLES
        }
        for user in users:
            user._bde_sync_one(by_user.get(user, memberships.browse()), role_groups)
        self.env.registry.clear_cache()

    def _bde_sync_one(self, memberships, role_groups):
        held = self.env["res.groups"].union(*(role_groups[m.role] for m in memberships))
        all_roles = self.env["res.groups"].union(*role_groups.values())
        commands = [Command.unlink(g.id) for g in (self.group_ids & all_roles) - held]
        commands += [Command.link(g.id) for g in held - self.group_ids]
        vals = {"group_ids": commands} if commands else {}
        if companies := memberships.company_id:
            if self.company_ids != companies:
                vals["company_ids"] = [Command.set(companies.ids)]
            if self.company_id not in companies:
                vals["company_id"] = companies[0].id
            if not self.active:
                vals["active"] = True
        if vals:
            self.write(vals)
