import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import hmac

from ..rules import persons

SECRETARY = "bde_partnerships.group_secretary"
FOLLOWERS = "bde_partnerships.group_teacher,bde_partnerships.group_secretary"


class BdeStudent(models.Model):
    """A pupil of a school: one record per school and person, whatever the years.

    What a year writes (class, training, status, dates) is a ``bde.schooling``.
    """

    _name = "bde.student"
    _description = "Pupil"
    _inherit = ["bde.owned", "bde.imported"]
    _order = "name, id"

    ine = fields.Char(
        string="INE",
        groups=SECRETARY,
        copy=False,
        help="National pupil identifier: 11 characters. A pupil who just arrived may have none.",
    )
    lastname = fields.Char(string="Last name", required=True)
    usage_name = fields.Char(string="Name in use", help="When it differs from the last name.")
    firstname = fields.Char(string="First name", required=True)
    name = fields.Char(compute="_compute_name", store=True, precompute=True, index="trigram")
    birth_date = fields.Date(required=True)
    sex = fields.Selection([("f", "Female"), ("m", "Male")])
    email = fields.Char(string="E-mail", groups=FOLLOWERS)
    phone = fields.Char(string="Telephone", groups=FOLLOWERS)
    other_phone = fields.Char(string="Other telephones", groups=SECRETARY)
    street = fields.Char(groups=SECRETARY)
    street2 = fields.Char(string="Address, continued", groups=SECRETARY)
    zip = fields.Char(string="Postal code", groups=SECRETARY)
    city = fields.Char(string="Town", groups=SECRETARY)
    country = fields.Char(groups=SECRETARY, help="Empty for France.")

    # keyed hashes, so that other schools' pupils are met without being read; computed once the
    # pupil is there, in sudo: before, whoever types a pupil would have to read them
    ine_hash = fields.Char(
        compute="_compute_hashes",
        store=True,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
    )
    identity_hash = fields.Char(
        compute="_compute_hashes",
        store=True,
        index=True,
        groups=fields.NO_ACCESS,
    )
    person_key = fields.Char(
        compute="_compute_person_key",
        store=True,
        index=True,
        groups=fields.NO_ACCESS,
        help="The same person at another school, or later in life, has the same key.",
    )

    schooling_ids = fields.One2many("bde.schooling", "student_id", string="Schoolings")
    schooling_id = fields.Many2one(
        "bde.schooling",
        string="Last schooling",
        compute="_compute_schooling_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )
    division_id = fields.Many2one(
        "bde.division",
        string="Class",
        compute="_compute_schooling_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )
    training_id = fields.Many2one(
        "bde.training", compute="_compute_schooling_id", store=True, ondelete="set null"
    )
    school_year_id = fields.Many2one(
        "bde.school.year", compute="_compute_schooling_id", store=True, ondelete="set null"
    )
    date_end = fields.Date(string="Left on", compute="_compute_schooling_id", store=True)

    age = fields.Integer(compute="_compute_age")
    is_adult = fields.Boolean(string="Of age", compute="_compute_age", search="_search_is_adult")
    is_emancipated = fields.Boolean(
        string="Emancipated",
        groups=SECRETARY,
        help="A minor emancipated by a judgment signs alone. Only the head notes it.",
    )
    guardian_dispute = fields.Boolean(
        string="Guardians disagree",
        groups=SECRETARY,
        help="A known disagreement between the holders of authority: the head decides before "
        "a convention is sent to one of them.",
    )
    guardianship_ids = fields.One2many(
        "bde.guardianship", "student_id", string="Guardians", groups=SECRETARY
    )
    has_legal_guardian = fields.Boolean(
        string="Has a legal guardian",
        compute="_compute_has_legal_guardian",
        store=True,
        groups=SECRETARY,
    )
    placement_ids = fields.One2many("bde.placement", "student_id", string="Placements")
    notes = fields.Text(groups=SECRETARY)

    _company_ine_uniq = models.UniqueIndex(
        "(company_id, ine) WHERE ine IS NOT NULL", "Another pupil of the school has this INE."
    )
    _company_division_idx = models.Index("(company_id, division_id)")

    @api.depends("lastname", "firstname", "usage_name")
    def _compute_name(self):
        for student in self:
            student.name = persons.full_name(
                student.lastname, student.firstname, student.usage_name
            )

    @api.depends(
        "schooling_ids.school_year_id.date_start",
        "schooling_ids.date_start",
        "schooling_ids.date_end",
        "schooling_ids.division_id",
        "schooling_ids.training_id",
    )
    def _compute_schooling_id(self):
        for student in self:
            # the last year; in a year the open schooling, else the one that ended last
            schooling = student.schooling_ids.sorted(
                lambda s: (s.school_year_id.date_start, s.date_end or fields.Date.to_date(
                    "9999-12-31"), s.id)
            )[-1:]  # fmt: skip
            student.schooling_id = schooling
            student.division_id = schooling.division_id
            student.training_id = schooling.training_id
            student.school_year_id = schooling.school_year_id
            student.date_end = schooling.date_end

    @api.depends("birth_date")
    def _compute_age(self):
        for student in self:
            today = (student.company_id or self.env.company)._bde_today()
            known = bool(student.birth_date)
            student.age = persons.age_on(student.birth_date, today) if known else 0
            student.is_adult = known and persons.is_adult(student.birth_date, today)

    def _search_is_adult(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._bde_today()
        # on 29 February, nobody who turns 18 was born on that day
        day = min(today.day, 28) if today.month == 2 else today.day
        limit = today.replace(year=today.year - persons.ADULT_AGE, day=day)
        adults = fields.Domain("birth_date", "<=", limit)
        return fields.Domain.OR(adults if wanted else ~adults for wanted in value)

    @api.depends(
        "guardianship_ids.legal_rank", "guardianship_ids.active", "guardianship_ids.judgment"
    )
    def _compute_has_legal_guardian(self):
        for student in self:
            student.has_legal_guardian = bool(student.guardianship_ids._with_authority())

    @api.constrains("ine")
    def _check_ine(self):
        for student in self:
            if student.ine and not persons.is_ine(student.ine):
                raise ValidationError(
                    self.env._(
                        "%(ine)s is not an INE: nine digits and two letters, ten digits and a "
                        "letter, or the form of apprentices.",
                        ine=student.ine,
                    )
                )

    @api.constrains("birth_date")
    def _check_birth_date(self):
        for company, students in self.grouped("company_id").items():
            today = company._bde_today()
            for student in students:
                if student.birth_date > today:
                    raise ValidationError(
                        self.env._(
                            "%(name)s would be born in the future, on %(date)s.",
                            name=student.name,
                            date=fields.Date.to_string(student.birth_date),
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._clean_ine(vals)
            if vals.get("is_emancipated") or vals.get("guardian_dispute"):
                self._check_head(self.env["res.company"].browse(
                    vals.get("company_id", self.env.company.id)))  # fmt: skip
        return super().create(vals_list)

    def write(self, vals):
        self._clean_ine(vals)
        if "is_emancipated" in vals or "guardian_dispute" in vals:
            self._check_head(self.company_id)
        result = super().write(vals)
        if "guardian_dispute" in vals:
            self._follow_dispute()
        return result

    @api.model
    def _clean_ine(self, vals):
        if "ine" in vals:
            vals["ine"] = persons.clean_ine(vals["ine"]) or False

    @api.model
    def _check_head(self, companies):
        """Authority over a pupil is noted by the head alone, who has seen the judgment."""
        if self.env.su:
            return
        if set(companies.ids) - set(self.env.user._bde_company_ids("head")):
            raise AccessError(
                self.env._("Only the head of the school notes who has authority over a pupil.")
            )

    # --- the person behind the pupil ------------------------------------------------------------

    @api.depends("ine", "lastname", "firstname", "birth_date")
    def _compute_hashes(self):
        for student in self:
            identity = persons.identity(student.lastname, student.firstname, student.birth_date)
            student.ine_hash = student.ine and self._keyed_hash("ine", student.ine)
            student.identity_hash = self._keyed_hash("identity", identity)

    @api.model
    def _keyed_hash(self, scope, text):
        """Hash that nobody can compute without the secret of the server."""
        return hmac(self.env(su=True), f"bde.student/{scope}", text)

    @api.depends("ine_hash", "identity_hash")
    def _compute_person_key(self):
        """The key of the person behind the pupil: the INE decides, else names and birth date.

        Two pupils of the same names and birth date whose INEs differ are two persons. A key
        once given stays, unless the INE shows that the person is already known. One query for
        any number of pupils.
        """
        hashes = [value for value in self.mapped("ine_hash") if value]
        known = self.search(
            [
                ("id", "not in", self._origin.ids),
                "|",
                ("ine_hash", "in", hashes),
                ("identity_hash", "in", self.mapped("identity_hash")),
            ],
            order="id",
        )
        by_ine, by_identity = {}, {}
        for other in known:
            other._file_person(by_ine, by_identity)
        for student in self:
            student.person_key = student._find_person(by_ine, by_identity)
            student._file_person(by_ine, by_identity)

    def _file_person(self, by_ine, by_identity):
        if self.ine_hash:
            by_ine.setdefault(self.ine_hash, self.person_key)
        by_identity.setdefault(self.identity_hash, []).append((self.ine_hash, self.person_key))

    def _find_person(self, by_ine, by_identity):
        """Key of a known person, the pupil's own, or a new one."""
        if self.ine_hash and self.ine_hash in by_ine:
            return by_ine[self.ine_hash]
        if self._origin.person_key:
            return self._origin.person_key
        for ine_hash, key in by_identity.get(self.identity_hash, ()):
            if not (ine_hash and self.ine_hash):
                return key
        return secrets.token_hex(16)

    # --- who signs --------------------------------------------------------------------------------

    def _is_adult_on(self, date):
        """Whether the pupil is of age on a day (article 414 of the Code civil).

        :param datetime.date date:
        """
        self.ensure_one()
        return persons.is_adult(self.birth_date, date)

    def _signs_alone_on(self, date):
        """Whether the pupil signs for himself: of age, or emancipated by a judgment."""
        self.ensure_one()
        # sudo: whoever prepares the convention needs the answer, not the reason
        return self._is_adult_on(date) or self.sudo().is_emancipated

    def _legal_guardians_by_student(self):
        """Guardians with authority of each pupil, first rank first; contacts are never in it.

        :return: ``{bde.student: bde.guardian}``, constant queries
        """
        # sudo: conventions are prepared by people who do not read contact details
        links = self.env["bde.guardianship"].sudo().search_fetch(
            [("student_id", "in", self.ids), ("legal_rank", "in", ("1", "2"))],
            ["student_id", "guardian_id", "legal_rank", "judgment", "active"],
            order="student_id, legal_rank, id",
        )
        grouped = links._with_authority().grouped("student_id")
        return {
            student: grouped[student.sudo()].guardian_id
            if student.sudo() in grouped
            else self.env["bde.guardian"].sudo()
            for student in self
        }

    def _legal_guardians(self):
        """Guardians with authority over this pupil, first rank first (sudo).

        :rtype: bde.guardian
        """
        self.ensure_one()
        return self._legal_guardians_by_student()[self]
