from odoo import fields, models


class BdeRelation(models.Model):
    """What the directory says of the company, on its page at the school."""

    _inherit = "bde.relation"

    naf_id = fields.Many2one(related="partner_id.naf_id")
    tag_ids = fields.Many2many(related="partner_id.bde_tag_ids")
    employer_training_ids = fields.One2many(related="partner_id.bde_training_ids")
    lead_school_id = fields.Many2one(related="partner_id.bde_lead_school_id")
    distance = fields.Float(related="partner_id.bde_distance", string="Distance (km)")
