from odoo import api, models


class MailThread(models.AbstractModel):
    """People whom the mail gateway recognises, by an address that several schools may hold.

    The gateway looks for the author and the other recipients in all companies. On a record of
    a school, a contact that another school entered would tell its name there.
    """

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        companies = self.env["res.company"]
        for model, thread_id, custom_values, _user_id, _alias in routes or ():
            companies |= self._bde_company_of_route(model, thread_id, custom_values or {})
        if companies:
            message_dict.update(self._bde_known_people(message_dict, companies))
        return super()._message_route_process(message, message_dict, routes)

    def _bde_company_of_route(self, model, thread_id, custom_values):
        """The school that a mail goes to; none when it goes to no school's record."""
        # sudo: the gateway works for whoever wrote, and reads the school alone
        Model = self.env[model].sudo()
        company = self.env["res.company"].sudo()
        if not isinstance(Model, self.pool["bde.owned"]):
            return company
        if thread_id:
            company = Model.browse(thread_id).exists().company_id
        elif custom_values.get("team_id"):
            company = self.env["crm.team"].sudo().browse(custom_values["team_id"]).company_id
        return company.filtered(lambda one: one.bde_kind == "school")

    def _bde_known_people(self, message_dict, companies):
        """Author and recipients of a mail without those that other schools alone know."""
        # sudo: compared only
        Partner = self.env["res.partner"].sudo()

        def known(partner):
            colleagues = partner.with_context(active_test=False).user_ids.company_ids
            if colleagues:
                return bool(colleagues & companies)
            return not partner.company_id or partner.company_id in companies

        author = Partner.browse(message_dict.get("author_id") or [])
        recipients = Partner.browse(message_dict.get("partner_ids") or [])
        return {
            "author_id": author.id if author and known(author) else False,
            "partner_ids": recipients.filtered(known).ids,
        }
