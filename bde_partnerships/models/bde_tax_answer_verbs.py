from odoo import fields, models
from odoo.exceptions import UserError

from .bde_tax_answer_take import TO_DO


class BdeTaxAnswer(models.Model):
    """What the bureau does about answers."""

    _inherit = "bde.tax.answer"

    def action_seen(self):
        """Marks answers as read; the tasks that they made are ticked off."""
        self.check_access("write")
        # sudo: fields that the verbs alone write; the right was checked
        unread = self.sudo().filtered(lambda answer: answer.state != "seen")
        unread.write(
            {"state": "seen", "seen_on": fields.Datetime.now(), "seen_by_id": self.env.uid}
        )
        self.activity_unlink([TO_DO], only_automated=False)
        return True

    def action_open_target(self):
        """The company asked, with its letters and pledges."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_name,
            "res_model": "bde.tax.target",
            "res_id": self.target_id.id,
            "view_mode": "form",
        }

    def action_open_relation(self):
        """The page of the company."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_name,
            "res_model": "bde.relation",
            "res_id": self.target_id.relation_id.id,
            "view_mode": "form",
        }

    def action_make_contact(self):
        """Makes a contact of the person who was named, and asks that one from now on.

        What a stranger typed becomes a contact by this button alone. The company counts as not
        asked again where the wrong person's answer is the one that stands.

        :raises UserError: when nobody was named
        """
        self.check_access("write")
        nameless = self.filtered(lambda answer: not answer.other_name)
        if nameless:
            raise UserError(
                self.env._(
                    "Nobody was named for %(company)s: call the company and add the contact on"
                    " its page.",
                    company=", ".join(nameless.mapped("partner_name")),
                )
            )
        for answer in self.filtered(lambda one: not one.contact_id):
            contact = answer._make_contact()
            # sudo: a field that the verbs alone write; the right was checked
            answer.sudo().contact_id = contact
            answer.target_id.contact_id = contact
            if answer.is_last:
                # sudo: facts are written by their parts alone; the right was checked
                answer.target_id.sudo().write({"answer": False, "answered_on": False})
        self.action_seen()
        return True

    def action_drop_accountant(self):
        """Takes the accountant off a company that is not his client: it is written to itself."""
        self.check_access("write")
        mistaken = self.filtered(lambda one: one.by_accountant and one.kind == "wrong")
        mistaken.target_id.accountant_id = False
        mistaken.action_seen()
        return True

    def _make_contact(self):
        """The contact of the company that was named."""
        vals = {
            "name": self.other_name,
            "email": self.other_email,
            "phone": self.other_phone,
            "bde_tax": True,
        }
        return self.target_id.partner_id._bde_add_contact(
            self.company_id, vals, keep_addresses=True
        )
