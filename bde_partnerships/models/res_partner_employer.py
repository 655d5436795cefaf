from odoo import api, models
from odoo.tools.sql import escape_psql

from ..rules import identifiers

# What SIRENE says, and what only people know.
SIRENE_FIELDS = ("name", "naf_code", "headcount", "street", "zip", "city", "closed_on")
SHARED_FIELDS = (*SIRENE_FIELDS, "street2", "activity", "phone", "email", "website")
CONTACT_FIELDS = (
    "name", "function", "email", "phone", "lang", "comment", "bde_signatory", "bde_tutor",
    "bde_hr", "bde_tax", "bde_alumni",
)  # fmt: skip


class ResPartner(models.Model):
    """The checked ways to change what all schools share."""

    _inherit = "res.partner"

    # ------------------------------------------------------------
    # Registering
    # ------------------------------------------------------------

    @api.model
    def _bde_find_employer(self, siret):
        """Employer that has this SIRET, or had it; archived ones too.

        :rtype: res.partner
        """
        siret = identifiers.normalize_siret(siret)
        if not siret:
            return self.browse()
        # sudo: an archived company is found again rather than made twice
        Partner = self.sudo().with_context(active_test=False)
        employer = Partner.search(
            [("bde_employer", "=", True), ("company_registry", "=", siret)], limit=1
        )
        former = self.env["bde.former.siret"].sudo()
        employer = employer or former.search([("siret", "=", siret)], limit=1).partner_id
        return employer.with_env(self.env)

    @api.model
    def _bde_register_employer(self, vals, company):
        """The employer of these values, made when its SIRET is not known yet.

        An employer that is known keeps what it has: only what is missing is filled in. See
        ``_bde_register_employers`` for many.

        :param dict vals: values of ``res.partner``; ``company_registry`` holds the SIRET
        :param company: the school that registers it and gets its ``bde.relation``
        :raise AccessError: the user has no role at this school
        :rtype: res.partner
        """
        return self._bde_register_employers([vals], company)

    def _bde_add_contact(self, company, vals, keep_addresses=False):
        """Contact of this employer at a school; the one that is there when it matches.

        Same name and same e-mail or phone is the same person: what is new is added to it.

        :param company: the school that enters the contact and alone sees it
        :param dict vals: values of ``res.partner``
        :param bool keep_addresses: a known e-mail or phone stays, for values that a stranger
            typed: links to sign go there, for all pupils at this employer
        :raise AccessError: the user has no role at this school
        :rtype: res.partner
        """
        self.ensure_one()
        company = company.with_env(self.env)
        company._bde_check_user_is("staff")
        vals = {name: vals[name] for name in CONTACT_FIELDS if vals.get(name)}
        # sudo: the contacts of this school only, whatever else the caller may do
        contacts = self.sudo().search(
            [
                ("parent_id", "=", self.id),
                ("company_id", "=", company.id),
                ("name", "=ilike", escape_psql(vals.get("name", ""))),
            ]
        )
        for contact in contacts:
            if contact._bde_is_same_person(vals):
                kept = {k for k in ("email", "phone") if keep_addresses and contact[k]}
                contact.write({k: v for k, v in vals.items() if contact[k] != v and k not in kept})
                return contact.with_env(self.env)
        contact = self.sudo().create(
            dict(vals, parent_id=self.id, company_id=company.id, is_company=False)
        )
        return contact.with_env(self.env)

    def _bde_is_same_person(self, vals):
        """Whether a contact of the same name is the one of these values.

        One e-mail or phone in common says yes, a different one says no; when there is
        nothing to compare, the name at the same company and school is enough.
        """
        emails = _same_email(self.email), _same_email(vals.get("email"))
        phones = _same_phone(self.phone), _same_phone(vals.get("phone"))
        compared = [a == b for a, b in (emails, phones) if a and b]
        return any(compared) or not compared

    def action_bde_follow(self):
        """Opens the page of this employer at the user's school, made when there is none."""
        self.ensure_one()
        relation = self.env["bde.relation"].search(
            [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)]
        )
        if not relation:
            self.env.company._bde_check_user_is("secretary")
            relation = self.env["bde.relation"]._bde_ensure(self, self.env.company)
        return relation._bde_open()


def _same_email(email):
    return (email or "").strip().lower()


def _same_phone(phone):
    """The nine digits that tell French numbers apart, however they are written."""
    digits = "".join(char for char in phone or "" if char.isdigit())
    return digits[-9:]
