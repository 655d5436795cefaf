from odoo import api, fields, models


class BdeTaxTarget(models.Model):
    """Who is written to at a company that is asked, or at the firm that declares for it."""

    _inherit = "bde.tax.target"

    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="['|', ('id', '=', partner_id), ('bde_relation_id', '=', relation_id)]",
        help="Who is written to: the person for the tax, else who signs, else the company.",
    )
    has_contact = fields.Boolean(
        string="Somebody to write to",
        compute="_compute_has_contact",
        store=True,
        precompute=True,
    )
    contact_email = fields.Char(related="contact_id.email", string="E-mail")
    contact_phone = fields.Char(related="contact_id.phone", string="Phone of the contact")
    accountant_id = fields.Many2one(
        "bde.relation",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The firm that declares for this company: it is written to for all its clients.",
    )
    accountant_contact_id = fields.Many2one(
        "res.partner",
        string="Contact at the accountant",
        compute="_compute_accountant_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('bde_relation_id', '=', accountant_id)]",
    )

    @api.depends(
        "relation_id.contact_ids.bde_tax",
        "relation_id.contact_ids.bde_signatory",
        "relation_id.contact_ids.active",
    )
    def _compute_contact_id(self):
        """The person for the tax, else who signs, else the company.

        Who is there stays, unless a better one comes: the person chosen by hand is noted as
        the one for the tax, so nobody is better.
        """
        for target in self:
            people = target.relation_id._tax_people()
            if not people or target.contact_id not in people:
                target.contact_id = people[:1] or target.relation_id.partner_id

    @api.depends("contact_id", "partner_id")
    def _compute_has_contact(self):
        for target in self:
            target.has_contact = bool(target.contact_id - target.partner_id)

    @api.depends("accountant_id", "accountant_id.contact_ids.bde_tax")
    def _compute_accountant_contact_id(self):
        for target in self:
            people = target.accountant_id.contact_ids
            if target.accountant_contact_id not in people:
                target.accountant_contact_id = (people.filtered("bde_tax") or people)[:1]


class BdeRelation(models.Model):
    _inherit = "bde.relation"

    def _tax_people(self):
        """Whom letters about the tax may go to: those named for it, else those who sign."""
        self.ensure_one()
        people = self.contact_ids
        return people.filtered("bde_tax") or people.filtered("bde_signatory")
