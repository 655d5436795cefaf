from odoo import api, fields, models
from odoo.exceptions import UserError


class BdeTaxAccountant(models.TransientModel):
    """Names the firm that declares for chosen companies (tiers-déclarant), and its person.

    The firm is a company of the directory; the school gets a page of it when it has none.
    """

    _name = "bde.tax.accountant"
    _description = "Accountant of companies asked for the tax"

    target_ids = fields.Many2many("bde.tax.target", string="Clients", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Accountant's firm",
        ondelete="cascade",
        domain="[('bde_employer', '=', True)]",
        help="Not in the directory yet? Register it first, under Companies.",
    )
    relation_id = fields.Many2one("bde.relation", compute="_compute_relation_id")
    contact_id = fields.Many2one(
        "res.partner",
        string="Who is written to",
        ondelete="cascade",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('bde_relation_id', '=', relation_id)]",
    )
    contact_name = fields.Char(string="New contact: name")
    contact_email = fields.Char(string="New contact: e-mail")
    intro = fields.Text(compute="_compute_intro", export_string_translation=False)

    @api.depends("target_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.target_ids[:1].company_id or self.env.company

    @api.depends("target_ids")
    def _compute_intro(self):
        for wizard in self:
            wizard.intro = self.env._(
                "Chosen companies: %(count)s. The firm that declares for them gets one letter that"
                " names them all.",
                count=len(wizard.target_ids),
            )

    @api.depends("partner_id", "company_id")
    def _compute_relation_id(self):
        for wizard in self:
            wizard.relation_id = self.env["bde.relation"].search(
                [
                    ("partner_id", "=", wizard.partner_id.id),
                    ("company_id", "=", wizard.company_id.id),
                ],
                limit=1,
            )

    @api.depends("relation_id")
    def _compute_contact_id(self):
        """The person for the tax at the firm, else the first one with an address."""
        for wizard in self:
            people = wizard.relation_id.contact_ids
            wizard.contact_id = (people.filtered("bde_tax") or people.filtered("email"))[:1]

    def action_set(self):
        """Notes the firm on all these companies.

        :raise UserError: no firm is named, or nobody of it can be written to
        """
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Name the accountant's firm."))
        company = self.target_ids.company_id
        if len(company) != 1:
            raise UserError(self.env._("Choose companies of one school."))
        self.target_ids.check_access("write")
        company._bde_check_user_is("secretary")
        relation = self.env["bde.relation"]._bde_ensure(self.partner_id, company)
        contact = self.contact_id
        if self.contact_name:
            contact = self.partner_id._bde_add_contact(
                company, {"name": self.contact_name, "email": self.contact_email, "bde_tax": True}
            )
        clients = self.target_ids.filtered(lambda one: one.relation_id != relation)
        clients.write({"accountant_id": relation.id, "accountant_contact_id": contact.id})
        return {"type": "ir.actions.act_window_close"}

    def action_remove(self):
        """These companies declare themselves."""
        self.target_ids.write({"accountant_id": False, "accountant_contact_id": False})
        return {"type": "ir.actions.act_window_close"}
