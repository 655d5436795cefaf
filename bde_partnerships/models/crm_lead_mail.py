from odoo import api, models

from odoo.addons.crm.models.crm_lead import CrmLead as CoreLead

# What a new contact takes from a lead that somebody answers from the chatter.
CONTACT_FIELDS = ("name", "email", "phone", "function", "lang")


class CrmLead(models.Model):
    """Mail to the bureau becomes a request to sort, and the people in it stay the school's."""

    _inherit = "crm.lead"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to the address of a bureau: a request without company, that waits.

        Unknown senders, attachments and loops are handled by core before and after.
        """
        values = dict(custom_values or {})
        # sudo: the gateway reads the school of the team alone
        team = self.env["crm.team"].sudo().browse(values.get("team_id"))
        school = team.company_id.filtered(lambda one: one.bde_kind == "school")
        if not school:
            return super().message_new(msg_dict, custom_values)
        author = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or [])
        contact = author if author.company_id == school and author.bde_relation_id else None
        values |= {
            "type": "lead",
            "company_id": school.id,
            "bde_source": "mail",
            # also when it is unknown: core would take the author, whoever keeps that contact
            "partner_id": contact.id if contact else False,
            "bde_relation_id": contact.bde_relation_id.id if contact else False,
        }
        return super(CrmLead, self.with_company(school)).message_new(msg_dict, values)

    def _message_post_after_hook(self, message, msg_vals):
        """Core gives all leads of an address the contact that was written to, in all companies."""
        if not self._bde_of_schools():
            return super()._message_post_after_hook(message, msg_vals)
        if self.email_normalized and not self.partner_id:
            # sudo: the school of the recipients, whom the writer chose by their address
            contact = message.sudo().partner_ids.filtered(
                lambda partner: (
                    partner.email_normalized == self.email_normalized
                    and partner.company_id == self.company_id
                )
            )[:1]
            if contact:
                self.write(
                    {"partner_id": contact.id, "bde_relation_id": contact.bde_relation_id.id}
                )
        return super(CoreLead, self)._message_post_after_hook(message, msg_vals)

    def _get_customer_information(self):
        """What a contact made from the chatter begins with: whom it is, nothing of the lead."""
        ours = self._bde_of_schools()
        information = super(CrmLead, self - ours)._get_customer_information()
        for lead in ours:
            key = lead.email_normalized or lead.email_from
            if not key:
                continue
            values = lead._prepare_customer_values(lead.contact_name or lead.email_from)
            values.pop("email", None)
            information.setdefault(key, {}).update({k: v for k, v in values.items() if v})
        return information

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if not self._bde_of_schools():
            return values
        values = {name: values[name] for name in CONTACT_FIELDS if name in values}
        relation = self.bde_relation_id
        return values | {
            "company_id": self.company_id.id,
            "bde_relation_id": relation.id,
            "parent_id": relation.partner_id.id,
        }
