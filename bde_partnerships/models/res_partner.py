from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..rules import identifiers

HEADCOUNTS = [
    ("NN", "Not known"),
    ("00", "No employee"),
    ("01", "1 or 2"),
    ("02", "3 to 5"),
    ("03", "6 to 9"),
    ("11", "10 to 19"),
    ("12", "20 to 49"),
    ("21", "50 to 99"),
    ("22", "100 to 199"),
    ("31", "200 to 249"),
    ("32", "250 to 499"),
    ("41", "500 to 999"),
    ("42", "1,000 to 1,999"),
    ("51", "2,000 to 4,999"),
    ("52", "5,000 to 9,999"),
    ("53", "10,000 and more"),
]


class ResPartner(models.Model):
    """Employers shared by all schools, and the contact persons that each school keeps.

    Core treats ``company_id`` as something a contact takes from its company, and drops it
    wherever the company has none. Here the company is shared and the contact is not: the
    places where core writes through are overridden below.
    """

    _inherit = "res.partner"

    # pg_trgm: people look for a company by any piece of its name
    complete_name = fields.Char(index="trigram")
    bde_employer = fields.Boolean(
        string="Company of the bureau",
        index=True,
        help="An establishment that schools work with. It is shared by all schools.",
    )
    naf_code = fields.Char(string="NAF", help="Main activity, four digits and a letter.")
    activity = fields.Char(string="What they do", help="In clear words, for the pupils.")
    headcount = fields.Selection(HEADCOUNTS, help="Band of SIRENE.")
    closed_on = fields.Date(string="Closed on", help="The establishment is closed since this day.")
    sirene_on = fields.Datetime(
        string="Read in SIRENE on",
        readonly=True,
        help="Name, activity, headcount and address come from the national directory since then.",
    )
    bde_signatory = fields.Boolean(string="Signs for the company")
    bde_tutor = fields.Boolean(string="Tutor")
    bde_relation_id = fields.Many2one(
        "bde.relation",
        string="Relation",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        copy=False,
        help="For a contact: the relation of the school that entered it.",
    )
    bde_relation_ids = fields.One2many("bde.relation", "partner_id", string="Relations")
    bde_former_siret_ids = fields.One2many("bde.former.siret", "partner_id", string="Former SIRETs")
    bde_change_ids = fields.One2many("bde.employer.change", "partner_id", string="History")
    bde_siret = fields.Char(string="SIRET", compute="_compute_bde_siret")

    _bde_siret_uniq = models.UniqueIndex(
        "(company_registry) WHERE bde_employer AND company_registry IS NOT NULL",
        "This SIRET already belongs to another company.",
    )

    # ------------------------------------------------------------
    # Computes and checks
    # ------------------------------------------------------------

    @api.depends("company_registry", "bde_employer")
    def _compute_bde_siret(self):
        """SIRET as people read it, or the SIREN of a legal entity."""
        for partner in self:
            siret = partner.company_registry if partner.bde_employer else ""
            partner.bde_siret = identifiers.format_siret(siret)

    @api.depends("city", "bde_employer")
    @api.depends_context("bde_show_town", "partner_display_name_hide_company")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        if self.env.context.get("bde_show_town"):
            for partner in self.filtered(lambda p: p.bde_employer and p.city):
                partner.display_name = f"{partner.display_name} ({partner.city})"
        return result

    @api.constrains("company_registry", "bde_employer")
    def _check_bde_siret(self):
        employers = self.filtered(lambda p: p.bde_employer and p.company_registry)
        for partner in employers:
            number = partner.company_registry
            if not (identifiers.is_siret(number) or identifiers.is_siren(number)):
                raise ValidationError(
                    self.env._(
                        "%(siret)s is not a SIRET: fourteen digits, the last of which is a key.",
                        siret=partner.company_registry,
                    )
                )

    @api.constrains("naf_code")
    def _check_naf_code(self):
        for partner in self.filtered("naf_code"):
            if not identifiers.is_naf(partner.naf_code):
                raise ValidationError(
                    self.env._(
                        "%(code)s is not a NAF code: four digits and a letter.",
                        code=partner.naf_code,
                    )
                )

    @api.constrains("bde_employer", "company_id", "parent_id", "is_company")
    def _check_bde_company(self):
        for partner in self:
            if partner.bde_employer and (partner.company_id or not partner.is_company):
                raise ValidationError(
                    self.env._(
                        "%(name)s is shared by all schools: it is a company and belongs to none.",
                        name=partner.name,
                    )
                )
            if partner.parent_id.bde_employer and not (partner.bde_employer or partner.company_id):
                raise ValidationError(
                    self.env._(
                        "%(contact)s: a contact belongs to the school that entered it.",
                        contact=partner.name or "",
                    )
                )

    # ------------------------------------------------------------
    # Who writes, and what stays where it is
    # ------------------------------------------------------------

    def _bde_tells_names(self):
        return True

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._bde_normalize(vals) for vals in vals_list]
        employers = [vals for vals in vals_list if vals.get("bde_employer")]
        self._bde_check_siret_free([vals.get("company_registry") for vals in employers])
        self._bde_prepare_contacts(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        partners = self
        if self.env.context.get("bde_contact_sync"):
            # a contact's address or VAT number would be written up into the shared company
            partners = self.filtered("company_id")
        if self.env.context.get("bde_keep_contacts") and vals.keys() == {"company_id"}:
            # core's cascade of company_id from a company to its contacts
            return True
        if not partners:
            return True
        vals = self._bde_normalize(vals)
        if "bde_relation_id" in vals and not self.env.su:
            partners._bde_check_relation_change(vals["bde_relation_id"])
        if vals.get("company_registry") and partners.filtered("bde_employer"):
            partners._bde_check_siret_free([vals["company_registry"]])
        if "company_id" in vals:
            partners._bde_check_company_change(vals)
            if partners.filtered("bde_employer") or vals.get("bde_employer"):
                partners = partners.with_context(bde_keep_contacts=True)
        result = super(ResPartner, partners).write(vals)
        if "parent_id" in vals:
            partners._bde_follow_parent()
        return result

    def _bde_follow_parent(self):
        """Contacts that change company go to the page of the new one at their school."""
        # sudo: the relation is of the contact's own school, which the writer was checked for
        contacts = self.sudo().filtered(lambda p: p.company_id and not p.is_company)
        for (parent, company), moved in contacts.grouped(
            lambda p: (p.parent_id, p.company_id)
        ).items():
            relation = self.env["bde.relation"]
            if parent.bde_employer:
                relation = relation._bde_ensure(parent, company)
            moved.bde_relation_id = relation

    @api.model
    def _bde_normalize(self, vals):
        """SIRET and NAF as they are compared, however they were typed."""
        vals = dict(vals)
        if vals.get("naf_code"):
            vals["naf_code"] = identifiers.normalize_naf(vals["naf_code"])
        if vals.get("company_registry"):
            compact = identifiers.normalize_siret(vals["company_registry"])
            if len(compact) in (9, 14) and compact.isdigit():
                vals["company_registry"] = compact
        return vals

    def _bde_check_siret_free(self, sirets):
        """Says whose a SIRET is already; the unique index only covers the race.

        :raise ValidationError: another company, archived or not, has one of them
        """
        # sudo: the other company may be archived or otherwise out of sight
        other = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("bde_employer", "=", True),
                    ("company_registry", "in", [siret for siret in sirets if siret]),
                    ("id", "not in", self.ids),
                ],
                limit=1,
            )
        )
        if other:
            raise ValidationError(
                self.env._(
                    "The SIRET %(siret)s already belongs to %(name)s.",
                    siret=identifiers.format_siret(other.company_registry),
                    name=other.name,
                )
            )

    @api.model
    def _bde_prepare_contacts(self, vals_list):
        """Gives new contacts of shared companies their school and its relation."""
        # sudo: relations of other schools are not read, only the one of the contact's school
        Relation = self.env["bde.relation"].sudo()
        default_parent_id = self.env.context.get("default_parent_id")
        for vals in vals_list:
            if default_parent_id:
                vals.setdefault("parent_id", default_parent_id)
            if vals.get("bde_relation_id"):
                relation = Relation.browse(vals["bde_relation_id"])
                vals["parent_id"] = relation.partner_id.id
                vals["company_id"] = relation.company_id.id
        parent_ids = {vals["parent_id"] for vals in vals_list if vals.get("parent_id")}
        shared = set(self.sudo().browse(parent_ids).filtered("bde_employer").ids)
        by_school = {}
        for vals in vals_list:
            if vals.get("parent_id") in shared and not vals.get("bde_employer"):
                if not vals.get("company_id") and self.env.company.bde_kind:
                    vals["company_id"] = self.env.company.id
                if vals.get("company_id") and not vals.get("bde_relation_id"):
                    by_school.setdefault(vals["company_id"], []).append(vals)
        for company_id, contacts in by_school.items():
            company = self.env["res.company"].browse(company_id)
            employers = self.browse({vals["parent_id"] for vals in contacts})
            relations = Relation._bde_ensure(employers, company).grouped("partner_id")
            for vals in contacts:
                vals["bde_relation_id"] = relations[self.browse(vals["parent_id"])].id

    def _bde_check_relation_change(self, relation_id):
        """A contact goes to another company by its parent, never to the page of another school."""
        if any(partner.bde_relation_id.id != (relation_id or False) for partner in self):
            raise AccessError(self.env._("A contact does not move from one school to another."))

    def _bde_check_company_change(self, vals):
        """A contact does not leave its school by hand, nor does a shared company enter one."""
        moved = self.filtered(lambda p: p.company_id.id != (vals["company_id"] or False))
        if not moved or self.env.su or self.env.user.has_group("base.group_erp_manager"):
            return
        raise AccessError(self.env._("A contact does not move from one school to another."))

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        # core takes the company of the parent, which a shared company does not have
        parent = self.browse(values.get("parent_id"))
        if parent.bde_employer and "company_id" in fields and not values.get("bde_employer"):
            values["company_id"] = self.env.company.id
        return values

    @api.onchange("parent_id", "company_id")
    def _onchange_company_id(self):
        company = self.company_id
        result = super()._onchange_company_id()
        if self.parent_id.bde_employer and not self.bde_employer:
            self.company_id = company or self.env.company
        return result

    @api.model
    def _commercial_fields(self):
        # the SIRET is the establishment's own: core would copy it to every contact
        return [name for name in super()._commercial_fields() if name != "company_registry"]

    def _fields_sync(self, values):
        if self.company_id and self.parent_id and not self.parent_id.company_id:
            self = self.with_context(bde_contact_sync=True)
        return super()._fields_sync(values)

    def _handle_first_contact_creation(self):
        if self.company_id and self.parent_id.bde_employer:
            return None
        return super()._handle_first_contact_creation()

    # ------------------------------------------------------------
    # Chatter: on the relation, never on what all schools share
    # ------------------------------------------------------------

    def message_post(self, **kwargs):
        # only on real requests: tracking and jobs run as superuser
        if not self.env.su and self.filtered("bde_employer"):
            raise UserError(
                self.env._(
                    "All schools would read this. Write on the page of the company at your school."
                )
            )
        return super().message_post(**kwargs)

    def message_notify(self, **kwargs):
        if not self.env.su and self.filtered("bde_employer"):
            raise UserError(
                self.env._(
                    "All schools would read this. Write on the page of the company at your school."
                )
            )
        return super().message_notify(**kwargs)

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return key + (self.env.user.has_group("bde_partnerships.group_staff"),)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form" and self.env.user.has_group("bde_partnerships.group_staff"):
            for chatter in arch.xpath("//chatter"):
                chatter.getparent().remove(chatter)
        return arch, view

    def get_formview_id(self, access_uid=None):
        """Our users open an employer on the page of the directory."""
        roles = ("group_staff", "group_correspondent", "group_admin")
        ours = any(self.env.user.has_group(f"bde_partnerships.{role}") for role in roles)
        if ours and all(partner.bde_employer for partner in self):
            return self.env.ref("bde_partnerships.view_employer_form").id
        return super().get_formview_id(access_uid=access_uid)
