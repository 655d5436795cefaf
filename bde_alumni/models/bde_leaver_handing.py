from odoo import fields, models


class BdeHandover(models.Model):
    """What somebody of the bureau leaves: pupils and leavers for whom he acts.

    Counted by round and class: a handover is kept for years, and pupils' names are not. The
    successor finds them under the name of the leaver, and takes them with one button.
    """

    _inherit = "bde.handover"

    def _handover_items(self):
        return [*super()._handover_items(), *self._items_net(), *self._items_plans()]

    def _items_net(self):
        """Leavers without a solution for whom the person acts, by round."""
        for one, count in self.env["bde.leaver.net"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("user_id", "=", self.from_user_id.id),
                ("is_open", "=", True),
                ("round_state", "=", "running"),
            ],
            ["round_id"],
            ["__count"],
        ):
            detail = self.env._("acts for %(count)s leavers without a solution", count=count)
            yield self._item("leaver", one, one.name, detail, one.date, user_field=None)

    def _items_plans(self):
        """Final-year pupils for whom the person acts, by class."""
        for division, count in self.env["bde.leaver.plan"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("follower_id", "=", self.from_user_id.id),
                ("has_left", "=", False),
                ("solution", "=", "none"),
                ("division_id", "!=", False),
            ],
            ["division_id"],
            ["__count"],
        ):
            detail = self.env._("acts for %(count)s final-year pupils", count=count)
            yield self._item("leaver", division, division.name, detail, user_field=None)


class BdeHandoverLine(models.Model):
    _inherit = "bde.handover.line"

    kind = fields.Selection(
        selection_add=[("leaver", "Final-year pupils and leavers")],
        # history of a school: what was given stays readable without the module
        ondelete={"leaver": "set role"},
    )
