from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.res_partner import HEADCOUNTS
from ..models.res_partner_change import CHANGED_FIELDS
from ..models.res_partner_employer import CONTACT_FIELDS
from ..rules import identifiers, recherche_entreprises


class BdeEmployerRegister(models.TransientModel):
    """Registers a host company: looked up in SIRENE when the network allows, by hand always."""

    _name = "bde.employer.register"
    _description = "New company"

    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    query = fields.Char(string="SIRET or name", help="Fourteen digits, or a name and a town.")
    notice = fields.Char(readonly=True)
    result_ids = fields.One2many("bde.employer.register.result", "wizard_id", string="Found")
    employer_id = fields.Many2one(
        "res.partner",
        string="Known company",
        compute="_compute_employer_id",
        help="The SIRET is registered already: it is this company.",
    )
    chosen_id = fields.Many2one(
        "res.partner", string="It is this company", domain=[("bde_employer", "=", True)]
    )

    siret = fields.Char(string="SIRET")
    name = fields.Char()
    naf_code = fields.Char(string="NAF")
    headcount = fields.Selection(HEADCOUNTS)
    bde_legal_category = fields.Char(string="Legal category", readonly=True)
    activity = fields.Char(string="What they do", help="In clear words, for the pupils.")
    street = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char(string="Town")
    phone = fields.Char()
    email = fields.Char(string="E-mail")
    website = fields.Char()
    from_sirene = fields.Boolean(readonly=True)

    insurance_company = fields.Char(string="Insurer")
    insurance_policy = fields.Char(string="Policy")
    contact_ids = fields.One2many(
        "bde.employer.register.contact", "wizard_id", string="Signatory and tutors"
    )

    @api.depends("siret", "chosen_id")
    def _compute_employer_id(self):
        for wizard in self:
            chosen = wizard.chosen_id.filtered("bde_employer")
            found = self.env["res.partner"]._bde_find_employer(wizard.siret)
            wizard.employer_id = chosen or found

    # ------------------------------------------------------------
    # Looking up
    # ------------------------------------------------------------

    def action_search(self):
        """Looks the query up: first among known companies, then in the national directory."""
        self.ensure_one()
        siret = identifiers.normalize_siret(self.query)
        if not siret:
            raise UserError(self.env._("Type a SIRET or a name."))
        self._forget()
        self.notice = False
        if identifiers.is_siret(siret):
            self.siret = siret
        elif siret.isdigit() and len(siret) == 14:
            raise UserError(
                self.env._("%(siret)s is not a SIRET: check the digits.", siret=self.query)
            )
        if self.employer_id:
            self._fill_from_employer()
        else:
            self._search_sirene()
        return self._reopen()

    def _fill_from_employer(self):
        for name in ("name", "naf_code", "headcount", "activity", "street", "zip", "city",
                     "phone", "email", "website"):  # fmt: skip
            self[name] = self.employer_id[name]
        self.notice = self.env._(
            "%(name)s is known already. Add what your school knows: contacts and insurer.",
            name=self.employer_id.name,
        )

    def _search_sirene(self):
        try:
            found = self.env["res.partner"]._bde_search_sirene(self.query)
        except recherche_entreprises.Unavailable:
            self.sirene_silent = True
            self.notice = self.env._("The directory of companies does not answer: fill in by hand.")
            return
        if not found:
            self.notice = self.env._(
                "Nothing found in the directory of companies: fill in by hand. "
                "Companies may ask not to be shown there."
            )
        elif len(found) == 1:
            self._fill(self.env["res.partner"]._bde_sirene_values(found[0]))
        else:
            self.result_ids = [
                Command.create(self.env["bde.employer.register.result"]._from(establishment))
                for establishment in found
            ]

    def _fill(self, values):
        """Takes the values of SIRENE into the form."""
        siret = values.pop("company_registry")
        closed_on = values.pop("closed_on", False)
        self.write(dict(values, siret=siret, from_sirene=True, result_ids=[Command.clear()]))
        if self.employer_id:
            self._fill_from_employer()
        elif closed_on:
            self.notice = self.env._(
                "This establishment is closed since %(date)s.",
                date=fields.Date.to_string(closed_on),
            )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New company"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------
    # Registering
    # ------------------------------------------------------------

    def action_register(self):
        """Makes the company, or joins the known one, with the contacts; opens its page.

        Stops with a question when the SIRET belongs to another name, or when companies of the
        book look alike.
        """
        self.ensure_one()
        siret = self._checked_siret()
        self._forget()
        if self._has_question(siret):
            return self._reopen()
        return self._make_or_join(siret)

    def _has_question(self, siret):
        """Whether something is to be asked before; see ``bde_employer_register_questions``."""
        return False

    def _checked_siret(self):
        if not self.name and not self.employer_id:
            raise UserError(self.env._("Type the name of the company."))
        siret = identifiers.normalize_siret(self.siret)
        if siret and not (identifiers.is_siret(siret) or identifiers.is_siren(siret)):
            raise UserError(
                self.env._("%(siret)s is not a SIRET: check the digits.", siret=self.siret)
            )
        return siret

    def _make_or_join(self, siret):
        employer = self.chosen_id.filtered("bde_employer")
        if employer:
            self._join(employer, siret)
        else:
            employer = self.env["res.partner"]._bde_register_employer(
                self._employer_values(siret), self.company_id
            )
        for contact in self.contact_ids:
            employer._bde_add_contact(self.company_id, contact._values())
        relation = self.env["bde.relation"]._bde_ensure(employer, self.company_id)
        insurance = {
            name: self[name] for name in ("insurance_company", "insurance_policy") if self[name]
        }
        if insurance:
            relation.write(insurance)
        return relation._bde_open()

    def _employer_values(self, siret):
        vals = {
            name: self[name]
            for name in ("name", "naf_code", "headcount", "activity", "street", "zip", "city",
                         "phone", "email", "website", "bde_legal_category")
        }  # fmt: skip
        if self.employer_id:
            # a known company keeps its name, whatever was typed
            vals["name"] = self.employer_id.name
        vals["company_registry"] = siret
        if self.from_sirene:
            vals["sirene_on"] = fields.Datetime.now()
        return vals

    def _join(self, employer, siret):
        """Fills in what a known company misses with what was typed, its SIRET included."""
        missing = {
            name: value
            for name, value in self._employer_values(siret).items()
            if value and not employer[name] and name in CHANGED_FIELDS
        }
        if missing:
            employer._bde_change_employer(missing, self.company_id)


class BdeEmployerRegisterResult(models.TransientModel):
    """One establishment found in the directory."""

    _name = "bde.employer.register.result"
    _description = "Company found"

    wizard_id = fields.Many2one(
        "bde.employer.register", required=True, index=True, ondelete="cascade"
    )
    siret = fields.Char(string="SIRET")
    name = fields.Char()
    naf_code = fields.Char(string="NAF")
    headcount = fields.Selection(HEADCOUNTS)
    bde_legal_category = fields.Char(string="Legal category", readonly=True)
    street = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char(string="Town")
    closed_on = fields.Date(string="Closed on")

    @api.model
    def _from(self, establishment):
        values = self.env["res.partner"]._bde_sirene_values(establishment)
        return dict(values, siret=values.pop("company_registry"))

    def action_take(self):
        """Takes this establishment into the form."""
        self.ensure_one()
        wizard = self.wizard_id
        values = {
            name: self[name]
            for name in ("name", "naf_code", "headcount", "street", "zip", "city", "closed_on",
                         "bde_legal_category")
        }  # fmt: skip
        wizard._fill(dict(values, company_registry=self.siret))
        return wizard._reopen()


class BdeEmployerRegisterContact(models.TransientModel):
    """A contact typed with a new company."""

    _name = "bde.employer.register.contact"
    _description = "Contact of a new company"

    wizard_id = fields.Many2one(
        "bde.employer.register", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    function = fields.Char(string="Position")
    email = fields.Char(string="E-mail")
    phone = fields.Char()
    bde_signatory = fields.Boolean(string="Signs")
    bde_tutor = fields.Boolean(string="Tutor")
    bde_hr = fields.Boolean(string="Human resources")
    bde_tax = fields.Boolean(string="Taxe d'apprentissage")
    bde_alumni = fields.Boolean(string="Former pupil")

    def _values(self):
        self.ensure_one()
        return {name: self[name] for name in CONTACT_FIELDS if name in self._fields}
