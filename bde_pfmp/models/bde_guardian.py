from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import persons

HEAD = "bde_partnerships.group_head"
# what decides who has authority over a pupil: written by the head, or by an import
AUTHORITY = {"legal_rank", "active", "student_id", "guardian_id", "judgment"}
# what the head notes of a judgment, which nobody else reads
JUDGMENT = {"judgment", "judgment_date", "judgment_note"}

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
    judgment = fields.Selection(
        [("sole", "Has authority alone"), ("withdrawn", "Has no authority any more")],
        help="What a judgment decided (373-2-1 and 378 C. civ.). The head notes it; whoever has "
        "no authority signs nothing and receives nothing.",
    )
    judgment_date = fields.Date(
        string="Date of the judgment",
        compute="_compute_judgment",
        inverse="_inverse_judgment_date",
        groups=HEAD,
    )
    judgment_note = fields.Text(
        string="Court and reference",
        compute="_compute_judgment",
        inverse="_inverse_judgment_note",
        groups=HEAD,
        help="Only the head of the school reads it.",
    )
    # groups are of the instance: the head of another school has the group too
    kept_judgment_date = fields.Date(groups=fields.NO_ACCESS)
    kept_judgment_note = fields.Text(groups=fields.NO_ACCESS)
    has_authority = fields.Boolean(string="Signs", compute="_compute_has_authority")
    email = fields.Char(related="guardian_id.email")
    phone = fields.Char(related="guardian_id.phone")

    _student_guardian_uniq = models.UniqueIndex(
        "(student_id, guardian_id) WHERE active", "This guardian is already beside this pupil."
    )

    @api.depends("legal_rank")
    def _compute_legal_rank_order(self):
        for link in self:
            link.legal_rank_order = {"1": 1, "2": 2}.get(link.legal_rank, 3)

    @api.depends(
        "legal_rank", "judgment", "active", "student_id.guardianship_ids.legal_rank",
        "student_id.guardianship_ids.judgment", "student_id.guardianship_ids.active",
    )  # fmt: skip
    def _compute_has_authority(self):
        holders = self.student_id.guardianship_ids._with_authority()
        for link in self:
            link.has_authority = link in holders or link._origin in holders

    def _with_authority(self):
        """Those of these who have authority: legal representatives, as judgments left them.

        :param self: all the links of some pupils; simple contacts are never in the answer
        """
        legal = self.filtered(
            lambda link: (
                link.active and link.legal_rank in ("1", "2") and link.judgment != "withdrawn"
            )
        )
        alone = legal.filtered(lambda link: link.judgment == "sole")
        decided = alone.student_id
        found = legal.filtered(lambda link: link in alone or link.student_id not in decided)
        # filtering forgets the prefetch of the batch: each guardian would cost a query
        return found.sorted("legal_rank").with_prefetch(self._prefetch_ids)

    @api.depends_context("uid")
    @api.depends("kept_judgment_date", "kept_judgment_note", "company_id")
    def _compute_judgment(self):
        own = self.env.user._bde_company_ids("head")
        for link in self:
            mine = self.env.su or link.company_id.id in own
            # sudo: columns that no group reads; the school of the head was looked at
            link.judgment_date = mine and link.sudo().kept_judgment_date
            link.judgment_note = mine and link.sudo().kept_judgment_note

    def _inverse_judgment_date(self):
        for link in self:
            link.sudo().kept_judgment_date = link.judgment_date  # sudo: see write, the head

    def _inverse_judgment_note(self):
        for link in self:
            link.sudo().kept_judgment_note = link.judgment_note  # sudo: see write, the head

    @api.constrains("judgment", "legal_rank", "kept_judgment_date", "student_id", "active")
    def _check_judgment(self):
        # sudo: the date is the head's, whether there is one is the rule's
        for link in self.sudo().filtered("judgment"):
            if link.legal_rank == "0":
                raise ValidationError(
                    self.env._("A judgment is noted of a legal representative, not of a contact.")
                )
            today = link.company_id._bde_today()
            if link.kept_judgment_date and link.kept_judgment_date > today:
                raise ValidationError(self.env._("The judgment is not passed yet: see its date."))
        alone = self.env["bde.guardianship"]._read_group(
            [("student_id", "in", self.student_id.ids), ("judgment", "=", "sole")],
            ["student_id"],
            ["__count"],
            having=[("__count", ">", 1)],
        )
        for student, _count in alone:
            raise ValidationError(
                self.env._(
                    "%(pupil)s would have two guardians who have authority alone.",
                    pupil=student.name,
                )
            )

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
            noted = any(vals.get(name) for name in JUDGMENT)
            if not self.env.su and (noted or vals.get("legal_rank", "0") != "0"):
                student = self.env["bde.student"].browse(vals.get("student_id"))
                student._check_head(student.company_id)
                vals["rank_source"] = "head"
        links = super().create(vals_list)
        links.filtered(lambda link: link.legal_rank != "0").student_id._follow_authority()
        return links

    def write(self, vals):
        if not self.env.su and vals.keys() & (AUTHORITY | JUDGMENT):
            changed = self.filtered(
                lambda link: (
                    vals.get("legal_rank", link.legal_rank) != "0"
                    or link.legal_rank != "0"
                    or vals.keys() & JUDGMENT
                )
            )
            if changed:
                changed.student_id._check_head(changed.company_id)
                if "legal_rank" in vals:
                    vals = {**vals, "rank_source": "head"}
        students = self.student_id
        result = super().write(vals)
        if vals.keys() & AUTHORITY:
            (students | self.student_id)._follow_authority()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_authority(self):
        legal = self.filtered(lambda link: link.legal_rank != "0")
        if legal:
            legal.student_id._check_head(legal.company_id)
