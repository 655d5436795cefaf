from odoo import fields, models


class BdeTaxComponent(models.Model):
    """A part of the school that SOLTéA shows apart: a CFA, a section with its own UAI."""

    _name = "bde.tax.component"
    _description = "Component of a school in SOLTéA"
    _inherit = ["bde.owned"]
    _order = "campaign_id, sequence, id"

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Name in SOLTéA", required=True)
    uai = fields.Char(string="UAI")
    siret = fields.Char(string="SIRET")
    is_cfa = fields.Boolean(
        string="CFA", help="Trains apprentices: it alone may receive gifts in kind of the tax."
    )


class BdeTaxCourse(models.Model):
    """A course of the school as employers find it in SOLTéA."""

    _name = "bde.tax.course"
    _description = "Course of a school in SOLTéA"
    _inherit = ["bde.owned"]
    _order = "campaign_id, sequence, name, id"

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    training_id = fields.Many2one(
        "bde.training",
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        help="Training of the school that this course is.",
    )
    name = fields.Char(string="Name in SOLTéA", required=True)
    rncp = fields.Char(string="RNCP", help="Entry of the national register of certifications.")
    level = fields.Char(help="Level of the diploma, as SOLTéA shows it.")
    component_id = fields.Many2one(
        "bde.tax.component",
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        domain="[('campaign_id', '=', campaign_id)]",
    )
