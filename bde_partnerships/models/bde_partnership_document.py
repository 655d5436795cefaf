from odoo import fields, models


class BdeDocument(models.Model):
    _inherit = "bde.document"

    kind = fields.Selection(
        selection_add=[("partnership", "Partnership agreement")],
        ondelete={"partnership": "set document"},
    )


class BdeDocumentTemplate(models.Model):
    _inherit = "bde.document.template"

    kind = fields.Selection(
        selection_add=[("partnership", "Partnership agreement")],
        ondelete={"partnership": "set document"},
    )


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    role = fields.Selection(selection_add=[("third", "Third party")], ondelete={"third": "cascade"})
