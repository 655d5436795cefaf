from odoo import models


class BdeHandover(models.Model):
    """The campaigns of the tax that the person is responsible for."""

    _inherit = "bde.handover"

    def _handover_items(self):
        return [*super()._handover_items(), *self._items_tax_campaigns()]

    def _items_tax_campaigns(self):
        campaigns = self._own(
            "bde.tax.campaign",
            ("user_id", "=", self.from_user_id.id),
            ("state", "!=", "closed"),
        )
        states = dict(campaigns._fields["state"]._description_selection(self.env))
        for campaign in campaigns:
            yield self._item("campaign", campaign, campaign.name, states[campaign.state])
