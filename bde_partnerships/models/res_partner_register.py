from odoo import api, models
from odoo.exceptions import AccessError

from ..rules import identifiers
from .res_partner_employer import CONTACT_FIELDS, SHARED_FIELDS, _same_email, _same_phone

_REGISTERED = (*SHARED_FIELDS, "country_id", "sirene_on", "bde_legal_category")
_FILLED = (*SHARED_FIELDS, "company_registry")


class ResPartner(models.Model):
    """Companies, relations and contacts registered by the thousand.

    The number of queries does not depend on the number of companies; core's steps that work
    record by record are done here for all.
    """

    _inherit = "res.partner"

    @api.model
    def _bde_find_employers(self, sirets):
        """Employers that have these SIRETs, or had them; archived ones too.

        :param sirets: SIRETs as they are compared (14 digits)
        :rtype: dict[str, res.partner]
        """
        sirets = [siret for siret in set(sirets) if siret]
        if not sirets:
            return {}
        # sudo: an archived company is found again rather than made twice
        Partner = self.sudo().with_context(active_test=False)
        former = self.env["bde.former.siret"].sudo().search([("siret", "in", sirets)])
        found = {one.siret: one.partner_id for one in former}
        employers = Partner.search_fetch(
            [("bde_employer", "=", True), ("company_registry", "in", sirets)],
            ["company_registry"],
        )
        found.update((employer.company_registry, employer) for employer in employers)
        return {siret: employer.with_env(self.env) for siret, employer in found.items()}

    @api.model
    def _bde_register_employers(self, vals_list, company):
        """The employers of these values, one for each, made when their SIRET is not known yet.

        An employer that is known keeps what it has: only what is missing is filled in.

        :param list vals_list: values of ``res.partner``; ``company_registry`` holds the SIRET,
            ``id`` the known employer that the values are about, ``relation`` the values of the
            ``bde.relation`` when it has to be made
        :param company: the school that registers them and gets its ``bde.relation``
        :raise AccessError: the user has no role at this school
        :return: as many employers as there are values, in their order; values of one SIRET
            give the same employer
        :rtype: res.partner
        """
        # staff: teachers register the host of an agreement that they accept
        company = company.with_env(self.env)
        company._bde_check_user_is("staff")
        self._bde_check_employers([vals["id"] for vals in vals_list if vals.get("id")])
        sirets = [identifiers.normalize_siret(vals.get("company_registry")) for vals in vals_list]
        known = self._bde_find_employers(sirets)
        result, fills, to_create = [None] * len(vals_list), {}, {}
        for index, (vals, siret) in enumerate(zip(vals_list, sirets, strict=True)):
            employer = self.browse(vals["id"]) if vals.get("id") else known.get(siret)
            if employer:
                result[index] = employer.id
                fill = fills.setdefault(employer.id, {})
                fill.update({k: v for k, v in vals.items() if k in _FILLED and k not in fill})
            else:
                to_create.setdefault(siret or index, []).append(index)
        self._bde_complete_employers(fills, company)
        made = self._bde_create_employers(
            [
                self._bde_employer_values(vals_list[indexes[0]], sirets[indexes[0]], company)
                for indexes in to_create.values()
            ]
        )
        for employer, indexes in zip(made, to_create.values(), strict=True):
            for index in indexes:
                result[index] = employer.id
        employers = self.browse(result)
        relation_vals = {}
        for employer_id, vals in zip(result, vals_list, strict=True):
            relation_vals.setdefault(employer_id, vals.get("relation") or {})
        self._bde_ensure_relations(relation_vals, company)
        made._bde_group_entities()
        return employers

    @api.model
    def _bde_check_employers(self, ids):
        """Stops when what is to be completed is no shared company: a person, a school."""
        # sudo: archived and shared companies; nothing is read but whether they are some
        partners = self.sudo().browse(ids).exists()
        if len(partners) < len(set(ids)) or any(not partner.bde_employer for partner in partners):
            raise AccessError(self.env._("This is not a company of the bureau."))

    @api.model
    def _bde_employer_values(self, vals, siret, company):
        """Values to create an employer with."""
        # sudo: the country of the school, whatever the user may read of it
        country = company.sudo().country_id or self.env.ref("base.fr")
        return {"country_id": country.id, "lang": self.env.lang} | {
            name: value for name, value in vals.items() if name in _REGISTERED
        } | {
            "company_registry": siret or False,
            "bde_employer": True,
            "is_company": True,
            "company_id": False,
        }  # fmt: skip

    @api.model
    def _bde_create_employers(self, vals_list):
        if not vals_list:
            return self.browse()
        # sudo: no role creates shared companies directly; the caller checked the right.
        # A company without parent or children has nothing to take from or give to them.
        Partner = self.sudo().with_context(
            default_company_id=False, default_parent_id=False, _partners_skip_fields_sync=True
        )
        return self.browse(Partner.create(vals_list).ids)

    @api.model
    def _bde_complete_employers(self, vals_by_id, company):
        """Fills in what shared companies miss, with a line of history per value.

        :param dict vals_by_id: values of ``res.partner`` by id of the employer
        """
        # sudo: shared companies are written by checked methods alone; the caller checked
        employers = self.sudo().browse(vals_by_id)
        employers.filtered(lambda employer: not employer.active).active = True
        history = []
        for employer in employers:
            vals = self._bde_normalize(vals_by_id[employer.id])
            missing = {name: value for name, value in vals.items() if value and not employer[name]}
            if not missing:
                continue
            employer.write(missing)
            history += [
                {
                    "partner_id": employer.id,
                    "field": name,
                    "old_value": "",
                    "new_value": employer._bde_readable(name),
                    "user_id": self.env.uid,
                    "school_id": company.id,
                    "source": "hand",
                }
                for name in missing
            ]
        # sudo: the history is written by checked methods alone
        self.env["bde.employer.change"].sudo().create(history)

    @api.model
    def _bde_ensure_relations(self, vals_by_id, company):
        """Relations of a school with these employers, made with the values when missing.

        :param dict vals_by_id: values of ``bde.relation`` by id of the employer
        :rtype: dict[int, bde.relation]
        """
        # sudo: called by checked verbs, for the school they were checked for
        Relation = self.env["bde.relation"].sudo()
        found = Relation.search(
            [("company_id", "=", company.id), ("partner_id", "in", list(vals_by_id))]
        )
        missing = vals_by_id.keys() - set(found.partner_id.ids)
        made = Relation.create(
            [
                dict(vals_by_id[employer_id], company_id=company.id, partner_id=employer_id)
                for employer_id in sorted(missing)
            ]
        )
        relations = (found | made).with_env(self.env)
        return {relation.partner_id.id: relation for relation in relations}

    @api.model
    def _bde_add_contacts(self, contacts, company):
        """Contacts of employers at a school, those that are there when they match.

        Same name and same e-mail or phone is the same person: what is new is added to it,
        nothing is replaced.

        :param list contacts: (id of the employer, values of ``res.partner``)
        :raise AccessError: the user has no role at this school
        :return: as many contacts as were given, in their order
        :rtype: res.partner
        """
        company = company.with_env(self.env)
        company._bde_check_user_is("staff")
        relations = self._bde_ensure_relations({one: {} for one, _vals in contacts}, company)
        # sudo: the contacts of this school only, whatever else the caller may do
        known = self.sudo().search(
            [("parent_id", "in", list(relations)), ("company_id", "=", company.id)]
        )
        by_name = {}
        for contact in known:
            by_name.setdefault(_name_key(contact.parent_id.id, contact.name), []).append(contact)
        result, new = [], []
        for employer_id, given in contacts:
            vals = {name: given[name] for name in CONTACT_FIELDS if given.get(name)}
            namesakes = by_name.setdefault(_name_key(employer_id, vals["name"]), [])
            match = next((one for one in namesakes if _same_person(one, vals)), None)
            if match is None:
                match = dict(vals)
                namesakes.append(match)
                new.append((employer_id, match))
            elif isinstance(match, dict):
                match.update({k: v for k, v in vals.items() if not match.get(k)})
            else:
                missing = {name: value for name, value in vals.items() if not match[name]}
                if missing:
                    match.write(missing)
            result.append(match)
        made = self._bde_create_contacts(new, relations, company)
        ids = {id(vals): contact.id for (_employer, vals), contact in zip(new, made, strict=True)}
        return self.browse([ids[id(one)] if isinstance(one, dict) else one.id for one in result])

    @api.model
    def _bde_create_contacts(self, contacts, relations, company):
        """Creates contacts with what core would copy to each from its company."""
        names = [*self._address_fields(), *self._commercial_fields()]
        # sudo: read from shared companies, written on contacts of a checked school
        employers = self.sudo().browse(relations)
        taken = {employer.id: employer._convert_fields_to_values(names) for employer in employers}
        return self.sudo().with_context(_partners_skip_fields_sync=True).create(
            [
                {"lang": self.env.lang} | taken[employer_id] | vals | {
                    "parent_id": employer_id,
                    "company_id": company.id,
                    "is_company": False,
                    "bde_relation_id": relations[employer_id].id,
                }
                for employer_id, vals in contacts
            ]
        )  # fmt: skip


def _name_key(employer_id, name):
    return employer_id, (name or "").casefold()


def _same_person(contact, vals):
    """See ``_bde_is_same_person``; ``contact`` is a record or the values of a new one."""
    old = contact if isinstance(contact, dict) else {
        "email": contact.email, "phone": contact.phone,
    }  # fmt: skip
    pairs = (
        (_same_email(old.get("email")), _same_email(vals.get("email"))),
        (_same_phone(old.get("phone")), _same_phone(vals.get("phone"))),
    )
    compared = [a == b for a, b in pairs if a and b]
    return any(compared) or not compared
