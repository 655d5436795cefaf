from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import is_html_empty

from ..rules import tax_letter

KINDS = [
    ("first", "First letter"),
    ("reminder", "Reminder"),
    ("last", "Last call"),
    ("accountant", "To an accountant"),
    ("thanks", "Thanks"),
]


class BdeTaxLetterModel(models.Model):
    """The words of a letter about the taxe d'apprentissage, by mail or on paper.

    Handed down by the académie; a school makes copies of its own. What changes from one company
    to the next is written as words in braces (``{entreprise}``), filled in as plain text: no
    code, nothing that could read another record. What to type in SOLTéA, the story and the
    picture are added by themselves.
    """

    _name = "bde.tax.letter.model"
    _description = "Model of a letter about the tax"
    _inherit = ["bde.owned"]
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(string="Model", required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=50)
    code = fields.Char(readonly=True, copy=False, help="Which letter of the beginning this is.")
    kind = fields.Selection(KINDS, required=True, default="first")
    subject = fields.Char(required=True)
    body = fields.Html(
        string="Text",
        required=True,
        help="Words in braces are filled in for each company. A paragraph whose word has no"
        " value for a company is left out of its letter.",
    )
    words = fields.Text(string="Words that are filled in", compute="_compute_words")
    is_own = fields.Boolean(compute="_compute_is_own")

    _company_kind_idx = models.Index("(company_id, kind)")

    @api.depends("kind")
    def _compute_words(self):
        for record in self:
            record.words = ", ".join(f"{{{word}}}" for word in tax_letter.WORDS)

    @api.depends_context("uid")
    @api.depends("company_id")
    def _compute_is_own(self):
        own = self._filtered_access("write")
        for record in self:
            record.is_own = not record.id or record in own

    @api.constrains("subject", "body")
    def _check_words(self):
        for record in self:
            if is_html_empty(record.body):
                raise ValidationError(self.env._("Write the text of the letter."))
            unknown = tax_letter.unknown_words(f"{record.subject} {record.body}")
            if unknown:
                raise ValidationError(
                    self.env._(
                        "These words in braces are not known: %(words)s. Known are: %(known)s.",
                        words=", ".join(unknown),
                        known=", ".join(tax_letter.WORDS),
                    )
                )

    # ------------------------------------------------------------
    # Which one, and whose
    # ------------------------------------------------------------

    @api.model
    def _for(self, company, kind):
        """The model of a kind that a school uses: its own first, else the académie's.

        :rtype: bde.tax.letter.model
        """
        owners = company | company._bde_academy()
        # sudo: words of letters are no secret in the school that writes them
        models_ = self.sudo().search([("company_id", "in", owners.ids), ("kind", "=", kind)])
        return models_.sorted(lambda m: m.company_id != company)[:1].with_env(self.env)

    def action_make_own(self):
        """Copies the académie's model for the user's school, to be changed; opens the copy."""
        self.ensure_one()
        managed = self.env.companies.filtered_domain(
            [("id", "in", self.env.user._bde_company_ids("manager"))]
        )
        company = self.env.company if self.env.company in managed else managed[:1]
        if not company:
            raise AccessError(self.env._("The letters of a school are written by its bureau."))
        own = self.copy({"company_id": company.id, "name": self.name})
        return {
            "type": "ir.actions.act_window",
            "name": own.name,
            "res_model": self._name,
            "res_id": own.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------
    # Handed down
    # ------------------------------------------------------------

    @api.model
    def _hand_down(self, academies):
        """Gives académies the letters that they do not have yet."""
        known = {
            (record.company_id, record.code)
            for record in self.with_context(active_test=False).search(
                [("company_id", "in", academies.ids)]
            )
        }
        return self.create(
            [
                {"company_id": academy.id, "sequence": 10 * rank} | letter
                for academy in academies
                for rank, letter in enumerate(tax_letter.BEGINNING, start=1)
                if (academy, letter["code"]) not in known
            ]
        )

    @api.model
    def _hand_down_to_all(self):
        """Every académie that is there begins with letters; by the data and by the upgrade."""
        return self._hand_down(self.env["res.company"].search([("bde_kind", "=", "academy")]))


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._hand_down_tax_letters()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("bde_kind") == "academy":
            self._hand_down_tax_letters()
        return result

    def _hand_down_tax_letters(self):
        """An académie begins with models of letters."""
        academies = self.filtered(lambda company: company.bde_kind == "academy")
        if academies:
            # sudo: whoever opens an académie need not have a right on letters
            self.env["bde.tax.letter.model"].sudo()._hand_down(academies)
