from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..rules import identifiers, recherche_entreprises

# A candidate at least this alike must be looked at before a new company is registered.
VERY_ALIKE = 85
CANDIDATES = 5


class BdeLeadAccept(models.TransientModel):
    """Sorts a request: which company it comes from, and what the school makes of it.

    What a stranger typed becomes a company and a contact here, and only here, once a person
    of the school has looked at it.
    """

    _name = "bde.lead.accept"
    _description = "Sort a request"

    lead_id = fields.Many2one("crm.lead", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="lead_id.company_id", related_sudo=False)
    description = fields.Html(related="lead_id.description", related_sudo=False)
    bde_offer_ids = fields.Many2many(related="lead_id.bde_offer_ids", related_sudo=False)
    pipeline_id = fields.Many2one("bde.pipeline", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        default=lambda self: self.env.user,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )

    candidate_ids = fields.One2many(
        "bde.lead.accept.candidate", "wizard_id", string="Known companies that look alike"
    )
    employer_id = fields.Many2one(
        "res.partner", string="It is this company", domain="[('bde_employer', '=', True)]"
    )
    is_new = fields.Boolean(string="None of these: register a new company")
    notice = fields.Char(readonly=True)
    siret = fields.Char(string="SIRET")
    name = fields.Char(string="Name of the company")
    naf_code = fields.Char(string="NAF")
    street = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char(string="Town")
    from_sirene = fields.Boolean(readonly=True)

    contact_name = fields.Char(string="Contact")
    function = fields.Char(string="Position")
    email = fields.Char(string="E-mail")
    phone = fields.Char()

    subject = fields.Char()
    answer = fields.Text(string="Your answer")

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------

    @api.constrains("lead_id", "employer_id", "user_id")
    def _check_targets(self):
        """A dialog names what it points to: nothing but one's own request and companies."""
        for wizard in self:
            # transient records are checked as superuser
            wizard.lead_id.sudo(False).check_access("write")
            if wizard.employer_id and not wizard.employer_id.bde_employer:
                raise UserError(self.env._("Choose a company of the directory."))
            if wizard.user_id and wizard.company_id not in wizard.user_id.company_ids:
                raise UserError(self.env._("Choose somebody of your school."))

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        lead = self.env["crm.lead"].browse(values.get("lead_id"))
        if not lead:
            return values
        lead.check_access("write")
        values |= {
            "pipeline_id": lead.bde_pipeline_id.id,
            "employer_id": lead.bde_relation_id.partner_id.id,
            "siret": lead.bde_siret,
            "name": lead.partner_name,
            "street": lead.street,
            "zip": lead.zip,
            "city": lead.city,
            "contact_name": lead.contact_name,
            "function": lead.function,
            "email": lead.email_from,
            "phone": lead.phone,
            "subject": self.env._("Your message to %(school)s", school=lead.company_id.name),
            "answer": self._kind_answer(lead),
        }
        alike = self._look_alike(values)
        values["candidate_ids"] = [Command.create(line) for line in alike]
        values["is_new"] = not alike and not values["employer_id"]
        return {name: value for name, value in values.items() if name in fields}

    def _kind_answer(self, lead):
        return self.env._(
            "Hello,\n\n"
            "Thank you for thinking of our pupils. We cannot take up your proposal this time,"
            " for want of pupils at these dates or in this trade. We keep it in mind, and you"
            " may of course write to us again.\n\n"
            "Kind regards,\n%(user)s\nBureau des entreprises, %(school)s",
            user=self.env.user.name,
            school=lead.company_id.name,
        )

    @api.model
    def _look_alike(self, values):
        """Lines of the known companies that may be the one of these values."""
        asked = {name: values.get(name) or "" for name in ("name", "street", "zip", "city")}
        asked["company_registry"] = identifiers.normalize_siret(values.get("siret"))
        if not asked["name"] and not asked["company_registry"]:
            return []
        [found] = self.env["res.partner"]._bde_lookalikes([asked], limit=CANDIDATES)
        return [
            {"partner_id": partner.id, "score": score, "reasons": ", ".join(reasons)}
            for partner, score, reasons in found
        ]

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sort the request"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_look(self):
        """Looks again for known companies, and in SIRENE when there is a SIRET or nobody known.

        :raise UserError: the SIRET is none
        """
        self.ensure_one()
        siret = self._checked_siret()
        self.notice = False
        known = self.env["res.partner"]._bde_find_employer(siret)
        if known:
            self.employer_id, self.is_new = known, False
        elif siret:
            self._fill_from_sirene(siret)
        alike = self._look_alike({name: self[name] for name in ("name", "street", "zip", "city")})
        self.candidate_ids = [Command.clear(), *(Command.create(line) for line in alike)]
        return self._reopen()

    def _fill_from_sirene(self, siret):
        try:
            found = self.env["res.partner"]._bde_search_sirene(siret)
        except recherche_entreprises.Unavailable:
            self.notice = self.env._("The directory of companies does not answer: fill in by hand.")
            return
        if not found:
            self.notice = self.env._("The directory of companies does not show this SIRET.")
            return
        values = self.env["res.partner"]._bde_sirene_values(found[0])
        names = ("name", "naf_code", "street", "zip", "city")
        self.write({name: values.get(name) for name in names} | {"from_sirene": True})

    def _checked_siret(self):
        siret = identifiers.normalize_siret(self.siret)
        if siret and not identifiers.is_siret(siret):
            raise UserError(
                self.env._("%(siret)s is not a SIRET: check the digits.", siret=self.siret)
            )
        return siret

    # ------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------

    def action_accept(self):
        """Makes the request a lead of the pipeline, with company, contact and relation.

        :raise UserError: the company is not chosen yet, or the request is sorted already
        """
        self.ensure_one()
        lead = self._open_lead()
        employer = self.employer_id or self._make_employer()
        relation = self.env["bde.relation"]._bde_ensure(employer, lead.company_id)
        contact = self._add_contact(employer)
        lead.write(
            {
                "type": "opportunity",
                "name": relation.partner_name,
                "bde_pipeline_id": self.pipeline_id.id,
                "stage_id": self.pipeline_id._first_stage().id,
                "bde_relation_id": relation.id,
                "partner_id": (contact or employer).id,
                "user_id": self.user_id.id,
                "email_from": self.email,
                "phone": self.phone,
                "contact_name": self.contact_name,
                "date_conversion": fields.Datetime.now(),
            }
        )
        offers = lead.bde_offer_ids - relation.offer_ids
        if offers:
            # they said it themselves
            relation.write({"offer_ids": [Command.link(offer.id) for offer in offers]})
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": lead.id,
            "view_mode": "form",
            "views": [(self.env.ref("bde_partnerships.view_lead_form").id, "form")],
        }

    def _open_lead(self):
        """The request, when nobody sorted it meanwhile."""
        lead = self.lead_id
        lead.check_access("write")
        # two people sort at the same time: the second sees what the first did
        lead.lock_for_update()
        lead.invalidate_recordset(["type", "active"])
        if lead.type != "lead" or not lead.active:
            raise UserError(self.env._("Somebody has sorted this request already."))
        lead.company_id._bde_check_user_is("secretary")
        return lead

    def _make_employer(self):
        """The company of the typed values, unless it may be one that is known."""
        if not self.name:
            raise UserError(self.env._("Type the name of the company, or choose a known one."))
        siret = self._checked_siret()
        known = self.env["res.partner"]._bde_find_employer(siret)
        if known:
            raise UserError(
                self.env._(
                    "The SIRET %(siret)s already belongs to %(name)s. Choose this company, or"
                    " correct the SIRET.",
                    siret=identifiers.format_siret(siret),
                    name=known.name,
                )
            )
        alike = self.candidate_ids.filtered(lambda line: line.score >= VERY_ALIKE)
        if alike and not self.is_new:
            raise UserError(
                self.env._(
                    "%(name)s looks very much like it. Choose it, or tick that it is none of"
                    " these.",
                    name=alike[0].partner_id.name,
                )
            )
        vals = {name: self[name] for name in ("name", "naf_code", "street", "zip", "city")}
        vals["company_registry"] = siret
        if self.from_sirene:
            vals["sirene_on"] = fields.Datetime.now()
        return self.env["res.partner"]._bde_register_employer(vals, self.company_id)

    def _add_contact(self, employer):
        """The person who wrote; what the school knows of him already stays."""
        if not self.contact_name:
            return self.env["res.partner"]
        return employer._bde_add_contact(
            self.company_id,
            {
                "name": self.contact_name,
                "function": self.function,
                "email": self.email,
                "phone": self.phone,
            },
            keep_addresses=True,
        )

    def action_decline(self):
        """Closes the request; who left an e-mail address gets the answer that was typed."""
        self.ensure_one()
        lead = self._open_lead()
        if lead.email_normalized:
            self._send_answer(lead)
        reason = self.env.ref("bde_partnerships.lost_reason_declined")
        lead.action_set_lost(lost_reason_id=reason.id)
        return {"type": "ir.actions.act_window_close"}

    def _send_answer(self, lead):
        """Mails the answer from the bureau, and keeps it on the request."""
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write a few words: the company took the time to write."))
        body = Markup("<p>%s</p>") % Markup("<br/>").join(self.answer.splitlines())
        Delivery = self.env["bde.delivery"]
        Delivery._queue(
            [
                {
                    "company": lead.company_id,
                    "email_to": Delivery._to(lead.contact_name or "", lead.email_normalized),
                    "subject": self.subject,
                    "body_html": body,
                }
            ]
        )
        Delivery._trigger_queue()
        lead._message_log(body=body)

    def action_spam(self):
        """Puts the request away as spam; it goes for good after a month."""
        self.ensure_one()
        reason = self.env.ref("bde_partnerships.lost_reason_spam")
        self._open_lead().action_set_lost(lost_reason_id=reason.id)
        return {"type": "ir.actions.act_window_close"}


class BdeLeadAcceptCandidate(models.TransientModel):
    """A known company that may be the one of the request."""

    _name = "bde.lead.accept.candidate"
    _description = "Known company that looks alike"
    _order = "score desc, id"

    wizard_id = fields.Many2one("bde.lead.accept", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Company", ondelete="cascade")
    city = fields.Char(related="partner_id.city", string="Town")
    siret = fields.Char(related="partner_id.bde_siret", string="SIRET")
    score = fields.Integer(string="Alike (%)")
    reasons = fields.Char(string="Why")

    @api.constrains("partner_id")
    def _check_partner_id(self):
        if any(not line.partner_id.bde_employer for line in self.filtered("partner_id")):
            raise UserError(self.env._("Choose a company of the directory."))

    def action_take(self):
        """It is this company."""
        self.ensure_one()
        self.wizard_id.write({"employer_id": self.partner_id.id, "is_new": False})
        return self.wizard_id._reopen()
