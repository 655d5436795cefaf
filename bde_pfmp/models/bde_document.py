from odoo import fields, models


class BdeDocument(models.Model):
    _inherit = "bde.document"

    kind = fields.Selection(
        selection_add=[("convention", "Convention")], ondelete={"convention": "set default"}
    )
