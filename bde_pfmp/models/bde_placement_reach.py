from odoo import api, models
from odoo.fields import Domain

# what some readers of a stay may not read: incidents, what was answered about the site
UNTOLD = ("incident_ids", "rating_ids")


class BdePlacement(models.Model):
    """Who reads a stay learns by searching nothing of what he may not read about it."""

    _inherit = "bde.placement"

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su:
            domain = Domain(domain).map_conditions(self._by_rules)
        return super()._search(domain, *args, **kwargs)

    def _by_rules(self, condition):
        """A condition on records or on none, which core answers in sudo, by the user's rules."""
        name, operator = condition.field_expr, condition.operator
        if name not in UNTOLD or operator not in ("=", "!=", "in", "not in"):
            return condition
        value = condition.value
        several = hasattr(value, "__iter__") and not isinstance(value, str)
        values = list(value) if several else [value]
        none, ids = any(not one for one in values), [one for one in values if one]
        if self.env[self._fields[name].comodel_name].has_access("read"):
            found = Domain(name, "any", Domain("id", "in", ids)) if ids else Domain.FALSE
            if none:
                found |= Domain(name, "not any", Domain.TRUE)
        else:
            found = Domain.TRUE if none else Domain.FALSE
        return found if operator in ("=", "in") else ~found
