from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import persons

KINSHIPS = [
    ("mother", "Mother"),
    ("father", "Father"),
    ("tutor", "Legal tutor"),
    ("ase", "Child welfare service (ASE)"),
    ("foster", "Foster family"),
    ("grandparent", "Grandparent"),
    ("sibling", "Brother or sister"),
    ("family", "Other member of the family"),
    ("educator", "Educator"),
    ("other", "Other"),
]


class BdeGuardian(models.Model):
    """A person or an institution in charge of pupils; siblings share their parents.

    Only the school changes the contact details: nothing that comes from outside does.
    """

    _name = "bde.guardian"
    _description = "Guardian"
    _inherit = ["bde.owned", "bde.imported"]
    _order = "name, id"

    is_institution = fields.Boolean(
        string="Institution", help="Child welfare service, home, ad hoc administrator."
    )
    title = fields.Selection([("mrs", "Mrs"), ("mr", "Mr")])
    lastname = fields.Char(string="Last name or name of the institution", required=True)
    firstname = fields.Char(string="First name")
    name = fields.Char(compute="_compute_name", store=True, precompute=True, index="trigram")
    email = fields.Char(string="E-mail")
    phone = fields.Char(string="Telephone")
    other_phone = fields.Char(string="Other telephones")
    street = fields.Char()
    street2 = fields.Char(string="Address, continued")
    zip = fields.Char(string="Postal code")
    city = fields.Char(string="Town")
    country = fields.Char(help="Empty for France.")
    guardianship_ids = fields.One2many("bde.guardianship", "guardian_id", string="Pupils")

    @api.depends("lastname", "firstname")
    def _compute_name(self):
        for guardian in self:
            guardian.name = persons.full_name(guardian.lastname, guardian.firstname)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_authority(self):
        """The database removes the links of a guardian: who has authority is the head's to say."""
        # sudo: links of pupils that the user may not read count too
        links = self.sudo().with_context(active_test=False).guardianship_ids
        links.with_env(self.env)._unlink_except_authority()


class BdeGuardianship(models.Model):
    """The place of a guardian beside a pupil.

    Authority (rank 1 or 2) comes from SIECLE or from a judgment that the head noted; a simple
    contact (rank 0) never receives anything.
    """

    _name = "bde.guardianship"
    _description = "Guardian of a pupil"
    _inherit = ["bde.owned"]
    _order = "student_id, legal_rank_order, id"
    _rec_name = "guardian_id"

    student_id = fields.Many2one(
        "bde.student",
        string="Pupil",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    guardian_id = fields.Many2one(
        "bde.guardian", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="student_id.company_id", store=True, precompute=True, default=None
    )
    active = fields.Boolean(default=True)
    legal_rank = fields.Selection(
        [
            ("1", "First legal representative"),
            ("2", "Second legal representative"),
            ("0", "Simple contact"),
        ],
        required=True,
        default="0",
        help="A simple contact has no authority and never receives anything.",
    )
    legal_rank_order = fields.Integer(
        compute="_compute_legal_rank_order", store=True, precompute=True
    )
    rank_source = fields.Selection(
        [
            ("file", "The State's file"),
            ("head", "Noted by the head"),
            ("school", "Entered by the school"),
        ],
        string="Rank known from",
        required=True,
        default="school",
        readonly=True,
    )
    rank_note = fields.Char(
        string="Ground", help="For instance the date and court of the judgment."
    )
    kinship = fields.Selection(KINSHIPS)
    email = fields.Char(related="guardian_id.email")
    phone = fields.Char(related="guardian_id.phone")

    _student_guardian_uniq = models.UniqueIndex(
        "(student_id, guardian_id) WHERE active", "This guardian is already beside this pupil."
    )

    @api.depends("legal_rank")
    def _compute_legal_rank_order(self):
        for link in self:
            link.legal_rank_order = {"1": 1, "2": 2}.get(link.legal_rank, 3)

    @api.constrains("student_id", "legal_rank", "active")
    def _check_one_of_each_rank(self):
        twice = self.env["bde.guardianship"]._read_group(
            [("student_id", "in", self.student_id.ids), ("legal_rank", "in", ("1", "2"))],
            ["student_id", "legal_rank"],
            ["__count"],
            having=[("__count", ">", 1)],
        )
        for student, rank, _count in twice:
            raise ValidationError(
                self.env._(
                    "%(pupil)s would have two legal representatives of rank %(rank)s.",
                    pupil=student.name,
                    rank=rank,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su and vals.get("legal_rank", "0") != "0":
                student = self.env["bde.student"].browse(vals.get("student_id"))
                student._check_head(student.company_id)
                vals["rank_source"] = "head"
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() & {"legal_rank", "active", "student_id", "guardian_id"}:
            changed = self.filtered(
                lambda link: vals.get("legal_rank", link.legal_rank) != "0"
                or link.legal_rank != "0"
            )
            if changed:
                changed.student_id._check_head(changed.company_id)
                if "legal_rank" in vals:
                    vals = {**vals, "rank_source": "head"}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_authority(self):
        legal = self.filtered(lambda link: link.legal_rank != "0")
        if legal:
            legal.student_id._check_head(legal.company_id)
