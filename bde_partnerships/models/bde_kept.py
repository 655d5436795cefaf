from odoo import api, models
from odoo.exceptions import AccessError

from .base import as_id

# written by core, or looked after by ``bde.owned``
ELSEWHERE = {*models.MAGIC_COLUMNS, "company_id"}


class BdeKept(models.AbstractModel):
    """What verbs, jobs and sums write, and no client: a screen that shows a field as read only
    stops nobody who calls the server himself.

    Totals, stages and statements of the tax are believed by the board and by the académie. Verbs
    check who asks, then write in sudo.
    """

    _name = "bde.kept"
    _description = "Record with facts that its verbs write"

    @api.model
    def _bde_kept(self):
        """Names of the fields that nobody writes by hand: stored ones that are read only.

        :rtype: set[str]
        """
        kept = {name for name, field in self._fields.items() if field.store and field.readonly}
        return kept - ELSEWHERE - self._bde_given()

    @api.model
    def _bde_given(self):
        """Names of read only fields that whoever may create and write records gives all the same.

        :rtype: set[str]
        """
        return set()

    @api.model
    def _bde_fixed(self):
        """Names of many2one fields that a record is made with and keeps: money hangs on them.

        :rtype: set[str]
        """
        return set()

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        kept = self._bde_kept()
        for vals in vals_list:
            self._bde_refuse(kept & vals.keys())
        # defaults of the context are values too; those of another screen are no attack
        own = {f"default_{name}" for name in kept}
        context = {key: value for key, value in self.env.context.items() if key not in own}
        records = super(BdeKept, self.with_context(context)).create(vals_list)
        return records.with_env(self.env)

    def write(self, vals):
        if not self.env.su:
            self._bde_refuse(self._bde_kept() & vals.keys())
            self._bde_refuse(
                {
                    name
                    for name in self._bde_fixed() & vals.keys()
                    if any(record[name].id != as_id(vals[name]) for record in self)
                }
            )
        return super().write(vals)

    @api.model
    def _bde_refuse(self, names):
        if names:
            labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
            raise AccessError(
                self.env._(
                    "Nobody types this: it follows from what happened, or from a button"
                    " (%(names)s).",
                    names=", ".join(labels),
                )
            )
