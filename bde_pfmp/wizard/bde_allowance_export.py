from odoo import fields, models


class BdeAllowanceExport(models.TransientModel):
    """The file of one export, deleted by itself: it names pupils."""

    _name = "bde.allowance.export"
    _description = "File of allowances to enter"

    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)
