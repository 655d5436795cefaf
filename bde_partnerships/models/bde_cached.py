from odoo import api, models


class BdeCached(models.AbstractModel):
    """Rows that seldom change, and are read from a cache of the registry."""

    _name = "bde.cached"
    _description = "Rows read from a cache"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
