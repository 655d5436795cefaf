import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.bde_pfmp.rules import persons

from ..rules.addresses import is_school_address

NAMES = ("lastname", "firstname", "usage_name")
IDENTITY = {"lastname", "firstname", "birth_date"}


class BdeAlumnus(models.Model):
    """Who somebody is: names that change, one person in two schools, two records of one person."""

    _inherit = "bde.alumnus"
    _rec_names_search = ["name", "former_name", "email", "city"]

    identity_hash = fields.Char(
        compute="_compute_identity_hash",
        store=True,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
    )
    former_name = fields.Char(
        readonly=True,
        copy=False,
        index="trigram",
        help="Found by it for a year after the name has changed.",
    )
    former_name_on = fields.Date(readonly=True, copy=False)
    twin_count = fields.Integer(string="Maybe the same person", compute="_compute_twin_count")

    @api.depends("lastname", "firstname", "birth_date")
    def _compute_identity_hash(self):
        Student = self.env["bde.student"]
        for alumnus in self:
            identity = persons.identity(alumnus.lastname, alumnus.firstname, alumnus.birth_date)
            alumnus.identity_hash = bool(identity) and Student._keyed_hash("identity", identity)

    @api.constrains("email")
    def _check_private_email(self):
        for alumnus in self:
            # sudo: the address of the bureau, whoever types
            school = alumnus.sudo().company_id.bde_email or ""
            if alumnus.email and not alumnus.email_normalized:
                raise ValidationError(
                    self.env._("%(email)s is not an e-mail address.", email=alumnus.email)
                )
            if is_school_address(alumnus.email, school):
                raise ValidationError(
                    self.env._(
                        "%(email)s is an address of a school: nobody reads it after the last "
                        "day. Give the private one.",
                        email=alumnus.email,
                    )
                )

    @api.constrains("birth_date")
    def _check_birth_date(self):
        for alumnus in self:
            if alumnus.birth_date and alumnus.birth_date >= alumnus.company_id._bde_today():
                raise ValidationError(
                    self.env._("%(name)s would be born in the future.", name=alumnus.name)
                )

    @api.constrains("cohort")
    def _check_cohort(self):
        for alumnus in self:
            latest = alumnus.company_id._bde_today().year + 4
            if not 1900 <= alumnus.cohort <= latest:
                raise ValidationError(
                    self.env._(
                        "“Left in” is the year in which the last school year ended, for "
                        "instance %(year)s.",
                        year=latest - 4,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        alumni = super().create([self._clean_reach(vals) for vals in vals_list])
        # sudo: nobody reads or writes the key of a person
        alumni.sudo().filtered(lambda one: not one.person_key)._give_person_keys()
        return alumni

    def write(self, vals):
        if not self.env.su and "birth_date" in vals and not vals["birth_date"]:
            self._check_age_stays_known()
        before = {one: one.name for one in self} if set(NAMES) & vals.keys() else {}
        result = super().write(self._clean_reach(vals))
        for alumnus, name in before.items():
            if name and alumnus.name != name:
                # sudo: what the name was is noted by itself
                alumnus.sudo().write(
                    {"former_name": name, "former_name_on": alumnus.company_id._bde_today()}
                )
        if IDENTITY & vals.keys():
            # sudo: as above; a pupil's file decides where there is one
            self.sudo().filtered(lambda one: not one.student_id)._give_person_keys()
        return result

    def _check_age_stays_known(self):
        """Stops who would make an adult of a minor: nobody's age is unknown once it was known."""
        if any(alumnus.birth_date for alumnus in self):
            raise ValidationError(
                self.env._("Correct the date of birth, do not empty it: it tells who is a minor.")
            )

    @api.model
    def _clean_reach(self, vals):
        """Addresses as they are compared and dialled, however they were typed."""
        vals = dict(vals)
        if vals.get("phone"):
            vals["phone"] = persons.clean_phone(vals["phone"])
        if vals.get("email"):
            vals["email"] = vals["email"].strip()
        return vals

    def _give_person_keys(self):
        """The key of the person, as other schools or the pupil's file know it (in sudo).

        Two queries for any number. Who is known nowhere keeps his key, or gets one.
        """
        hashes = [one for one in self.mapped("identity_hash") if one]
        known = {}
        if hashes:
            domain = [("identity_hash", "in", hashes), ("person_key", "!=", False)]
            others = self.with_context(active_test=False).search(
                Domain(domain) & Domain("id", "not in", self.ids), order="id desc"
            )
            # sudo: pupils of all schools, whose key alone is taken
            pupils = self.env["bde.student"].sudo().search(domain, order="id desc")
            # the oldest one wins, a pupil's file before all
            known = {one.identity_hash: one.person_key for one in [*others, *pupils]}
        for alumnus in self:
            key = known.get(alumnus.identity_hash) or alumnus.person_key
            alumnus.person_key = key or secrets.token_hex(16)
            if alumnus.identity_hash:
                known.setdefault(alumnus.identity_hash, alumnus.person_key)

    # ------------------------------------------------------------
    # Two records of one person
    # ------------------------------------------------------------

    def _twins(self):
        """Others of the same school with the same address or the same person behind them.

        It is told, never decided: brothers share a mailbox.

        :return: ``{alumnus: alumni}``, in the rights of the user
        """
        # sudo: the keys are compared, the records shown are those of the school
        own = self.sudo()
        keys = own.mapped("person_key")
        emails = own.mapped("email_normalized")
        found = self.sudo().search(
            Domain("company_id", "in", own.company_id.ids)
            & (
                Domain("person_key", "in", [key for key in keys if key])
                | Domain("email_normalized", "in", [email for email in emails if email])
            )
        )
        # sudo: as above
        return {alumnus: alumnus.sudo()._among(found).with_env(self.env) for alumnus in self}

    def _among(self, others):
        """Those of ``others`` who may be this person (in sudo)."""
        return others.filtered(
            lambda one: (
                one != self
                and one.company_id == self.company_id
                and (
                    (self.person_key and one.person_key == self.person_key)
                    or (self.email_normalized and one.email_normalized == self.email_normalized)
                )
            )
        )

    @api.depends("email_normalized", "lastname", "firstname", "birth_date")
    def _compute_twin_count(self):
        twins = self._origin._twins()
        for alumnus in self:
            alumnus.twin_count = len(twins.get(alumnus._origin, ()))
