from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeAlumniPrepare(models.TransientModel):
    """Final-year pupils become alumni: who is taken, who is there already, who objected."""

    _name = "bde.alumni.prepare"
    _description = "Prepare those who leave"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    division_ids = fields.Many2many(
        "bde.division",
        string="Classes",
        compute="_compute_division_ids",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    student_ids = fields.Many2many(
        "bde.student",
        string="Pupils",
        help="Pupils who were chosen one by one, be it before the end of their training.",
    )
    taken_ids = fields.Many2many("bde.student", compute="_compute_parts")
    taken_count = fields.Integer(string="To prepare", compute="_compute_parts")
    there_count = fields.Integer(string="Prepared already", compute="_compute_parts")
    objected_count = fields.Integer(string="Objected", compute="_compute_parts")
    school_mail_count = fields.Integer(
        string="Without a private e-mail",
        compute="_compute_parts",
        help="No e-mail, or one that the school gave, which stops on the last day.",
    )
    tell = fields.Boolean(
        string="Tell those who have an e-mail now",
        help="The information on the follow-up, their rights and the link to their page. "
        "Without it: print the sheets and hand them out in class.",
    )

    @api.depends("company_id")
    def _compute_division_ids(self):
        """The final-year classes of the running year."""
        for wizard in self:
            if wizard.student_ids or wizard.division_ids:
                continue
            wizard.division_ids = wizard.company_id._bde_final_divisions()

    @api.depends("division_ids", "student_ids")
    def _compute_parts(self):
        for wizard in self:
            students = wizard.student_ids._origin | wizard.division_ids._origin._final_students()
            there = students.filtered("alumnus_ids")
            objected = (students - there).filtered("follow_up_objected_on")
            wizard.taken_ids = students - there - objected
            wizard.taken_count = len(wizard.taken_ids)
            wizard.there_count = len(there)
            wizard.objected_count = len(objected)
            wizard.school_mail_count = len(
                wizard.taken_ids._origin.filtered(lambda one: not one._private_email())
            )

    def action_prepare(self):
        """Makes the alumni, and opens those of these classes.

        :raise UserError: nobody is left to prepare
        """
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        students = self.student_ids | self.division_ids._final_students()
        alumni = self.taken_ids._make_alumni()
        if not alumni and not students.alumnus_ids:
            raise UserError(
                self.env._("Nobody to prepare: choose classes whose pupils leave this year.")
            )
        if self.tell:
            alumni._ask_welcome()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_alumni.action_alumnus")
        return action | {
            "domain": [("student_id", "in", students.ids)],
            "context": {},
            "target": "main",
        }
