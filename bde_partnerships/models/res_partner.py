from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import identifiers


class ResPartner(models.Model):
    _inherit = "res.partner"

    bde_employer = fields.Boolean(
        string="Company of the bureau",
        index=True,
        help="An establishment that schools work with. It is shared by all schools.",
    )
    naf_code = fields.Char(string="NAF", help="Main activity, four digits and a letter.")
    activity = fields.Char(string="What they do", help="In clear words, for the pupils.")
    headcount = fields.Selection(
        [
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
        ],
        help="Band of SIRENE.",
    )
    closed_on = fields.Date(string="Closed on", help="The establishment is closed since this day.")
    bde_signatory = fields.Boolean(string="Signs for the company")
    bde_tutor = fields.Boolean(string="Tutor")

    _bde_siret_uniq = models.UniqueIndex(
        "(company_registry) WHERE bde_employer AND company_registry IS NOT NULL",
        "This SIRET already belongs to another company.",
    )

    @api.constrains("company_registry", "bde_employer")
    def _check_bde_siret(self):
        for partner in self.filtered(lambda p: p.bde_employer and p.company_registry):
            if not identifiers.is_siret(partner.company_registry):
                raise ValidationError(
                    self.env._("%(siret)s is not a SIRET.", siret=partner.company_registry)
                )

    @api.model
    def _bde_register_employer(self, vals, company):
        """The employer of these values, made when its SIRET is not known yet.

        :param dict vals: values of ``res.partner``; ``company_registry`` holds the SIRET
        :param company: the school that registers it and gets its ``bde.relation``
        :rtype: res.partner
        """
        vals = dict(vals)
        siret = identifiers.normalize_siret(vals.get("company_registry"))
        # sudo: shared companies are not writable by schools, this is the checked way
        Partner = self.sudo().with_context(active_test=False)
        employer = Partner.browse()
        if siret:
            employer = Partner.search(
                [("bde_employer", "=", True), ("company_registry", "=", siret)], limit=1
            )
        if not employer:
            vals |= {
                "company_registry": siret or False,
                "bde_employer": True,
                "is_company": True,
                "company_id": False,
            }
            employer = Partner.create(vals)
        self.env["bde.relation"]._bde_ensure(employer, company)
        return employer.with_env(self.env)

    def _bde_add_contact(self, company, vals):
        """Contact of this employer at a school; the one that is there when it matches.

        :param company: the school that enters the contact and alone sees it
        :param dict vals: values of ``res.partner``
        :rtype: res.partner
        """
        self.ensure_one()
        # sudo: contacts of the school only, whatever the caller (staff, accepted public form)
        Partner = self.sudo()
        same = Partner.search(
            [
                ("parent_id", "=", self.id),
                ("company_id", "=", company.id),
                ("name", "=ilike", vals.get("name")),
            ]
        )
        email, phone = vals.get("email"), vals.get("phone")
        for contact in same:
            if (email and contact.email == email) or (phone and contact.phone == phone):
                contact.write({key: value for key, value in vals.items() if value})
                return contact.with_env(self.env)
        return Partner.create(
            dict(vals, parent_id=self.id, company_id=company.id, is_company=False)
        ).with_env(self.env)
