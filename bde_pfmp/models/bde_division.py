from odoo import api, fields, models


class BdeDivision(models.Model):
    """A class (division) of a school year."""

    _name = "bde.division"
    _description = "Class"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "school_year_id desc, name, id"
    _rec_names_search = ["name", "label"]

    name = fields.Char(string="Code", required=True, help="As in SIECLE, for instance 2MRC.")
    label = fields.Char(string="Name")
    training_ids = fields.Many2many("bde.training", string="Trainings", check_company=True)
    principal_ids = fields.Many2many(
        "bde.teacher",
        "bde_division_principal_rel",
        "division_id",
        "teacher_id",
        string="Head teachers",
        check_company=True,
    )
    teaching_ids = fields.One2many("bde.teaching", "division_id", string="Taught by")
    schooling_ids = fields.One2many("bde.schooling", "division_id", string="Pupils")
    student_count = fields.Integer(string="Number of pupils", compute="_compute_student_count")

    _company_year_name_uniq = models.Constraint(
        "UNIQUE(company_id, school_year_id, name)", "This class exists already this year."
    )

    @api.depends("schooling_ids.date_end")
    def _compute_student_count(self):
        counts = dict(
            self.env["bde.schooling"]._read_group(
                self.env["bde.schooling"]._domain_present() & fields.Domain(
                    "division_id", "in", self.ids
                ),
                ["division_id"],
                ["__count"],
            )
        )  # fmt: skip
        for division in self:
            division.student_count = counts.get(division, 0)

    @api.model_create_multi
    def create(self, vals_list):
        divisions = super().create(vals_list)
        divisions.principal_ids.user_id._bde_forget_divisions()
        return divisions

    def write(self, vals):
        users = self.principal_ids.user_id
        result = super().write(vals)
        if "principal_ids" in vals:
            (users | self.principal_ids.user_id)._bde_forget_divisions()
        return result

    def action_students(self):
        """The pupils of the class."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_student")
        action["domain"] = [("division_id", "=", self.id)]
        action["context"] = {"search_default_present": 1}
        action["display_name"] = self.display_name
        return action
