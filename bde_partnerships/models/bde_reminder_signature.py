from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import turns
from .bde_bounce import DEAD, REASONS

# A paper comes back within so many days, or reminders begin again.
PAPER_DAYS = 14


class BdeDocumentSignature(models.Model):
    """What was tried to reach a signer: messages that came back, calls, who was told."""

    _inherit = "bde.document.signature"

    bounced_on = fields.Datetime(string="Came back on", readonly=True)
    bounced_channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], readonly=True)
    bounce_reason = fields.Selection(REASONS, string="Why it did not arrive", readonly=True)
    called_on = fields.Datetime(string="Last call", readonly=True)
    call_result = fields.Selection(
        [
            ("will_sign", "Will sign"),
            ("link", "Wants the link again"),
            ("paper", "Wants a paper"),
            ("no_answer", "No answer"),
            ("wrong_number", "Wrong number"),
        ],
        string="Result of the call",
        readonly=True,
    )
    escalated_on = fields.Datetime(string="Referent told on", readonly=True)
    to_call_since = fields.Datetime(
        string="To call since", readonly=True, help="Reminders did not help: the bureau calls."
    )
    forced_on = fields.Datetime(string="Reminded all the same on", readonly=True)
    is_address_wrong = fields.Boolean(
        string="Wrong address", compute="_compute_is_address_wrong", search="_search_address_wrong"
    )

    drawing = fields.Html(string="Drawing, shown", compute="_compute_drawing", sanitize=False)

    _bounced_idx = models.Index("(company_id) WHERE bounced_on IS NOT NULL AND is_current")
    _to_call_idx = models.Index("(company_id) WHERE to_call_since IS NOT NULL")

    @api.depends("bounced_on", "is_current", "state")
    def _compute_is_address_wrong(self):
        for signature in self:
            signature.is_address_wrong = bool(
                signature.bounced_on
                and signature.is_current
                and signature.state in (*turns.OPEN, *turns.DONE)
            )

    @api.depends("image")
    def _compute_drawing(self):
        """Picture of the drawing: the widget of core wants a date of writing, not kept here."""
        address = "/web/image/bde.document.signature/%s/image"
        for signature in self:
            signature.drawing = Markup(
                '<img src="%s" alt="%s" class="img-fluid border" style="max-height: 90px"/>'
            ) % (address % signature._origin.id, signature.signed_name or signature.name or "")

    def _search_address_wrong(self, operator, value):
        if operator != "in":
            return NotImplemented
        wrong = fields.Domain("bounced_on", "!=", False) & fields.Domain("is_current", "=", True)
        wrong &= fields.Domain("state", "in", (*turns.OPEN, *turns.DONE))
        return wrong if True in value else ~wrong

    def _is_dead(self, channel):
        """Whether nothing more should be sent to this person by that channel."""
        self.ensure_one()
        return bool(
            self.bounced_on and self.bounced_channel == channel and self.bounce_reason in DEAD
        )

    def _mark_bounced(self, channel, reason):
        """Shows that a message did not arrive, and states it in the journals."""
        self.document_id._lock()
        self.write(
            {
                "bounced_on": fields.Datetime.now(),
                "bounced_channel": channel,
                "bounce_reason": reason,
            }
        )
        self.env["bde.journal"]._append(
            [
                (
                    signature.document_id,
                    "bounced",
                    {"signature": signature.uuid, "channel": channel, "reason": reason},
                    {"address": (signature.email if channel == "email" else signature.phone) or ""},
                )
                for signature in self
            ]
        )

    def _log_escalated(self, to):
        """States in the journals who was told that a signature does not come."""
        self.document_id._lock()
        self.env["bde.journal"]._append(
            [
                (signature.document_id, "escalated", {"signature": signature.uuid, "to": to}, None)
                for signature in self
            ]
        )

    def _paper_expected(self):
        """Whether a paper of this person is on its way: no reminder of the link meanwhile."""
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(days=PAPER_DAYS)
        asked = self.call_result == "paper" and self.called_on > since
        return bool(asked or (self.printed_on and self.printed_on > since))

    def _of_same_person(self):
        """Everything that this person has to sign at that school, in sudo."""
        self.ensure_one()
        # sudo: of one person at one school; the caller may read one of them
        return self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("signer_key", "=", self.signer_key),
                ("is_current", "=", True),
                ("state", "=", "to_sign"),
            ]
        )

    def _note_call(self, result, note=None):
        """Notes a call to the person of these signatures; see ``bde.signer.call``."""
        now = fields.Datetime.now()
        self.document_id._lock()
        vals = {"called_on": now, "call_result": result}
        # who did not answer is still to call, tomorrow too
        self.write(vals if result == "no_answer" else vals | {"to_call_since": False})
        self.env["bde.journal"]._append(
            [
                (
                    signature.document_id,
                    "called",
                    {"signature": signature.uuid, "result": result},
                    {"name": signature.name, "note": note or ""} | signature.document_id._actor(),
                )
                for signature in self
            ]
        )
        if result == "wrong_number":
            self._mark_bounced("sms", "number")

    # ------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------

    def _ask(self, model, name):
        """Opens a dialog about one signature that is waited for."""
        self.ensure_one()
        self.check_access("read")
        if self.state not in turns.OPEN:
            raise UserError(
                self.env._("%(name)s has nothing to sign here any more.", name=self.name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_signature_id": self.id},
        }

    def action_note_call(self):
        """Notes a call to this person, which counts as a contact for the rhythm."""
        return self._ask("bde.signer.call", self.env._("I called"))

    def action_remind_anyway(self):
        """Reminds one person in spite of the message that he had today, with a reason."""
        return self._ask("bde.signer.remind", self.env._("Remind all the same"))

    def action_fix_address(self):
        """Puts an address right where it stands, and sends the link again."""
        return self._ask("bde.signer.address", self.env._("Put the address right"))
