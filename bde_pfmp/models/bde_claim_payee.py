from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

PAYEES = [
    ("guardian", "The legal representative"),
    ("student", "The pupil"),
    ("other", "Somebody else"),
]
# what may still be put right once a claim is granted: the paper often comes last
UNTIL_PAID = {"payee", "consent"}


class BdeClaim(models.Model):
    """Whose account a claim is paid on, and the paper that this takes for a minor.

    Who is not of age is represented (articles 382 and 388-1-1 C. civ.): the school pays his legal
    representative; anybody else, the pupil too, on the representative's written authorisation
    alone. No account is kept here, only whose it is.
    """

    _inherit = "bde.claim"

    payee = fields.Selection(
        PAYEES,
        string="Paid to",
        compute="_compute_payee",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Whose account the money goes to. The number of the account is never written here.",
    )
    consent = fields.Boolean(
        string="Authorisation of the legal representative",
        compute="_compute_consent",
        store=True,
        readonly=False,
        precompute=True,
        help="The school has it in writing: the money of a pupil who is not of age may go to "
        "another account than that of his legal representative.",
    )
    is_minor = fields.Boolean(string="Not of age", compute="_compute_is_minor")
    lacks_consent = fields.Boolean(
        compute="_compute_lacks_consent",
        help="The authorisation of the legal representative is missing.",
    )

    @api.depends("placement_id")
    def _compute_is_minor(self):
        """Not of age today, nor emancipated: it is paid today."""
        for claim in self:
            student = claim.placement_id.student_id
            today = claim.company_id._bde_today() if claim.company_id else fields.Date.today()
            claim.is_minor = bool(student) and not student._signs_alone_on(today)

    @api.depends("placement_id")
    def _compute_payee(self):
        for claim in self:
            usual = "guardian" if claim.is_minor else "student"
            # without a placement nobody knows yet
            claim.payee = bool(claim.placement_id) and (claim.payee or usual)

    @api.depends("payee")
    def _compute_consent(self):
        """The paper given for the State's allowance says the same of the pupil's own account."""
        for claim in self:
            # sudo: one fact of the pupil's papers, which the secretary keeps
            schooling = claim.placement_id.schooling_id.sudo()
            claim.consent = (
                claim.payee == "student"
                and schooling.rib_state == "present"
                and schooling.consent_state == "present"
            )

    @api.depends("payee", "consent", "state", "placement_id")
    def _compute_lacks_consent(self):
        for claim in self:
            claim.lacks_consent = (
                claim.state not in ("refused", "paid")
                and claim.payee != "guardian"
                and not claim.consent
                and claim.is_minor
            )

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(vals_list)
        claims.filtered(lambda one: one.source == "student" and one.is_minor)._tell_guardians()
        return claims

    def write(self, vals):
        if not self.env.su and vals.keys() & UNTIL_PAID and "paid" in self.mapped("state"):
            raise UserError(self.env._("A claim that was paid stays as it is."))
        return super().write(vals)

    @api.model
    def _late_fields(self):
        return super()._late_fields() | UNTIL_PAID

    def _tell_guardians(self):
        """A letter to the legal representatives of minors who claim by themselves.

        Whoever has no mailbox is not written to: the form of the claim says what is missing.
        """
        Delivery, messages = self.env["bde.delivery"], []
        for claim in self:
            company, student = claim.company_id, claim.placement_id.student_id
            lang = company.partner_id.lang or "fr_FR"
            letter = claim.with_context(lang=lang)._guardian_letter()
            for guardian in student._legal_guardians().filtered("email"):
                values = letter | {"company": company, "lang": lang, "name": guardian.name}
                env = self.with_context(lang=lang).env
                messages.append(
                    {
                        "company": company,
                        "email_to": Delivery._to(guardian.name, guardian.email),
                        # no name: subjects stand in records that staff list
                        "subject": env._("Costs of a placement – %(school)s", school=company.name),
                        "body_html": env["ir.qweb"]._render(
                            "bde_pfmp.mail_claim", values, minimal_qcontext=True
                        ),
                    }
                )
        if messages:
            Delivery._queue(messages)
            Delivery._trigger_queue()

    def _guardian_letter(self):
        """What the letter says of one claim, in the language of the environment."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "payee": self.payee,
            "sentence": self.env._(
                "%(pupil)s asks the school to pay back %(amount)s: %(kind)s, from %(start)s to"
                " %(end)s.",
                pupil=self.student_name,
                amount=self._money(self.amount_asked),
                kind=kinds[self.kind].lower(),
                start=format_date(self.env, self.date_from),
                end=format_date(self.env, self.date_to),
            ),
        }


class BdePlacement(models.Model):
    """The pupil's page: who is not of age says whose account the money goes to."""

    _inherit = "bde.placement"

    def _claim_is_of_minor(self):
        return not self.student_id._signs_alone_on(self.company_id._bde_today())

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        for section in sections:
            if section["key"] == "claim":
                section["minor"] = self._claim_is_of_minor()
        return sections

    def _claim_values(self, form, caps):
        vals, errors = super()._claim_values(form, caps)
        if self._claim_is_of_minor():
            vals["payee"] = form.get("payee") or "guardian"
            if vals["payee"] not in ("guardian", "student"):
                errors["payee"] = self.env._("Say whose account the money goes to.")
        return vals, errors

    def _stay_told(self, roles, key):
        if key == "claim" and self._claim_is_of_minor():
            return self.env._(
                "Thank you: the school has your claim and tells your legal representative. Its"
                " answer comes here."
            )
        return super()._stay_told(roles, key)
