from odoo import models


class BdeConvention(models.Model):
    _inherit = "bde.convention"

    def _document_replace_party(self, signature, person):
        """Another contact of the host signs; a contact keeps the addresses it is known by."""
        names = {"host": ("signatory_id", "bde_signatory"), "tutor": ("tutor_id", "bde_tutor")}
        if signature.role not in names:
            return super()._document_replace_party(signature, person)
        field, flag = names[signature.role]
        placement = self.placement_id
        contact = placement.host_id._bde_add_contact(
            self.company_id, person | {flag: True}, keep_addresses=True
        )
        placement[field] = contact
        return contact
