from odoo import models


class BdePartnership(models.Model):
    _inherit = "bde.partnership"

    def _document_replace_party(self, signature, person):
        """Another contact of the company signs; a company keeps the addresses it is known by."""
        fields_by_role = {
            "host": ("relation_id", "signatory_id"),
            "third": ("other_relation_id", "other_signatory_id"),
        }
        if signature.role not in fields_by_role:
            return super()._document_replace_party(signature, person)
        relation_field, signatory_field = fields_by_role[signature.role]
        employer = self[relation_field].partner_id
        contact = employer._bde_add_contact(
            self.company_id, person | {"bde_signatory": True}, keep_addresses=True
        )
        self[signatory_field] = contact
        return contact
