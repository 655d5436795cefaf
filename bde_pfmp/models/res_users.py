from odoo import models, tools


class ResUsers(models.Model):
    _inherit = "res.users"

    def _bde_division_ids(self):
        """Classes that the user teaches or is the head teacher of, in all his schools.

        Rules of teachers compare with this list: one flat condition on an indexed column.

        :rtype: list[int]
        """
        return list(self._bde_cached_division_ids())

    @tools.ormcache("self.id")
    def _bde_cached_division_ids(self):
        # sudo: rules ask this before the user may read anything
        teachers = self.env["bde.teacher"].sudo().search([("user_id", "=", self.id)])
        divisions = teachers.teaching_ids.division_id | teachers.principal_division_ids
        return tuple(sorted(divisions.ids))

    def _bde_forget_divisions(self):
        """Forget the list of classes, and the rules made from it, when there is somebody to
        forget it for."""
        if self:
            self.env.registry.clear_cache()
