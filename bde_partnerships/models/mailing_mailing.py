from odoo import fields, models


class MailingMailing(models.Model):
    """A mailing belongs to a school. Those of the tax are made and run by our own verbs."""

    _inherit = "mailing.mailing"

    company_id = fields.Many2one(
        "res.company",
        string="School",
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    bde_tax_campaign_id = fields.Many2one(
        "bde.tax.campaign",
        string="Campaign of the tax",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    bde_tax_step_id = fields.Many2one(
        "bde.tax.step",
        string="Step of the letters",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    company_id = fields.Many2one(
        related="mass_mailing_id.company_id", string="School", store=True, index=True
    )
