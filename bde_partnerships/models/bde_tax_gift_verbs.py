from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BdeTaxGift(models.Model):
    """What is done with a gift in kind: its receipt is issued, cancelled, replaced."""

    _inherit = "bde.tax.gift"

    def _obstacles_to_issue(self):
        """What is missing before the receipt may be issued.

        :return: list of sentences
        """
        self.ensure_one()
        # sudo: of the company only what the receipt says, whoever prepares it
        firm = self.sudo().partner_id
        found = []
        if not self.component_id.is_cfa:
            found.append(self._only_for_a_cfa())
        if not self.interest:
            found.append(self.env._("Say what apprentices learn with it (pedagogical interest)."))
        if not self.book_value:
            found.append(self.env._("Type the book value that the company justifies."))
        if not self.with_context(bin_size=True).value_proof:
            found.append(self.env._("Add the document by which the company proves this value."))
        if not self.received_on:
            found.append(self.env._("Type the day on which the CFA received it."))
        elif self.company_id and self.received_on > self.company_id._bde_today():
            found.append(self.env._("It is issued once the CFA has received the gift."))
        if not firm.bde_siret:
            found.append(self.env._("The SIRET of the company is missing: complete its page."))
        return found

    def action_issue(self):
        """Numbers the receipts and makes their PDF, to be signed by the head by hand.

        :raises UserError: something that a receipt must say is missing
        """
        self.check_access("write")
        for gift in self:
            gift.company_id._bde_check_user_is("manager")
            if gift.state != "draft":
                raise UserError(self.env._("This receipt was issued already."))
            if obstacles := gift._obstacles_to_issue():
                raise UserError("\n".join(obstacles))
            # sudo: verbs alone write these; who issues was checked
            gift.sudo()._issue(self.env.user)
        return True

    def _issue(self, user):
        self._lock_numbers()
        self.write(
            {
                "state": "issued",
                "number": self._next_number(),
                "issued_on": self.company_id._bde_today(),
                "issued_by_id": user.id,
            }
        )
        self.pdf = self._receipt_file()

    def _lock_numbers(self):
        """Numbers of a school are given one after the other."""
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", self._name, self.company_id.id)
        )

    def _next_number(self):
        """UAI-CFA-year-serial, without gaps."""
        issued = self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("year", "=", self.year),
                ("number", "!=", False),
            ]
        )
        return f"{self.company_id.uai or 'CFA'}-N{self.year}-{issued + 1:03}"

    def action_ask_cancel(self):
        """Opens the dialog that asks for the reason."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel a receipt"),
            "res_model": "bde.tax.gift.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_gift_id": self.id},
        }

    def _cancel(self, reason):
        """Cancels issued receipts; their numbers stay."""
        self.check_access("write")
        for gift in self:
            gift.company_id._bde_check_user_is("manager")
            if gift.state != "issued":
                raise UserError(self.env._("Only a receipt that was issued is cancelled."))
            # sudo: verbs alone write these; who cancels was checked
            gift.sudo().write(
                {
                    "state": "cancelled",
                    "cancelled_on": gift.company_id._bde_today(),
                    "cancel_reason": reason,
                }
            )

    def _replace(self):
        """A new gift in preparation that takes the place of a cancelled one.

        :rtype: bde.tax.gift
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "cancelled":
            raise UserError(
                self.env._("Cancel the receipt first, then make the one that replaces it.")
            )
        # sudo: the link to the receipt before is the verb's; the user may create gifts
        self.check_access("create")
        return (
            self.sudo()
            .copy(
                {
                    "replaces_id": self.id,
                    "value_proof": self.with_context(bin_size=False).value_proof,
                    "value_proof_name": self.value_proof_name,
                }
            )
            .with_env(self.env)
        )

    def action_replace(self):
        """Opens the receipt that replaces this cancelled one, made when there is none yet."""
        self.ensure_one()
        found = self.search([("replaces_id", "=", self.id)], limit=1)
        return (found or self._replace())._open()

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_print(self):
        """The receipt as it was issued, or a draft of it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/tax/gift/{self.id}.pdf",
            "target": "new",
        }
