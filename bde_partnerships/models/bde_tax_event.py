from odoo import models
from odoo.fields import Domain


class BdeTaxCampaign(models.Model):
    """Companies that came to an event of the school: attendance says so, nobody types it again."""

    _inherit = "bde.tax.campaign"

    def _tax_guests(self):
        came = self.env["event.registration"]._search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "done")
            & Domain("bde_relation_id", "!=", False)
        )
        return super()._tax_guests() | self._tax_relations(
            Domain("id", "in", came.subselect("bde_relation_id"))
        )
