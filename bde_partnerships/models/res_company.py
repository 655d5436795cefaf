from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from ..rules import academies, identifiers

# What each role may write of its own school; everything else is Odoo's administrator's.
MANAGER_FIELDS = frozenset(
    (
        "logo", "street", "street2", "zip", "city", "phone", "email", "website",
        "bde_email", "opening_hours", "insurance_company", "insurance_policy",
        "bde_signing_order_ids",
    )
)  # fmt: skip
HEAD_FIELDS = MANAGER_FIELDS | {"head_id", "bde_delegation_ids", "bde_dpo_email"}
ADMIN_FIELDS = HEAD_FIELDS | {
    "name", "uai", "academy_code", "holiday_zone", "bde_tz", "country_id", "active",
}  # fmt: skip


class ResCompany(models.Model):
    _inherit = "res.company"

    bde_kind = fields.Selection(
        [("academy", "Académie"), ("school", "School")],
        string="Kind",
        index=True,
        help="A school stands below its académie, which hands down years and templates.",
    )
    uai = fields.Char(
        string="UAI",
        index="btree_not_null",
        help="Number of the school in the national directory: seven digits and a check letter.",
    )
    academy_code = fields.Selection(
        academies.SELECTION, string="Académie", help="Code of the académie in the national lists."
    )
    holiday_zone = fields.Selection(academies.ZONES, string="Zone of school holidays")
    bde_tz = fields.Selection(
        academies.TIME_ZONES,
        string="Time zone",
        default="Europe/Paris",
        required=True,
        help="Deadlines and birthdays are counted in the time of the school.",
    )
    head_id = fields.Many2one(
        "res.users",
        string="Head of school",
        help="The proviseur: signs the conventions in the name of the school.",
    )
    bde_delegation_ids = fields.One2many(
        "bde.delegation", "company_id", string="Delegations of signature"
    )
    bde_signing_order_ids = fields.One2many(
        "bde.signing.order", "company_id", string="Order of the signatures"
    )
    bde_email = fields.Char(
        string="Address of the bureau",
        help="Functional mailbox, bde-…@ac-….fr: letters of the suite are answered there.",
    )
    opening_hours = fields.Char(
        string="Opening hours of the bureau", help="As printed in letters and shown to companies."
    )
    insurance_company = fields.Char(string="Insurer of the school")
    insurance_policy = fields.Char(string="Policy of the school")

    _uai_uniq = models.UniqueIndex(
        "(uai) WHERE uai IS NOT NULL", "This UAI already belongs to another school."
    )

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("uai")
    def _check_uai(self):
        for company in self.filtered("uai"):
            if not identifiers.is_uai(company.uai):
                raise ValidationError(
                    self.env._(
                        "%(uai)s is not a UAI: seven digits, then the check letter.",
                        uai=company.uai,
                    )
                )

    @api.constrains("bde_kind", "uai", "parent_id")
    def _check_bde_kind(self):
        for company in self:
            if company.bde_kind == "school" and (
                not company.uai or company.parent_id.bde_kind != "academy"
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s: a school has a UAI and stands below its académie.",
                        name=company.name,
                    )
                )
            if company.bde_kind == "academy" and company.parent_id:
                raise ValidationError(
                    self.env._("%(name)s: an académie stands below nobody.", name=company.name)
                )

    @api.constrains("bde_email")
    def _check_bde_email(self):
        for company in self.filtered("bde_email"):
            if "@" not in company.bde_email or any(c.isspace() for c in company.bde_email):
                raise ValidationError(
                    self.env._("%(email)s is not an e-mail address.", email=company.bde_email)
                )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("uai"):
                vals["uai"] = identifiers.normalize_uai(vals["uai"])
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("uai"):
            vals["uai"] = identifiers.normalize_uai(vals["uai"])
        if "bde_kind" in vals and any(c.bde_kind and c.bde_kind != vals["bde_kind"] for c in self):
            raise UserError(self.env._("A school stays a school, and an académie an académie."))
        if self.env.su or self.env.user.has_group("base.group_erp_manager"):
            return super().write(vals)
        self.check_access("write")
        self._bde_check_fields(vals)
        # sudo: name, address and logo live on the company's partner, which no role may write;
        # school and fields were just checked
        return super(ResCompany, self.sudo()).write(vals)

    def _bde_check_fields(self, vals):
        """Refuses fields that the user's role at these companies does not give him."""
        user = self.env.user
        academies_kept = user._bde_company_ids("admin")
        headed = user._bde_company_ids("head")
        managed = user._bde_company_ids("manager")
        for company in self:
            if (company | company._bde_academy()) & self.browse(academies_kept):
                allowed = ADMIN_FIELDS
            elif company.id in headed:
                allowed = HEAD_FIELDS
            elif company.id in managed:
                allowed = MANAGER_FIELDS
            else:
                allowed = frozenset()
            if refused := vals.keys() - allowed:
                labels = [self._fields[name]._description_string(self.env) for name in refused]
                raise AccessError(
                    self.env._(
                        "Your role at %(school)s does not let you change: %(fields)s.",
                        school=company.sudo().name,
                        fields=", ".join(sorted(labels)),
                    )
                )
            for name in vals.keys() & {"bde_delegation_ids", "bde_signing_order_ids"}:
                company._bde_check_own_lines(name, vals[name])

    def _bde_check_own_lines(self, name, commands):
        """Lines written through the school are its own, and stay so: commands bear any id."""
        own = set(self.sudo()[name].ids)  # sudo: compared only
        for command in commands or ():
            moved = command[0] in (Command.CREATE, Command.UPDATE) and "company_id" in command[2]
            if command[0] in (Command.CREATE, Command.CLEAR) and not moved:
                continue
            ids = command[2] if command[0] == Command.SET else [command[1]]
            if moved or not own.issuperset(ids):
                raise AccessError(self.env._("This line is not one of your school."))

    # ------------------------------------------------------------
    # Opening schools
    # ------------------------------------------------------------

    @api.model
    def _bde_kept_academy(self):
        """The académie that the user administers; for the system, the only one there is."""
        # sudo: the administrator may work before his companies are in line
        companies = self.sudo().browse(self.env.user._bde_company_ids("admin"))
        if not companies and (self.env.su or self.env.user.has_group("base.group_system")):
            companies = self.sudo().search([("bde_kind", "=", "academy")], limit=1)
        return companies[:1]

    @api.model
    def _bde_create_academy(self, vals):
        """Opens the académie: the company of the installation becomes it when it is free.

        :param dict vals: values of ``res.company``
        :raise AccessError: the user is not Odoo's administrator
        :rtype: res.company
        """
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(self.env._("Only Odoo's administrator opens an académie."))
        euro = self.env.ref("base.EUR")
        vals = {
            "country_id": self.env.ref("base.fr").id,
            "holiday_zone": academies.zone_of(vals.get("academy_code")),
        } | dict(vals, bde_kind="academy")
        # sudo: companies belong to Odoo's administrator, who was checked above
        main = self.sudo().env.ref("base.main_company", raise_if_not_found=False)
        if main and not main.bde_kind and not main.parent_id:
            main.write(dict(vals, currency_id=euro.id))
            return main.with_env(self.env)
        return self.sudo().create(dict(vals, currency_id=euro.id)).with_env(self.env)

    @api.model
    def _bde_create_school(self, vals):
        """Opens a school below the académie of the user.

        :param dict vals: values of ``res.company``; ``parent_id`` only for the system
        :raise AccessError: the user does not administer the suite
        :rtype: res.company
        """
        academy = self.sudo().browse(vals.get("parent_id")) if self.env.su else self.browse()
        academy = academy or self._bde_kept_academy()
        if not academy:
            raise AccessError(self.env._("Only the administrator of the suite opens a school."))
        vals = {
            "academy_code": academy.academy_code,
            "holiday_zone": academy.holiday_zone,
            "country_id": academy.country_id.id or self.env.ref("base.fr").id,
        } | dict(vals, bde_kind="school", parent_id=academy.id)
        # sudo: no role holds the rights on companies; the administrator was checked above
        school = self.sudo().create(vals)
        # core adds the new company to its creator's, who belongs to the académie alone
        if self.env.user._bde_company_ids("admin"):
            self.env.user._bde_sync_memberships()
        return school.with_env(self.env)

    def _bde_open_school(self):
        """Action that opens the page of this school."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My school"),
            "res_model": "res.company",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref("bde_partnerships.view_school_form").id, "form")],
        }

    # ------------------------------------------------------------
    # What the other models ask
    # ------------------------------------------------------------

    def _bde_today(self):
        """Date of today at the school.

        :rtype: datetime.date
        """
        return self._bde_date_of(fields.Datetime.now())

    def _bde_date_of(self, moment):
        """Date at the school of a moment in UTC, as the database keeps it.

        :rtype: datetime.date
        """
        zone = ZoneInfo(self.bde_tz or "Europe/Paris")
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()

    def _bde_academy(self):
        """The académie of these companies, itself for an académie.

        :rtype: res.company
        """
        # sudo: a school user does not read the parent company, only its handed-down records
        companies = self.sudo()
        return (
            companies.filtered(lambda c: c.bde_kind == "academy")
            | companies.filtered(lambda c: c.bde_kind != "academy").parent_id
        )

    def _bde_department(self):
        """Department of the school, ``'33'`` or ``'974'``, empty without a UAI."""
        self.ensure_one()
        return identifiers.department_of_uai(self.uai) if self.uai else ""

    def _bde_may_sign(self, user, date=None):
        """Whether a user signs conventions for the head: the head, or his delegate of the day.

        :param user: ``res.users``
        :param date: ``datetime.date``, today at the school by default
        """
        self.ensure_one()
        date = date or self._bde_today()
        # sudo: the question is about the school's delegation, not about the user's rights on it
        school = self.sudo()
        if school.head_id == user:
            return school.id in user._bde_company_ids("head")
        delegates = school.bde_delegation_ids._valid_on(date).user_id
        return user in delegates and school.id in user._bde_company_ids("staff")

    def _bde_acting_heads(self):
        """The head of a school; where who is named has left it, those who hold the role now.

        What names pupils, or is for the head alone, goes to nobody who is gone.

        :rtype: res.users
        """
        self.ensure_one()
        school = self.sudo()  # sudo: who is the head, whoever asks
        if self.id in school.head_id._bde_company_ids("head"):
            return school.head_id
        return (
            self.env["bde.membership"]
            .sudo()  # sudo: who holds which role there
            .search(
                [("company_id", "=", self.id), ("role", "=", "head"), ("is_current", "=", True)]
            )
            .user_id
        )

    def cache_invalidation_fields(self):
        """Rules hold who the head is."""
        return {*super().cache_invalidation_fields(), "head_id"}

    def _bde_check_user_is(self, *roles):
        """Stops unless the user holds one of the roles at this school, or keeps its académie.

        :raise AccessError: neither
        """
        self.ensure_one()
        user = self.env.user
        if self.env.su or any(self.id in user._bde_company_ids(role) for role in roles):
            return
        if self._bde_academy().id in user._bde_company_ids("admin"):
            return
        raise AccessError(
            self.env._("Your role does not let you do this at %(school)s.", school=self.sudo().name)
        )
