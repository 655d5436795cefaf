from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .base import as_id


class BdeRelation(models.Model):
    """What one school knows and thinks of an employer.

    Notes, messages, activities and files of a school stand here; the company itself
    (``res.partner``) is shared by all schools.
    """

    _name = "bde.relation"
    _description = "Company followed by a school"
    _inherit = ["bde.owned", "mail.thread", "mail.activity.mixin"]
    _order = "partner_name, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_name", "partner_id.company_registry", "partner_id.city"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        domain="[('bde_employer', '=', True)]",
    )
    partner_name = fields.Char(
        related="partner_id.name", store=True, precompute=True, index=True, string="Name"
    )
    partner_city = fields.Char(
        related="partner_id.city", store=True, precompute=True, index=True, string="Town"
    )
    siret = fields.Char(related="partner_id.bde_siret", string="SIRET")
    naf_code = fields.Char(related="partner_id.naf_code")
    headcount = fields.Selection(related="partner_id.headcount")
    activity = fields.Char(related="partner_id.activity")
    address = fields.Char(compute="_compute_address")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    website = fields.Char(related="partner_id.website")
    closed_on = fields.Date(related="partner_id.closed_on")
    sirene_on = fields.Datetime(related="partner_id.sirene_on")

    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        check_company=True,
        index="btree_not_null",
        help="The person of the school who knows the company best.",
        tracking=True,
    )
    notes = fields.Html(help="Facts only: the person concerned may read what is written here.")
    insurance_company = fields.Char(string="Insurer")
    insurance_policy = fields.Char(string="Policy")
    contact_ids = fields.One2many("res.partner", "bde_relation_id", string="Contacts")
    signatory_id = fields.Many2one("res.partner", compute="_compute_signatory_id")
    change_ids = fields.One2many(related="partner_id.bde_change_ids", string="History")
    is_bureau = fields.Boolean(string="Kept by me", compute="_compute_is_bureau")

    _company_partner_uniq = models.Constraint(
        "UNIQUE(company_id, partner_id)", "The school already follows this company."
    )
    _company_name_idx = models.Index("(company_id, partner_name)")

    @api.model
    def _add_precomputed_values(self, vals_list):
        """Core computes what pages begin with on a draft of each, slow by the thousand.

        Modules give it here instead, where it is plain: the very values that fields compute.
        """
        # sudo: as for any related field; the company is checked where pages are made
        Partner = self.env["res.partner"].sudo()
        told = [vals for vals in vals_list if vals.get("partner_id")]
        partners = Partner.browse(as_id(vals["partner_id"]) for vals in told)
        for vals, partner in zip(told, partners, strict=True):
            vals |= {"partner_name": partner.name, "partner_city": partner.city}
        return super()._add_precomputed_values(vals_list)

    @api.constrains("partner_id")
    def _check_partner_is_employer(self):
        for relation in self:
            if not relation.partner_id.bde_employer:
                raise ValidationError(
                    self.env._(
                        "%(name)s is not a company of the bureau: register it first.",
                        name=relation.partner_id.display_name,
                    )
                )

    def write(self, vals):
        # its contacts, notes and files are about that company
        if "partner_id" in vals and any(r.partner_id.id != vals["partner_id"] for r in self):
            raise UserError(self.env._("A page stays with its company: open the other one's."))
        return super().write(vals)

    @api.depends("partner_id.street", "partner_id.street2", "partner_id.zip", "partner_id.city")
    def _compute_address(self):
        for relation in self:
            partner = relation.partner_id
            town = " ".join(filter(None, (partner.zip, partner.city)))
            relation.address = ", ".join(filter(None, (partner.street, partner.street2, town)))

    @api.depends("contact_ids.bde_signatory")
    def _compute_signatory_id(self):
        for relation in self:
            relation.signatory_id = relation.contact_ids.filtered("bde_signatory")[:1]

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_is_bureau(self):
        """Whether the user keeps this school's companies: his groups say where he is, not here."""
        own = self.env.user._bde_company_ids("secretary")
        for relation in self:
            relation.is_bureau = relation.company_id.id in own

    @api.model
    def _bde_ensure(self, employers, company):
        """Relations of a school with these employers, made when missing.

        The caller checked the right to register companies at this school.
        """
        # sudo: called by checked verbs, for the school they were checked for
        Relation = self.sudo()
        found = Relation.search(
            [("company_id", "=", company.id), ("partner_id", "in", employers.ids)]
        )
        missing = employers.browse(set(employers.ids) - set(found.partner_id.ids))
        found |= Relation.create(
            [{"company_id": company.id, "partner_id": partner.id} for partner in missing]
        )
        return found.with_env(self.env)

    def _bde_open(self):
        """Action that opens the page of this company at the school."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_refresh_sirene(self):
        """Reads the company again in SIRENE; see ``res.partner``."""
        self.ensure_one()
        # in the name of the school whose page it is, whichever the user opened first
        return self.partner_id.with_company(self.company_id).action_bde_refresh_sirene()

    def action_change_employer(self):
        """Opens the small form that changes what all schools share of the company."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change the company"),
            "res_model": "bde.employer.edit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_relation_id": self.id},
        }
