from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..rules import departure as rules


class BdePlacement(models.Model):
    """What the head, or his delegate of the day, decides about departures."""

    _inherit = "bde.placement"

    def action_release(self):
        """Asks for the reason why these pupils leave although something is missing."""
        return self._ask_decision("release", self.env._("Let leave"))

    def action_hold(self):
        """Asks for the reason why these pupils stay although all have signed."""
        return self._ask_decision("hold", self.env._("Keep at school"))

    def _ask_decision(self, decision, title):
        if not self:
            raise UserError(self.env._("Choose the pupils first."))
        self._check_may_decide()
        wizard = self.env["bde.departure.wizard"].create(
            {"decision": decision, "placement_ids": [fields.Command.set(self.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_may_decide(self):
        """Stops who is neither the head of the school of these pupils nor his delegate."""
        self.check_access("read")
        if self.env.su:
            return
        user = self.env.user
        if not all(company._bde_may_sign(user) for company in self.company_id):
            raise AccessError(
                self.env._("Only the head, or his delegate of the day, decides who leaves.")
            )

    def _departure_obstacles(self, decision):
        """Why the head cannot decide so: {placement: sentence}; constant queries.

        :param str decision: ``release`` or ``hold``
        """
        covered = self._covered() if decision == "release" else self.browse()
        result = {}
        for placement in self:
            state = placement.state
            if not placement.active:
                result[placement] = self.env._("set aside from the period")
            elif state in rules.OVER:
                result[placement] = self.env._("the placement is over")
            elif decision == "hold" and state not in (*rules.SIGNED, *rules.IN_SIGNATURE):
                result[placement] = self.env._("stays anyway: %(why)s", why=placement._why())
            elif decision == "release" and state in rules.SIGNED:
                if placement.departure_decision != "hold":
                    result[placement] = self.env._("all have signed: nothing to release")
            elif decision == "release" and placement not in covered:
                result[placement] = self.env._(
                    "no convention signed by the company and the pupil's side (D124-4 C. éduc.)"
                )
        return result

    def _why(self):
        labels = dict(self._fields["departure"]._description_selection(self.env))
        return self._departure_missing()[self] or labels[self.departure]

    def _decide_departure(self, decision, reason):
        """Keeps what the head decided about these pupils; the last decision counts.

        :param str decision: ``release`` or ``hold``
        :param str reason: read by all who read the list
        :return: {placement: sentence} of those about whom it cannot be decided so
        :raises AccessError: for anybody but the head and his delegate of the day
        """
        self._check_may_decide()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write the reason: the list shows it."))
        obstacles = self._departure_obstacles(decision)
        decided = self.filtered(lambda one: one not in obstacles)
        values = {
            "decision": decision,
            "reason": reason,
            "decided_by_id": self.env.uid,
            "decided_on": fields.Datetime.now(),
        }
        # sudo: written by the verbs alone, who decides was checked
        rows = decided.sudo().departure_ids
        rows.write(values)
        known = rows.placement_id
        rows.create(
            [
                {
                    "placement_id": placement.id,
                    "school_year_id": placement.school_year_id.id,
                    **values,
                }
                for placement in decided
                if placement not in known
            ]
        )
        decided._forget_departure()
        return obstacles

    def action_forget_decision(self):
        """Takes the decision of the head back: what was signed decides again."""
        self._check_may_decide()
        # sudo: written by the verbs alone, who decides was checked
        rows = self.sudo().departure_ids
        if not rows:
            raise UserError(self.env._("The head has decided nothing about these pupils."))
        rows.unlink()
        self._forget_departure()
        return True

    def _forget_departure(self):
        """A decision shows at once, also when it replaces one of the same kind."""
        self.invalidate_recordset(["departure", "departure_group", "departure_missing"])
