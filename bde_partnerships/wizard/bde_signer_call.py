from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bde_document_signature import QUIET_HOURS


class BdeSignerCall(models.TransientModel):
    """A call to somebody who has to sign: a contact like a letter, for all his documents."""

    _name = "bde.signer.call"
    _description = "Call to a signer"

    signature_id = fields.Many2one("bde.document.signature", required=True, readonly=True)
    name = fields.Char(related="signature_id.name")
    phone = fields.Char(related="signature_id.phone")
    result = fields.Selection(
        selection=lambda self: (
            self.env["bde.document.signature"]
            ._fields["call_result"]
            ._description_selection(self.env)
        ),
        required=True,
        default="will_sign",
    )
    note = fields.Char(help="Kept in the journal of the document.")

    def action_apply(self):
        """Notes the call on everything that this person has to sign at the school.

        What follows: the link again, nothing more by mail for who wants a paper, a number to
        put right.
        """
        self.ensure_one()
        self.signature_id.check_access("read")
        signatures = self.signature_id._of_same_person()
        signatures._note_call(self.result, self.note)
        message = self.env._("The call is noted: no reminder leaves today.")
        if self.result == "link":
            if not self.env["bde.delivery"]._deliver(signatures, asked=True):
                raise UserError(
                    self.env._("There is no address to send the link to: put it right first.")
                )
            message = self.env._("The call is noted and the link is on its way.")
        elif self.result == "paper":
            message = self.env._(
                "The call is noted: no reminder for two weeks. Print the paper from the document."
            )
        return _notification(message)


class BdeSignerRemind(models.TransientModel):
    """One reminder in spite of a recent message, with a reason that the journal keeps."""

    _name = "bde.signer.remind"
    _description = "Reminder all the same"

    signature_id = fields.Many2one("bde.document.signature", required=True, readonly=True)
    name = fields.Char(related="signature_id.name")
    notified_on = fields.Datetime(related="signature_id.notified_on")
    reason = fields.Char(required=True)

    def action_apply(self):
        """Sends a fresh link to this person alone.

        :raises UserError: when it was done already today, or without an address
        """
        self.ensure_one()
        self.signature_id.check_access("read")
        signatures = self.signature_id._of_same_person()
        limit = fields.Datetime.now() - timedelta(hours=QUIET_HOURS)
        if any(s.forced_on and s.forced_on > limit for s in signatures):
            raise UserError(
                self.env._(
                    "%(name)s was reminded all the same already today: call instead.",
                    name=self.name,
                )
            )
        sent = self.env["bde.delivery"]._deliver(signatures, reminder=True, reason=self.reason)
        if not sent:
            raise UserError(
                self.env._("There is no address to send the link to: put it right first.")
            )
        sent.write({"forced_on": fields.Datetime.now()})
        return _notification(self.env._("The reminder is on its way."))


class BdeSignerAddress(models.TransientModel):
    """Puts the address of a signer right where it stands: contact, pupil, guardian, teacher.

    Addresses are not part of what is signed: the signatures follow, the link leaves again, and
    those that went to the wrong address are closed.
    """

    _name = "bde.signer.address"
    _description = "Address of a signer"

    signature_id = fields.Many2one("bde.document.signature", required=True, readonly=True)
    name = fields.Char(related="signature_id.name")
    bounce_reason = fields.Selection(related="signature_id.bounce_reason")
    place = fields.Char(string="Kept with", compute="_compute_place")
    email = fields.Char(
        string="E-mail", compute="_compute_address", store=True, readonly=False, precompute=True
    )
    phone = fields.Char(compute="_compute_address", store=True, readonly=False, precompute=True)

    @api.depends("signature_id")
    def _compute_place(self):
        for wizard in self:
            record = wizard.signature_id._party_record()
            if record is None:
                wizard.place = False
                continue
            # sudo: what kind of record it is called
            kind = self.env["ir.model"].sudo()._get(record._name).name
            wizard.place = f"{kind} – {record.display_name}"

    @api.depends("signature_id")
    def _compute_address(self):
        for wizard in self:
            wizard.email = wizard.signature_id.email
            wizard.phone = wizard.signature_id.phone

    def action_apply(self):
        """Writes the address with the user's own rights, then sends the link there.

        :raises UserError: for an address that is none, or that is not kept here
        """
        self.ensure_one()
        self.signature_id.check_access("read")
        if self.signature_id._fix_address(self.email, self.phone):
            return _notification(self.env._("The address is put right and the link is on its way."))
        return _notification(self.env._("The address is put right."))


def _notification(message):
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "message": message,
            "type": "success",
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
