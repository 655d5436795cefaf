from odoo import api, fields, models

from ..rules import persons


class BdeTeacher(models.Model):
    """A teacher of a school: referent of placements, head teacher of classes.

    He need not have an account; once he has one, his classes and pupils show in it.
    """

    _name = "bde.teacher"
    _description = "Teacher"
    _inherit = ["bde.owned", "bde.imported"]
    _order = "name, id"

    lastname = fields.Char(string="Last name", required=True)
    firstname = fields.Char(string="First name", required=True)
    name = fields.Char(compute="_compute_name", store=True, precompute=True, index="trigram")
    active = fields.Boolean(default=True)
    email = fields.Char(string="E-mail")
    phone = fields.Char(string="Telephone", groups="bde_partnerships.group_secretary")
    user_id = fields.Many2one(
        "res.users",
        string="Account",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('company_ids', 'in', company_id)]",
        help="Found by the e-mail; sees the pupils of these classes and signs from its session.",
    )
    teaching_ids = fields.One2many("bde.teaching", "teacher_id", string="Teaches")
    principal_division_ids = fields.Many2many(
        "bde.division",
        "bde_division_principal_rel",
        "teacher_id",
        "division_id",
        string="Head teacher of",
        check_company=True,
    )
    weekly_hours = fields.Float(compute="_compute_weekly_hours", string="Hours a week")

    _company_user_uniq = models.UniqueIndex(
        "(company_id, user_id) WHERE user_id IS NOT NULL AND active",
        "This account already belongs to another teacher of the school.",
    )

    @api.depends("lastname", "firstname")
    def _compute_name(self):
        for teacher in self:
            teacher.name = persons.full_name(teacher.lastname, teacher.firstname)

    @api.depends("teaching_ids.hours")
    def _compute_weekly_hours(self):
        hours = dict(
            self.env["bde.teaching"]._read_group(
                [("teacher_id", "in", self.ids)], ["teacher_id"], ["hours:sum"]
            )
        )
        for teacher in self:
            teacher.weekly_hours = hours.get(teacher, 0.0)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._clean_email(vals)
        teachers = super().create(vals_list)
        teachers._link_users()
        teachers.user_id._bde_forget_divisions()
        return teachers

    def write(self, vals):
        users = self.user_id
        self._clean_email(vals)
        result = super().write(vals)
        if "email" in vals:
            self._link_users()
        if vals.keys() & {"user_id", "active", "email"}:
            (users | self.user_id)._bde_forget_divisions()
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()  # his hours go with him, in the database
        users._bde_forget_divisions()
        return result

    @api.model
    def _clean_email(self, vals):
        if vals.get("email"):
            vals["email"] = vals["email"].strip().lower()

    def _link_users(self):
        """Give teachers without an account the one of their e-mail, if it is of their school.

        Constant queries for any number of teachers. An account already given is left alone.
        """
        lonely = self.filtered(lambda teacher: teacher.email and not teacher.user_id)
        if not lonely:
            return
        mails = lonely.mapped("email")
        # sudo: only staff of the school is looked up, and only by an address that is known
        users = self.env["res.users"].sudo().search([("login", "in", mails)])
        taken = set(
            self.sudo()
            .search([("user_id", "in", users.ids), ("company_id", "in", lonely.company_id.ids)])
            .mapped(lambda teacher: (teacher.company_id, teacher.user_id))
        )
        by_mail = {user.login: user for user in users}
        for teacher in lonely:
            user = by_mail.get(teacher.email)
            key = (teacher.company_id, user)
            if user and teacher.company_id in user.company_ids and key not in taken:
                taken.add(key)
                teacher.user_id = user


class BdeTeaching(models.Model):
    """Weekly hours of a teacher in a class."""

    _name = "bde.teaching"
    _description = "Hours taught in a class"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "division_id, hours desc, id"
    _rec_name = "subject"

    teacher_id = fields.Many2one(
        "bde.teacher", required=True, index=True, ondelete="cascade", check_company=True
    )
    division_id = fields.Many2one(
        "bde.division",
        string="Class",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="division_id.company_id", store=True, precompute=True, default=None
    )
    school_year_id = fields.Many2one(
        related="division_id.school_year_id", store=True, precompute=True, readonly=True
    )
    subject = fields.Char()
    hours = fields.Float(
        string="Hours a week", help="Referents are shared in proportion to these hours."
    )

    _teacher_division_subject_uniq = models.UniqueIndex(
        "(teacher_id, division_id, COALESCE(subject, ''))",
        "This teacher already teaches this subject in this class.",
    )
    _hours_check = models.Constraint("CHECK(hours >= 0)", "Hours are not negative.")

    @api.model_create_multi
    def create(self, vals_list):
        teachings = super().create(vals_list)
        teachings.teacher_id.user_id._bde_forget_divisions()
        return teachings

    def write(self, vals):
        users = self.teacher_id.user_id
        result = super().write(vals)
        if vals.keys() & {"teacher_id", "division_id"}:
            (users | self.teacher_id.user_id)._bde_forget_divisions()
        return result

    def unlink(self):
        users = self.teacher_id.user_id
        result = super().unlink()
        users._bde_forget_divisions()
        return result
