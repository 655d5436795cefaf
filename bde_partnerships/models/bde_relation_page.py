from odoo import api, fields, models


class BdeRelation(models.Model):
    """The 360° page of a company: what it shows and what its big buttons do."""

    _inherit = "bde.relation"

    timeline = fields.Json(compute="_compute_timeline", export_string_translation=False)

    @api.depends_context("uid", "lang")
    def _compute_timeline(self):
        """First page of the timeline: it comes with the page, in the same call."""
        Timeline = self.env["bde.timeline"]
        # both lists of offers stand on the page: their names are read at once
        (self.offer_ids | self.declined_offer_ids).mapped("name")
        for relation in self:
            known = relation._origin
            relation.timeline = Timeline.get_timeline(known.id) if known else False

    def action_write(self):
        """Opens a letter to this company; it asks kindly and honours who said no."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_solicitation_wizard"
        )
        context = {"active_model": self._name, "active_id": self.id, "active_ids": self.ids}
        return action | {"context": context}

    def action_open_optouts(self):
        """Opens what the company, or a contact of the school there, said no to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What they said no to"),
            "res_model": "bde.optout",
            "view_mode": "list",
            "domain": [("id", "in", self.optout_ids.ids)],
            "help": self.env._("They said no to nothing."),
        }

    def action_new_lead(self):
        """Opens a new request to this company, in the pipelines of the school."""
        action = self._bde_open_new("crm.lead", self.env._("New request"), "bde_relation_id")
        pipeline = self.env["bde.pipeline"]._default_pipeline()
        action["context"]["default_bde_pipeline_id"] = pipeline.id
        return action

    def action_new_agreement(self):
        """Opens a new partnership agreement with this company."""
        return self._bde_open_new("bde.partnership", self.env._("New agreement"), "relation_id")

    def _bde_open_new(self, model, name, field):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {f"default_{field}": self.id},
        }

    def action_open_talks(self):
        """Opens the talks with this company."""
        return self._bde_open_talks([])

    def action_open_answers(self):
        """Opens the talks in which the company said yes or no to placements."""
        return self._bde_open_talks(
            [("purpose", "=", "placements"), ("outcome", "in", ("agreed", "refused"))]
        )

    def _bde_open_talks(self, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_talk")
        return action | {
            "domain": [("relation_id", "=", self.id), *domain],
            "context": {"default_relation_id": self.id},
        }

    def action_open_hosted(self):
        """Opens the placements of before the suite; modules open theirs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Past placements"),
            "res_model": "bde.past.placement",
            "view_mode": "list,form",
            "domain": [("relation_id", "=", self.id)],
            "context": {"default_relation_id": self.id},
        }
