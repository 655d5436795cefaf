from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..rules import final_year
from ..rules.addresses import is_school_address

SECRETARY = "bde_partnerships.group_secretary"


class BdeDivision(models.Model):
    """Classes whose pupils leave at the end of the year."""

    _inherit = "bde.division"

    is_final_year = fields.Boolean(
        string="Final year",
        compute="_compute_is_final_year",
        store=True,
        readonly=False,
        precompute=True,
        help="The pupils leave at the end of the year. Known by the MEF of the training; tick it "
        "where the training has none.",
    )

    @api.depends("training_ids.mef", "training_ids.diploma")
    def _compute_is_final_year(self):
        for division in self:
            trainings = division.training_ids
            if trainings.filtered("mef"):
                division.is_final_year = any(
                    final_year.is_final_year(one.mef, one.diploma) for one in trainings
                )
            else:
                division.is_final_year = division.is_final_year

    def _final_students(self):
        """Pupils of these classes who are in their final year and have not left.

        :rtype: bde.student
        """
        Schooling = self.env["bde.schooling"]
        present = Schooling._domain_present() & Domain("division_id", "in", self.ids)
        return Schooling.search(present)._in_final_year().student_id

    def action_make_alumni(self):
        """Opens the dialog that prepares those who leave, for these classes."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prepare those who leave"),
            "res_model": "bde.alumni.prepare",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_company_id": self.company_id[:1].id,
                "default_division_ids": self.ids,
            },
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    def _bde_final_divisions(self):
        """Final-year classes of the running year of these schools.

        :rtype: bde.division
        """
        Year = self.env["bde.school.year"]
        domains = [
            Domain("company_id", "=", company.id)
            & Domain("school_year_id", "=", Year._search_current(company).id)
            for company in self
        ]
        return self.env["bde.division"].search(
            Domain.OR(domains) & Domain("is_final_year", "=", True)
        )


class BdeSchooling(models.Model):
    _inherit = "bde.schooling"

    def _in_final_year(self):
        """Schoolings that are the last year of a training.

        In a class of several trainings the MEF of each pupil decides; where no training of the
        class is known as a last year, what was ticked on the class does.
        """
        found = self.browse()
        for schooling in self:
            trainings = schooling.division_id.training_ids
            by_mef = any(final_year.is_final_year(one.mef, one.diploma) for one in trainings)
            if schooling.division_id and not schooling.division_id.is_final_year:
                continue
            own = final_year.is_final_year(schooling.mef, schooling.training_id.diploma)
            if own or (schooling.division_id and not (by_mef and schooling.mef)):
                found |= schooling
        return found


class BdeStudent(models.Model):
    """From pupil to alumnus, without retyping."""

    _inherit = "bde.student"

    alumnus_ids = fields.One2many(
        "bde.alumnus", "student_id", string="Among the alumni", groups=SECRETARY
    )
    follow_up_objected_on = fields.Date(
        string="Objected to the follow-up on",
        readonly=True,
        copy=False,
        groups=SECRETARY,
        help="He or she is not made an alumnus again.",
    )
    private_email = fields.Char(
        string="Private e-mail", compute="_compute_private_email", groups=SECRETARY
    )

    @api.depends("email", "company_id.bde_email")
    def _compute_private_email(self):
        for student in self:
            student.private_email = student._private_email()

    def write(self, vals):
        """The day of an objection is written by the objection alone."""
        if "follow_up_objected_on" in vals and not self.env.su:
            raise AccessError(self.env._("Only an objection writes the day of an objection."))
        return super().write(vals)

    def _make_alumni(self):
        """Alumni of these pupils, made from what the school knows; constant queries.

        Who is there already, or objected to the follow-up, is left alone.

        :return: the alumni that were made
        :rtype: bde.alumnus
        """
        Alumnus = self.env["bde.alumnus"]
        Alumnus.check_access("create")
        for company in self.company_id:
            # a manager elsewhere may read these pupils as their teacher
            company._bde_check_user_is("secretary")
        # sudo: the key of the person, and the record of the follow-up, are kept fields
        students = self.sudo().filtered(lambda one: not one.follow_up_objected_on)
        there = Alumnus.sudo().with_context(active_test=False).search(
            [("student_id", "in", students.ids)]
        )  # fmt: skip
        students -= there.student_id
        # sudo: as above
        made = Alumnus.sudo().create([student._alumnus_values() for student in students])
        return made.with_env(self.env)

    def _alumnus_values(self):
        """Values of the alumnus that a pupil becomes.

        :rtype: dict
        """
        self.ensure_one()
        schooling = self.schooling_id
        return {
            "company_id": self.company_id.id,
            "student_id": self.id,
            "kind": "apprentice" if schooling.status == "AP" else "pupil",
            "lastname": self.lastname,
            "usage_name": self.usage_name,
            "firstname": self.firstname,
            "birth_date": self.birth_date,
            "sex": self.sex,
            "person_key": self.person_key,
            "email": self._private_email(),
            "phone": self.phone,
            "city": self.city,
            "zip": self.zip,
            "cohort": schooling.school_year_id.date_end.year,
            "training_id": schooling.training_id.id,
            "division_name": schooling.division_id.name,
        }

    def _private_email(self):
        """The address that still serves after the last day, False when there is none."""
        email = email_normalize(self.email)
        own = email and not is_school_address(email, self.company_id.bde_email or "")
        return email if own else False

    def action_make_alumni(self):
        """Opens the dialog for these pupils, be it before the end of their training."""
        action = self.division_id.browse().action_make_alumni()
        action["context"] = {
            "default_company_id": self.company_id[:1].id or self.env.company.id,
            "default_student_ids": self.ids,
            "default_division_ids": [],
        }
        return action
