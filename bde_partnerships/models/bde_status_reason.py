from odoo import fields, models


class BdeStatusReason(models.Model):
    """Why a school watches or avoids a company: a short list of facts, the same for all schools.

    Free text would hold opinions on persons; the list holds what somebody saw or was told.
    """

    _name = "bde.status.reason"
    _description = "Reason to watch or avoid a company"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "This reason is in the list already.")
