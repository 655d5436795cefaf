from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BdeDocument(models.Model):
    _inherit = "bde.document"

    # what was signed outlives the module: its documents, versions and journals stay
    kind = fields.Selection(
        selection_add=[("convention", "Convention")], ondelete={"convention": "set document"}
    )

    @api.constrains("template_id")
    def _check_template(self):
        """A wording is the school's own or handed down to it, whoever writes by what road."""
        for document in self:
            # sudo: the owner of a wording that the writer may not read is what is asked
            owner = document.template_id.sudo().company_id
            school = document.company_id.sudo()
            if owner and owner not in (school, school.parent_id):
                raise ValidationError(self.env._("This wording belongs to another school."))
