from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bde_talk import OUTCOMES
from ..rules.purposes import CHANNELS, PURPOSES
from ..rules.solicitation import REASONS


class BdeTalkWizard(models.TransientModel):
    """A call in two clicks: the telephone opens it, its buttons are the outcomes."""

    _name = "bde.talk.wizard"
    _description = "Note a call"

    relation_id = fields.Many2one("bde.relation", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="relation_id.company_id")
    lead_id = fields.Many2one("crm.lead", ondelete="cascade")
    direction = fields.Selection(
        [("out", "We called"), ("in", "They called")], string="Who", required=True, default="out"
    )
    channel = fields.Selection(CHANNELS, string="By", required=True, default="call")
    contact_id = fields.Many2one(
        "res.partner",
        string="With",
        ondelete="cascade",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('bde_relation_id', '=', relation_id)]",
    )
    phone = fields.Char(compute="_compute_phone")
    is_phone_wrong = fields.Boolean(compute="_compute_phone")
    purpose = fields.Selection(
        PURPOSES,
        string="About",
        compute="_compute_purpose",
        store=True,
        readonly=False,
        precompute=True,
        help="Leave it empty when nothing is asked, for instance news of a pupil.",
    )
    offer_ids = fields.Many2many(
        "bde.offer",
        string="If they agree or refuse, note it for",
        compute="_compute_offer_ids",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('purpose', '=', purpose)]",
    )
    summary = fields.Char(string="In one line")
    reason = fields.Selection(REASONS, string="Why all the same")
    needs_reason = fields.Boolean(compute="_compute_solicitation")
    solicitation_level = fields.Selection(
        [("ok", "Nothing against it"), ("warn", "Approached recently"), ("stop", "Do not ask")],
        compute="_compute_solicitation",
    )
    solicitation_text = fields.Text(compute="_compute_solicitation")

    @api.depends("relation_id", "lead_id")
    def _compute_contact_id(self):
        """The contact of the request, or else who signs for the company."""
        for wizard in self:
            contact = wizard.lead_id.partner_id
            if contact.bde_relation_id != wizard.relation_id:
                contact = wizard.relation_id.signatory_id
            wizard.contact_id = contact if contact.phone else False

    @api.depends("contact_id", "relation_id")
    def _compute_phone(self):
        for wizard in self:
            contact = wizard.contact_id
            if contact.phone:
                wizard.phone = contact.phone
                wizard.is_phone_wrong = contact.bde_is_phone_wrong
            else:
                wizard.phone = wizard.relation_id.phone
                wizard.is_phone_wrong = wizard.relation_id.is_phone_wrong

    @api.depends("relation_id", "lead_id")
    def _compute_purpose(self):
        """That of the request, or of the last talk with the company, or placements."""
        for wizard in self:
            last = self.env["bde.talk"].search(
                [("relation_id", "=", wizard.relation_id.id), ("purpose", "!=", False)], limit=1
            )
            wizard.purpose = wizard.lead_id.bde_purpose or last.purpose or "placements"

    @api.depends("purpose")
    def _compute_offer_ids(self):
        """What the purpose names by itself is ticked; where there is a choice, it is left."""
        for wizard in self:
            offers = self.env["bde.offer"].search([("purpose", "=", wizard.purpose)])
            wizard.offer_ids = offers if wizard.purpose and len(offers) == 1 else False

    @api.depends("relation_id", "purpose", "direction")
    def _compute_solicitation(self):
        """Whether the school may ask; who calls us is not asked for anything."""
        for wizard in self:
            employer = wizard.relation_id.partner_id
            asked = wizard.purpose and wizard.direction == "out" and employer
            verdict = (
                employer._bde_solicitation(wizard.company_id, wizard.purpose)[employer]
                if asked
                else None
            )
            wizard.solicitation_level = verdict.level if verdict else "ok"
            wizard.solicitation_text = verdict.text if verdict else ""
            wizard.needs_reason = bool(verdict and verdict.needs_reason)

    def action_log(self):
        """Notes the talk with the outcome of the button (context ``bde_outcome``)."""
        self.ensure_one()
        outcome = self.env.context.get("bde_outcome")
        if outcome not in dict(OUTCOMES):
            raise UserError(self.env._("Say what came of the call: choose one of the buttons."))
        answered = outcome in ("agreed", "refused")
        self.relation_id._bde_log_talk(
            {
                "channel": self.channel,
                "direction": self.direction,
                "contact_id": self.contact_id.id,
                "purpose": self.purpose,
                "outcome": outcome,
                "summary": self.summary,
                "lead_id": self.lead_id.id,
                "offer_ids": [fields.Command.set(self.offer_ids.ids if answered else [])],
            },
            reason=self.reason if self.needs_reason else None,
        )
        return {"type": "ir.actions.act_window_close"}
