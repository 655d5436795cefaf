from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CrmLead(models.Model):
    """What the school does with a lead, and what follows from it."""

    _inherit = "crm.lead"

    bde_talk_ids = fields.One2many("bde.talk", "lead_id", string="Talks")
    bde_partnership_ids = fields.One2many("bde.partnership", "lead_id", string="Agreements")
    bde_is_agreement = fields.Boolean(
        string="Ends in an agreement", compute="_compute_bde_is_agreement"
    )

    def _compute_bde_is_agreement(self):
        """Whether success means an agreement to make."""
        for lead in self:
            lead.bde_is_agreement = lead.bde_pipeline_id.code == "partnership"

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_log_call(self):
        """Opens the small dialog whose buttons are the outcomes of a call.

        :raise UserError: the request is not sorted, its company is not known yet
        """
        self.ensure_one()
        if not self.bde_relation_id:
            raise UserError(self.env._("Accept the request first: say which company it is."))
        action = self.bde_relation_id.action_log_call()
        action["context"] = dict(
            action["context"],
            default_lead_id=self.id,
            # who began the campaign has said why already
            default_reason=self.bde_campaign_id.reason or False,
        )
        return action

    def action_open_relation(self):
        """Opens the page of the company at this school."""
        self.ensure_one()
        return self.bde_relation_id._bde_open()

    def action_lose(self):
        """Asks for the reason of the refusal."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("They say no"),
            "res_model": "crm.lead.lost",
            "view_mode": "form",
            "views": [(self.env.ref("bde_partnerships.view_lead_lost_form").id, "form")],
            "target": "new",
            "context": {"default_lead_ids": self.ids},
        }

    def action_accept_request(self):
        """Opens the dialog that sorts a request: accept, decline or spam."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sort the request"),
            "res_model": "bde.lead.accept",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lead_id": self.id},
        }

    def action_make_agreement(self):
        """Opens the agreement of this lead, prepared when there is none."""
        self.ensure_one()
        agreement = self.bde_partnership_ids[:1]
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreement with %(company)s", company=self.name),
            "res_model": "bde.partnership",
            "view_mode": "form",
            "views": [(False, "form")],
        }
        if agreement:
            return dict(action, res_id=agreement.id)
        return dict(
            action,
            context={
                "default_relation_id": self.bde_relation_id.id,
                "default_lead_id": self.id,
                "default_company_id": self.company_id.id,
            },
        )

    # ------------------------------------------------------------
    # Won and lost
    # ------------------------------------------------------------

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        """A company that said yes offers from now on what its pipeline is about."""
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        won = self.filtered(
            lambda lead: (
                new_status_by_lead.get(lead.id, {}).get("is_won")
                and not old_status_by_lead.get(lead.id, {}).get("is_won")
            )
        )
        won._bde_note_offers()
        return result

    def _bde_note_offers(self):
        """Ticks the offer of the pipeline on the relations of these leads."""
        for pipeline, leads in self.filtered("bde_relation_id").grouped("bde_pipeline_id").items():
            offer = self.env["bde.offer"].search([("code", "=", pipeline.code)], limit=1)
            lacking = leads.bde_relation_id.filtered(
                lambda relation, offer=offer: offer not in relation.offer_ids
            )
            if offer and lacking:
                lacking.write({"offer_ids": [Command.link(offer.id)]})
            fresh = leads.bde_relation_id.filtered(lambda relation: relation.status == "prospect")
            if fresh:
                fresh.write({"status": "active"})
