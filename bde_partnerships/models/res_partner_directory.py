import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

LEVELS = [
    ("entity", "Legal entity"),
    ("establishment", "Establishment"),
    ("site", "Site"),
]
# what a site takes from its establishment
SITE_FIELDS = ("naf_code", "activity", "country_id")


class ResPartner(models.Model):
    """The shared book: legal entities, establishments, sites, and what all schools see of them."""

    _inherit = "res.partner"

    bde_level = fields.Selection(
        LEVELS,
        string="Level",
        compute="_compute_bde_level",
        store=True,
        help="A legal entity has a SIREN, an establishment a SIRET; a site is another place of "
        "an establishment, without a SIRET of its own.",
    )
    bde_siren = fields.Char(
        string="SIREN",
        compute="_compute_bde_siren",
        store=True,
        index="btree_not_null",
    )
    bde_child_ids = fields.One2many(
        "res.partner",
        "parent_id",
        string="Establishments and sites",
        domain=[("bde_employer", "=", True)],
    )
    naf_id = fields.Many2one(
        "bde.naf",
        string="Activity (NAF)",
        compute="_compute_naf_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    bde_tag_ids = fields.Many2many("bde.employer.tag", string="Tags of the académie", copy=False)
    bde_training_ids = fields.One2many(
        "bde.employer.training", "partner_id", string="Trainings welcomed"
    )
    bde_lead_school_id = fields.Many2one(
        "res.company",
        string="Lead school",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Leads with this company for all: the others see it before they call. Named by the "
        "académie.",
    )
    bde_masked = fields.Boolean(
        string="Not published by SIRENE",
        readonly=True,
        help="The company asked SIRENE not to show it: what stands here was typed by schools.",
    )
    bde_hr = fields.Boolean(string="Human resources")
    bde_tax = fields.Boolean(string="Taxe d'apprentissage")
    bde_alumni = fields.Boolean(string="Former pupil")

    # ------------------------------------------------------------
    # Levels
    # ------------------------------------------------------------

    @api.depends(
        "bde_employer", "company_registry", "parent_id.bde_employer", "parent_id.company_registry"
    )
    def _compute_bde_level(self):
        for partner in self:
            parent = partner.parent_id
            if not partner.bde_employer:
                partner.bde_level = False
            elif len(partner.company_registry or "") == 9:
                partner.bde_level = "entity"
            elif (
                parent.bde_employer
                and not partner.company_registry
                and len(parent.company_registry or "") != 9
            ):
                partner.bde_level = "site"
            else:
                partner.bde_level = "establishment"

    @api.depends("bde_employer", "company_registry")
    def _compute_bde_siren(self):
        for partner in self:
            number = partner.company_registry if partner.bde_employer else ""
            partner.bde_siren = number[:9] if len(number or "") in (9, 14) else False

    @api.depends("naf_code")
    def _compute_naf_id(self):
        by_code = self.env["bde.naf"]._by_code(self.mapped("naf_code"))
        for partner in self:
            partner.naf_id = by_code.get(partner.naf_code)

    @api.constrains("bde_employer", "company_registry", "parent_id", "type")
    def _check_bde_level(self):
        for partner in self.filtered(lambda p: p.bde_employer and p.parent_id.bde_employer):
            above = {"establishment": "entity", "site": "establishment"}.get(partner.bde_level)
            if partner.parent_id.bde_level != above:
                raise ValidationError(
                    self.env._(
                        "%(name)s: a site stands below an establishment, an establishment below "
                        "its legal entity.",
                        name=partner.name,
                    )
                )
            if partner.type != "other":
                # core writes addresses of type "contact" through, up and down
                raise ValidationError(
                    self.env._("%(name)s has an address of its own.", name=partner.name)
                )

    def _bde_legal_siret(self):
        """The SIRET that stands on documents: its own, or that of the site's establishment."""
        self.ensure_one()
        source = self.parent_id if self.bde_level == "site" else self
        return source.company_registry if source.bde_level != "entity" else False

    def _bde_group_entities(self):
        """Puts establishments of one SIREN below their legal entity, made when they are two.

        For one or many, the number of queries does not depend on them.

        :return: the legal entities of these companies
        :rtype: res.partner
        """
        sirens = {siren for siren in self.mapped("bde_siren") if siren}
        if not sirens:
            return self.browse()
        # sudo: no role writes shared companies; archived ones keep their place too
        Partner = self.sudo().with_context(active_test=False)
        found = Partner.search(
            [("bde_employer", "=", True), ("bde_siren", "in", list(sirens))], order="id"
        )
        entities, lone = {}, {}
        for siren, partners in found.grouped("bde_siren").items():
            entity = partners.filtered(lambda p: p.bde_level == "entity")
            establishments = partners - entity
            if entity:
                entities[siren] = entity
            elif len(establishments.filtered("active")) > 1:
                lone[siren] = establishments
        made = Partner.with_context(default_company_id=False, default_parent_id=False).create(
            [establishments[0]._bde_entity_values(siren) for siren, establishments in lone.items()]
        )
        entities.update(zip(lone, made, strict=True))
        moved = found.filtered(
            lambda p: (
                p.bde_level == "establishment"
                and p.bde_siren in entities
                and p.parent_id != entities[p.bde_siren]
            )
        )
        moved._bde_set_parents({p.id: entities[p.bde_siren].id for p in moved})
        return self.browse([entity.id for entity in entities.values()])

    def _bde_entity_values(self, siren):
        """Values of the legal entity of an establishment: its name without the shop's sign."""
        return {
            "name": re.sub(r"\s*\([^()]*\)$", "", self.name or "") or self.name,
            "company_registry": siren,
            "country_id": self.country_id.id,
            "bde_employer": True,
            "is_company": True,
            "company_id": False,
        }

    def _bde_set_parents(self, parents):
        """Puts companies below others in one statement.

        Core's ``write`` copies addresses, looks for loops and walks through the children, record
        by record; between an entity without an address and its establishments there is none.

        :param dict parents: id of the parent by id of the company
        """
        if not parents:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner AS child SET parent_id = data.parent_id, type = 'other', "
                "write_date = NOW() AT TIME ZONE 'UTC', write_uid = %s "
                "FROM (SELECT unnest(%s) AS id, unnest(%s) AS parent_id) AS data "
                "WHERE child.id = data.id",
                self.env.uid,
                list(parents),
                list(parents.values()),
            )
        )
        names = ["parent_id", "type"]
        self.invalidate_recordset(names)
        self.browse(set(parents.values())).invalidate_recordset(["child_ids", "bde_child_ids"])
        self.modified(names)

    # ------------------------------------------------------------
    # Sites
    # ------------------------------------------------------------

    def _bde_add_site(self, vals, company):
        """Another place of this establishment, without a SIRET of its own.

        :param dict vals: ``name`` and the address
        :param company: the school in whose name it is added, and which then follows it
        :raise AccessError: the user does not register companies at this school
        :raise UserError: a site is added to an establishment alone
        :rtype: res.partner
        """
        self.ensure_one()
        company = company.with_env(self.env)
        company._bde_check_user_is("secretary")
        if not self.bde_employer or self.bde_level != "establishment":
            raise UserError(
                self.env._("A site is added to an establishment: open the establishment first.")
            )
        name = (vals.get("name") or "").strip()
        if not name:
            raise UserError(self.env._("Give the site a name, for instance its workshop or town."))
        if not name.lower().startswith(self.name.lower()):
            # lists, conventions and letters show the name alone
            name = f"{self.name} – {name}"
        address = {key: vals.get(key) for key in ("street", "street2", "zip", "city", "phone")}
        # sudo: no role creates shared companies directly; the right was checked above
        site = (
            self.sudo()
            .with_context(default_company_id=False)
            .create(
                dict(
                    self._convert_fields_to_values(SITE_FIELDS),
                    **address,
                    name=name,
                    parent_id=self.id,
                    type="other",
                    bde_employer=True,
                    is_company=True,
                    company_id=False,
                )
            )
            .with_env(self.env)
        )
        self.env["bde.relation"]._bde_ensure(site, company)
        return site

    # ------------------------------------------------------------
    # Tags and lead school
    # ------------------------------------------------------------

    def _bde_add_tags(self, tags, company):
        """Puts tags on companies; those that are there stay.

        :param tags: ``bde.employer.tag`` of the académie of ``company``
        :raise AccessError: the user is no manager of ``company``
        """
        company = company.with_env(self.env)
        company._bde_check_user_is("manager")
        tags.with_env(self.env).check_access("read")
        # companies that hold the same tags are written together
        for held, employers in self.filtered("bde_employer").grouped("bde_tag_ids").items():
            employers._bde_write_shared({"bde_tag_ids": (held | tags).ids}, company)

    def _bde_name_lead_school(self, school, academy):
        """Names the school that leads with these companies, or none any more.

        :param school: ``res.company``, empty to name none
        :param academy: the académie in whose name the user does it
        :raise AccessError: the user is not of the académie, or the school is another one's
        """
        academy = academy.with_env(self.env)
        # sudo: the kind of the company and its schools, whatever the user may read of them
        academy_sudo, school_sudo = academy.sudo(), school.sudo()
        if academy_sudo.bde_kind != "academy":
            raise AccessError(self.env._("The lead school is named by the académie."))
        academy._bde_check_user_is("admin", "correspondent")
        if school_sudo and school_sudo.parent_id != academy_sudo:
            raise AccessError(self.env._("The lead school is one of the académie."))
        self.filtered("bde_employer")._bde_write_shared(
            {"bde_lead_school_id": school.id or False}, academy
        )

    # ------------------------------------------------------------
    # Buttons of the directory
    # ------------------------------------------------------------

    def _bde_open_wizard(self, model, name, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{key}": value for key, value in defaults.items()},
        }

    def action_bde_change(self):
        """Opens the small form that changes what all schools share of the company."""
        self.ensure_one()
        return self._bde_open_wizard(
            "bde.employer.edit", self.env._("Change the company"), partner_id=self.id
        )

    def action_bde_add_site(self):
        """Opens the small form for another place of this establishment."""
        self.ensure_one()
        return self._bde_open_wizard(
            "bde.employer.site", self.env._("Add a site"), partner_id=self.id
        )

    def action_bde_mark(self):
        """Opens the small form that adds tags and trainings to these companies."""
        return self._bde_open_wizard(
            "bde.employer.mark", self.env._("Tags and trainings"), partner_ids=self.ids
        )

    def action_bde_lead_school(self):
        """Opens the small form where the académie names the lead school of these companies."""
        return self._bde_open_wizard(
            "bde.employer.lead", self.env._("Lead school"), partner_ids=self.ids
        )
