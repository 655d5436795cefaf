from odoo import models


class BdeRelation(models.Model):
    """The taxe d'apprentissage on the page of a company."""

    _inherit = "bde.relation"

    def action_open_tax(self):
        """Opens what was asked of this company, campaign by campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_partnerships.action_tax_target")
        return action | {"domain": [("relation_id", "=", self.id)], "context": {}}
