from odoo import fields, models

from ..rules.purposes import PURPOSES


class BdeOffer(models.Model):
    """Something a company may agree to do with a school; shared list, never written."""

    _name = "bde.offer"
    _description = "What a company agrees to"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    purpose = fields.Selection(
        PURPOSES, index=True, help="What a school calls for when it asks for this."
    )
    sequence = fields.Integer(default=10)

    _code_uniq = models.Constraint("UNIQUE(code)", "This offer is in the list already.")
