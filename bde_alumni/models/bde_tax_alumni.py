from odoo import models
from odoo.fields import Domain


class BdeTaxCampaign(models.Model):
    """Companies that a campaign finds through former pupils."""

    _inherit = "bde.tax.campaign"

    def _tax_alumni(self):
        """Also those where an alumnus works who agreed to be asked for help, by his answers."""
        agreed = Domain("company_id", "=", self.company_id.id) & self.env[
            "bde.alumnus"
        ]._may_write_domain("solicitation")
        employers = self.env["bde.alumnus"]._search(agreed & Domain("employer_id", "!=", False))
        told = self.env["bde.would.you"]._search(
            Domain("alumnus_id", "any", agreed)
            & Domain("tax", "=", True)
            & Domain("relation_id", "!=", False)
        )
        return super()._tax_alumni() | self._tax_relations(
            Domain("id", "in", employers.subselect("employer_id"))
            | Domain("id", "in", told.subselect("relation_id"))
        )
