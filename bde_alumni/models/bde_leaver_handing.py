from odoo import api, fields, models


class BdeHandover(models.Model):
    """What somebody of the bureau leaves: pupils and leavers for whom he acts.

    Counted by round and class: a handover is kept for years, and pupils' names are not. All of
    a round or a class go to the person who is chosen.
    """

    _inherit = "bde.handover"

    def _handover_items(self):
        return [*super()._handover_items(), *self._items_net(), *self._items_plans()]

    def _items_net(self):
        """Leavers without a solution for whom the person acts, by round."""
        for one, count in self.env["bde.leaver.net"]._read_group(
            self.env["bde.handover.line"]._leaver_domain("bde.leaver.net", self),
            ["round_id"],
            ["__count"],
        ):
            detail = self.env._("acts for %(count)s leavers without a solution", count=count)
            yield self._item("leaver", one, one.name, detail, one.date)

    def _items_plans(self):
        """Final-year pupils for whom the person acts, by class."""
        for division, count in self.env["bde.leaver.plan"]._read_group(
            self.env["bde.handover.line"]._leaver_domain("bde.leaver.plan", self),
            ["division_id"],
            ["__count"],
        ):
            detail = self.env._("acts for %(count)s final-year pupils", count=count)
            yield self._item("leaver", division, division.name, detail, user_field="follower_id")


class BdeHandoverLine(models.Model):
    _inherit = "bde.handover.line"

    kind = fields.Selection(
        selection_add=[("leaver", "Final-year pupils and leavers")],
        # history of a school: what was given stays readable without the module
        ondelete={"leaver": "set role"},
    )

    @api.model
    def _leaver_domain(self, model, handover):
        """For whom the person who leaves still acts, at this school.

        :param str model: ``bde.leaver.net`` or ``bde.leaver.plan``
        """
        leaver = handover.from_user_id
        if model == "bde.leaver.net":
            domain = [
                ("user_id", "=", leaver.id),
                ("is_open", "=", True),
                ("round_state", "=", "running"),
            ]
        else:
            domain = [
                ("follower_id", "=", leaver.id),
                ("has_left", "=", False),
                ("solution", "=", "none"),
                ("division_id", "!=", False),
            ]
        return [("company_id", "=", handover.company_id.id), *domain]

    def _give(self, model, field, person):
        """A round or a class stands for all those for whom the leaver acts in it."""
        if self[:1].kind != "leaver":
            return super()._give(model, field, person)
        people, of = {
            "bde.leaver.round": ("bde.leaver.net", "round_id"),
            "bde.division": ("bde.leaver.plan", "division_id"),
        }[model]
        domain = self._leaver_domain(people, self.handover_id)
        records = self.env[people].search([*domain, (of, "in", self.mapped("res_id"))])
        records.with_context(mail_auto_subscribe_no_notify=True).write({field: person.id})
        records.flush_recordset()
        self.write({"state": "done"})
        return None
