from odoo import fields, models

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE, IN_SIGNATURE

UNSIGNED = (*EDITABLE, *IN_SIGNATURE, "refused")


class BdeHandover(models.Model):
    """What a handover says of placements: nobody owns them, the successor has to know.

    Counted by period and class: a handover is kept for years, and pupils' names are not.
    """

    _inherit = "bde.handover"

    def _handover_items(self):
        return [
            *super()._handover_items(),
            *self._items_periods(),
            *self._items_placements(),
            *self._items_conventions(),
        ]

    def _items_periods(self):
        """Periods in preparation."""
        for period in self._own("bde.period", ("state", "=", "draft"), order="date_start, id"):
            classes = ", ".join(period.division_ids.mapped("name"))
            yield self._item(
                "period", period, period.name, classes, period.date_start, user_field=None
            )

    def _items_placements(self):
        """Pupils without a host, by period and class."""
        groups = self.env["bde.placement"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("to_place", "hosting")),
                ("period_id.state", "!=", "closed"),
                ("date_end", ">=", self.company_id._bde_today()),
            ],
            ["period_id", "division_id"],
            ["__count"],
        )
        for period, division, count in groups:
            detail = self.env._("%(count)s pupils without a host", count=count)
            yield self._counted("placement", period, division, detail)

    def _items_conventions(self):
        """Conventions that somebody still has to sign, by period and class."""
        groups = self.env["bde.convention"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", UNSIGNED),
                ("date_end", ">=", self.company_id._bde_today()),
            ],
            ["period_id", "division_id"],
            ["__count"],
        )
        for period, division, count in groups:
            detail = self.env._("%(count)s conventions not yet signed", count=count)
            yield self._counted("convention", period, division, detail)

    def _counted(self, kind, period, division, detail):
        label = " – ".join(filter(None, (period.name, division.name)))
        return self._item(kind, period, label, detail, period.date_start, user_field=None)


class BdeHandoverLine(models.Model):
    _inherit = "bde.handover.line"

    kind = fields.Selection(
        selection_add=[
            ("period", "Periods in preparation"),
            ("placement", "Pupils without a host"),
            ("convention", "Conventions not yet signed"),
        ],
        # history of a school: what was given stays readable without the module
        ondelete={
            "period": "set role",
            "placement": "set role",
            "convention": "set role",
        },
    )
