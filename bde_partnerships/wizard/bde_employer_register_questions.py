from odoo import fields, models
from odoo.fields import Command

from ..rules import lookalike, recherche_entreprises

# below, the name that was typed is not the one that the SIRET belongs to
SAME_NAME = 60


class BdeEmployerRegister(models.TransientModel):
    """What is asked before a company is made: whose SIRET it is, and who looks alike."""

    _inherit = "bde.employer.register"

    alike_ids = fields.One2many(
        "bde.employer.register.alike", "wizard_id", string="Companies that look alike"
    )
    owner_name = fields.Char(
        string="The SIRET belongs to",
        readonly=True,
        help="Whom the SIRET belongs to, when it is not the name that was typed.",
    )
    owner_source = fields.Selection(
        [("book", "the book of companies"), ("sirene", "SIRENE")],
        string="According to",
        readonly=True,
    )
    sirene_silent = fields.Boolean(string="SIRENE does not answer", readonly=True)

    def _has_question(self, siret):
        return (
            super()._has_question(siret)
            or self._has_other_owner(siret)
            or self._has_lookalikes(siret)
        )

    def action_register_other(self):
        """It is none of the companies that look alike: makes a new one."""
        self.ensure_one()
        siret = self._checked_siret()
        if self._has_other_owner(siret):
            return self._reopen()
        return self._make_or_join(siret)

    def action_take_owner(self):
        """It is the company that the SIRET belongs to: takes its data into the form."""
        self.ensure_one()
        self._forget()
        if self.employer_id:
            self._fill_from_employer()
        else:
            self.query = self.siret
            self._search_sirene()
        return self._reopen()

    def action_correct_siret(self):
        """The SIRET was wrong: empties it, what else was typed stays."""
        self.ensure_one()
        self._forget()
        self.siret = False
        self.notice = self.env._("Type the right SIRET, or register without it.")
        return self._reopen()

    def _forget(self):
        """Forgets the questions that were asked before."""
        self.write(
            {
                "owner_name": False,
                "owner_source": False,
                "alike_ids": [Command.clear()],
                "result_ids": [Command.clear()],
            }
        )

    def _has_other_owner(self, siret):
        """Whether the SIRET belongs to another name than the one typed, in the book or SIRENE."""
        if not siret or not self.name or self.chosen_id:
            return False
        owner, source = self.employer_id.name, "book"
        if not owner:
            owner, source = self._sirene_name(siret), "sirene"
        if not owner:
            return False
        typed = lookalike.name_key(self.name)
        if lookalike.name_score(typed, lookalike.name_key(owner)) >= SAME_NAME:
            return False
        self.write({"owner_name": owner, "owner_source": source})
        return True

    def _sirene_name(self, siret):
        """The name of a SIRET that was typed by hand; empty when nobody can say."""
        if self.from_sirene or self.sirene_silent or len(siret) != 14:
            return ""
        Partner = self.env["res.partner"]
        try:
            found = Partner._bde_search_sirene(siret)
        except recherche_entreprises.Unavailable:
            self.sirene_silent = True
            return ""
        return Partner._bde_sirene_values(found[0]).get("name", "") if found else ""

    def _has_lookalikes(self, siret):
        """Whether companies of the book look like the new one; they are shown to choose from."""
        if self.employer_id:
            return False
        (alikes,) = self.env["res.partner"]._bde_lookalikes([self._employer_values(siret)])
        self.alike_ids = [
            Command.create(
                {"partner_id": partner.id, "score": score, "reasons": " · ".join(reasons)}
            )
            for partner, score, reasons in alikes
        ]
        return bool(alikes)


class BdeEmployerRegisterAlike(models.TransientModel):
    """A company of the book that looks like the one that is being registered."""

    _name = "bde.employer.register.alike"
    _description = "Company that looks alike"

    wizard_id = fields.Many2one(
        "bde.employer.register", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Company", required=True)
    score = fields.Integer(string="Likeness (%)")
    reasons = fields.Char(string="Why")
    siret = fields.Char(related="partner_id.bde_siret")
    street = fields.Char(related="partner_id.street")
    zip = fields.Char(related="partner_id.zip", string="Postcode")
    city = fields.Char(related="partner_id.city", string="Town")
    closed_on = fields.Date(related="partner_id.closed_on")

    def action_choose(self):
        """It is this one: takes it into the form, to add what the school knows."""
        self.ensure_one()
        wizard = self.wizard_id
        wizard.chosen_id = self.partner_id
        wizard._forget()
        wizard._fill_from_employer()
        return wizard._reopen()
