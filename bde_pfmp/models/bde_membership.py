from odoo import api, models


class BdeMembership(models.Model):
    _inherit = "bde.membership"

    @api.model_create_multi
    def create(self, vals_list):
        """A teacher who is invited finds the classes of the teacher of the same e-mail."""
        memberships = super().create(vals_list)
        invited = memberships.filtered(lambda m: m.role == "teacher")
        if invited:
            # sudo: the head invites people, the teachers' list belongs to the secretary
            self.env["bde.teacher"].sudo().search(
                [
                    ("company_id", "in", invited.company_id.ids),
                    ("email", "in", invited.user_id.mapped("login")),
                    ("user_id", "=", False),
                ]
            )._link_users()
        return memberships
